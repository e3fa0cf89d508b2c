// SPDX-License-Identifier: Apache-2.0
// events: flags, whose events are told, print. Would catch: events of another application, of an
// earlier object of the same name, or a repetition told ten times.
#include "core/spark/facts.hpp"
#include "plugins/events/events.hpp"
#include "tests/plugins/status_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;

namespace {

constexpr auto kPods = "/api/v1/namespaces/default/pods?*";
constexpr auto kEvents = "/api/v1/namespaces/default/events?*";

void prepare(StatusWorld& world) {
    world.cluster.on("GET", std::string(kKubeflow) + "/bad-image*")
        .reply(200, recorded("app-bad-image-02-submitted").dump());
    world.without_apache();
    world.cluster.on("GET", kPods)
        .reply(200, list_of({recorded("pod-bad-image-driver-12-pending")}))
        .always();
    world.cluster.on("GET", kEvents).reply(200, recorded("events").dump()).always();
}

} // namespace

TEST_CASE("flags of events") {
    events::Options options;
    core::Flags flags;
    events::declare(flags, options);
    REQUIRE(flags.parse(
        {"orders", "-w", "--warnings", "--since", "10m", "-o", "json", "--no-headers"}));
    CHECK(options.names == std::vector<std::string>{"orders"});
    CHECK(options.watch);
    CHECK(options.warnings);
    CHECK(options.since == std::chrono::minutes(10));
    CHECK(options.format.kind == output::Format::Kind::Json);
    CHECK(options.no_headers);
    core::Flags none;
    events::Options empty;
    events::declare(none, empty);
    CHECK_FALSE(none.parse({}));
    StatusWorld world("2026-11-22T10:05:00Z");
    CHECK(world.run(events::make(), {"a", "-w", "-o", "json"}).error().code == Code::Usage);
}

TEST_CASE("one time line of application and pods, repetitions folded") {
    StatusWorld world("2026-11-22T10:05:00Z");
    prepare(world);
    REQUIRE(world.run(events::make(), {"bad-image"}));
    CHECK(golden("status/events.txt", world.out.text()) == "");
    CHECK(world.out.text().find("orders") == std::string::npos);
}

TEST_CASE("--warnings and --since") {
    StatusWorld world("2026-11-22T10:05:00Z");
    prepare(world);
    REQUIRE(
        world.run(events::make(), {"bad-image", "--warnings", "--since", "100s", "--no-headers"}));
    CHECK(world.out.text().find("Normal") == std::string::npos);
    CHECK(world.out.text().find("FailedMount") == std::string::npos);
    CHECK(world.out.text().find("ImagePullBackOff") != std::string::npos);
}

TEST_CASE("events as objects, and none") {
    StatusWorld world("2026-11-22T10:05:00Z");
    prepare(world);
    REQUIRE(world.run(events::make(), {"bad-image", "-o", "jsonpath={.items[0].kind}"}));
    CHECK(world.out.text().find("Event") != std::string::npos);
    StatusWorld late("2026-11-23T10:05:00Z");
    prepare(late);
    REQUIRE(late.run(events::make(), {"bad-image", "--since", "1m"}));
    CHECK(late.err.text() == "No events of bad-image found.\n");
}

TEST_CASE("events of an earlier object of that name are not ours") {
    const auto subject = events::subject_of([] {
        spark::Application application;
        application.name = "orders", application.uid = "new";
        application.executors = {{"orders-1-exec-1", "COMPLETED"}};
        return application;
    }());
    const auto event = [](const char* kind, const char* name, const char* uid) {
        return spark::decode_event(
            {{"involvedObject", {{"kind", kind}, {"name", name}, {"uid", uid}}}});
    };
    CHECK(subject.owns(event("SparkApplication", "orders", "new")));
    CHECK_FALSE(subject.owns(event("SparkApplication", "orders", "old")));
    CHECK(subject.owns(event("Pod", "orders-driver", "x")));
    CHECK(subject.owns(event("Pod", "orders-1-exec-1", "x")));
    CHECK_FALSE(subject.owns(event("Pod", "orders-2-driver", "x")));
}

TEST_CASE(
    "-w tells what comes, with its time, and an executor's event as soon as its pod is known") {
    StatusWorld world("2026-11-22T10:05:00Z");
    const auto line = [](std::string type, const data::Json& object) {
        return data::Json{{"type", std::move(type)}, {"object", object}}.dump() + "\n";
    };
    world.cluster.on("GET", std::string(kKubeflow) + "/bad-image*")
        .reply(200, recorded("app-bad-image-02-submitted").dump());
    world.without_apache();
    world.cluster.on("GET", "/api/v1/namespaces/default/events?*watch=true*")
        .stream()
        .send(line("ADDED", {{"metadata", {{"name", "e"}, {"uid", "e1"}}},
                             {"involvedObject", {{"kind", "Pod"}, {"name", "x-exec-1"}}},
                             {"type", "Warning"},
                             {"reason", "Failed"},
                             {"message", "it is\nbroken\x1b[2J"},
                             {"count", 3},
                             {"lastTimestamp", "2026-11-22T10:05:01Z"}}))
        .end();
    world.cluster.on("GET", "/api/v1/namespaces/default/events?*watch=true*")
        .reply(401, refusal(401, "Unauthorized", "Unauthorized"))
        .always();
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?*watch=true*")
        .stream()
        .send(line("ADDED",
                   {{"metadata", {{"name", "x-exec-1"}, {"namespace", "default"}, {"uid", "p"}}}}));
    world.cluster.on("GET", kPods).reply(200, list_of({})).always();
    world.cluster.on("GET", kEvents).reply(200, list_of({}));
    static_cast<void>(world.run(events::make(), {"bad-image", "-w"}).has_value());
    CHECK(world.out.text().find("2026-11-22T10:05:01Z   Warning   Failed   pod/x-exec-1") !=
          std::string::npos);
    CHECK(world.out.text().find("(x3)") != std::string::npos);
    CHECK(world.out.text().find('\x1b') == std::string::npos);
}
