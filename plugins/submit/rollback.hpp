// SPDX-License-Identifier: Apache-2.0
// --rollback-on-failure: a stream that ran gets its last running spec back when its new one fails.
#pragma once

#include "core/cli/context.hpp"
#include "plugins/submit/deployment.hpp"

namespace kspark::submit {

/// What the user wrote, with every field under spec that the change has touched as it was before:
/// applied by the same manager it gives back exactly what the change took.
data::Json before_change(const Item& item);

/// Deploys that for the tracks that failed; their errors tell how it went.
void roll_back(core::Context& context, kube::Client& client, const DeployOptions& options,
               std::vector<Track>& tracks);

} // namespace kspark::submit
