// SPDX-License-Identifier: Apache-2.0
// One good application, and for each rule what must be changed in it to be found, and what looks
// alike and is right.
#include "core/base/text.hpp"
#include "core/data/document.hpp"
#include "core/spark/lint.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace kspark;
using spark::Finding;
using spark::Manifest;

namespace {

constexpr const char* kGood = R"(apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: orders, namespace: streams}
spec:
  type: Scala
  mode: cluster
  sparkVersion: 3.5.1
  image: registry.example:5000/spark:3.5.1
  mainClass: com.example.Stream
  mainApplicationFile: local:///opt/app.jar
  arguments: [--topic=orders, --checkpoint, "s3a://lake/cp/orders", --sink=s3a://lake/orders]
  sparkConf: {spark.ui.port: "4040"}
  restartPolicy:
    type: OnFailure
    onFailureRetries: 30
    onFailureRetryInterval: 10
    onSubmissionFailureRetries: 3
    onSubmissionFailureRetryInterval: 10
  driver: {cores: 1, memory: 1g, coreLimit: 1200m, serviceAccount: spark}
  executor: {cores: 1, instances: 2, memory: 2g, memoryOverhead: 512m}
)";

Manifest manifest(const data::Document& document) {
    Manifest result;
    result.object = document.value;
    result.locate = [document](const data::Path& path) {
        const data::Position position = data::locate(document, path);
        return spark::Place{document.source->name, position.line, position.column};
    };
    return result;
}

std::vector<Manifest> manifests(const std::string& text) {
    auto documents = data::parse_documents("f.yaml", text);
    if (!documents) FAIL(documents.error().message);
    std::vector<Manifest> result;
    for (const data::Document& document : *documents) result.push_back(manifest(document));
    return result;
}

std::vector<Finding> check(const std::string& text, const std::string& version = "") {
    auto findings = spark::check(manifests(text), {version});
    if (!findings) FAIL(findings.error().message);
    return *findings;
}

/// The good application with a merge patch, written as YAML.
std::string patched(const std::string& patch) {
    auto good = data::parse_documents("good", kGood);
    auto change = data::parse_documents("patch", patch);
    if (!change) FAIL(change.error().message);
    data::merge((*good)[0].value, (*change)[0].value);
    return data::dump_json((*good)[0].value, 1);
}

/// "rule field" of each finding.
std::string found(const std::string& patch, const std::string& version = "") {
    std::string text;
    for (const Finding& finding : check(patched(patch), version)) {
        CHECK(finding.place.line > 0);
        CHECK_FALSE(finding.message.empty());
        CHECK_FALSE(finding.remedy.empty());
        CHECK(finding.application == "orders");
        text += (text.empty() ? "" : ", ") + finding.rule + " " + finding.field;
    }
    return text;
}

std::string two(const std::string& first, const std::string& second) {
    std::string text;
    for (const Finding& finding : check(patched(first) + "\n" + patched(second)))
        text += (text.empty() ? "" : ", ") + finding.rule + " " +
                std::string(to_text(finding.severity));
    return text;
}

std::string spec(const std::string& text) {
    return "spec: {" + text + "}";
}

} // namespace

TEST_CASE("a good application has no findings, by any version", "[spark][lint]") {
    CHECK(check(kGood).empty());
    CHECK(check(kGood, "1.6.2").empty());
    CHECK(check(kGood, "kubeflow 2.5.2").empty());
}

TEST_CASE("a finding as a person reads it", "[spark][lint]") {
    std::string text = kGood;
    text.replace(text.find("memory: 2g"), 10, "memory: 2Gi");
    const auto findings = check(text);
    REQUIRE(findings.size() == 1);
    CHECK(to_text(findings[0]) ==
          "f.yaml:20:38: error: \"2Gi\" is no amount of memory for Spark [memory-unit]\n"
          "  write a whole number and one of k, m, g, t, p: \"2g\"");
}

TEST_CASE("an unknown CRD version is a usage error", "[spark][lint]") {
    auto result = spark::check({}, {"9.9"});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == core::Code::Usage);
    CHECK(result.error().message == "no schema of version \"9.9\" is here; there are kubeflow "
                                    "2.5.2, kubeflow 2.0.0, kubeflow 1.6.2, apache 1.0.0, "
                                    "apache 0.9.0; or write cluster");
    CHECK(spark::crd_versions().front() == "kubeflow 2.5.2");
}

