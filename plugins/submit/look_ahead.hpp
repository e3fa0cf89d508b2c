// SPDX-License-Identifier: Apache-2.0
// What submit finds out before it stops anything: whether the new versions can start.
#pragma once

#include "core/cli/context.hpp"
#include "plugins/submit/planner.hpp"

namespace kspark::submit {

/// Reports what is known to keep the plan's applications from starting (an error then) and what is
/// doubtful (a warning). Asks nothing when nothing is created or restarted.
core::Status look_ahead(core::Context& context, kube::Client& client,
                        const std::vector<Item>& items);

/// Runs a pod of each image that is new, where the driver may run, and removes it: an image that
/// cannot be pulled is an error, one that can is on that node already when the driver comes.
core::Status probe_images(core::Context& context, kube::Client& client,
                          const std::vector<Item>& items, core::Duration timeout);

} // namespace kspark::submit
