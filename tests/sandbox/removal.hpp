// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/cluster.hpp"

namespace kspark::sandbox {

/// What the garbage collector does after `owner_uid` went: removes what it owned, and lets go what
/// waited for the removal of its dependents.
void collect_dependents(Cluster& cluster, const std::string& owner_uid);

} // namespace kspark::sandbox