TEST_CASE("what schemas and rules find in one field", "[spark][lint]") {
    const auto [patch, findings] = GENERATE(table<std::string, std::string>({
        // schema
        {spec("executr: {}"), "unknown-field spec.executr"},
        {spec("driver: {coers: 1}"), "unknown-field spec.driver.coers"},
        {spec("sparkVersion: 3.5"), "schema spec.sparkVersion"},
        {spec("sparkConf: {spark.x: true}"), "schema spec.sparkConf[\"spark.x\"]"},
        {spec("restartPolicy: {type: onFailure}"), "schema spec.restartPolicy.type"},
        {spec("executor: {instances: 0}"), "schema spec.executor.instances"},
        {spec("type: null"), "missing-field spec"},
        {spec("arguments: --x"), "schema spec.arguments"},
        {spec("volumes: [{name: v, emptyDir: {sizeLimit: 1 GB}}]"),
         "quantity spec.volumes[0].emptyDir.sizeLimit"},
        {spec("volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]"), ""},
        {spec("driver: {template: {spec: {anything: 1}}}"), ""},
        {spec("driver: {labels: {a: b}, annotations: {a: b}}"), ""},
        // memory
        {spec("driver: {memory: 1.5g}"), "memory-unit spec.driver.memory"},
        {spec("driver: {memory: 1Gi}"), "memory-unit spec.driver.memory"},
        {spec("driver: {memory: 1 GB}"), "memory-unit spec.driver.memory"},
        {spec("driver: {memory: \"1024\"}"), "memory-unit spec.driver.memory"},
        {spec("driver: {memory: 1gb}"), "memory-unit spec.driver.memory"},
        {spec("driver: {memory: 2G}"), ""},
        {spec("driver: {memory: 1024m}"), ""},
        {spec("driver: {memoryOverhead: \"512\"}"), ""},
        {spec("driver: {memoryOverhead: 1gb}"), ""},
        {spec("driver: {memoryOverhead: 512Mi}"), "memory-unit spec.driver.memoryOverhead"},
        {spec("sparkConf: {spark.executor.memory: 1.5g}"),
         "memory-unit spec.sparkConf[\"spark.executor.memory\"]"},
        {spec("driver: {memory: \"${MEMORY}\"}"), ""},
        {spec("driver: {memory: 256m}"), "memory-low spec.driver.memory"},
        {spec("driver: {memoryLimit: 1Gi}"), "memory-limit spec.driver.memoryLimit"},
        {spec("driver: {memoryLimit: 1408Mi}"), ""},
        {spec("driver: {memoryLimit: 2g}"), ""},
        {spec("driver: {memoryLimit: 2 GB}"), "memory-limit spec.driver.memoryLimit"},
        // cores
        {spec("driver: {cores: 0.1}"), "cores spec.driver.cores"},
        {spec("driver: {cores: 0}"), "cores spec.driver.cores"},
        {spec("driver: {coreLimit: 800m}"), "core-limit spec.driver.coreLimit"},
        {spec("driver: {coreLimit: 800m, coreRequest: 500m}"), ""},
        {spec("driver: {coreLimit: 800m, coreRequest: \"1\"}"), "core-limit spec.driver.coreLimit"},
        {spec("driver: {coreRequest: half}"), "core-limit spec.driver.coreRequest"},
        {spec("dynamicAllocation: {enabled: true}"), "dynamic-allocation spec.executor.instances"},
        {spec("dynamicAllocation: {enabled: true, minExecutors: 3, maxExecutors: 2}, executor: "
              "{instances: null}"),
         "dynamic-allocation spec.dynamicAllocation.minExecutors"},
        // restart policy and old versions
        {spec("restartPolicy: {onFailureRetryInterval: null}"),
         "retry-interval spec.restartPolicy"},
        {spec("restartPolicy: {onFailureRetries: null}"), "restart-policy spec.restartPolicy"},
        {spec("restartPolicy: {type: Always, onFailureRetries: null, onSubmissionFailureRetries: "
              "null}"),
         ""},
        {spec("restartPolicy: null"), ""},
        {spec("restartPolicy: Never"), "restart-policy spec.restartPolicy"},
        {"apiVersion: sparkoperator.k8s.io/v1alpha1", "api-version apiVersion"},
        {spec("maxSubmissionRetries: 3"), "old-field spec.maxSubmissionRetries"},
        {spec("failureRetries: 3"), "old-field spec.failureRetries"},
        {spec("deps: {downloadTimeout: 3}"), "old-field spec.deps.downloadTimeout"},
        // image and program
        {spec("image: registry:5000/spark"), "image-tag spec.image"},
        {spec("image: spark:latest"), "image-tag spec.image"},
        {spec("image: \"spark@sha256:0123\""), ""},
        {spec("driver: {image: spark}"), "image-tag spec.driver.image"},
        {spec("mainClass: null"), "main-program spec.mainApplicationFile"},
        {spec("type: Python"), "main-program spec.type"},
        {spec("mainApplicationFile: local:///a.py"), "main-program spec.type"},
        {spec("type: Python, mainApplicationFile: local:///a.py, mainClass: null"), ""},
        {spec("type: Python, mainApplicationFile: local:///a.py, sparkVersion: 2.4.8, image: "
              "\"own:1\""),
         "python-version spec.type"},
        {spec("mainApplicationFile: null"), "missing-field spec"},
        {spec("nodeSelector: {a: b}"), ""},
        {spec("nodeSelector: {a: b}, driver: {nodeSelector: {a: b}}"),
         "node-selector spec.driver.nodeSelector"},
        // configuration
        {spec("sparkConf: {spark.master: k8s}"), "denied-conf spec.sparkConf[\"spark.master\"]"},
        {spec("sparkConf: {spark.kubernetes.namespace: other}"),
         "denied-conf spec.sparkConf[\"spark.kubernetes.namespace\"]"},
        {spec("sparkConf: {spark.kubernetes.namespace: streams}"), ""},
        {spec("hadoopConf: {fs.s3a.secret.key: abc}"),
         "clear-secret spec.hadoopConf[\"fs.s3a.secret.key\"]"},
        {spec("sparkConf: {spark.kubernetes.driver.secrets.s3: /etc/s3}"), ""},
        {spec("sparkConf: {spark.hadoop.fs.s3a.aws.credentials.provider: com.amazonaws.X}"), ""},
        {spec("sparkConf: {spark.ssl.keyPassword: \"123456\"}"),
         "clear-secret spec.sparkConf[\"spark.ssl.keyPassword\"]"},
        {spec("sparkConf: {spark.ssl.keyPassword: \"${PASSWORD}\"}"), ""},
        {spec("sparkConf: {spark.jdbc.url: \"jdbc:postgresql://u:x@host/db\"}"),
         "clear-secret spec.sparkConf[\"spark.jdbc.url\"]"},
        {spec("driver: {javaOptions: -Djavax.net.ssl.trustStorePassword=changeit}"),
         "clear-secret spec.driver.javaOptions"},
        {spec("arguments: [--db-password=x]"), "clear-secret spec.arguments[0]"},
        {spec("arguments: [--password, x]"), "clear-secret spec.arguments[1]"},
        {spec("arguments: [--password-file=/etc/x, --token-path, /x]"), ""},
        {spec("driver: {env: [{name: DB_PASSWORD, value: x}]}"),
         "clear-secret spec.driver.env[0].value"},
        {spec("driver: {env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]}"),
         ""},
        // checkpoints
        {spec("arguments: [--checkpoint=/tmp/cp]"), "checkpoint-in-pod spec.arguments[0]"},
        {spec("sparkConf: {spark.sql.streaming.checkpointLocation: file:///cp}"),
         "checkpoint-in-pod spec.sparkConf[\"spark.sql.streaming.checkpointLocation\"]"},
        {spec("volumes: [{name: v, emptyDir: {}}], arguments: [--checkpoint=/data/cp], driver: "
              "{volumeMounts: [{name: v, mountPath: "
              "/data}]}, "
              "executor: {volumeMounts: [{name: v, mountPath: /data}]}"),
         ""},
        {spec("volumes: [{name: v, emptyDir: {}}], arguments: [--checkpoint=/data2/cp], driver: "
              "{volumeMounts: [{name: v, mountPath: "
              "/data}]}, "
              "executor: {volumeMounts: [{name: v, mountPath: /data}]}"),
         "checkpoint-in-pod spec.arguments[0]"},
        {spec("arguments: [--checkpoint=/cp], hadoopConf: {fs.defaultFS: \"hdfs://n\"}"), ""},
    }));
    CAPTURE(patch);
    CHECK(found(patch) == findings);
}

