// SPDX-License-Identifier: Apache-2.0
#include "core/base/interrupt.hpp"
#include "tests/plugins/submit_world.hpp"

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using core::Code;
using submit::DeployOptions;
using submit::Item;
using submit::Track;
using Stage = Track::Stage;

namespace {

/// Wants more memory than is there.
Item restart(const std::string& name, const data::Json& before) {
    auto wanted = desired(name);
    wanted["spec"]["executor"]["memory"] = "4g";
    return item(before, wanted);
}

data::Json with_memory(data::Json object) {
    object["spec"]["executor"]["memory"] = "4g";
    return object;
}

DeployOptions waiting(core::Duration timeout = 10min) {
    DeployOptions options;
    options.goal = spark::Goal::Running;
    options.timeout = timeout;
    options.max_failures = 1;
    return options;
}

DeployOptions writing() {
    DeployOptions options;
    options.timeout = 10min;
    options.max_failures = 1;
    return options;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an unchanged application is not written to", "[submit]") {
    World world;
    const auto tracks =
        world.deploy({item(live("orders", "RUNNING", "s1"), desired("orders"))}, writing());
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(world.transport.requests.empty());
}

TEST_CASE("a created application is followed until it has been running for a while", "[submit]") {
    World world;
    world.watched();
    world.nothing_else();
    world.apply("orders").reply(201, data::dump_json(live("orders", "", "", 11)));
    bool told = false;
    const auto tracks =
        world.deploy({item(nullptr, desired("orders"))}, waiting(), [&](const auto& now, int) {
            if (now[0].stage == Stage::Waiting && !std::exchange(told, true))
                world.watch->send(event("ADDED", live("orders", "RUNNING", "s1", 12)));
        });
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[0].submission == "s1");
    CHECK(tracks[0].ended - tracks[0].began >= 5s);
    REQUIRE(world.written().size() == 1);
    CHECK_FALSE(world.written()[0]["metadata"].contains("resourceVersion"));
}

TEST_CASE("a restart ends with the new submission, never with the old run", "[submit]") {
    World world;
    const auto old = live("orders", "RUNNING", "s1");
    world.watched({old});
    world.nothing_else();
    world.apply("orders").reply(200,
                                data::dump_json(with_memory(live("orders", "RUNNING", "s1", 11))));
    int told = 0;
    const auto tracks =
        world.deploy({restart("orders", old)}, waiting(), [&](const auto& now, int turn) {
            if (now[0].stage != Stage::Waiting) return;
            if (turn > 40 && told == 0 && ++told)
                world.watch->send(event("MODIFIED", live("orders", "INVALIDATING", "s1", 12)));
            if (turn > 50 && told == 1 && ++told)
                world.watch->send(event("MODIFIED", live("orders", "RUNNING", "s2", 13)));
        });
    CHECK(told == 2);
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[0].submission == "s2");
    CHECK(world.written()[0]["metadata"]["resourceVersion"] == "1");
}

TEST_CASE("nothing is written while the first submission may be under way", "[submit]") {
    World world;
    const auto fresh = live("orders", "", ""); // created 5 s ago
    world.watched({fresh});
    world.nothing_else();
    world.apply("orders").reply(
        200, data::dump_json(with_memory(live("orders", "SUBMITTED", "s1", 13))));
    bool told = false;
    std::string note;
    const auto tracks =
        world.deploy({restart("orders", fresh)}, writing(), [&](const auto& now, int turn) {
            if (turn == 20) note = now[0].note;
            if (turn > 40 && !std::exchange(told, true)) {
                CHECK(world.written().empty());
                world.watch->send(event("MODIFIED", live("orders", "SUBMITTED", "s1", 12)));
            }
        });
    CHECK(has(note, "first submission may be under way"));
    CHECK(tracks[0].stage == Stage::Done);
    REQUIRE(world.written().size() == 1);
    // A new status needs no new comparison, only its version.
    CHECK(world.written()[0]["metadata"]["resourceVersion"] == "12");
}

TEST_CASE("a submission that never settles ends at the timeout, not written to", "[submit]") {
    World world;
    const auto rerun = live("orders", "PENDING_RERUN", "s1");
    world.watched({rerun});
    world.nothing_else();
    // For the verdict: when its status was written last.
    world.get("orders").reply(200, data::dump_json(rerun)).always();
    const auto tracks = world.deploy({restart("orders", rerun)}, [] {
        auto options = writing();
        options.timeout = 30s;
        return options;
    }());
    REQUIRE(tracks[0].error);
    CHECK(tracks[0].error->code == Code::Timeout);
    CHECK(has(tracks[0].error->message, "PENDING_RERUN"));
    CHECK(world.written().empty());
}

