// SPDX-License-Identifier: Apache-2.0
// A node that does not answer keeps its pods in whatever phase they were last seen, and nothing
// that is deleted on it goes.
#include "core/spark/nodes.hpp"

#include "core/spark/facts.hpp"
#include "core/spark/fence.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace kspark::spark {
namespace {

const kube::Resource& nodes() {
    static const kube::Resource resource{"", "v1", "nodes", "Node"};
    return resource;
}

} // namespace

void mark_lost(kube::Client& client, std::vector<Pod>& pods, bool& ask_nodes) {
    std::map<std::string, bool> lost;
    for (auto& pod : pods) {
        if (!ask_nodes || pod.node.empty() || !may_run_code(pod)) continue;
        auto [found, fresh] = lost.try_emplace(pod.node, false);
        if (fresh) {
            const auto node = client.call(kube::get_call({nodes(), {}, pod.node}));
            if (node)
                found->second = condition_is(*node, "Ready", "Unknown") != nullptr;
            else if (node.error().code == core::Code::Forbidden)
                ask_nodes = false;
        }
        pod.node_lost = pod.node_lost || found->second;
    }
}

} // namespace kspark::spark
