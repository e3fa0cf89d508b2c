// SPDX-License-Identifier: Apache-2.0
#include "tests/spark/loading.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using test::at;
using test::kBase;
using test::load;
using test::problem;

TEST_CASE("maps merge, lists replace, null deletes, streams merge by name", "[values]") {
    const auto inputs = load(
        {{"values.yaml", kBase +
                             "driver: {memory: 1g, cores: 2, serviceAccount: spark}\n"
                             "tolerations: [{key: a}, {key: b}]\n"
                             "streams:\n- {name: orders, arguments: [a, b], executor: {cores: 2}}\n"
                             "- {name: payments}\n"},
         {"prod.yaml", "driver: {memory: 2g, serviceAccount: null}\n"
                       "tolerations: [{key: c}]\n"
                       "streams:\n- {name: clicks}\n- {name: orders, arguments: [c], executor: "
                       "{memory: 8g}}\n"}});
    REQUIRE(problem(inputs) == "(no error)");
    REQUIRE(inputs->manifests.size() == 3);
    CHECK(at(inputs, {"metadata", "name"}, 2) == R"("clicks")");
    CHECK(at(inputs, {"spec", "driver", "memory"}) == R"("2g")");
    CHECK(at(inputs, {"spec", "driver", "cores"}) == "2");
    CHECK(at(inputs, {"spec", "driver", "serviceAccount"}) == "(absent)");
    CHECK(at(inputs, {"spec", "driver", "tolerations"}) == R"([{"key":"c"}])");
    CHECK(at(inputs, {"spec", "arguments"}) == R"(["c"])");
    CHECK(at(inputs, {"spec", "executor", "cores"}) == "2");
    CHECK(at(inputs, {"spec", "executor", "memory"}) == R"("8g")");
    CHECK(at(inputs, {"spec", "executor", "memory"}, 1) == R"("1g")");
}

TEST_CASE("a stream overrides the top of the file, for itself only", "[values]") {
    const auto inputs =
        load({{"v.yaml", kBase + "sparkConf: {a: '1', b: '2'}\n"
                                 "streams:\n- name: one\n  sparkConf: {b: '3'}\n"
                                 "  spark: {image: 'reg/other:2'}\n- name: two\n"}});
    CHECK(at(inputs, {"spec", "sparkConf"}) == R"({"a":"1","b":"3"})");
    CHECK(at(inputs, {"spec", "image"}) == R"("reg/other:2")");
    CHECK(at(inputs, {"spec", "sparkVersion"}) == R"("3.5.3")");
    CHECK(at(inputs, {"spec", "sparkConf"}, 1) == R"({"a":"1","b":"2"})");
    CHECK(at(inputs, {"spec", "image"}, 1) == R"("reg/app:1")");
}

TEST_CASE("flags win over files", "[values]") {
    spark::InputOptions options;
    options.set = {"executor.instances=7,streams[two].executor.memory=9g", "driver.labels=null"};
    options.set_string = {"sparkConf.n=08"};
    const auto inputs =
        load({{"v.yaml", kBase + "driver: {labels: {a: b}}\nexecutor: {instances: 1}\n"
                                 "streams: [{name: one}, {name: two}]\n"}},
             options);
    CHECK(at(inputs, {"spec", "executor", "instances"}) == "7");
    CHECK(at(inputs, {"spec", "executor", "memory"}) == R"("1g")");
    CHECK(at(inputs, {"spec", "executor", "memory"}, 1) == R"("9g")");
    CHECK(at(inputs, {"spec", "driver", "labels"}) == "(absent)");
    CHECK(at(inputs, {"spec", "sparkConf"}) == R"({"n":"08"})");
}

TEST_CASE("unknown keys are errors with a place and a guess", "[values]") {
    const auto told = [](const std::string& text) {
        return problem(load({{"v.yaml", text + "\n" + kBase + "streams: [{name: one}]\n"}}));
    };
    CHECK(told("restartPolcy: Never") ==
          "v.yaml:1:1: unknown key \"restartPolcy\"; did you mean \"restartPolicy\"?");
    CHECK(told("driver:\n  memroy: 1g") ==
          "v.yaml:2:3: unknown key \"memroy\"; did you mean \"memory\"?");
    CHECK(told("image: x") == "v.yaml:1:1: unknown key \"image\": it is written spark.image");
    CHECK(told("enabled: false") ==
          "v.yaml:1:1: unknown key \"enabled\" at the top of the file: it belongs in a stream");
    CHECK(told("kafkaBrokers: x") ==
          "v.yaml:1:1: unknown key \"kafkaBrokers\"; values of your own go "
          "under vars, fields of the operator under spec");
    CHECK(problem(load({{"v.yaml", kBase + "streams:\n- name: one\n  operator: apache\n"}})) ==
          "v.yaml:5:3: stream one: unknown key \"operator\" in a stream: it belongs at the top of "
          "the file");
}

