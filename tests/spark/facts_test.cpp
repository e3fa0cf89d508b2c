// SPDX-License-Identifier: Apache-2.0
// Would catch: a request too many per pod, events of an older object of the same name, an answer
// lost because one kind may not be read.
#include "core/spark/facts.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;

namespace {

std::string list_of(std::vector<data::Json> items) {
    return data::Json{{"kind", "List"}, {"items", std::move(items)}}.dump();
}

constexpr auto kPods =
    "/api/v1/namespaces/default/pods?labelSelector=sparkoperator.k8s.io%2Fapp-name%3Dbad-image";
constexpr auto kForbidden = R"({"kind":"Status","status":"Failure","reason":"Forbidden","code":403,
                                "message":"pods is forbidden: User \"x\" cannot list"})";

} // namespace

TEST_CASE("a pod: role, node, state, exit, scheduling") {
    const auto pod = spark::decode_pod(test::recorded("pod-oom-driver-driver-06-failed"));
    CHECK(pod.role == "driver");
    CHECK(pod.node == "rig-node");
    CHECK(pod.phase == "Failed");
    CHECK(pod.application == "oom-driver");
    CHECK_FALSE(pod.submission_id.empty());
    REQUIRE(pod.containers.size() == 1);
    CHECK(pod.containers[0].is_main);
    CHECK(pod.containers[0].state == "terminated");
    CHECK(pod.containers[0].reason == "OOMKilled");
    CHECK(pod.containers[0].exit_code == 137);
    CHECK(spark::decode_pod(test::recorded("pod-driver-too-big-driver-02-pending"))
              .scheduling_problem.starts_with("0/1 nodes"));
}

TEST_CASE("events of both APIs") {
    const auto old = spark::decode_event(data::Json::parse(
        R"({"type":"Warning","reason":"Failed","message":"m","count":4,"lastTimestamp":"2026-01-01T00:00:09Z",
            "firstTimestamp":"2026-01-01T00:00:00Z","involvedObject":{"kind":"Pod","name":"p"}})"));
    CHECK(core::format_time(old.last) == "2026-01-01T00:00:09Z");
    CHECK(old.count == 4);
    const auto recent = spark::decode_event(data::Json::parse(
        R"({"type":"Normal","reason":"SparkApplicationSubmitted","note":"orders","action":"SparkApplication orders was submitted",
            "eventTime":"2026-01-01T00:00:01.5Z","regarding":{"kind":"SparkApplication","name":"orders"},
            "reportingController":"spark-operator"})"));
    CHECK(recent.message == "SparkApplication orders was submitted");
    CHECK(recent.object_name == "orders");
    CHECK(recent.source == "spark-operator");
}

TEST_CASE("pods and events are asked for at once, those of executors after") {
    test::ManualClock clock;
    test::FakeTransport transport(&clock);
    auto other_object = test::recorded("events")["items"][0];
    other_object["involvedObject"]["uid"] = "an-older-object";
    other_object["involvedObject"]["name"] = "bad-image";
    transport.on("GET", kPods)
        .reply(200, list_of({test::recorded("pod-bad-image-driver-12-pending")}));
    transport
        .on("GET",
            "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dbad-image")
        .reply(200, list_of({other_object}));
    transport
        .on("GET", "/api/v1/namespaces/default/"
                   "events?fieldSelector=involvedObject.name%3Dbad-image-driver")
        .reply(200, test::recorded("events").dump());
    kube::Client client(transport, clock);
    std::vector<std::string> missing;
    const auto facts =
        spark::gather_facts(client, test::application("app-bad-image-02-submitted"), missing);
    REQUIRE(facts);
    CHECK(missing.empty());
    CHECK(facts->pods.size() == 1);
    CHECK(facts->pods_known);
    CHECK(facts->events_known);
    CHECK(std::none_of(facts->events.begin(), facts->events.end(), [](const auto& event) {
        return event.reason == "SparkApplicationAdded" && event.object_name == "bad-image";
    }));
    CHECK(std::is_sorted(facts->events.begin(), facts->events.end(),
                         [](const auto& a, const auto& b) { return a.last < b.last; }));
    CHECK(facts->application.name == "bad-image");
    CHECK(diagnose(*facts).id == "image-pull");
}

TEST_CASE("what may not be read is left out and said") {
    test::ManualClock clock;
    test::FakeTransport transport(&clock);
    transport.on("GET", kPods).reply(403, kForbidden);
    transport.on("GET", "/api/v1/namespaces/default/events?*").reply(403, kForbidden).times(2);
    kube::Client client(transport, clock);
    std::vector<std::string> missing;
    const auto facts =
        spark::gather_facts(client, test::application("app-bad-image-02-submitted"), missing);
    REQUIRE(facts);
    CHECK_FALSE(facts->pods_known);
    CHECK_FALSE(facts->events_known);
    REQUIRE(missing.size() == 2);
    CHECK(missing[0].find("pods are left out") == 0);
    CHECK(missing[1].find("events are left out") == 0);
}
