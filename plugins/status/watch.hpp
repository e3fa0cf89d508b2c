// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/status/status.hpp"

namespace kspark::status {

/// Shows changes until the user interrupts.
core::Status watch(core::Context& context, kube::Client& client, const Options& options,
                   const Outcome& outcome);

} // namespace kspark::status
