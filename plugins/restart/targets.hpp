// SPDX-License-Identifier: Apache-2.0
// Which applications are meant.
#pragma once

#include "plugins/restart/restart.hpp"

namespace kspark::restart {

struct Target {
    kube::Reference reference;
    data::Json object;
    spark::Application application;
    bool gone = false; ///< deleted by a restart that did not create it again; object is its copy
};

/// By NAME, -l, -f or --all. Every one has to be there, or none is touched.
core::Result<std::vector<Target>> find_targets(core::Context& context, kube::Client& client,
                                               const Options& options);

} // namespace kspark::restart
