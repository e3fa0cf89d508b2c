// SPDX-License-Identifier: Apache-2.0
// A stream as a SparkApplication of apache/spark-kubernetes-operator (v1). That API has no fields
// for image, cores, memory or instances: they are Spark configuration, and what Spark has no
// configuration for is a pod template. What has neither is refused rather than left out.
#include "core/base/text.hpp"
#include "core/spark/stream_fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark {

namespace {

using data::Json;

constexpr std::array<std::string_view, 14> kOrder{"mainClass",
                                                  "jars",
                                                  "pyFiles",
                                                  "sparkRFiles",
                                                  "files",
                                                  "driverArgs",
                                                  "sparkConf",
                                                  "runtimeVersions",
                                                  "deploymentMode",
                                                  "proxyUser",
                                                  "applicationTolerations",
                                                  "driverSpec",
                                                  "executorSpec",
                                                  "configMapSpecs"};

/// A value of the stream and the configuration that says the same. Lists are joined by commas.
struct ConfKey {
    std::string_view group, member, conf;
};
constexpr ConfKey kConf[]{
    {"spark", "image", "spark.kubernetes.container.image"},
    {"", "imagePullPolicy", "spark.kubernetes.container.image.pullPolicy"},
    {"", "imagePullSecrets", "spark.kubernetes.container.image.pullSecrets"},
    {"driver", "image", "spark.kubernetes.driver.container.image"},
    {"driver", "cores", "spark.driver.cores"},
    {"driver", "coreRequest", "spark.kubernetes.driver.request.cores"},
    {"driver", "coreLimit", "spark.kubernetes.driver.limit.cores"},
    {"driver", "memory", "spark.driver.memory"},
    {"driver", "memoryOverhead", "spark.driver.memoryOverhead"},
    {"driver", "javaOptions", "spark.driver.extraJavaOptions"},
    {"driver", "podName", "spark.kubernetes.driver.pod.name"},
    {"driver", "serviceAccount", "spark.kubernetes.authenticate.driver.serviceAccountName"},
    {"executor", "image", "spark.kubernetes.executor.container.image"},
    {"executor", "instances", "spark.executor.instances"},
    {"executor", "cores", "spark.executor.cores"},
    {"executor", "coreRequest", "spark.kubernetes.executor.request.cores"},
    {"executor", "coreLimit", "spark.kubernetes.executor.limit.cores"},
    {"executor", "memory", "spark.executor.memory"},
    {"executor", "memoryOverhead", "spark.executor.memoryOverhead"},
    {"executor", "javaOptions", "spark.executor.extraJavaOptions"},
    {"executor", "serviceAccount", "spark.kubernetes.authenticate.executor.serviceAccountName"},
    {"executor", "deleteOnTermination", "spark.kubernetes.executor.deleteOnTermination"},
    {"deps", "jars", "spark.jars"},
    {"deps", "files", "spark.files"},
    {"deps", "pyFiles", "spark.submit.pyFiles"},
    {"deps", "packages", "spark.jars.packages"},
    {"deps", "excludePackages", "spark.jars.excludes"},
    {"deps", "repositories", "spark.jars.repositories"},
    {"deps", "archives", "spark.archives"},
    {"dynamicAllocation", "enabled", "spark.dynamicAllocation.enabled"},
    {"dynamicAllocation", "initialExecutors", "spark.dynamicAllocation.initialExecutors"},
    {"dynamicAllocation", "minExecutors", "spark.dynamicAllocation.minExecutors"},
    {"dynamicAllocation", "maxExecutors", "spark.dynamicAllocation.maxExecutors"},
    {"dynamicAllocation", "shuffleTrackingEnabled",
     "spark.dynamicAllocation.shuffleTracking.enabled"},
    {"dynamicAllocation", "shuffleTrackingTimeout",
     "spark.dynamicAllocation.shuffleTracking.timeout"},
};
constexpr std::string_view kHadoopPrefix = "spark.hadoop.";

/// Fields of driver and executor that are fields of a pod, of its main container, or of its
/// metadata.
constexpr std::pair<std::string_view, std::string_view> kPodFields[]{
    {"nodeSelector", "nodeSelector"},
    {"tolerations", "tolerations"},
    {"affinity", "affinity"},
    {"podSecurityContext", "securityContext"},
    {"schedulerName", "schedulerName"},
    {"priorityClassName", "priorityClassName"},
    {"hostNetwork", "hostNetwork"},
    {"hostAliases", "hostAliases"},
    {"dnsConfig", "dnsConfig"},
    {"shareProcessNamespace", "shareProcessNamespace"},
    {"terminationGracePeriodSeconds", "terminationGracePeriodSeconds"},
    {"initContainers", "initContainers"},
};
constexpr std::string_view kContainerFields[]{
    "env", "envFrom", "volumeMounts", "securityContext", "lifecycle", "ports"};

std::string as_conf(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::vector<std::string> items;
    for (const Json& item : value) items.push_back(as_conf(item));
    return core::join(items, ",");
}

/// What Spark's configuration can say leaves the stream; a key the user wrote in sparkConf wins.
void move_to_conf(Json& stream, Json& conf) {
    for (const ConfKey& key : kConf) {
        Json* group = &stream;
        if (!key.group.empty()) {
            const auto found = stream.find(std::string(key.group));
            if (found == stream.end() || !found->is_object()) continue;
            group = &*found;
        }
        const Json value = take(*group, key.member);
        if (!value.is_null()) put_default(conf, key.conf, as_conf(value));
    }
    const Json hadoop = take_map(stream, "hadoopConf");
    for (const auto& [name, value] : hadoop.items())
        put_default(conf, std::string(kHadoopPrefix) + name, as_conf(value));
}

Json container(Json& pod, std::string_view role) {
    Json main = Json::object();
    for (const auto name : kContainerFields) put(main, name, take(pod, name));
    const Json variables = take_map(pod, "envVars");
    for (const auto& [name, value] : variables.items())
        main["env"].push_back(Json{{"name", name}, {"value", value}});
    Json containers = Json::array();
    const Json sidecars = take(pod, "sidecars");
    if (main.empty() && sidecars.is_null()) return Json();
    Json named{{"name", fmt::format("spark-kubernetes-{}", role)}};
    named.update(main);
    containers.push_back(std::move(named));
    if (sidecars.is_array())
        for (const Json& sidecar : sidecars) containers.push_back(sidecar);
    return containers;
}

/// driverSpec or executorSpec; null when nothing needs a template.
Json pod_template(Json& stream, const std::string& role, const Json& shared,
                  const StreamProblem& problem) {
    Json pod = take_map(stream, role);
    Json base = take_map(pod, "template");
    Json metadata = Json::object(), spec = Json::object();
    for (const auto* name : {"labels", "annotations"}) put(metadata, name, take(pod, name));
    put(spec, "containers", container(pod, role));
    for (const auto& [from, to] : kPodFields) put(spec, to, take(pod, from));
    for (const auto* name : {"tolerations", "volumes"})
        if (shared.contains(name)) put_default(spec, name, Json(shared[name]));
    if (shared.contains("nodeSelector")) {
        Json both = shared["nodeSelector"];
        if (spec.contains("nodeSelector")) both.update(spec["nodeSelector"]);
        spec["nodeSelector"] = std::move(both);
    }
    for (const auto& [name, left] : pod.items())
        if (!left.is_null())
            problem({role, name},
                    fmt::format(
                        "{}.{} has no counterpart in the apache operator; say it with sparkConf, "
                        "{}.template or spec",
                        role, name, role));
    if (!metadata.empty()) base["metadata"].update(metadata);
    if (!spec.empty()) base["spec"].update(spec);
    return base.empty() ? Json() : Json{{"podTemplateSpec", std::move(base)}};
}

Json tolerations_of(Json& stream) {
    const Json policy = take_restart_policy(stream);
    Json restart{{"restartPolicy", policy["type"]}};
    if (const auto retries = data::integer_at(policy, {"onFailureRetries"}))
        restart["maxRestartAttempts"] = *retries;
    if (const auto seconds = data::integer_at(policy, {"onFailureRetryInterval"}))
        restart["restartBackoffMillis"] = *seconds * 1000;
    Json tolerations{{"restartConfig", std::move(restart)}};
    const Json seconds = take(stream, "timeToLiveSeconds");
    if (seconds.is_number_integer())
        tolerations["ttlAfterStopMillis"] = seconds.get<std::int64_t>() * 1000;
    return tolerations;
}

void put_application(Json& spec, Json& stream) {
    Json file = take(stream, "applicationFile");
    const Json type = take(stream, "type");
    put(spec, "mainClass", take(stream, "mainClass"));
    put(spec, type == "Python" ? "pyFiles" : type == "R" ? "sparkRFiles" : "jars", std::move(file));
    put(spec, "driverArgs", take(stream, "arguments"));
}

void require(const Json& spec, const StreamProblem& problem) {
    if (!data::find(spec, {"runtimeVersions", "sparkVersion"}))
        problem({"spark"}, "there is no Spark version: write spark.version");
    const Json& conf = spec["sparkConf"];
    if (!conf.contains("spark.kubernetes.container.image") &&
        !(conf.contains("spark.kubernetes.driver.container.image") &&
          conf.contains("spark.kubernetes.executor.container.image")))
        problem({"spark"}, "there is no image: write spark.image");
    if (!spec.contains("jars") && !spec.contains("pyFiles") && !spec.contains("sparkRFiles"))
        problem({"applicationFile"}, "there is no application: write applicationFile, such as "
                                     "local:///opt/spark/app.jar");
}

void refuse(Json& stream, const StreamProblem& problem) {
    for (const auto* name : {"monitoring", "batchScheduler"})
        if (!take(stream, name).is_null())
            problem({name}, fmt::format("{} has no counterpart in the apache operator; say it with "
                                        "sparkConf or spec",
                                        name));
}

} // namespace