TEST_CASE("wrong types are errors that say what is wanted", "[values]") {
    const auto told = [](const std::string& text) {
        return problem(load({{"v.yaml", text + "\nstreams: [{name: one}]\n"}}));
    };
    CHECK(told("executor: {instances: many}") ==
          "v.yaml:1:12: executor.instances must be a whole number, but is \"many\"");
    CHECK(told("executor: {cores: 1.5}").find("must be a whole number, but is") !=
          std::string::npos);
    CHECK(told("driver: {memory: 512}").find("write 512m or 512g") != std::string::npos);
    CHECK(told("spark: {version: 3.5}").find("write \"3.5\" in quotes") != std::string::npos);
    CHECK(told("restartPolicy: always") ==
          "v.yaml:1:1: restartPolicy is \"always\": write Always (capitals count)");
    CHECK(told("restartPolicy: Sometimes").find("must be Never or Always or OnFailure") !=
          std::string::npos);
    CHECK(told("mode: client").find("mode must be cluster") != std::string::npos);
    CHECK(told("arguments: --x").find("arguments must be a list") != std::string::npos);
    CHECK(told("arguments: [0.5]").find("write \"0.5\" in quotes") != std::string::npos);
    CHECK(told("arguments: [[a]]").find("must be text, but is a list") != std::string::npos);
    CHECK(told("driver: [a]").find("driver must be a map") != std::string::npos);
    CHECK(told("executor: {instances: '2'}").find("whole number, but is \"2\"") !=
          std::string::npos);
}

TEST_CASE("whole numbers and switches are text where text is wanted", "[values]") {
    const auto inputs = load({{"v.yaml", kBase + "arguments: [8080, true, x]\n"
                                                 "sparkConf: {spark.sql.shuffle.partitions: 200}\n"
                                                 "pythonVersion: 3\ndriver: {coreLimit: 2}\n"
                                                 "streams: [{name: one}]\n"}});
    CHECK(at(inputs, {"spec", "arguments"}) == R"(["8080","true","x"])");
    CHECK(at(inputs, {"spec", "sparkConf"}) == R"({"spark.sql.shuffle.partitions":"200"})");
    CHECK(at(inputs, {"spec", "pythonVersion"}) == R"("3")");
    CHECK(at(inputs, {"spec", "driver", "coreLimit"}) == R"("2")");
}

TEST_CASE("names of streams are DNS labels", "[values]") {
    const auto told = [](const std::string& name) {
        return problem(load({{"v.yaml", kBase + "streams:\n- name: " + name + "\n"}}));
    };
    CHECK(told("Orders").find("v.yaml:4:3: the name \"Orders\" has capital letters") == 0);
    CHECK(told("or_ders").find("has an underscore") != std::string::npos);
    CHECK(told("1orders").find("begins wrongly") != std::string::npos);
    CHECK(told("orders-").find("ends with \"-\"") != std::string::npos);
    CHECK(told(std::string(64, 'a')).find("has 64 characters: at most 63") != std::string::npos);
    CHECK(told(std::string(63, 'a')) == "(no error)");
    CHECK(told("'{{ .Set.name }}'").find("has other characters") != std::string::npos);
}

TEST_CASE("streams without names, twice, or none at all", "[values]") {
    CHECK(problem(load({{"v.yaml", kBase + "streams:\n- name: a\n- name: b\n- name: a\n"}})) ==
          "v.yaml:6:3: two streams are named \"a\": the first is at v.yaml:4:3; give one of them "
          "another name");
    CHECK(problem(load({{"v.yaml", kBase + "streams:\n- sink: x\n"}})) ==
          "v.yaml:4:3: streams[0] has no name");
    CHECK(problem(load({{"v.yaml", kBase + "streams:\n- orders\n"}})) ==
          "v.yaml:4:3: streams[0] must be a map, but is a string");
    CHECK(problem(load({{"v.yaml", kBase + "streams: {orders: {}}\n"}})).find("must be a list") !=
          std::string::npos);
    const std::string none =
        "there are no streams: add `streams:` with a list of entries, each with "
        "a name";
    for (const std::string text : {"", "streams:\n", "streams: []\n"})
        CHECK(problem(load({{"v.yaml", kBase + text}})).find(none) != std::string::npos);
    CHECK(problem(load({{"v.yaml", kBase + "streams: [{name: a, enabled: false}]\n"}}))
              .find("every stream has enabled: false") != std::string::npos);
    spark::InputOptions options;
    options.set = {"streams[1].name=a"};
    CHECK(problem(load({{"v.yaml", kBase + "streams: [{name: a}, {name: b}]\n"}}, options))
              .find("two streams are named \"a\"") != std::string::npos);
}

