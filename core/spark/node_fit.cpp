// SPDX-License-Identifier: Apache-2.0
// The parts of the scheduler's judgement that do not depend on what else runs: a pod that fits no
// empty node fits none at all.
#include "core/spark/node_fit.hpp"

#include "core/spark/capacity.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using data::Json;

const Json& spec_of(const Json& object) {
    static const Json kNone = Json::object();
    const Json* spec = data::find(object, {"spec", "template"});
    if (spec == nullptr) spec = data::find(object, {"spec"});
    return spec != nullptr ? *spec : kNone;
}

const Json* pod_part(const Json& object, const std::string& role, const char* field) {
    const Json& spec = spec_of(object);
    if (const Json* found = data::find(spec, {role, field})) return found;
    if (const Json* found = data::find(spec, {role, "template", "spec", field})) return found;
    return data::find(spec, {role + "Spec", "podTemplateSpec", "spec", field});
}

bool has_labels(const Json& node, const Json& wanted) {
    for (const auto& [key, value] : wanted.items()) {
        const Json* there = data::find(node, {"metadata", "labels", key});
        if (there == nullptr || *there != value) return false;
    }
    return true;
}

bool tolerates(const Json& tolerations, const Json& taint) {
    const std::string effect = data::string_at(taint, {"effect"});
    if (effect != "NoSchedule" && effect != "NoExecute") return true;
    return std::ranges::any_of(tolerations, [&](const Json& one) {
        const std::string key = data::string_at(one, {"key"});
        const std::string its_effect = data::string_at(one, {"effect"});
        if (!key.empty() && key != data::string_at(taint, {"key"})) return false;
        if (!its_effect.empty() && its_effect != effect) return false;
        return data::string_at(one, {"operator"}) == "Exists" ||
               data::string_at(one, {"value"}) == data::string_at(taint, {"value"});
    });
}

/// Without the taints that Kubernetes itself puts on a node for a while.
bool takes(const Json& node, const Json& tolerations) {
    if (data::bool_at(node, {"spec", "unschedulable"})) return false;
    const Json* taints = data::find(node, {"spec", "taints"});
    if (taints == nullptr || !taints->is_array()) return true;
    return std::ranges::all_of(*taints, [&](const Json& taint) {
        return data::string_at(taint, {"key"}).starts_with("node.kubernetes.io/") ||
               tolerates(tolerations, taint);
    });
}

bool is_large_enough(const Json& node, const PodNeed& need) {
    const auto there = [&](const char* what) {
        const Json* value = data::find(node, {"status", "allocatable", what});
        if (value == nullptr) return std::optional<double>();
        return value->is_number()
                   ? std::optional(value->get<double>())
                   : parse_quantity(value->is_string() ? value->get<std::string>() : std::string());
    };
    const auto cpu = there("cpu"), memory = there("memory");
    return (!cpu || *cpu >= need.cpu) && (!memory || *memory >= need.memory);
}

std::string labels_text(const Json& selector) {
    std::string text;
    for (const auto& [key, value] : selector.items())
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key,
                            value.is_string() ? value.get<std::string>() : data::dump_json(value));
    return text;
}

} // namespace

Json node_selector_of(const Json& object, const std::string& role) {
    Json selector = Json::object();
    for (const Json* part :
         {data::find(spec_of(object), {"nodeSelector"}), pod_part(object, role, "nodeSelector")})
        if (part != nullptr && part->is_object()) selector.update(*part);
    const Json* conf = data::find(spec_of(object), {"sparkConf"});
    if (conf == nullptr || !conf->is_object()) return selector;
    for (const std::string& prefix : {std::string("spark.kubernetes.node.selector."),
                                      "spark.kubernetes." + role + ".node.selector."})
        for (const auto& [key, value] : conf->items())
            if (key.starts_with(prefix)) selector[key.substr(prefix.size())] = value;
    return selector;
}

Json tolerations_of(const Json& object, const std::string& role) {
    const Json* found = pod_part(object, role, "tolerations");
    return found != nullptr && found->is_array() ? *found : Json::array();
}

std::vector<std::string> node_problems(const Json& object, const std::vector<Json>& nodes) {
    std::vector<std::string> problems;
    const Need need = need_of(object);
    for (const std::string role : {"driver", "executor"}) {
        const Json selector = node_selector_of(object, role);
        const Json tolerations = tolerations_of(object, role);
        const PodNeed& pod = role == "driver" ? need.driver : need.executor;
        std::size_t labelled = 0, open = 0, large = 0;
        for (const Json& node : nodes) {
            if (!has_labels(node, selector)) continue;
            ++labelled;
            if (!takes(node, tolerations)) continue;
            ++open;
            large += is_large_enough(node, pod) ? 1 : 0;
        }
        if (labelled == 0 && !selector.empty())
            problems.push_back(fmt::format("no node has the labels that the {} asks for: {}", role,
                                           labels_text(selector)));
        else if (open == 0)
            problems.push_back(fmt::format(
                "no node that the {} may run on takes pods: taints that it does not tolerate",
                role));
        else if (large == 0)
            problems.push_back(fmt::format("no node is large enough for the {}: cpu {}, memory {}",
                                           role, cpu_text(pod.cpu), memory_text(pod.memory)));
    }
    return problems;
}

bool may_grow(const std::vector<Json>& nodes) {
    return std::ranges::any_of(nodes, [](const Json& node) {
        for (const char* map : {"labels", "annotations"}) {
            const Json* found = data::find(node, {"metadata", map});
            if (found == nullptr || !found->is_object()) continue;
            for (const auto& [key, value] : found->items())
                if (key.find("karpenter.sh") != key.npos ||
                    key.find("cluster-autoscaler") != key.npos ||
                    key.find("eks.amazonaws.com/nodegroup") != key.npos ||
                    key.find("cloud.google.com/gke-nodepool") != key.npos ||
                    key.find("kubernetes.azure.com/agentpool") != key.npos)
                    return true;
        }
        return false;
    });
}

} // namespace kspark::spark
