// SPDX-License-Identifier: Apache-2.0
// The parts of an object that both operators have. Metadata is the only place for labels and
// annotations of ours: anything under spec that changes restarts the stream.
#include "core/spark/stream_fields.hpp"

#include "core/spark/labels.hpp"
#include "core/spark/layers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {

using data::Json;

Json map_of(std::size_t members) {
    Json map = Json::object();
    map.get_ref<Json::object_t&>().reserve(members);
    return map;
}

Json take(Json& map, std::string_view name) {
    const auto found = map.find(std::string(name));
    return found == map.end() ? Json() : std::move(*found);
}

Json take_map(Json& map, std::string_view name) {
    Json value = take(map, name);
    return value.is_object() ? value : Json::object();
}

void put(Json& map, std::string_view name, Json&& value) {
    if (!value.is_null()) map[std::string(name)] = std::move(value);
}

void put_default(Json& map, std::string_view name, Json&& value) {
    if (!map.contains(name)) put(map, name, std::move(value));
}

Json take_metadata(Json& stream, std::string_view set) {
    Json metadata = map_of(4);
    put(metadata, "name", take(stream, "name"));
    put(metadata, "namespace", take(stream, "namespace"));
    Json labels = take_map(stream, "labels");
    labels[std::string(kSetLabel)] = set;
    metadata["labels"] = std::move(labels);
    put(metadata, "annotations", take(stream, "annotations"));
    return metadata;
}

Json take_spark_conf(Json& stream) {
    Json conf = take_map(stream, "sparkConf");
    put_default(conf, kSinkConf, take(stream, "sink"));
    return conf;
}

Json take_restart_policy(Json& stream) {
    Json written = take(stream, "restartPolicy");
    Json policy;
    if (written.is_object()) {
        const std::string type = data::string_at(written, {"type"}, "Never");
        policy = Json{{"type", type}};
        policy.update(written);
        if (type != "Never") {
            const Json safe = restart_policy(type);
            for (const auto* key : {"onFailureRetryInterval", "onSubmissionFailureRetryInterval"})
                put_default(policy, key, Json(safe[key]));
        }
    } else {
        policy = restart_policy(written.is_string() ? written.get<std::string>() : "Never");
    }
    put(policy, "onSubmissionFailureRetries", take(stream, "maxSubmissionRetries"));
    return policy;
}

void finish_spec(Json& spec, Json&& door, std::span<const std::string_view> order) {
    if (!door.is_object() || door.empty()) return;
    data::merge(spec, door);
    const auto rank = [&](const auto& member) {
        return std::ranges::find(order, std::string_view(member.first)) - order.begin();
    };
    // The members of an ordered map cannot be swapped: their keys are constant.
    auto& members = spec.get_ref<Json::object_t&>();
    std::vector<std::size_t> sorted(members.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
    std::ranges::stable_sort(
        sorted, {}, [&](std::size_t i) { return rank(*(members.begin() + static_cast<long>(i))); });
    Json::object_t ordered;
    ordered.reserve(members.size());
    for (const std::size_t i : sorted) {
        auto& member = *(members.begin() + static_cast<long>(i));
        ordered.emplace_back(member.first, std::move(member.second));
    }
    spec = Json(std::move(ordered));
}

Json stream_manifest(Operator target, Json&& stream, std::string_view set,
                     const StreamProblem& problem) {
    const bool kubeflow = target == Operator::Kubeflow;
    Json object = map_of(4);
    object["apiVersion"] = kubeflow ? "sparkoperator.k8s.io/v1beta2" : "spark.apache.org/v1";
    object["kind"] = "SparkApplication";
    object["metadata"] = take_metadata(stream, set);
    object["spec"] = kubeflow ? kubeflow_spec(stream, problem) : apache_spec(stream, problem);
    return object;
}

std::vector<data::Path> origins(Operator target, const data::Path& field) {
    if (field.empty()) return {};
    const data::Path rest(field.begin() + 1, field.end());
    if (field[0] == "metadata") {
        if (rest.size() > 1 && rest[1] == kSetLabel) return {{"name"}};
        return {rest};
    }
    if (field[0] != "spec") return {};
    auto found = target == Operator::Kubeflow ? kubeflow_origins(rest) : apache_origins(rest);
    data::Path door{"spec"};
    door.insert(door.end(), rest.begin(), rest.end());
    found.insert(found.begin(), std::move(door));
    return found;
}

} // namespace kspark::spark