TEST_CASE("when somebody writes in between it is compared again", "[submit]") {
    World world;
    const auto old = live("orders", "RUNNING", "s1");
    auto other = live("orders", "RUNNING", "s1", 7);
    other["metadata"]["labels"]["team"] = "bi";
    world.apply("orders")
        .reply(409, status(409, "Conflict", "the object has been modified"))
        .reply(200, data::dump_json(with_memory(other)));
    world.get("orders").reply(200, data::dump_json(other));
    world.dry_run("orders").reply(200, data::dump_json(with_memory(other)));
    const auto tracks = world.deploy({restart("orders", old)}, writing());
    CHECK(tracks[0].stage == Stage::Done);
    REQUIRE(world.written().size() == 2);
    CHECK(world.written()[1]["metadata"]["resourceVersion"] == "7");
}

TEST_CASE("when somebody did the same in between nothing is written", "[submit]") {
    World world;
    const auto done = with_memory(live("orders", "RUNNING", "s1", 7));
    world.apply("orders").reply(409, status(409, "Conflict", "the object has been modified"));
    world.get("orders").reply(200, data::dump_json(done));
    world.dry_run("orders").reply(200, data::dump_json(done));
    const auto tracks =
        world.deploy({restart("orders", live("orders", "RUNNING", "s1"))}, writing());
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[0].item.change.action == spark::Action::Unchanged);
    CHECK_FALSE(tracks[0].written);
}

TEST_CASE("restarts go a few at a time, and none begins after a failure", "[submit]") {
    World world;
    std::vector<Item> items;
    for (const char* name : {"a", "b", "c"}) {
        items.push_back(restart(name, live(name, "RUNNING", "s1")));
        if (*name == 'c') continue;
        world.apply(name).reply(200, data::dump_json(with_memory(live(name, "RUNNING", "s1", 11))));
    }
    world.watched();
    world.nothing_else();
    auto options = waiting();
    options.parallel = 1;
    int told = 0;
    const auto tracks = world.deploy(items, options, [&](const auto& now, int) {
        if (now[0].stage == Stage::Waiting) CHECK(now[1].stage == Stage::Queued);
        if (now[0].stage == Stage::Waiting && told == 0 && ++told)
            world.watch->send(event("MODIFIED", live("a", "RUNNING", "s2", 12)));
        if (now[1].stage == Stage::Waiting && told == 1 && ++told)
            world.watch->send(event("MODIFIED", live("b", "FAILED", "s2", 13)));
    });
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[1].stage == Stage::Failed);
    CHECK(tracks[1].error->code == Code::ApplicationFailed);
    CHECK(tracks[2].stage == Stage::NotDone);
}

TEST_CASE("an unchanged application that failed before does not stop the others", "[submit]") {
    World world;
    world.watched();
    world.nothing_else();
    world.apply("new").reply(201, data::dump_json(live("new", "", "", 11)));
    bool told = false;
    const auto tracks = world.deploy(
        {item(live("old", "FAILED", "s1"), desired("old")), item(nullptr, desired("new"))},
        waiting(), [&](const auto& now, int) {
            if (now[1].stage == Stage::Waiting && !std::exchange(told, true))
                world.watch->send(event("ADDED", live("new", "RUNNING", "s1", 12)));
        });
    CHECK(tracks[0].error->code == Code::ApplicationFailed);
    CHECK(tracks[1].stage == Stage::Done);
}

TEST_CASE("a lost connection: what is done, what is not, and what nobody knows", "[submit]") {
    World world;
    std::vector<Item> items;
    for (const char* name : {"a", "b", "c", "d"}) items.push_back(item(nullptr, desired(name)));
    world.apply("a").reply(201, data::dump_json(live("a", "", "", 11)));
    const core::Error gone{Code::Unreachable, "connection refused"};
    world.transport.on("PATCH", "*/b?*").fail(gone).always();
    auto options = writing();
    options.parallel = 1;
    const auto tracks = world.deploy(items, options);
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[1].in_question);
    CHECK(tracks[1].error->code == Code::Unreachable);
    CHECK(tracks[2].stage == Stage::NotDone);
    CHECK(tracks[3].stage == Stage::NotDone);
}

TEST_CASE("an interrupt ends the wait and leaves the rest alone", "[submit]") {
    World world;
    world.watched();
    world.apply("a").reply(201, data::dump_json(live("a", "", "", 11)));
    auto options = waiting();
    options.parallel = 1;
    const auto tracks = world.deploy({item(nullptr, desired("a")), item(nullptr, desired("b"))},
                                     options, [](const auto&, int turn) {
                                         if (turn == 10) core::set_interrupted(true);
                                     });
    core::set_interrupted(false);
    CHECK(tracks[0].written);
    CHECK_FALSE(tracks[0].finished());
    CHECK(tracks[1].stage == Stage::NotDone);
}

