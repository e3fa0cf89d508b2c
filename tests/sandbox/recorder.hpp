// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/cluster.hpp"

namespace kspark::sandbox {

/// Writes an Event about an object. `field` is "" or "spec.containers{name}".
void record_event(Cluster& cluster, const Json& about, std::string_view component,
                  std::string_view type, std::string_view reason, const std::string& message,
                  std::string_view field = {});

} // namespace kspark::sandbox