TEST_CASE("sentences that say what to write", "[spark][lint]") {
    const auto sentence = [](const std::string& patch) {
        const auto findings = check(patched(patch));
        REQUIRE(findings.size() == 1);
        return findings[0].message + "; " + findings[0].remedy;
    };
    CHECK(sentence(spec("sparkVersion: 3.5")) ==
          "spec.sparkVersion must be a string, not a number; put the value in quotes: \"3.5\"");
    CHECK(sentence(spec("restartPolicy: {type: always}")) ==
          "spec.restartPolicy.type is \"always\", which is none of \"Never\", \"Always\", "
          "\"OnFailure\"; "
          "write \"Always\"");
    CHECK(
        sentence(spec("driver: {memory: 1.5g}")) ==
        "\"1.5g\" is no amount of memory for Spark; write a whole number and one of k, m, g, t, p: "
        "\"1536m\"");
    CHECK(sentence(spec("driver: {memory: 1 GB}")).ends_with("\"1g\""));
    CHECK(sentence(spec("driver: {cores: 0.1}"))
              .ends_with("write cores: 1 and coreRequest: \"100m\""));
    CHECK(sentence(spec("driver: {coers: 1}")) ==
          "unknown field \"coers\"; did you mean \"cores\"?; write \"cores\", or remove it");
    CHECK(sentence(spec("sparkConf: {spark.x.password: 77}")).find("77") == std::string::npos);
    CHECK(sentence(spec("sparkConf: {spark.x.password: hunter2}")).find("hunter2") ==
          std::string::npos);
    CHECK(sentence(spec("arguments: [--password=hunter2]")).find("hunter2") == std::string::npos);
}