TEST_CASE("removed applications go first, their pods with them", "[submit]") {
    World world;
    auto old = item(live("clicks", "RUNNING", "s1"), desired("clicks"));
    old.change.action = spark::Action::Prune;
    world.transport.on("DELETE", std::string(kApplications) + "/clicks*").reply(200, "{}");
    const std::string pod =
        R"({"kind":"PodList","items":[{"metadata":{"name":"clicks-driver",
            "labels":{"sparkoperator.k8s.io/app-name":"clicks"}},"status":{"phase":"Running"}}]})";
    world.transport.on("GET", "/api/v1/namespaces/streams/pods?*clicks*")
        .reply(200, pod)
        .reply(200, pod)
        .reply(200, R"({"kind":"PodList","items":[]})");
    world.apply("views").reply(201, data::dump_json(live("views", "", "", 11)));
    const auto tracks = world.deploy({item(nullptr, desired("views")), old}, writing());
    CHECK(tracks[0].stage == Stage::Done);
    CHECK(tracks[1].stage == Stage::Done);
    const auto log = world.transport.log();
    CHECK(log.front().starts_with("DELETE"));
    CHECK(log.back().starts_with("PATCH"));
    CHECK(world.written()[0]["preconditions"]["uid"] == "uid-clicks");
}

TEST_CASE("the pods of many removed applications are asked for by few requests", "[submit]") {
    World world;
    std::vector<Item> items;
    for (int i = 0; i < 59; ++i) {
        const auto name = fmt::format("clicks{:02}", i);
        items.push_back(item(live(name, "RUNNING", "s1"), desired(name)));
        items.back().change.action = spark::Action::Prune;
        world.transport.on("DELETE", std::string(kApplications) + "/" + name + "*")
            .reply(200, "{}");
    }
    items.push_back(item(nullptr, desired("views")));
    const std::string pod =
        R"({"kind":"PodList","items":[{"metadata":{"name":"clicks45-driver",
            "labels":{"sparkoperator.k8s.io/app-name":"clicks45"}},"status":{"phase":"Running"}}]})";
    world.transport.on("GET", "/api/v1/namespaces/streams/pods?*clicks00%2C*")
        .reply(200, R"({"kind":"PodList","items":[]})");
    world.transport.on("GET", "/api/v1/namespaces/streams/pods?*clicks45*")
        .reply(200, pod)
        .reply(200, R"({"kind":"PodList","items":[]})");
    world.apply("views").reply(201, data::dump_json(live("views", "", "", 11)));
    const auto tracks = world.deploy(std::move(items), writing());
    for (const auto& track : tracks) CHECK(track.stage == Stage::Done);
}

TEST_CASE("what keeps the driver from starting is in the last word", "[submit]") {
    World world;
    world.watched();
    world.apply("orders").reply(201, data::dump_json(live("orders", "", "", 11)));
    const std::string pod =
        R"({"kind":"PodList","items":[{"metadata":{"name":"orders-driver","namespace":"streams",
            "labels":{"spark-role":"driver","sparkoperator.k8s.io/app-name":"orders",
                      "sparkoperator.k8s.io/submission-id":"s1"}},
            "status":{"phase":"Pending","containerStatuses":[{"name":"spark-kubernetes-driver",
              "state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]}}]})";
    world.transport.on("GET", "/api/v1/namespaces/streams/pods?*").reply(200, pod).always();
    world.nothing_else();
    bool told = false;
    auto submitted = live("orders", "SUBMITTED", "s1", 12);
    submitted["status"]["driverInfo"]["podName"] = "orders-driver";
    std::string note;
    const auto tracks =
        world.deploy({item(nullptr, desired("orders"))}, waiting(30s), [&](const auto& now, int) {
            if (now[0].stage != Stage::Waiting) return;
            note = now[0].note;
            if (!std::exchange(told, true)) world.watch->send(event("ADDED", submitted));
        });
    CHECK(has(note, "image"));
    REQUIRE(tracks[0].error);
    CHECK(tracks[0].error->code == Code::Timeout);
    CHECK(has(tracks[0].error->message, "is not running after 30s, still SUBMITTED: "));
    CHECK(has(tracks[0].error->message, "image"));
}

TEST_CASE("a cluster that falls silent is told, and does not hold up the timeout", "[submit]") {
    World world;
    world.watched();
    world.apply("orders").reply(201, data::dump_json(live("orders", "SUBMITTED", "s1", 11)));
    world.transport.on("GET", "/api/v1/*").fail({Code::Timeout, "no answer"}).always();
    const auto tracks = world.deploy({item(nullptr, desired("orders"))}, waiting(30s));
    REQUIRE(tracks[0].error);
    CHECK(tracks[0].error->code == Code::Timeout);
    CHECK(has(tracks[0].error->message, "the cluster does not answer"));
    CHECK(tracks[0].ended - tracks[0].began < 31s);
}
