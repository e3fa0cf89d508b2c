// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

/// Marks the pods that may run code on nodes that do not answer. `ask_nodes` becomes false when the
/// user may not read nodes: then only the pods' own word is left.
void mark_lost(kube::Client& client, std::vector<Pod>& pods, bool& ask_nodes);

} // namespace kspark::spark