Json apache_spec(Json& stream, const StreamProblem& problem) {
    Json spec = Json::object();
    put_application(spec, stream);
    Json conf = take_spark_conf(stream);
    move_to_conf(stream, conf);
    for (const auto* role : {"driver", "executor"}) {
        put_default(conf, fmt::format("spark.{}.cores", role), "1");
        put_default(conf, fmt::format("spark.{}.memory", role), "1g");
    }
    if (data::string_at(conf, {"spark.dynamicAllocation.enabled"}) != "true")
        put_default(conf, "spark.executor.instances", "1");
    spec["sparkConf"] = std::move(conf);
    Json spark = take_map(stream, "spark");
    Json versions = Json::object();
    put(versions, "sparkVersion", take(spark, "version"));
    spec["runtimeVersions"] = std::move(versions);
    spec["deploymentMode"] = "ClusterMode";
    spec["applicationTolerations"] = tolerations_of(stream);
    Json shared = Json::object();
    for (const auto* name : {"nodeSelector", "tolerations", "volumes"})
        put(shared, name, take(stream, name));
    put(spec, "driverSpec", pod_template(stream, "driver", shared, problem));
    put(spec, "executorSpec", pod_template(stream, "executor", shared, problem));
    refuse(stream, problem);
    finish_spec(spec, take(stream, "spec"), kOrder);
    require(spec, problem);
    return spec;
}

