// SPDX-License-Identifier: Apache-2.0
// K restarts at a time in one loop, shown as they go.
#pragma once

#include "plugins/restart/targets.hpp"

namespace kspark::restart {

struct RollingOptions {
    int at_once = 5;
    int max_failures = 1;
    spark::RestartOptions each;
    std::string server; ///< of the cluster
};

/// Until all are restarted, or enough have failed, or the user interrupts. In the targets' order.
std::vector<Result> restart_all(core::Context& context, kube::Client& client,
                                const std::vector<Target>& targets, const RollingOptions& options);

} // namespace kspark::restart
