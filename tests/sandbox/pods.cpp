// SPDX-License-Identifier: Apache-2.0
// Names, labels and owners are those that operator 2.5.2 and Spark 3.5 give; the rest of a pod is
// as much as a reader of pods looks at.
#include "tests/sandbox/pods.hpp"

#include "core/spark/labels.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
constexpr auto kAppName = "sparkoperator.k8s.io/app-name";
constexpr auto kSubmissionId = "sparkoperator.k8s.io/submission-id";

std::string name_of(const Json& object) {
    return object.at("metadata").at("name");
}

Json owner(const Json& object, bool controller) {
    Json reference = {{"apiVersion", object.at("apiVersion")},
                      {"kind", object.at("kind")},
                      {"name", object.at("metadata").at("name")},
                      {"uid", object.at("metadata").at("uid")}};
    if (controller) {
        reference["controller"] = true;
        reference["blockOwnerDeletion"] = true;
    }
    return reference;
}

Json labels_of(const Json& application, const std::string& role, const std::string& submission_id,
               const std::string& spark_id) {
    Json labels = application.at("metadata").value("labels", Json::object());
    const Json own =
        application.at("spec").value(role, Json::object()).value("labels", Json::object());
    labels.update(own);
    labels.update({{"spark-app-name", name_of(application)},
                   {"spark-app-selector", spark_id},
                   {"spark-role", role},
                   {"spark-version", application.at("spec").value("sparkVersion", "")},
                   {kAppName, name_of(application)},
                   {"sparkoperator.k8s.io/launched-by-spark-operator", "true"},
                   {"sparkoperator.k8s.io/mutated-by-spark-operator", "true"},
                   {kSubmissionId, submission_id}});
    return labels;
}

std::string cpu_request(const Json& role) {
    if (role.contains("coreRequest")) return role.at("coreRequest");
    return std::to_string(role.value("cores", 1));
}

/// What the image's entry point is told: the application behind what Spark itself needs.
Json driver_arguments(const Json& spec) {
    Json arguments = {"driver", "--properties-file", "/opt/spark/conf/spark.properties"};
    const bool python = spec.value("type", "") == "Python";
    arguments.push_back("--class");
    arguments.push_back(python ? "org.apache.spark.deploy.PythonRunner"
                               : spec.value("mainClass", ""));
    arguments.push_back(spec.value("mainApplicationFile", ""));
    for (const Json& argument : spec.value("arguments", Json::array()))
        arguments.push_back(argument);
    return arguments;
}

Json container(const Json& application, const std::string& role, std::string_view name) {
    const Json& spec = application.at("spec");
    const Json part = spec.value(role, Json::object());
    Json one = {{"name", name},
                {"image", part.value("image", spec.value("image", ""))},
                {"imagePullPolicy", spec.value("imagePullPolicy", "IfNotPresent")},
                {"args", role == "driver" ? driver_arguments(spec) : Json{role}},
                {"resources",
                 {{"requests", {{"cpu", cpu_request(part)}, {"memory", "896Mi"}}},
                  {"limits", {{"memory", "896Mi"}}}}},
                {"terminationMessagePath", "/dev/termination-log"},
                {"terminationMessagePolicy", "File"}};
    if (part.contains("env")) one["env"] = part.at("env");
    if (role == "driver")
        one["ports"] = {{{"containerPort", 7078}, {"name", "driver-rpc-port"}, {"protocol", "TCP"}},
                        {{"containerPort", 7079}, {"name", "blockmanager"}, {"protocol", "TCP"}},
                        {{"containerPort", 4040}, {"name", "spark-ui"}, {"protocol", "TCP"}}};
    return one;
}

Json pod(const Json& application, const std::string& role, const std::string& name,
         std::string_view container_name, Json labels, Json owners) {
    const Json part = application.at("spec").value(role, Json::object());
    Json metadata = {
        {"name", name}, {"labels", std::move(labels)}, {"ownerReferences", std::move(owners)}};
    if (part.contains("annotations")) metadata["annotations"] = part.at("annotations");
    Json containers = {container(application, role, container_name)};
    for (const Json& sidecar : part.value("sidecars", Json::array())) containers.push_back(sidecar);
    return {{"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", metadata},
            {"spec",
             {{"containers", containers},
              {"dnsPolicy", "ClusterFirst"},
              {"restartPolicy", "Never"},
              {"schedulerName", "default-scheduler"},
              {"serviceAccountName", part.value("serviceAccount", "default")},
              {"terminationGracePeriodSeconds", part.value("terminationGracePeriodSeconds", 30)}}},
            {"status", {{"phase", "Pending"}, {"qosClass", "Burstable"}}}};
}
} // namespace

