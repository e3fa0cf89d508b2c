// SPDX-License-Identifier: Apache-2.0
// What people see, as golden files, and what a pipe gets from --watch. Would catch: a page that
// lost a section, an escape sequence of the cluster, a watch that repeats itself while only time
// passes.
#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/timeline.hpp"
#include "plugins/status/detail.hpp"
#include "tests/plugins/status_world.hpp"

using namespace kspark;
using namespace kspark::test;

namespace {

status::Detail detail(std::string_view application, std::vector<std::string_view> pods,
                      std::string_view now) {
    status::Detail result;
    auto& facts = result.facts;
    facts.application = *spark::decode_application(recorded(application));
    facts.now = *core::parse_time(now);
    facts.pods_known = facts.events_known = !pods.empty();
    std::vector<std::string> names = {facts.application.name};
    for (const auto pod : pods) {
        facts.pods.push_back(spark::decode_pod(recorded(pod)));
        names.push_back(facts.pods.back().name);
    }
    const data::Json events = recorded("events");
    for (const auto& item : events["items"]) {
        auto event = spark::decode_event(item);
        if (std::find(names.begin(), names.end(), event.object_name) != names.end())
            facts.events.push_back(std::move(event));
    }
    result.causes = causes(facts);
    return result;
}

} // namespace

TEST_CASE("one application on a page") {
    CHECK(golden("status/running.txt",
                 describe(detail("app-orders-17-running", {"pod-orders-driver-17-running"},
                                 "2026-11-22T10:13:50Z"),
                          {})) == "");
    CHECK(golden("status/bad-image.txt",
                 describe(detail("app-bad-image-02-submitted", {"pod-bad-image-driver-12-pending"},
                                 "2026-11-22T10:05:00Z"),
                          {})) == "");
    CHECK(golden("status/bad-account.txt",
                 describe(detail("app-bad-account-03-failed", {}, "2026-11-22T10:05:00Z"), {})) ==
          "");
    CHECK(golden("status/oom-executor.txt",
                 describe(detail("app-oom-executor-06-running",
                                 {"pod-oom-executor-driver-04-running",
                                  "pod-fail-de7927a202cebc45-exec-1-06-succeeded"},
                                 "2026-11-22T10:30:56Z"),
                          {})) == "");
    CHECK(golden("status/retries-used.txt",
                 describe(detail("app-fail-retry-21-failed", {}, "2026-11-22T10:05:00Z"), {})) ==
          "");
    CHECK(golden("status/apache.txt",
                 describe(detail("apache-app-orders-05-RunningHealthy", {}, "2026-11-22T12:02:00Z"),
                          {})) == "");
}

TEST_CASE("the fleet") {
    StatusWorld world("2026-11-22T10:24:00Z");
    world.applications(
        {recorded("app-orders-17-running"), recorded("app-pi-08-completed"),
         recorded("app-bad-account-03-failed"), recorded("app-bad-image-02-submitted"),
         recorded("app-fail-retry-06-failing"), recorded("app-sessions-03-suspended"),
         recorded("app-orders-13-pending_rerun"), recorded("app-bad-image-01-new")});
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?*")
        .reply(200, list_of({recorded("pod-bad-image-driver-12-pending")}));
    REQUIRE(world.run({"-o", "wide"}));
    CHECK(golden("status/fleet-wide.txt", world.out.text()) == "");
}

TEST_CASE("on a terminal: colors, and no line wider than it") {
    StatusWorld world("2026-11-22T10:24:00Z", true);
    world.applications({recorded("app-orders-17-running"), recorded("app-bad-account-03-failed")});
    REQUIRE(world.run({}));
    CHECK(world.out.text().find("\x1b[32mRUNNING\x1b[0m") != std::string::npos);
    CHECK(world.out.text().find("\x1b[31mFAILED\x1b[0m") != std::string::npos);
}

TEST_CASE("nothing from the cluster moves the cursor") {
    auto bad = detail("app-fail-exit-08-failed", {"pod-fail-exit-driver-06-failed"},
                      "2026-11-22T10:05:00Z");
    const std::string evil = "x\x1b[2J\x1b]0;t\x07\u009b1A\n\x1b[31my";
    auto& facts = bad.facts;
    facts.application.message = facts.application.image = facts.application.name = evil;
    facts.application.state = facts.application.ui_ingress = evil;
    facts.pods[0].name = facts.pods[0].node = facts.pods[0].reason = evil;
    for (auto& event : facts.events) event.message = event.reason = event.object_name = evil;
    bad.causes = {{"failed", spark::Health::Bad, evil, {{evil}}, evil}};
    const std::string text = describe(bad, {});
    for (const char c : {'\x1b', '\x07'}) CHECK(text.find(c) == std::string::npos);
    CHECK(text.find("\u009b") == std::string::npos);
}

TEST_CASE("repeated events are told once") {
    std::vector<spark::Event> events(3);
    events[0].reason = events[2].reason = "BackOff";
    events[1].reason = "Pulling";
    events[0].count = 4;
    for (int i = 0; i < 3; ++i) events[static_cast<std::size_t>(i)].last += std::chrono::seconds(i);
    const auto folded = spark::fold(events);
    REQUIRE(folded.size() == 2);
    CHECK(folded[0].reason == "Pulling");
    CHECK(folded[1].reason == "BackOff");
    CHECK(folded[1].count == 5);
}

TEST_CASE("--watch in a pipe: a line per change, none for time that passes") {
    StatusWorld world("2026-11-22T10:13:50Z");
    const auto event = [](std::string type, data::Json object) {
        return data::Json{{"type", std::move(type)}, {"object", std::move(object)}}.dump() + "\n";
    };
    world.cluster.on("GET", std::string(kKubeflow) + "*watch=true*")
        .stream()
        .send(event("MODIFIED", recorded("app-fail-exit-08-failed")))
        .send(event("DELETED", recorded("app-orders-17-running")))
        .end();
    world.cluster.on("GET", std::string(kKubeflow) + "*watch=true*")
        .reply(401, refusal(401, "Unauthorized", "Unauthorized"))
        .always();
    world.cluster.on("GET", std::string(kKubeflow) + "*")
        .reply(200, list_of({recorded("app-orders-17-running")}));
    world.without_apache();
    const auto done = world.run({"-w"});
    REQUIRE_FALSE(done);
    const std::string text = world.out.text();
    INFO(text);
    CHECK(text.find("orders: RUNNING, executors 1/1\n") != std::string::npos);
    CHECK(text.find("fail-exit: FAILED: the driver ended with exit code 3\n") != std::string::npos);
    CHECK(text.find("orders: deleted\n") != std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}