TEST_CASE("all problems are told at once, a flood of them is cut", "[values]") {
    CHECK(problem(load({{"v.yaml", "a1: x\nb1: y\nstreams: [{name: A}]\n"}}))
              .find("\nv.yaml:2:1: ") != std::string::npos);
    std::string text = kBase + "streams:\n";
    for (int i = 0; i < 100; ++i) text += "- {name: s" + std::to_string(i) + ", x: y}\n";
    const auto inputs = load({{"v.yaml", text}});
    REQUIRE_FALSE(inputs);
    CHECK(inputs.error().details.size() == 20);
    CHECK(inputs.error().details.back() == "and 80 further problems");
}

TEST_CASE("the set is named by its file", "[values]") {
    const std::string rest = kBase + "streams: [{name: a}]\n";
    CHECK(load({{"deploy/bi.yaml", rest}, {"prod.yaml", ""}})->set == "bi");
    CHECK(load({{"standard input", rest}})->set == "stdin");
    CHECK(load({{"v.yaml", "name: 'x-{{ .Values.vars.env }}'\nvars: {env: dev}\n" + rest}})->set ==
          "x-dev");
    CHECK(problem(load({{"my values.yaml", rest}})).find("cannot be a label: write `name:`") !=
          std::string::npos);
}

TEST_CASE("a reference may stand where a number or a switch is wanted", "[values]") {
    const auto inputs = load(
        {{"v.yaml", kBase + "vars: {count: 3, never: false}\n"
                            "executor: {instances: '{{ .Values.vars.count }}'}\n"
                            "streams:\n- {name: a}\n- {name: b, enabled: '{{ .Values.vars.never "
                            "}}'}\n"}});
    REQUIRE(problem(inputs) == "(no error)");
    CHECK(inputs->manifests.size() == 1);
    CHECK(at(inputs, {"spec", "executor", "instances"}) == "3");
    CHECK(problem(load({{"v.yaml", kBase + "vars: {bad: x}\nstreams:\n- name: a\n  executor:\n    "
                                           "instances: '{{ .Values.vars.bad }}'\n"}})) ==
          // The place that gave the value, not the one that refers to it.
          "v.yaml:3:8: stream a: executor.instances must be a whole number, but is \"x\"");
}

TEST_CASE("an unknown reference is an error with its place", "[values]") {
    CHECK(problem(load({{"v.yaml", kBase + "sink: s3a://x\nstreams:\n- name: a\n  arguments:\n"
                                           "  - --to={{ .Values.snik }}\n"}})) ==
          "v.yaml:7:5: stream a: {{ .Values.snik }}: there is no value \"snik\"; did you mean "
          "\"sink\"?");
}

TEST_CASE("the environment is read only when it is asked for", "[values]") {
    const core::Environment environment({{"TAG", "9"}, {"PASSWORD", "geheim"}});
    const std::string text = "spark: {version: '3.5.3', image: 'reg/app:${TAG}'}\n"
                             "applicationFile: local:///app.jar\n"
                             "arguments: ['${PASSWORD}']\nstreams: [{name: a}]\n";
    CHECK(at(load({{"v.yaml", text}}, {}, environment), {"spec", "image"}) ==
          R"("reg/app:${TAG}")");
    spark::InputOptions options;
    options.env_subst = {"TAG"};
    const auto inputs = load({{"v.yaml", text}}, options, environment);
    CHECK(at(inputs, {"spec", "image"}) == R"("reg/app:9")");
    CHECK(at(inputs, {"spec", "arguments"}) == R"(["${PASSWORD}"])");
    options.env_subst = {"TAG", "PASSWROD"};
    CHECK(problem(load({{"v.yaml", text}}, options, environment)) == "(no error)");
    CHECK(problem(load({{"v.yaml", text}}, options)).find("is not set") != std::string::npos);
}
