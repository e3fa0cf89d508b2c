// SPDX-License-Identifier: Apache-2.0
// The state machine of the operator, its restarts and its mistakes.
#include "tests/sandbox/testing.hpp"

using namespace kspark::sandbox;

namespace {
std::string submission(World& world) {
    return status_of(world.application()).value("submissionID", "");
}

Json fate(std::initializer_list<std::pair<std::string, std::string>> entries) {
    Json annotations = Json::object();
    for (const auto& [name, value] : entries) annotations["sandbox.kubectl-spark/" + name] = value;
    return annotations;
}

bool has_event(World& world, const std::string& reason) {
    for (const auto& [key, event] : world.cluster.store.all(event_kind()))
        if (event->value.at("reason") == reason) return true;
    return false;
}
} // namespace

TEST_CASE("an application is submitted and runs, with driver, executors and service") {
    World world;
    world.apply(World::manifest(), "me");
    CHECK(world.state().empty());
    world.run(0.3);
    CHECK(world.state().empty()); // the submission is under way
    world.run(0.3);
    CHECK(world.state() == "SUBMITTED");
    world.run(3);
    CHECK(world.state() == "RUNNING");
    const Json status = world.application().at("status");
    CHECK(status.at("executionAttempts") == 1);
    CHECK(status.at("driverInfo").at("podName") == "orders-driver");
    CHECK(status.at("driverInfo").at("webUIServiceName") == "orders-ui-svc");
    CHECK(status.at("executorState").size() == 1);
    CHECK(status.at("executorState").begin().value() == "RUNNING");
    CHECK(label(world.driver(), "sparkoperator.k8s.io/submission-id") == submission(world));
    CHECK(has_event(world, "SparkDriverRunning"));
    CHECK(world.cluster.logs.of(world.driver().at("metadata").at("uid")).size() > 3);
}

TEST_CASE("a changed spec restarts, metadata and the time to live do not") {
    World world;
    world.apply(World::manifest(), "me");
    world.run(3);
    const std::string first = submission(world);
    world.merge("orders", {{"metadata", {{"labels", {{"a", "b"}}}}}});
    world.merge("orders", {{"spec", {{"timeToLiveSeconds", 60}}}});
    world.run(3);
    CHECK(submission(world) == first);
    world.merge("orders", {{"spec", {{"executor", {{"memory", "1g"}}}}}});
    world.run(0.1);
    CHECK(world.state() == "PENDING_RERUN");
    world.run(4);
    CHECK(world.state() == "RUNNING");
    CHECK(submission(world) != first);
    CHECK(world.application().at("status").at("executionAttempts") == 1);
    CHECK(executors_of(world.cluster, world.driver()).size() == 1);
}

TEST_CASE("two writes close together lose the restart") {
    World world;
    world.apply(World::manifest(), "me");
    world.run(3);
    const std::string first = submission(world);
    world.merge("orders", {{"spec", {{"executor", {{"memory", "1g"}}}}}});
    world.merge("orders", {{"metadata", {{"labels", {{"a", "b"}}}}}});
    world.run(5);
    CHECK(world.state() == "RUNNING");
    CHECK(submission(world) == first);
    CHECK(has_event(world, "SparkApplicationSpecUpdateFailed"));
}

TEST_CASE("a write during the first submission makes a twin") {
    World world;
    world.apply(World::manifest(), "me");
    world.run(0.2);
    world.merge("orders", {{"metadata", {{"labels", {{"a", "b"}}}}}});
    world.run(3);
    CHECK(world.state() == "FAILED");
    CHECK(world.application().at("status").at("applicationState").at("errorMessage") ==
          "failed to submit spark application: failed to run spark-submit: driver pod already "
          "exist");
    CHECK(world.driver().at("status").at("phase") == "Running");
}

TEST_CASE("a write during a rerun's submission makes a ghost") {
    World world;
    world.apply(World::manifest(), "me");
    world.run(3);
    world.merge("orders", {{"spec", {{"executor", {{"memory", "1g"}}}}}});
    world.run(0.6); // the old driver is gone, the new submission under way
    REQUIRE(world.driver().is_null());
    world.merge("orders", {{"metadata", {{"labels", {{"a", "b"}}}}}});
    world.run(10);
    CHECK(world.state() == "PENDING_RERUN");
    CHECK(world.driver().at("status").at("phase") == "Running");
    CHECK(label(world.driver(), "sparkoperator.k8s.io/submission-id") != submission(world));
}

