// SPDX-License-Identifier: Apache-2.0
// What an application needs, by Spark's arithmetic, and whether quotas, limit ranges, nodes and the
// objects that it names are there for it.
#include "core/data/document.hpp"
#include "core/spark/node_fit.hpp"
#include "core/spark/references.hpp"
#include "core/spark/room.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;
using spark::memory_text;

namespace {

Json yaml(const std::string& text) {
    auto documents = data::parse_documents("f.yaml", text);
    if (!documents) FAIL(documents.error().message);
    return documents->at(0).value;
}

spark::Need need(const std::string& spec) {
    return spark::need_of(yaml("apiVersion: sparkoperator.k8s.io/v1beta2\nspec: {" + spec + "}"));
}

std::vector<spark::NamedNeed> two_streams() {
    const auto one = need("driver: {memory: 1g, memoryOverhead: 1g}, executor: {instances: 2, "
                          "cores: 2, memory: 3g, memoryOverhead: 1g}");
    return {{"a", one}, {"b", one}};
}

std::string told(const std::vector<spark::RoomProblem>& problems) {
    std::string text;
    for (const auto& problem : problems)
        text += (problem.application.empty() ? "" : problem.application + ": ") + problem.message +
                (problem.certain ? "" : " (doubtful)") + "\n";
    return text;
}

Json quota(const std::string& hard, const std::string& used = "") {
    return yaml("metadata: {name: team}\nspec: {hard: {" + hard + "}}\nstatus: {used: {" + used +
                "}}");
}

} // namespace

TEST_CASE("memory as Spark asks for it", "[spark][capacity]") {
    const auto [spec, driver, executor] = GENERATE(table<std::string, std::string, std::string>({
        {"", "1.4Gi", "1.4Gi"},
        {"driver: {memory: 512m}, executor: {memory: 8g}", "896Mi", "8.8Gi"},
        {"driver: {memoryOverhead: 1g}, executor: {memoryOverhead: \"512\"}", "2Gi", "1.5Gi"},
        {"type: Python, executor: {memory: 4g}", "1.4Gi", "5.6Gi"},
        {"type: Python, sparkConf: {spark.executor.pyspark.memory: 1g}", "1.4Gi", "2.4Gi"},
        {"memoryOverheadFactor: \"0.5\", executor: {memory: 2g}", "1.5Gi", "3Gi"},
        {"sparkConf: {spark.executor.memoryOverheadFactor: \"0.5\", spark.executor.memory: 2g}",
         "1.4Gi", "3Gi"},
        {"sparkConf: {spark.memory.offHeap.enabled: \"true\", spark.memory.offHeap.size: 2g}",
         "1.4Gi", "3.4Gi"},
        {"sparkConf: {spark.memory.offHeap.size: 2g}", "1.4Gi", "1.4Gi"},
    }));
    CAPTURE(spec);
    const auto found = need(spec);
    CHECK(memory_text(found.driver.memory) == driver);
    CHECK(memory_text(found.executor.memory) == executor);
}

TEST_CASE("cores and executors", "[spark][capacity]") {
    const auto plain = need("driver: {cores: 2, coreRequest: 500m, coreLimit: \"3\"}, executor: "
                            "{cores: 4, instances: 3}");
    CHECK(plain.driver.cpu == 0.5);
    CHECK(plain.driver.cpu_limit == 3);
    CHECK(plain.executor.cpu == 4);
    CHECK_FALSE(plain.executor.cpu_limit);
    CHECK(plain.executors == 3);
    CHECK(spark::total_of(plain).cpu == 12.5);
    CHECK(spark::total_of(plain).pods == 4);
    const auto dynamic = need("executor: {instances: 9}, dynamicAllocation: {enabled: true, "
                              "minExecutors: 2, maxExecutors: 7}");
    CHECK(dynamic.executors == 2);
    CHECK(dynamic.most == 7);
    const auto apache = spark::need_of(yaml("apiVersion: spark.apache.org/v1\nspec:\n"
                                            "  sparkConf: {spark.executor.instances: \"5\", "
                                            "spark.executor.cores: \"2\"}"));
    CHECK(apache.executors == 5);
    CHECK(apache.executor.cpu == 2);
}

TEST_CASE("drivers alone are told from executors that starve", "[spark][capacity]") {
    const auto problems = [](const std::string& hard) {
        return told(spark::quota_problems(two_streams(), {}, {quota(hard)}, true));
    };
    CHECK(problems("requests.memory: 20Gi") == "");
    CHECK(problems("requests.memory: 19Gi") ==
          "quota team: requests.memory 19Gi; 20Gi would be asked for: not all executors would "
          "start (doubtful)\n");
    CHECK(problems("requests.memory: 11Gi") ==
          "quota team: requests.memory 11Gi; 20Gi would be asked for: the drivers would start, "
          "and leave some without any executor\n");
    CHECK(problems("requests.memory: 3Gi") ==
          "quota team: requests.memory 3Gi; 20Gi would be asked for, 4Gi for the drivers alone\n");
    CHECK(problems("pods: 6") == "");
    CHECK(problems("pods: 1").find("drivers alone") != std::string::npos);
    CHECK(problems("limits.cpu: 99").starts_with("a: quota team counts limits.cpu"));
}