data::Path key_of_conf(std::string_view conf) {
    const auto key = std::ranges::find(kConf, conf, &ConfKey::conf);
    if (key == std::end(kConf)) return {};
    if (key->group.empty()) return {std::string(key->member)};
    return {std::string(key->group), std::string(key->member)};
}

std::vector<data::Path> apache_origins(const data::Path& field) {
    if (field.empty()) return {};
    const auto& first = field[0];
    if (first == "jars" || first == "pyFiles" || first == "sparkRFiles")
        return {{"applicationFile"}};
    if (first == "driverArgs") {
        data::Path path = field;
        path[0] = "arguments";
        return {path};
    }
    if (first == "runtimeVersions") return {{"spark", "version"}};
    if (first == "applicationTolerations") {
        if (field.back() == "ttlAfterStopMillis") return {{"timeToLiveSeconds"}};
        return {{"restartPolicy"}};
    }
    if (first == "driverSpec" || first == "executorSpec")
        return {{first == "driverSpec" ? "driver" : "executor", field.back()}, {field.back()}};
    if (first != "sparkConf" || field.size() < 2) return {field};
    std::vector<data::Path> found{field};
    if (auto key = key_of_conf(field[1]); !key.empty()) found.push_back(std::move(key));
    if (field[1] == kSinkConf) found.push_back({"sink"});
    if (field[1].starts_with(kHadoopPrefix))
        found.push_back({"hadoopConf", field[1].substr(kHadoopPrefix.size())});
    return found;
}

} // namespace kspark::spark
