// SPDX-License-Identifier: Apache-2.0
// The expectations were printed by kubectl 1.32 for the same object (kubectl label --local -o
// jsonpath). Would catch: a script that worked with kubectl and gives something else here.
#include "core/output/jsonpath.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using namespace kspark::output;

namespace {

std::string eval(std::string_view expression) {
    static const auto pod = data::Json::parse(R"({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "x", "labels": {"spark.role/x": "driver", "q": "r"}},
        "spec": {"priority": null, "containers": [
            {"name": "a", "image": "i", "ports": [{"containerPort": 80}]},
            {"name": "b", "image": "j", "tty": true,
             "ports": [{"containerPort": 443}, {"containerPort": 8080}]}]}})");
    auto text = evaluate_jsonpath(expression, pod);
    return text ? *text : "error: " + text.error().message;
}

} // namespace

TEST_CASE("fields, text and literals") {
    CHECK(eval("{.metadata.name}") == "x");
    CHECK(eval("name={.metadata.name};{\"\\n\"}") == "name=x;\n");
    CHECK(eval("{$.kind}{.kind}{@.kind}") == "PodPodPod");
    CHECK(eval("{'single'}") == "single");
    CHECK(eval(".metadata.name") == ".metadata.name");
    CHECK(eval("{.metadata.labels.spark\\.role/x}") == "driver");
    CHECK(eval("{.metadata.labels['spark\\.role/x']}") == "driver");
    CHECK(eval("{.spec.priority}|") == "null|");
    CHECK(eval("{.spec.containers[?(@.name=='b')].tty}") == "true");
}

TEST_CASE("what is not there prints nothing") {
    CHECK(eval("{.nope}") == "");
    CHECK(eval("[{.nope.deeper[3].x}]") == "[]");
    CHECK(eval("{range .nope[*]}{.name}{end}.") == ".");
}

TEST_CASE("maps and lists print as JSON with sorted keys") {
    CHECK(eval("{.spec.containers[0]}") ==
          R"({"image":"i","name":"a","ports":[{"containerPort":80}]})");
    CHECK(eval("{.spec.containers[*].ports[*]}") ==
          R"({"containerPort":80} {"containerPort":443} {"containerPort":8080})");
}

TEST_CASE("indices and slices") {
    CHECK(eval("{.spec.containers[*].name}") == "a b");
    CHECK(eval("{.spec.containers[-1].name}") == "b");
    CHECK(eval("{.spec.containers[-1:].name}") == "b");
    CHECK(eval("{.spec.containers[0:1].name}") == "a");
    CHECK(eval("{.spec.containers[::2].name}") == "a");
    CHECK(eval("{.spec.containers[0,1].name}") == "a b");
    CHECK(eval("{.spec.containers[*]['name','image']}") == "a b i j");
    CHECK(eval("{.spec.containers[0]['ports[0].containerPort', 'name']}") ==
          eval("{.spec.containers[0].ports[0].containerPort} a"));
    CHECK(eval("{.spec.containers.*.name}") == "a b");
}

TEST_CASE("descent") {
    CHECK(eval("{..containerPort}") == "80 443 8080");
    CHECK(eval("{..ports[0].containerPort}") == "80 443");
    CHECK(eval("{..}").starts_with(R"({"apiVersion":"v1",)"));
}

TEST_CASE("filters") {
    CHECK(eval("{.spec.containers[?(@.name==\"b\")].image}") == "j");
    CHECK(eval("{.spec.containers[?(@.name!=\"b\")].name}") == "a");
    CHECK(eval("{.spec.containers[?(@.tty)].name}") == "b");
    CHECK(eval("{.spec.containers[?(@.tty==true)].name}") == "b");
    CHECK(eval("{.spec.containers[?(@.ports[0].containerPort==443)].name}") == "b");
    CHECK(eval("{.spec.containers[*].ports[?(@.containerPort>100)].containerPort}") == "443 8080");
    CHECK(eval("{.spec.containers[*].ports[?(@.containerPort<=80)].containerPort}") == "80");
    CHECK(eval("{.spec.containers[?(@.name==\"a==b\")].name}") == "");
}

TEST_CASE("ranges, also one in another and one that is left open") {
    CHECK(eval("{range .spec.containers[*]}{.name}:{range "
               ".ports[*]}{.containerPort},{end}{\"\\n\"}{end}") == "a:80,\nb:443,8080,\n");
    CHECK(eval("{range .spec.containers[*]}{.name}") == "ab");
}

TEST_CASE("mistakes are one sentence") {
    CHECK(eval("{.metadata") == "error: jsonpath {.metadata: unclosed action");
    CHECK(eval("{end}") == "error: jsonpath {end}: not in range, nothing to end");
    CHECK(
        eval("{.spec.containers[5].name}") ==
        "error: jsonpath {.spec.containers[5].name}: array index out of bounds: index 5, length 2");
    for (const auto* expression :
         {"{#}", "{.spec.containers[x]}", "{.spec.containers[0}", "{.a[?(@.b}", "{\"open}",
          "{.metadata[*]}", "{.spec.containers[]}", "{.spec.containers[::0]}",
          "{.spec.containers[?(@.name=~\"b\")]}"})
        CHECK(eval(expression).starts_with("error: "));
    std::string deep = "{";
    for (int i = 0; i < 5000; ++i) deep += ".a[?(@";
    CHECK(eval(deep + "}").starts_with("error: "));
    deep.clear();
    for (int i = 0; i < 5000; ++i) deep += "{range .a}";
    CHECK(eval(deep).starts_with("error: "));
}
