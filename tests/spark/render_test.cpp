// SPDX-License-Identifier: Apache-2.0
#include "core/base/system.hpp"
#include "tests/spark/loading.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using test::at;
using test::kBase;
using test::load;
using test::problem;

namespace {

core::Result<spark::Inputs> stream(const std::string& body, spark::Operator target = {}) {
    spark::InputOptions options;
    options.target = target;
    options.target_given = target == spark::Operator::Apache;
    return load({{"v.yaml", kBase + body + "streams: [{name: a}]\n"}}, options);
}

std::string yaml(const spark::Inputs& inputs) {
    std::string text;
    for (const auto& manifest : inputs.manifests) text += "---\n" + data::to_yaml(manifest.object);
    return text;
}

std::string place(const core::Result<spark::Inputs>& inputs, const data::Path& field,
                  std::size_t index = 0) {
    return spark::to_text(inputs->manifests.at(index).locate(field));
}

const auto kApache = spark::Operator::Apache;

} // namespace

TEST_CASE("the story's file, for both operators", "[render]") {
    const std::string root = test::test_file("../examples/");
    const auto read = [&](const std::string& name) {
        return test::File{name, *core::read_file(root + name, 1u << 20)};
    };
    const auto dev = load({read("values.yaml")});
    const auto prod = load({read("values.yaml"), read("prod.yaml")});
    spark::InputOptions options;
    options.target = kApache;
    options.target_given = true;
    const auto apache = load({read("values.yaml")}, options);
    REQUIRE(problem(dev) == "(no error)");
    REQUIRE(problem(prod) == "(no error)");
    REQUIRE(problem(apache) == "(no error)");
    CHECK(test::golden("render/values.yaml", yaml(*dev)) == "");
    CHECK(test::golden("render/prod.yaml", yaml(*prod)) == "");
    CHECK(test::golden("render/apache.yaml", yaml(*apache)) == "");
}

TEST_CASE("what the webhook would default is written out", "[render]") {
    const auto inputs = stream("");
    CHECK(
        at(inputs, {"spec"}) ==
        R"({"type":"Scala","mode":"cluster","sparkVersion":"3.5.3","image":"reg/app:1",)"
        R"("mainApplicationFile":"local:///app.jar","restartPolicy":{"type":"Never"},)"
        R"("driver":{"cores":1,"memory":"1g"},"executor":{"cores":1,"instances":1,"memory":"1g"}})");
}

TEST_CASE("no default where Spark's configuration has the value", "[render]") {
    const auto inputs = stream("sparkConf: {spark.driver.memory: 2g, spark.executor.cores: '4', "
                               "spark.executor.instances: '3'}\n");
    CHECK(at(inputs, {"spec", "driver"}) == R"({"cores":1})");
    CHECK(at(inputs, {"spec", "executor"}) == R"({"memory":"1g"})");
    CHECK(at(stream("dynamicAllocation: {enabled: true}\n"), {"spec", "executor", "instances"}) ==
          "(absent)");
    CHECK(at(stream("dynamicAllocation: {enabled: false}\n"), {"spec", "executor", "instances"}) ==
          "1");
}

TEST_CASE("restartPolicy: a word stands for a whole policy", "[render]") {
    const std::vector<std::string_view> policy{"spec", "restartPolicy"};
    CHECK(at(stream("restartPolicy: OnFailure\n"), policy) ==
          R"({"type":"OnFailure","onFailureRetries":3,"onFailureRetryInterval":10,)"
          R"("onSubmissionFailureRetries":3,"onSubmissionFailureRetryInterval":20})");
    CHECK(at(stream("restartPolicy: Always\nmaxSubmissionRetries: 7\n"), policy) ==
          R"({"type":"Always","onFailureRetryInterval":10,"onSubmissionFailureRetryInterval":20,)"
          R"("onSubmissionFailureRetries":7})");
    // The operator's map is taken as it is; only what a run cannot do without is added.
    CHECK(
        at(stream("restartPolicy: {type: OnFailure, onFailureRetryInterval: 99}\n"), policy) ==
        R"({"type":"OnFailure","onFailureRetryInterval":99,"onSubmissionFailureRetryInterval":20})");
    CHECK(at(load({{"v.yaml", kBase + "restartPolicy: OnFailure\nstreams:\n- name: a\n"
                                      "  restartPolicy: {onFailureRetries: 9}\n"}}),
             policy) == R"({"type":"OnFailure","onFailureRetries":9,"onFailureRetryInterval":10,)"
                        R"("onSubmissionFailureRetries":3,"onSubmissionFailureRetryInterval":20})");
}

