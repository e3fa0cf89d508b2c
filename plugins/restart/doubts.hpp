// SPDX-License-Identifier: Apache-2.0
// What a restart cannot help, or what somebody may not have meant: said before anything is done.
#pragma once

#include "plugins/restart/targets.hpp"

namespace kspark::restart {

/// Sentences that begin with the application's name; none: there is no doubt.
std::vector<std::string> doubts(kube::Client& client, const std::vector<Target>& targets);

} // namespace kspark::restart