TEST_CASE("names and what grows from them", "[spark][lint]") {
    const auto name = [](const std::string& word, const std::string& kind = "SparkApplication") {
        std::string text;
        for (const Finding& finding :
             check(patched("kind: " + kind + "\nmetadata: {name: " + word + "}")))
            if (finding.rule == "name") text += to_text(finding.severity);
        return text;
    };
    CHECK(name("orders-2") == "");
    CHECK(name("Orders") == "error");
    CHECK(name("or_ders") == "error");
    CHECK(name("2orders") == "error");
    CHECK(name(std::string(64, 'a')) == "error");
    CHECK(name(std::string(57, 'a')) == "warning");
    CHECK(name(std::string(56, 'a')) == "");
    CHECK(name(std::string(44, 'a'), "ScheduledSparkApplication") == "error");
    CHECK(name(std::string(43, 'a'), "ScheduledSparkApplication") == "");
    CHECK(name("\"{{ x }}\"") == "");
}

TEST_CASE("applications that meet in one place", "[spark][lint]") {
    const std::string other = "metadata: {name: items}\n";
    const std::string apart =
        other + spec("arguments: [--checkpoint=s3a://lake/cp/items, --sink=s3a://lake/items]");
    CHECK(two("{}", apart) == "");
    CHECK(two("{}", "metadata: {namespace: b}\n" + spec("arguments: []")) == "");
    CHECK(two("{}", spec("arguments: []")) == "duplicate-name error");
    CHECK(two("{}", other + spec("arguments: [\"--checkpointLocation=s3://lake/cp/orders/\"]")) ==
          "duplicate-checkpoint error");
    CHECK(two("{}", other + spec("arguments: [--output, \"s3a://lake/orders\"]")) ==
          "duplicate-sink warning");
    const std::string root = spec(
        "sparkConf: {spark.sql.streaming.checkpointLocation: \"s3a://lake/cp\"}, arguments: []");
    CHECK(two(root, other + root) == "duplicate-checkpoint warning");
}

TEST_CASE("a duplicate says where the other one is", "[spark][lint]") {
    const auto findings = check(std::string(kGood) + "---\n" + kGood);
    REQUIRE_FALSE(findings.empty());
    CHECK(findings[0].message ==
          "another application has the name streams/orders, too (f.yaml:3:12)");
    CHECK(findings[0].place.line > 20);
}

