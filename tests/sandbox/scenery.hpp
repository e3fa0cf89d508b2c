// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/cluster.hpp"

namespace kspark::sandbox {

/// Namespaces (default, streams, batch, ...), the service account `spark`, one node; and `preload`
/// applications in namespace default that run and that nobody touches, for measurements.
void build_scenery(Cluster& cluster, int preload);

} // namespace kspark::sandbox