TEST_CASE("what the replaced runs hold is theirs again", "[spark][capacity]") {
    spark::Total taken;
    const auto needs = two_streams();
    for (const auto& one : needs) {
        taken.add(one.need.driver, 1);
        taken.add(one.need.executor, one.need.executors);
    }
    const auto full = quota("requests.memory: 20Gi", "requests.memory: 20Gi");
    CHECK(told(spark::quota_problems(needs, taken, {full}, true)) == "");
    CHECK(told(spark::quota_problems(needs, {}, {full}, true))
              .starts_with("quota team: requests.memory 20Gi, 20Gi used by others; "));
    // For a file alone what runs now does not count.
    CHECK(told(spark::quota_problems(needs, {}, {full}, false)) == "");
}

TEST_CASE("limit ranges", "[spark][capacity]") {
    const auto problems = [](const std::string& limits) {
        const std::vector<spark::NamedNeed> one = {
            {"a", need("driver: {cores: 1}, executor: {cores: 4, memory: 8g}")}};
        return told(spark::limit_range_problems(
            one, {yaml("metadata: {name: small}\nspec: {limits: [" + limits + "]}")}));
    };
    CHECK(problems("{type: Container, max: {memory: 9Gi, cpu: 4}, min: {cpu: 100m}}") == "");
    CHECK(problems("{type: Container, max: {memory: 4Gi}}") ==
          "a: limit range small: memory at most 4Gi, not the 8.8Gi of the executors\n");
    CHECK(problems("{type: Container, min: {memory: 2Gi}}") ==
          "a: limit range small: memory at least 2Gi, not the 1.4Gi of the driver\n");
    CHECK(problems("{type: Container, default: {cpu: 2}}") ==
          "a: limit range small: its default limit cpu 2 is below the request 4 of the "
          "executors\n");
    CHECK(problems("{type: PersistentVolumeClaim, max: {storage: 1Gi}}") == "");
}

TEST_CASE("nodes that can take the pods", "[spark][capacity]") {
    const Json object = yaml(
        "spec: {nodeSelector: {pool: streaming}, driver: {tolerations: [{key: dedicated, "
        "operator: Exists}]}, executor: {cores: 4, tolerations: [{key: dedicated, value: s}]}}");
    const auto node = [](const std::string& labels, const std::string& taints,
                         const std::string& cpu = "8") {
        return yaml("metadata: {labels: {" + labels + "}}\nspec: {taints: [" + taints +
                    "]}\nstatus: {allocatable: {cpu: \"" + cpu + "\", memory: 32Gi}}");
    };
    const auto problems = [&](const Json& one) { return spark::node_problems(object, {one}); };
    const std::string taint = "{key: dedicated, value: s, effect: NoSchedule}";
    CHECK(problems(node("pool: streaming", "")).empty());
    CHECK(problems(node("pool: streaming", taint)).empty());
    CHECK(problems(node("pool: batch", "")).front() ==
          "no node has the labels that the driver asks for: pool=streaming");
    CHECK(problems(node("pool: streaming", "{key: gpu, effect: NoSchedule}")).size() == 2);
    CHECK(problems(node("pool: streaming", "{key: dedicated, value: t, effect: NoSchedule}"))
              .front()
              .starts_with("no node that the executor may run on"));
    CHECK(problems(node("pool: streaming", "{key: gpu, effect: PreferNoSchedule}")).empty());
    CHECK(problems(node("pool: streaming", "", "3")).front() ==
          "no node is large enough for the executor: cpu 4, memory 1.4Gi");
    CHECK_FALSE(spark::may_grow({node("pool: streaming", "")}));
    CHECK(spark::may_grow({node("karpenter.sh/nodepool: x", "")}));
}

TEST_CASE("the objects that an application names", "[spark][capacity]") {
    const auto names = [](const std::string& spec) {
        std::string text;
        for (const auto& one : spark::references_of(yaml("spec: {" + spec + "}")))
            text += std::string(to_text(one.kind)) + " " + one.name +
                    (one.key.empty() ? "" : "/" + one.key) + "; ";
        return text;
    };
    CHECK(names("driver: {serviceAccount: s, priorityClassName: p, secrets: [{name: k, path: /k}], "
                "configMaps: [{name: c, path: /c}]}") ==
          "service account s; priority class p; secret k; config map c; ");
    CHECK(names("driver: {env: [{name: A, valueFrom: {secretKeyRef: {name: k, key: x}}}, {name: B, "
                "valueFrom: {secretKeyRef: {name: o, key: x, optional: true}}}], envFrom: "
                "[{configMapRef: {name: c}}]}") == "secret k/x; config map c; ");
    // The operator leaves out a volume that nobody mounts.
    const std::string volumes = "volumes: [{name: a, secret: {secretName: k}}, {name: b, "
                                "persistentVolumeClaim: {claimName: d}}]";
    CHECK(names(volumes) == "");
    CHECK(names(volumes + ", executor: {volumeMounts: [{name: b, mountPath: /d}]}") ==
          "persistent volume claim d; ");
    CHECK(names("imagePullSecrets: [r], sparkConfigMap: c") == "secret r; config map c; ");
    CHECK(names("sparkConf: {spark.kubernetes.driver.secrets.k: /k, "
                "spark.kubernetes.driver.secretKeyRef.A: \"q:x\", "
                "spark.kubernetes.driver.volumes.persistentVolumeClaim.v.options.claimName: d, "
                "spark.kubernetes.executor.volumes.persistentVolumeClaim.v.options.claimName: "
                "OnDemand, spark.kubernetes.authenticate.driver.serviceAccountName: s}") ==
          "secret k; secret q/x; persistent volume claim d; service account s; ");
    CHECK(names("driverSpec: {podTemplateSpec: {spec: {volumes: [{name: v, configMap: {name: "
                "c}}]}}}") == "config map c; ");
}
