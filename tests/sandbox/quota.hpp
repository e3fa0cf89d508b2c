// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/cluster.hpp"

namespace kspark::sandbox {

/// Throws when a quota of the namespace has no room for the new object.
void check_quota(const Cluster& cluster, const Kind& kind, const Json& object);
/// Writes into the quotas of a namespace how much of them is used.
void count_quota(Cluster& cluster, const std::string& name_space);

} // namespace kspark::sandbox