TEST_CASE("labels and annotations are metadata, never spec", "[render]") {
    const auto inputs = stream("namespace: bi\nlabels: {team: bi}\nannotations: {a: b}\n");
    CHECK(at(inputs, {"metadata"}) ==
          R"({"name":"a","namespace":"bi","labels":{"team":"bi","kubectl-spark/set":"v"},)"
          R"("annotations":{"a":"b"}})");
    CHECK(at(inputs, {"spec"}).find("team") == std::string::npos);
    CHECK(inputs->name_space == "bi");
}

TEST_CASE("spec is merged last and keeps the order of the fields", "[render]") {
    const auto inputs =
        stream("spec:\n  proxyUser: etl\n  executor: {instances: 5}\n  newField: 1\n");
    CHECK(at(inputs, {"spec", "executor", "instances"}) == "5");
    std::vector<std::string> keys;
    for (const auto& [key, value] : inputs->manifests[0].object["spec"].items())
        keys.push_back(key);
    CHECK(keys == std::vector<std::string>{"type", "mode", "sparkVersion", "image", "proxyUser",
                                           "mainApplicationFile", "restartPolicy", "driver",
                                           "executor", "newField"});
}

TEST_CASE("nodeSelector never stands at two levels", "[render]") {
    CHECK(at(stream("nodeSelector: {a: b}\n"), {"spec", "nodeSelector"}) == R"({"a":"b"})");
    const auto both = stream("nodeSelector: {a: b}\ndriver: {nodeSelector: {c: d}}\n");
    CHECK(at(both, {"spec", "nodeSelector"}) == "(absent)");
    CHECK(at(both, {"spec", "driver", "nodeSelector"}) == R"({"a":"b","c":"d"})");
    CHECK(at(both, {"spec", "executor", "nodeSelector"}) == R"({"a":"b"})");
}

