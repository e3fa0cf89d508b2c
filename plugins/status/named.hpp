// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/client.hpp"
#include "plugins/status/status.hpp"

namespace kspark::status {

/// Looks at the NAMEs of the options, in the namespace of the outcome.
core::Status run_names(kube::Client& client, const Options& options, Outcome& outcome);

} // namespace kspark::status
