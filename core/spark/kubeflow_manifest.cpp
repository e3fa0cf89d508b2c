// SPDX-License-Identifier: Apache-2.0
// A stream as a SparkApplication of kubeflow/spark-operator (v1beta2). What the operator's webhook
// would default and a run needs (mode, cores, memory, instances, retry intervals) is written out:
// the webhook may be off, and an object without them would restart when somebody turns it on.
#include "core/spark/stream_fields.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace kspark::spark {

namespace {

using data::Json;

constexpr std::array<std::string_view, 32> kOrder{"type",
                                                  "pythonVersion",
                                                  "mode",
                                                  "sparkVersion",
                                                  "image",
                                                  "imagePullPolicy",
                                                  "imagePullSecrets",
                                                  "proxyUser",
                                                  "suspend",
                                                  "mainClass",
                                                  "mainApplicationFile",
                                                  "arguments",
                                                  "sparkConf",
                                                  "sparkConfigMap",
                                                  "hadoopConf",
                                                  "hadoopConfigMap",
                                                  "deps",
                                                  "restartPolicy",
                                                  "failureRetries",
                                                  "retryInterval",
                                                  "timeToLiveSeconds",
                                                  "nodeSelector",
                                                  "memoryOverheadFactor",
                                                  "volumes",
                                                  "driver",
                                                  "executor",
                                                  "dynamicAllocation",
                                                  "monitoring",
                                                  "batchScheduler",
                                                  "batchSchedulerOptions",
                                                  "sparkUIOptions",
                                                  "driverIngressOptions"};

/// The first fields of a driver or executor, in the order of the operator's examples.
Json pod(Json&& written, std::string_view role, const Json& conf, bool instances) {
    const auto in_conf = [&](std::string_view name) {
        return conf.contains("spark." + std::string(role) + "." + std::string(name));
    };
    Json spec = map_of(written.size() + 4);
    put(spec, "cores", take(written, "cores"));
    if (!in_conf("cores")) put_default(spec, "cores", 1);
    for (const auto* name : {"coreRequest", "coreLimit"}) put(spec, name, take(written, name));
    put(spec, "instances", take(written, "instances"));
    if (instances && !in_conf("instances")) put_default(spec, "instances", 1);
    put(spec, "memory", take(written, "memory"));
    if (!in_conf("memory")) put_default(spec, "memory", "1g");
    for (auto& [name, value] : written.get_ref<Json::object_t&>())
        put(spec, name, std::move(value));
    return spec;
}

bool has_selector(const Json& pod) {
    return pod.contains("nodeSelector");
}

/// spec.nodeSelector reaches the pods without the webhook, but the operator takes it only when
/// neither driver nor executor has one of its own; then each gets both.
void place_node_selector(Json& spec, Json& driver, Json& executor, Json&& selector) {
    if (selector.is_null()) return;
    if (!has_selector(driver) && !has_selector(executor)) {
        spec["nodeSelector"] = std::move(selector);
        return;
    }
    for (Json* pod : {&driver, &executor}) {
        Json both = selector;
        if (has_selector(*pod)) both.update((*pod)["nodeSelector"]);
        (*pod)["nodeSelector"] = std::move(both);
    }
}

void require(const Json& spec, const StreamProblem& problem) {
    if (!spec.contains("sparkVersion"))
        problem({"spark"}, "there is no Spark version: write spark.version");
    const bool own_images = spec["driver"].contains("image") && spec["executor"].contains("image");
    if (!spec.contains("image") && !own_images)
        problem({"spark"}, "there is no image: write spark.image");
    if (!spec.contains("mainApplicationFile"))
        problem({"applicationFile"}, "there is no application: write applicationFile, such as "
                                     "local:///opt/spark/app.jar");
}

/// Where a field of spec.driver or spec.executor comes from.
void pod_origins(const data::Path& field, std::vector<data::Path>& found) {
    if (field.size() < 2 || (field[0] != "driver" && field[0] != "executor")) return;
    if (field[1] == "nodeSelector" || field[1] == "tolerations")
        found.emplace_back(field.begin() + 1, field.end());
}

} // namespace

Json kubeflow_spec(Json& stream, const StreamProblem& problem) {
    Json spec = map_of(kOrder.size());
    Json spark = take_map(stream, "spark");
    Json conf = take_spark_conf(stream);
    Json restart = take_restart_policy(stream);
    Json tolerations = take(stream, "tolerations");
    const bool dynamic = data::bool_at(stream, {"dynamicAllocation", "enabled"});

    spec["type"] = "Scala";
    put(spec, "type", take(stream, "type"));
    put(spec, "pythonVersion", take(stream, "pythonVersion"));
    spec["mode"] = "cluster";
    put(spec, "mode", take(stream, "mode"));
    put(spec, "sparkVersion", take(spark, "version"));
    put(spec, "image", take(spark, "image"));
    put(spec, "imagePullPolicy", take(stream, "imagePullPolicy"));
    put(spec, "imagePullSecrets", take(stream, "imagePullSecrets"));
    put(spec, "mainClass", take(stream, "mainClass"));
    put(spec, "mainApplicationFile", take(stream, "applicationFile"));
    put(spec, "arguments", take(stream, "arguments"));
    Json driver = pod(take_map(stream, "driver"), "driver", conf, false);
    Json executor = pod(take_map(stream, "executor"), "executor", conf, !dynamic);
    if (!conf.empty()) spec["sparkConf"] = std::move(conf);
    put(spec, "hadoopConf", take(stream, "hadoopConf"));
    put(spec, "deps", take(stream, "deps"));
    spec["restartPolicy"] = std::move(restart);
    put(spec, "timeToLiveSeconds", take(stream, "timeToLiveSeconds"));
    place_node_selector(spec, driver, executor, take(stream, "nodeSelector"));
    put(spec, "volumes", take(stream, "volumes"));
    put_default(driver, "tolerations", Json(tolerations));
    put_default(executor, "tolerations", std::move(tolerations));
    spec["driver"] = std::move(driver);
    spec["executor"] = std::move(executor);
    for (const auto* name : {"dynamicAllocation", "monitoring", "batchScheduler"})
        put(spec, name, take(stream, name));
    finish_spec(spec, take(stream, "spec"), kOrder);
    require(spec, problem);
    return spec;
}

std::vector<data::Path> kubeflow_origins(const data::Path& field) {
    std::vector<data::Path> found;
    if (field.empty()) return found;
    const auto& first = field[0];
    if (first == "sparkVersion") found.push_back({"spark", "version"});
    if (first == "image") found.push_back({"spark", "image"});
    if (first == "mainApplicationFile") found.push_back({"applicationFile"});
    if (first == "sparkConf" && field.size() > 1 && field[1] == kSinkConf)
        found.push_back({"sink"});
    if (first == "restartPolicy" && field.size() > 1 && field[1] == "onSubmissionFailureRetries")
        found.push_back({"maxSubmissionRetries"});
    found.push_back(field);
    pod_origins(field, found);
    return found;
}

} // namespace kspark::spark