TEST_CASE("scheduled applications are looked into", "[spark][lint]") {
    auto good = data::parse_documents("good", kGood);
    data::Json object = (*good)[0].value;
    object["kind"] = "ScheduledSparkApplication";
    data::Json spec = object["spec"];
    spec["driver"]["memory"] = "1Gi";
    object["spec"] = {
        {"schedule", "@every 5m"}, {"concurrencyPolicy", "Forbid"}, {"template", spec}};
    const auto findings = check(data::dump_json(object));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].field == "spec.template.driver.memory");
}

TEST_CASE("applications of Apache's operator", "[spark][lint]") {
    const std::string good =
        "apiVersion: spark.apache.org/v1\nkind: SparkApplication\nmetadata: {name: a}\n"
        "spec:\n  jars: local:///a.jar\n  mainClass: A\n"
        "  runtimeVersions: {sparkVersion: 4.0.1}\n  sparkConf:\n"
        "    spark.kubernetes.container.image: apache/spark:{{SPARK_VERSION}}\n"
        "    spark.kubernetes.authenticate.driver.serviceAccountName: spark\n";
    CHECK(check(good).empty());
    CHECK(check(good, "0.9.0").empty());
    const auto findings = check(good + "    spark.driver.memory: 1Gi\n  mainApplicationFile: x\n");
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].rule == "memory-unit");
    CHECK(findings[1].rule == "old-field");
    CHECK(findings[1].remedy == "write jars (or pyFiles) instead");
    // Its CRD would take it.
    const auto bare = check(good.substr(0, good.find("spec:")));
    REQUIRE_FALSE(bare.empty());
    CHECK(bare[0].rule == "missing-field");
    CHECK(bare[0].message == "spec is missing");
}

TEST_CASE("denied keys are refused by new operators only", "[spark][lint]") {
    const auto severity = [](const std::string& version) {
        const auto findings = check(patched(spec("sparkConf: {spark.master: x}")), version);
        REQUIRE(findings.size() == 1);
        return findings[0].severity;
    };
    CHECK(severity("2.5.2") == spark::Severity::Error);
    CHECK(severity("1.6.2") == spark::Severity::Warning);
}

TEST_CASE("fields that a version does not have yet", "[spark][lint]") {
    const std::string suspend = spec("suspend: false"), limit = spec("driver: {memoryLimit: 2g}"),
                      priority = spec("driver: {priorityClassName: high}"),
                      main = spec("mainApplicationFile: null");
    CHECK(found(suspend, "2.5.2") == "");
    CHECK(found(suspend, "2.0.0") == "unknown-field spec.suspend");
    CHECK(found(limit, "2.0.0") == "unknown-field spec.driver.memoryLimit");
    CHECK(found(priority, "2.0.0") == "");
    CHECK(found(priority, "1.6.2") == "unknown-field spec.driver.priorityClassName");
    CHECK(found(main, "2.0.0") == "");
    CHECK(found(main, "2.5.2") == "missing-field spec");
}

TEST_CASE("the schema that a cluster serves", "[spark][lint]") {
    const data::Json served = data::Json::parse(R"({"components": {"schemas": {
      "io.k8s.sparkoperator.v1beta2.SparkApplication": {
        "type": "object",
        "x-kubernetes-group-version-kind": [
          {"group": "sparkoperator.k8s.io", "kind": "SparkApplication", "version": "v1beta2"}],
        "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
          "metadata": {"allOf": [{"$ref": "#/components/schemas/ObjectMeta"}]},
          "spec": {"type": "object", "properties": {"driver": {"type": "object", "properties": {
            "cores": {"type": "integer"}, "novelty": {"$ref": "#/components/schemas/Other"}}}}}}},
      "List": {"type": "object", "x-kubernetes-group-version-kind": [
          {"group": "sparkoperator.k8s.io", "kind": "SparkApplicationList", "version": "v1beta2"}]}
    }}})");
    spark::CheckOptions options;
    options.served[spark::Operator::Kubeflow] = served;
    const auto findings = spark::check(
        manifests("apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"
                  "metadata: {name: a}\nspec:\n  image: a:1\n  driver: {cores: one, novelty: 1, "
                  "serviceAccount: s}\n"),
        options);
    REQUIRE(findings);
    std::string text;
    for (const Finding& finding : *findings) text += finding.rule + " " + finding.field + "; ";
    CHECK(text == "unknown-field spec.image; schema spec.driver.cores; unknown-field "
                  "spec.driver.serviceAccount; ");
}