TEST_CASE("suspension stops the pods, resumption submits anew and keeps counting") {
    World world;
    world.apply(World::manifest(fate({{"stop-seconds", "2"}})), "me");
    world.run(4);
    world.merge("orders", {{"spec", {{"suspend", true}}}});
    world.run(0.5);
    CHECK(world.state() == "SUSPENDED"); // before the driver is gone
    CHECK_FALSE(world.driver().is_null());
    world.run(3);
    CHECK(world.driver().is_null());
    world.merge("orders", {{"spec", {{"suspend", false}}}});
    world.run(3);
    CHECK(world.state() == "RUNNING");
    CHECK(world.application().at("status").at("executionAttempts") == 2);
}

TEST_CASE("restart policies retry a failing driver after their interval, then give up") {
    World world;
    Json manifest = World::manifest(fate({{"run-seconds", "1"}, {"exit-code", "3"}}));
    manifest["spec"]["restartPolicy"] = {
        {"type", "OnFailure"}, {"onFailureRetries", 1}, {"onFailureRetryInterval", 4}};
    world.apply(manifest, "me");
    world.run(3);
    CHECK(world.state() == "FAILING");
    world.run(3.5);
    CHECK(status_of(world.application()).at("executionAttempts") == 2);
    world.run(10);
    CHECK(world.state() == "FAILED");
    CHECK(world.application().at("status").at("applicationState").at("errorMessage") ==
          "driver container failed with ExitCode: 3, Reason: Error");
}

TEST_CASE("a driver that ends well completes, and the time to live removes all of it") {
    World world;
    Json manifest = World::manifest(fate({{"run-seconds", "2"}}));
    manifest["spec"]["timeToLiveSeconds"] = 5;
    world.apply(manifest, "me");
    world.run(4);
    CHECK(world.state() == "COMPLETED");
    CHECK(world.driver().at("status").at("phase") == "Succeeded");
    world.run(8);
    CHECK(world.state() == "gone");
    CHECK(world.driver().is_null());
    CHECK(world.cluster.store.all(service_kind()).empty());
}

TEST_CASE("troubles look as on the real cluster") {
    World world;
    SECTION("an image that is missing") {
        Json manifest = World::manifest();
        manifest["spec"]["image"] = "registry/missing:1";
        world.apply(manifest, "me");
        world.run(4);
        CHECK(world.state() == "SUBMITTED");
        const Json state = world.driver().at("status").at("containerStatuses")[0].at("state");
        CHECK(state.at("waiting").at("reason") == "ImagePullBackOff");
        CHECK(
            Json::parse(world.ask("GET", "/api/v1/namespaces/default/pods/orders-driver/log").body)
                .at("message") == "container \"spark-kubernetes-driver\" in pod \"orders-driver\" "
                                  "is waiting to start: trying and failing to pull image");
    }
    SECTION("a driver that fits nowhere") {
        world.apply(World::manifest(fate({{"unschedulable", "true"}})), "me");
        world.run(4);
        CHECK(world.driver().at("status").at("conditions")[0].at("reason") == "Unschedulable");
    }
    SECTION("a submission that fails") {
        world.apply(World::manifest(fate({{"submission-error", "no such account"}})), "me");
        world.run(2);
        CHECK(world.state() == "FAILED");
        CHECK(world.driver().is_null());
    }
    SECTION("an operator that does not watch") {
        world.apply(World::manifest(fate({{"ignore", "true"}})), "me");
        world.run(5);
        CHECK_FALSE(world.application().contains("status"));
    }
    SECTION("an executor that needs too much memory") {
        world.apply(World::manifest(fate({{"executor-oom", "true"}})), "me");
        world.run(6);
        CHECK(world.state() == "RUNNING");
        CHECK(has_event(world, "SparkExecutorFailed"));
    }
}

TEST_CASE("deleting in the background takes the driver along, in the foreground waits for it") {
    World world;
    world.apply(World::manifest(fate({{"stop-seconds", "1"}})), "me");
    world.run(4);
    const std::string path = World::path(World::manifest());
    SECTION("background") {
        world.ask("DELETE", path);
        CHECK(world.state() == "gone");
        world.run(0.1);
        CHECK(world.driver().at("metadata").contains("deletionTimestamp"));
    }
    SECTION("foreground") {
        world.ask("DELETE", path, R"({"propagationPolicy":"Foreground"})");
        world.run(0.2);
        CHECK(world.application().at("metadata").contains("deletionTimestamp"));
    }
    world.run(4);
    CHECK(world.state() == "gone");
    CHECK(world.cluster.store.all(pod_kind()).empty());
}
