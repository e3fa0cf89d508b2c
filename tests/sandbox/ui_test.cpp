// SPDX-License-Identifier: Apache-2.0
// What a driver shows of itself, and what a namespace does not let it have.
#include "tests/sandbox/query.hpp"
#include "tests/sandbox/testing.hpp"

using namespace kspark::sandbox;

namespace {
constexpr auto kUi = "/api/v1/namespaces/default/pods/http:orders-driver:4040/proxy";
}

TEST_CASE("the UI of a driver tells the batch that its log tells") {
    World world;
    Json manifest = World::manifest({{"sandbox.kubectl-spark/batch-age-seconds", "600"},
                                     {"sandbox.kubectl-spark/lag", "5000"}});
    manifest["spec"]["sparkConf"] = {{"spark.sql.streaming.metricsEnabled", "true"}};
    world.apply(manifest, "me");
    world.run(5);
    const auto progress = last_progress(world.cluster, world.driver());
    REQUIRE(progress);
    CHECK(progress->at("batchId") == 0);
    CHECK(progress->at("sources")[0].at("metrics").at("maxOffsetsBehindLatest") == "5000");
    const std::string id = label(world.driver(), "spark-app-selector");
    const Json gauges = Json::parse(world.ask("GET", kUi + std::string("/metrics/json/")).body);
    CHECK(gauges.at("gauges").at(id + ".driver.spark.streaming.orders.latency").at("value") == 400);
    const auto jobs = "/api/v1/applications/" + id + "/jobs";
    CHECK(Json::parse(world.ask("GET", kUi + jobs).body).size() == 1);
    CHECK(world.ask("GET", kUi + std::string("/metrics/json")).code == 302);
    CHECK(
        world.ask("GET", "/api/v1/namespaces/default/services/http:orders-ui-svc:4040/proxy" + jobs)
            .code == 200);
}

TEST_CASE("a driver without a UI refuses the connection") {
    World world;
    world.apply(World::manifest({{"sandbox.kubectl-spark/ui", "off"}}), "me");
    world.run(5);
    const Answer answer = world.ask("GET", kUi + std::string("/metrics/json/"));
    CHECK(answer.code == 503);
    CHECK(answer.body.find("connection refused") != std::string::npos);
}

TEST_CASE("a quota without room for the driver fails the submission in Spark's words") {
    World world;
    world.ask("POST", "/api/v1/namespaces/default/resourcequotas",
              Json{{"apiVersion", "v1"},
                   {"kind", "ResourceQuota"},
                   {"metadata", {{"name", "small"}}},
                   {"spec", {{"hard", {{"requests.cpu", "500m"}}}}}}
                  .dump());
    world.apply(World::manifest(), "me");
    world.run(5);
    CHECK(world.state() == "FAILED");
    const std::string why =
        world.application().at("status").at("applicationState").at("errorMessage");
    CHECK(why.find("pods \"orders-driver\" is forbidden: exceeded quota: small, requested: "
                   "requests.cpu=1, used: requests.cpu=0, limited: requests.cpu=500m") !=
          std::string::npos);
}

TEST_CASE("a quota counts what is there") {
    World world;
    world.ask("POST", "/api/v1/namespaces/default/resourcequotas",
              Json{{"apiVersion", "v1"},
                   {"kind", "ResourceQuota"},
                   {"metadata", {{"name", "large"}}},
                   {"spec", {{"hard", {{"requests.cpu", "5"}, {"pods", "9"}}}}}}
                  .dump());
    world.apply(World::manifest(), "me");
    world.run(5);
    const Json quota =
        Json::parse(world.ask("GET", "/api/v1/namespaces/default/resourcequotas/large").body);
    CHECK(quota.at("status").at("used") == Json{{"pods", "2"}, {"requests.cpu", "2"}});
}
