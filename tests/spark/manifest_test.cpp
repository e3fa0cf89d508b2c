// SPDX-License-Identifier: Apache-2.0
#include "tests/spark/loading.hpp"
#include "tests/support/temporary_directory.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

using namespace kspark;
using test::at;
using test::kBase;
using test::load;
using test::problem;

namespace {

const std::string kManifest = "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"
                              "metadata: {name: pi}\nspec: {unknown: [1, {x: null}]}\n";
const std::string kService = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
const std::string kValues = kBase + "streams: [{name: a}, {name: b}]\n";

} // namespace

TEST_CASE("manifests pass through as they are", "[manifest]") {
    const auto inputs = load({{"pi.yaml", kManifest}});
    REQUIRE(problem(inputs) == "(no error)");
    CHECK_FALSE(inputs->from_values);
    CHECK(inputs->set.empty());
    CHECK(at(inputs, {"spec"}) == R"({"unknown":[1,{"x":null}]})");
    CHECK(spark::to_text(inputs->manifests[0].locate({"spec", "unknown", "1"})) == "pi.yaml:4:21");
}

TEST_CASE("lists are flattened, scheduled applications and both operators known", "[manifest]") {
    const auto inputs =
        load({{"all.yaml",
               "apiVersion: v1\nkind: List\nitems:\n"
               "- {apiVersion: sparkoperator.k8s.io/v1beta2, kind: ScheduledSparkApplication,\n"
               "   metadata: {name: nightly}}\n"
               "- apiVersion: spark.apache.org/v1\n  kind: SparkApplication\n"
               "  metadata: {name: apache}\n"}});
    REQUIRE(problem(inputs) == "(no error)");
    REQUIRE(inputs->manifests.size() == 2);
    CHECK(spark::to_text(inputs->manifests[1].locate({"metadata", "name"})) == "all.yaml:8:14");
}

TEST_CASE("other kinds are left out, and told", "[manifest]") {
    const auto inputs = load({{"x.yaml", kManifest + "---\n" + kService}});
    REQUIRE(problem(inputs) == "(no error)");
    CHECK(inputs->manifests.size() == 1);
    REQUIRE(inputs->warnings.size() == 1);
    CHECK(inputs->warnings[0].find("6:1: Service \"web\" is nothing for kubectl spark, it is left "
                                   "out: apply it with kubectl") != std::string::npos);
    const auto alone = load({{"x.yaml", kService}});
    CHECK(problem(alone).find("x.yaml: there is no SparkApplication in it") == 0);
    CHECK(problem(alone).find("Service \"web\"") != std::string::npos);
}

TEST_CASE("a kind of that name of another operator is told apart", "[manifest]") {
    CHECK(
        problem(
            load({{"x.yaml", "apiVersion: spark.stackable.tech/v1alpha1\nkind: SparkApplication\n"
                             "metadata: {name: pi}\n"}}))
            .find("SparkApplication \"pi\" of spark.stackable.tech/v1alpha1, another operator,") !=
        std::string::npos);
}

TEST_CASE("values in a directory are refused: it has no order", "[manifest]") {
    test::TemporaryDirectory directory;
    std::ofstream(directory.path / "values.yaml") << kValues;
    spark::InputOptions options;
    options.files = {directory.path.string()};
    CHECK(problem(spark::load_inputs(options, core::Environment()))
              .find("a directory may hold manifests only") != std::string::npos);
}

TEST_CASE("values and manifests do not mix, values are one document", "[manifest]") {
    CHECK(
        problem(load({{"pi.yaml", kManifest}, {"v.yaml", kValues}}))
            .find(
                "pi.yaml:1:1 is a manifest (it has apiVersion and kind), but v.yaml:1:1 is not") ==
        0);
    CHECK(
        problem(load({{"v.yaml", kValues + "---\nname: x\n"}})) ==
        "v.yaml:5:1: a second document begins here: a values file is one document; remove the ---");
    CHECK(problem(load({{"v.yaml", "kind: SparkApplication\nspec: {}\n"}}))
              .find("v.yaml:1:1: there is kind without apiVersion") == 0);
    CHECK(problem(load({{"v.yaml", "# nothing\n"}})) == "v.yaml: there is nothing in it");
    CHECK(problem(load({{"v.yaml", "- a\n"}})).find("must be a map, but are a list") !=
          std::string::npos);
}

TEST_CASE("flags that change values do not fit manifests", "[manifest]") {
    spark::InputOptions options;
    options.set = {"a=b"};
    CHECK(problem(load({{"pi.yaml", kManifest}}, options)) ==
          "--set changes values, but pi.yaml is a manifest");
}

TEST_CASE("--stream keeps what it names", "[manifest]") {
    spark::InputOptions options;
    options.streams = {"b"};
    const auto inputs = load({{"v.yaml", kValues}}, options);
    REQUIRE(problem(inputs) == "(no error)");
    CHECK(inputs->manifests.size() == 1);
    CHECK(inputs->manifests[0].stream == "b");
    CHECK(inputs->filtered);
    options.streams = {"bb"};
    CHECK(problem(load({{"v.yaml", kValues}}, options)) ==
          "--stream bb: there is no stream of that name; did you mean \"b\"?");
    CHECK(problem(load({{"pi.yaml", kManifest}}, options)) ==
          "--stream bb: there is no application of that name");
    options.streams = {"pi"};
    CHECK(load({{"pi.yaml", kManifest}}, options)->filtered);
}

TEST_CASE("no input is a usage error, a missing file an invalid one", "[manifest]") {
    const auto nothing = spark::load_inputs({}, core::Environment());
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().code == core::Code::Usage);
    spark::InputOptions options;
    options.files = {"/nowhere/values.yaml"};
    CHECK(problem(spark::load_inputs(options, core::Environment())).find("/nowhere/values.yaml") !=
          std::string::npos);
}