TEST_CASE("a finding names the file that gave the value", "[spark][lint]") {
    const auto document = [](const char* name, const char* text) {
        auto documents = data::parse_documents(name, text);
        if (!documents) FAIL(documents.error().message);
        return documents->at(0);
    };
    auto inputs = spark::load_documents(
        {document("values.yaml", "spark: {version: 3.5.1, image: 'own:1'}\n"
                                 "mainClass: com.example.Stream\n"
                                 "applicationFile: local:///opt/app.jar\n"
                                 "restartPolicy: Always\n"
                                 "vars: {heap: 2g}\n"
                                 "driver: {serviceAccount: s, memory: '{{ .Values.vars.heap }}'}\n"
                                 "executor: {memory: 2g}\n"
                                 "streams: [{name: orders}]\n"),
         document("prod.yaml", "executor: {memory: 3Gi}\nvars:\n  heap: 1Gi\n")},
        {.files = {"values.yaml", "prod.yaml"}}, {});
    REQUIRE(inputs);
    const auto findings = spark::check(inputs->manifests, {});
    REQUIRE(findings);
    std::string text;
    for (const Finding& finding : *findings)
        text += to_text(finding.place) + " " + finding.rule + "; ";
    CHECK(text == "prod.yaml:1:12 memory-unit; prod.yaml:3:3 memory-unit; ");
}

TEST_CASE("objects of other kinds and groups are left alone", "[spark][lint]") {
    CHECK(check("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: X_Y}\n").empty());
    CHECK(check("apiVersion: radanalytics.io/v1\nkind: SparkApplication\nspec: {}\n").empty());
    CHECK(check("apiVersion: 1\nkind: []\n").empty());
}

TEST_CASE("nonsense of every type is survived", "[spark][lint]") {
    std::string all;
    for (const char* value :
         {"null", "1", "text", "[]", "[1, [2]]", "{}", "{a: 1}", "true", "-1", "1.5"})
        for (const char* field :
             {"driver", "executor", "sparkConf", "arguments", "restartPolicy", "image", "type",
              "volumes", "dynamicAllocation", "mainApplicationFile", "deps", "nodeSelector"})
            all += patched(spec(std::string(field) + ": " + value)) + "\n";
    for (const char* text : {"spec: 1", "spec: []", "metadata: 1", "metadata: {name: 1}"})
        all += patched(text) + "\n";
    CHECK(check(all).size() > 100);
}

TEST_CASE("the corpus is checked without a crash, and known mistakes are found",
          "[spark][lint][corpus]") {
    std::vector<Manifest> all;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::test_file("corpus/manifests")))
        if (auto documents = data::read_documents({entry.path().string()}))
            for (const data::Document& document : *documents) all.push_back(manifest(document));
    CHECK(all.size() > 90);
    std::map<std::string, std::string> rules;
    for (const std::string& version : spark::crd_versions()) {
        auto findings = spark::check(all, {version});
        REQUIRE(findings);
        for (const Finding& finding : *findings) {
            CHECK(finding.place.line > 0);
            // Files of different repositories share names and places, of course.
            if (!finding.rule.starts_with("duplicate"))
                rules[std::filesystem::path(finding.place.file).filename().string()] +=
                    finding.rule + " ";
        }
    }
    // The operators' own examples are good.
    CHECK(rules["kubeflow__spark-operator--examples_spark-pi.yaml"] == "");
    CHECK(rules["apache__spark-kubernetes-operator--examples_pi.yaml"] == "");
    CHECK(rules["cerndb__spark-on-k8s-operator--examples_spark-pi.yaml"].find("cores") !=
          std::string::npos);
    CHECK(rules["cerndb__spark-on-k8s-operator--examples_spark-pyfiles@1d280bc.yaml"].find(
              "unknown-field") != std::string::npos);
}

TEST_CASE("of a thousand applications each finding has its own place", "[spark][lint]") {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        std::string one = kGood;
        const std::string number = std::to_string(i);
        for (std::size_t at = 0; (at = one.find("orders", at)) != one.npos; at += 6 + number.size())
            one.insert(at + 6, number);
        one.replace(one.find("memory: 2g"), 10, "memory: 2Gi");
        text += "---\n" + one;
    }
    const auto findings = check(text);
    REQUIRE(findings.size() == 1000);
    for (int i = 0; i < 1000; ++i)
        CHECK(findings[static_cast<std::size_t>(i)].place.line == i * 21 + 21);
}
