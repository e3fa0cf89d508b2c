// SPDX-License-Identifier: Apache-2.0
// Whether a node can take the pods of an application, by labels, taints and size.
#pragma once

#include "core/data/json.hpp"

#include <string>
#include <vector>

namespace kspark::spark {

/// Why no node can take the driver or the executors; empty when some can.
std::vector<std::string> node_problems(const data::Json& object,
                                       const std::vector<data::Json>& nodes);
/// Somebody adds nodes when pods wait for them (Cluster Autoscaler, Karpenter).
bool may_grow(const std::vector<data::Json>& nodes);

/// nodeSelector and tolerations of a pod of the application ("driver", "executor").
data::Json node_selector_of(const data::Json& object, const std::string& role);
data::Json tolerations_of(const data::Json& object, const std::string& role);

} // namespace kspark::spark