TEST_CASE("the sink reaches the application as configuration", "[render]") {
    CHECK(at(stream("sink: s3a://x\n"), {"spec", "sparkConf"}) == R"({"spark.sink":"s3a://x"})");
    CHECK(at(stream("sink: s3a://x\nsparkConf: {spark.sink: mine}\n"), {"spec", "sparkConf"}) ==
          R"({"spark.sink":"mine"})");
    const auto own = load({{"v.yaml", kBase + "sink: s3a://x\narguments: ['{{ .Values.sink }}', "
                                              "'{{ .Stream.sink }}']\n"
                                              "streams: [{name: a, sink: 's3a://y'}]\n"}});
    CHECK(at(own, {"spec", "arguments"}) == R"(["s3a://x","s3a://y"])");
}

TEST_CASE("what every application needs is asked for", "[render]") {
    CHECK(problem(load({{"v.yaml", "streams:\n- name: a\n"}})) ==
          "v.yaml:2:3: stream a: there is no Spark version: write spark.version\n"
          "v.yaml:2:3: stream a: there is no image: write spark.image\n"
          "v.yaml:2:3: stream a: there is no application: write applicationFile, such as "
          "local:///opt/spark/app.jar");
    CHECK(problem(load({{"v.yaml", "spec: {sparkVersion: '3.5.3', mainApplicationFile: x}\n"
                                   "driver: {image: a}\nexecutor: {image: a}\n"
                                   "streams: [{name: a}]\n"}})) == "(no error)");
}

TEST_CASE("apache: fields become configuration and pod templates", "[render]") {
    const auto inputs = stream(
        "type: Python\ntimeToLiveSeconds: 60\ndeps: {pyFiles: [b.py, c.py]}\n"
        "hadoopConf: {fs.s3a.endpoint: x}\n"
        "dynamicAllocation: {enabled: true, maxExecutors: 9}\n"
        "driver: {labels: {a: b}, env: [{name: A, value: B}], terminationGracePeriodSeconds: 60}\n",
        kApache);
    REQUIRE(problem(inputs) == "(no error)");
    CHECK(at(inputs, {"apiVersion"}) == R"("spark.apache.org/v1")");
    CHECK(at(inputs, {"spec", "pyFiles"}) == R"("local:///app.jar")");
    CHECK(at(inputs, {"spec", "sparkConf", "spark.submit.pyFiles"}) == R"("b.py,c.py")");
    CHECK(at(inputs, {"spec", "sparkConf", "spark.hadoop.fs.s3a.endpoint"}) == R"("x")");
    CHECK(at(inputs, {"spec", "sparkConf", "spark.dynamicAllocation.maxExecutors"}) == R"("9")");
    CHECK(at(inputs, {"spec", "sparkConf", "spark.executor.instances"}) == "(absent)");
    CHECK(at(inputs, {"spec", "applicationTolerations", "ttlAfterStopMillis"}) == "60000");
    CHECK(
        at(inputs, {"spec", "driverSpec", "podTemplateSpec"}) ==
        R"({"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"spark-kubernetes-driver",)"
        R"("env":[{"name":"A","value":"B"}]}],"terminationGracePeriodSeconds":60}})");
    CHECK(place(inputs, {"spec", "sparkConf", "spark.kubernetes.container.image"}) ==
          "v.yaml:1:27");
}

TEST_CASE("apache: what has no counterpart is refused, not left out", "[render]") {
    CHECK(problem(stream("driver: {gpu: {name: nvidia.com/gpu, quantity: 1}}\n", kApache))
              .find("v.yaml:3:10: stream a: driver.gpu has no counterpart") == 0);
    CHECK(problem(stream("batchScheduler: volcano\n", kApache)).find("has no counterpart") !=
          std::string::npos);
    CHECK(at(load({{"v.yaml", "operator: apache\n" + kBase + "streams: [{name: a}]\n"}}),
             {"apiVersion"}) == R"("spark.apache.org/v1")");
}

TEST_CASE("a field of the object is found where it was written", "[render]") {
    spark::InputOptions options;
    options.set = {"executor.memory=6g"};
    const auto inputs = load({{"values.yaml", "spark:\n  version: '3'\n  image: a\n"
                                              "applicationFile: x\ndriver:\n  memory: 1g\n"
                                              "restartPolicy: OnFailure\nmaxSubmissionRetries: 1\n"
                                              "tolerations:\n- key: k\nsink: s\n"
                                              "streams:\n- name: a\n- name: b\n  arguments: [x]\n"},
                              {"prod.yaml", "streams:\n- name: b\n  driver:\n    memory: 2g\n"
                                            "  spec:\n    proxyUser: p\n"}},
                             options);
    REQUIRE(problem(inputs) == "(no error)");
    CHECK(place(inputs, {"spec", "driver", "memory"}, 0) == "values.yaml:6:3");
    CHECK(place(inputs, {"spec", "driver", "memory"}, 1) == "prod.yaml:4:5");
    CHECK(place(inputs, {"spec", "executor", "memory"}, 1) == "--set executor.memory");
    CHECK(place(inputs, {"spec", "image"}) == "values.yaml:3:3");
    CHECK(place(inputs, {"spec", "sparkVersion"}) == "values.yaml:2:3");
    CHECK(place(inputs, {"spec", "mainApplicationFile"}) == "values.yaml:4:1");
    CHECK(place(inputs, {"spec", "restartPolicy", "type"}) == "values.yaml:7:1");
    CHECK(place(inputs, {"spec", "restartPolicy", "onSubmissionFailureRetries"}) ==
          "values.yaml:8:1");
    CHECK(place(inputs, {"spec", "driver", "tolerations", "0", "key"}) == "values.yaml:10:3");
    CHECK(place(inputs, {"spec", "sparkConf", "spark.sink"}) == "values.yaml:11:1");
    CHECK(place(inputs, {"spec", "arguments", "0"}, 1) == "values.yaml:15:15");
    CHECK(place(inputs, {"spec", "proxyUser"}, 1) == "prod.yaml:6:5");
    CHECK(place(inputs, {"metadata", "name"}, 0) == "values.yaml:13:3");
    // Nobody wrote it: the stream.
    CHECK(place(inputs, {"spec", "mode"}, 0) == "values.yaml:13:3");
}

TEST_CASE("the same values give the same bytes", "[render]") {
    const auto once = stream("sparkConf: {z: '1', a: '2'}\nsink: x\n");
    const auto again = stream("sparkConf: {z: '1', a: '2'}\nsink: x\n");
    CHECK(yaml(*once) == yaml(*again));
}