std::string driver_pod_name(const Json& application) {
    const Json& spec = application.at("spec");
    const std::string name = spec.value("driver", Json::object()).value("podName", "");
    const std::string property =
        spec.value("sparkConf", Json::object()).value("spark.kubernetes.driver.pod.name", "");
    return !name.empty()       ? name
           : !property.empty() ? property
                               : spark::default_driver_pod(name_of(application));
}

Json make_driver_pod(const Json& application, const std::string& submission_id,
                     const std::string& spark_id) {
    return pod(application, "driver", driver_pod_name(application), spark::kDriverContainer,
               labels_of(application, "driver", submission_id, spark_id),
               Json::array({owner(application, true)}));
}

Json make_executor_pod(const Json& application, const Json& driver, const std::string& prefix,
                       int id) {
    Json labels = labels_of(application, "executor", label(driver, kSubmissionId),
                            label(driver, "spark-app-selector"));
    labels["spark-exec-id"] = std::to_string(id);
    labels["spark-exec-resourceprofile-id"] = "0";
    return pod(application, "executor", fmt::format("{}-exec-{}", prefix, id),
               spark::kExecutorContainer, std::move(labels),
               Json::array({owner(driver, true), owner(application, false)}));
}

Json make_ui_service(const Json& application, const std::string& address) {
    const std::string name = name_of(application);
    return {{"apiVersion", "v1"},
            {"kind", "Service"},
            {"metadata",
             {{"name", name + "-ui-svc"},
              {"labels", {{kAppName, name}}},
              {"ownerReferences", Json::array({owner(application, true)})}}},
            {"spec",
             {{"type", "ClusterIP"},
              {"clusterIP", address},
              {"ports", Json::array({{{"name", "spark-driver-ui-port"},
                                      {"port", 4040},
                                      {"protocol", "TCP"},
                                      {"targetPort", 4040}}})},
              {"selector", {{kAppName, name}, {"spark-role", "driver"}}}}}};
}

bool is_driver(const Json& pod) {
    return label(pod, "spark-role") == "driver";
}

bool is_executor(const Json& pod) {
    return label(pod, "spark-role") == "executor";
}

std::string label(const Json& object, const std::string& name) {
    const Json& metadata = object.at("metadata");
    const auto labels = metadata.find("labels");
    return labels == metadata.end() ? std::string() : labels->value(name, "");
}

ObjectPtr application_of(const Cluster& cluster, const Json& pod) {
    const std::string name = label(pod, kAppName);
    if (name.empty()) return nullptr;
    return cluster.store.find(application_kind(), pod.at("metadata").value("namespace", ""), name);
}

std::vector<ObjectPtr> executors_of(const Cluster& cluster, const Json& driver) {
    const std::string prefix = driver.at("metadata").value("namespace", "") + "/";
    const auto& pods = cluster.store.all(pod_kind());
    std::vector<ObjectPtr> executors;
    for (auto at = pods.lower_bound(prefix); at != pods.end() && at->first.starts_with(prefix);
         ++at)
        if (is_executor(at->second->value) &&
            label(at->second->value, kSubmissionId) == label(driver, kSubmissionId))
            executors.push_back(at->second);
    std::sort(executors.begin(), executors.end(), [](const ObjectPtr& a, const ObjectPtr& b) {
        return std::stoi("0" + label(a->value, "spark-exec-id")) <
               std::stoi("0" + label(b->value, "spark-exec-id"));
    });
    return executors;
}

int executor_count(const Json& application) {
    const Json& spec = application.at("spec");
    const Json dynamic = spec.value("dynamicAllocation", Json::object());
    if (dynamic.value("enabled", false))
        return dynamic.value("initialExecutors", dynamic.value("minExecutors", 1));
    return spec.value("executor", Json::object()).value("instances", 1);
}

} // namespace kspark::sandbox
