// SPDX-License-Identifier: Apache-2.0
#include "core/spark/plan.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;
using spark::Action;

namespace {

Json live() {
    return Json::parse(R"({
      "apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
      "metadata": {"name": "orders", "namespace": "streams", "uid": "u1", "resourceVersion": "7",
                   "generation": 2, "creationTimestamp": "2026-01-01T00:00:00Z",
                   "labels": {"team": "bi"}, "managedFields": [{"manager": "x"}]},
      "spec": {"type": "Scala", "image": "spark:1", "arguments": ["a", "b"],
               "executor": {"memory": "2g", "instances": 1},
               "sparkConf": {"spark.ui.port": "4040"}, "timeToLiveSeconds": 60},
      "status": {"submissionID": "s1"}})");
}

/// What the server's dry run answers when `edit` was applied to the live object.
template <class Edit>
spark::Change change(Edit edit) {
    auto stored = live();
    stored["metadata"]["resourceVersion"] = "8";
    stored["metadata"]["managedFields"].push_back({{"manager", "kubectl-spark"}});
    edit(stored);
    return spark::compare(live(), stored);
}

} // namespace

TEST_CASE("what is not there is created", "[plan]") {
    const auto change = spark::compare(nullptr, live());
    CHECK(change.action == Action::Create);
    CHECK(change.name == "orders");
    CHECK(change.name_space == "streams");
}

TEST_CASE("what the server keeps for itself is no change", "[plan]") {
    CHECK(change([](Json&) {}).action == Action::Unchanged);
    CHECK(change([](Json& o) { o["metadata"]["generation"] = 3; }).action == Action::Unchanged);
    CHECK(change([](Json& o) { o["status"]["submissionID"] = "s2"; }).action == Action::Unchanged);
}

TEST_CASE("a difference under spec restarts, and is named first", "[plan]") {
    const auto c = change([](Json& o) {
        o["metadata"]["labels"]["team"] = "dwh";
        o["spec"]["executor"]["memory"] = "4g";
    });
    REQUIRE(c.action == Action::Restart);
    REQUIRE(c.fields.size() == 2);
    CHECK(data::to_text(c.fields[0].path) == "spec.executor.memory");
    CHECK(c.fields[0].before == "\"2g\"");
    CHECK(c.fields[0].after == "\"4g\"");
}

TEST_CASE("suspend, time to live and metadata are changed in place", "[plan]") {
    CHECK(change([](Json& o) { o["metadata"]["labels"]["team"] = "dwh"; }).action ==
          Action::Update);
    CHECK(change([](Json& o) { o["metadata"]["annotations"]["a"] = "b"; }).action ==
          Action::Update);
    CHECK(change([](Json& o) { o["spec"]["timeToLiveSeconds"] = 5; }).action == Action::Update);
    const auto suspended = change([](Json& o) { o["spec"]["suspend"] = true; });
    CHECK(suspended.action == Action::Update);
    CHECK(suspended.note == "suspends");
    // The same word deeper in spec is another field.
    CHECK(change([](Json& o) { o["spec"]["driver"]["suspend"] = true; }).action == Action::Restart);
}

TEST_CASE("absent and empty are one for lists and for maps of names", "[plan]") {
    CHECK(change([](Json& o) { o["spec"]["volumes"] = Json::array(); }).action ==
          Action::Unchanged);
    CHECK(change([](Json& o) { o["spec"]["hadoopConf"] = Json::object(); }).action ==
          Action::Unchanged);
    CHECK(change([](Json& o) { o["spec"]["monitoring"] = Json::object(); }).action ==
          Action::Restart);
}

TEST_CASE("a field that goes is a change", "[plan]") {
    const auto c = change([](Json& o) { o["spec"].erase("sparkConf"); });
    REQUIRE(c.action == Action::Restart);
    CHECK(data::to_text(c.fields[0].path) == "spec.sparkConf[\"spark.ui.port\"]");
    CHECK(c.fields[0].before == "\"4040\"");
    CHECK(c.fields[0].after.empty());
}

TEST_CASE("lists are compared whole", "[plan]") {
    const auto c = change([](Json& o) { o["spec"]["arguments"] = Json::parse(R"(["a", "c"])"); });
    REQUIRE(c.fields.size() == 1);
    CHECK(c.fields[0].before == R"(["a","b"])");
    CHECK(c.fields[0].after == R"(["a","c"])");
}

TEST_CASE("secrets are not told", "[plan]") {
    const auto c = change([](Json& o) {
        o["spec"]["sparkConf"]["spark.jdbc.password"] = "hunter2";
        o["spec"]["driver"]["env"] = Json::parse(R"([{"name": "A", "value": "hunter2"}])");
    });
    REQUIRE(c.fields.size() == 2);
    for (const auto& field : c.fields) CHECK(field.after.find("hunter2") == std::string::npos);
}

TEST_CASE("the apache operator needs the object made anew for a changed spec", "[plan]") {
    auto before = live();
    before["apiVersion"] = "spark.apache.org/v1";
    auto after = before;
    after["spec"]["image"] = "spark:2";
    const auto c = spark::compare(before, after);
    CHECK(c.action == Action::Restart);
    CHECK(c.note == "deleted and created again");
    after = before;
    after["spec"]["applicationTolerations"]["restartConfig"]["restartPolicy"] = "Always";
    CHECK(spark::compare(before, after).action == Action::Update); // taken up at once
}

TEST_CASE("a schedule takes a changed template at the next run", "[plan]") {
    auto before = live();
    before["kind"] = "ScheduledSparkApplication";
    auto after = before;
    after["spec"]["template"]["image"] = "spark:2";
    const auto c = spark::compare(before, after);
    CHECK(c.action == Action::Update);
    CHECK(c.note == "takes effect at the next run");
}

TEST_CASE("a manifest alone says only what it mentions", "[plan]") {
    auto manifest = Json::parse(R"({"apiVersion": "sparkoperator.k8s.io/v1beta2",
                                    "kind": "SparkApplication", "metadata": {"name": "orders"},
                                    "spec": {"executor": {"memory": "2g"}}})");
    CHECK(spark::compare_declared(live(), manifest).action == Action::Unchanged);
    manifest["spec"]["executor"]["memory"] = "4g";
    CHECK(spark::compare_declared(live(), manifest).action == Action::Restart);
    CHECK(spark::compare_declared(nullptr, manifest).action == Action::Create);
}
