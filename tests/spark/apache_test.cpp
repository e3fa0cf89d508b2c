// SPDX-License-Identifier: Apache-2.0
// What the apache operator's status does not say. Would catch: a run that is called up before an
// executor runs, a driver that has ended and is shown as running until the status notices, retries
// counted by the other operator's rules.
#include "core/spark/apache_pods.hpp"
#include "core/spark/codec.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using spark::Phase;

namespace {

spark::Pod pod(const std::string& name, const std::string& role, const std::string& phase) {
    spark::Pod result;
    result.name = name;
    result.role = role;
    result.phase = phase;
    return result;
}

spark::Pod ended(int code, const std::string& reason) {
    auto driver = pod("orders-0-driver", "driver", "Running"); // the phase follows a second later
    spark::ContainerState container;
    container.is_main = true;
    container.state = "terminated";
    container.reason = reason;
    container.exit_code = code;
    driver.containers.push_back(container);
    return driver;
}

spark::Application running() {
    return test::application("apache-app-orders-05-RunningHealthy");
}

} // namespace

TEST_CASE("apache: RunningHealthy is a run when an executor runs", "[apache]") {
    const auto driver = pod("orders-0-driver", "driver", "Running");
    auto application = running();
    CHECK(take_run(application, {driver, pod("orders-1f-exec-1", "executor", "Pending")}) ==
          "the driver is ready, no executor runs yet");
    CHECK(application.phase == Phase::Submitted);
    CHECK(application.executors.at("orders-1f-exec-1") == "PENDING");
    application = running();
    CHECK(take_run(application, {driver, pod("orders-1f-exec-1", "executor", "Running")}).empty());
    CHECK(application.phase == Phase::Running);
    CHECK(application.state == "RunningHealthy");
    application.dynamic_allocation = true; // may well run without
    CHECK(take_run(application, {driver}).empty());
}

TEST_CASE("apache: executors that outlive their driver are no run", "[apache]") {
    auto going = pod("orders-0-driver", "driver", "Running");
    going.being_deleted = true;
    const auto executor = pod("orders-1f-exec-1", "executor", "Running");
    for (const auto& [pods, word] : std::vector<std::pair<std::vector<spark::Pod>, std::string>>{
             {{executor}, "gone"},
             {{going, executor}, "being deleted"},
             {{pod("orders-0-driver", "driver", "Failed"), executor}, "failed"}}) {
        auto application = running();
        CHECK(take_run(application, pods) ==
              "its driver pod is " + word + "; the operator has not noticed yet");
        CHECK(application.phase == Phase::Submitted);
    }
    auto leaving = executor;
    leaving.being_deleted = true; // of the run before
    auto application = running();
    CHECK_FALSE(
        take_run(application, {pod("orders-1-driver", "driver", "Running"), leaving}).empty());
}

TEST_CASE("apache: the driver's end is taken from its pod, the status is late", "[apache]") {
    auto failed = running();
    take_pods(failed, {ended(137, "OOMKilled")});
    CHECK(failed.phase == Phase::Failing);
    CHECK(failed.message == "driver container failed with ExitCode: 137, Reason: OOMKilled");
    auto well = running();
    take_pods(well, {ended(0, "Completed")});
    CHECK(well.phase == Phase::Succeeding);
}

TEST_CASE("apache: of two drivers the one that stays is the run's", "[apache]") {
    auto application = running();
    auto old = ended(143, "Error");
    old.being_deleted = true;
    auto young = pod("orders-1-driver", "driver", "Running");
    take_pods(application, {young, old});
    CHECK(application.driver_pod == "orders-1-driver");
    CHECK(application.phase == Phase::Running);
}

TEST_CASE("an application of the kubeflow operator is left alone", "[apache]") {
    auto application = test::application("app-orders-17-running");
    const auto before = application.executors;
    take_pods(application, {ended(1, "Error")});
    CHECK(application.phase == Phase::Running);
    CHECK(application.executors == before);
    CHECK(take_run(application, {}).empty());
}

TEST_CASE("apache: each restart counts, also those of Always", "[apache]") {
    auto object = test::recorded("apache-app-orders-05-RunningHealthy");
    auto& config = object["spec"]["applicationTolerations"]["restartConfig"];
    config = {{"restartPolicy", "Always"}, {"maxRestartAttempts", 2}};
    object["status"]["currentAttemptSummary"]["attemptInfo"]["id"] = 1;
    auto application = *spark::decode_application(object);
    CHECK(run_retries(application).left());
    object["status"]["currentAttemptSummary"]["attemptInfo"]["id"] = 2;
    application = *spark::decode_application(object);
    CHECK_FALSE(run_retries(application).left());
}

TEST_CASE("apache: OnInfrastructureFailure does not restart a driver that failed", "[apache]") {
    auto object = test::recorded("apache-app-fail-exit-07-TerminatedWithoutReleaseResources");
    object["spec"]["applicationTolerations"]["restartConfig"] = {
        {"restartPolicy", "OnInfrastructureFailure"}, {"maxRestartAttempts", 3}};
    CHECK_FALSE(run_retries(*spark::decode_application(object)).left());
    object = test::recorded("apache-app-exec-too-big-05-ExecutorsStartTimedOut");
    object["spec"]["applicationTolerations"]["restartConfig"] = {
        {"restartPolicy", "OnInfrastructureFailure"}, {"maxRestartAttempts", 3}};
    CHECK(run_retries(*spark::decode_application(object)).left());
}

TEST_CASE("apache: the end is the driver's own, not the status's", "[apache]") {
    const auto application =
        test::application("apache-app-fail-exit-07-TerminatedWithoutReleaseResources");
    const auto object =
        test::recorded("apache-app-fail-exit-07-TerminatedWithoutReleaseResources").dump();
    REQUIRE(application.terminated);
    CHECK(object.find("\"finishedAt\":\"" + core::format_time(*application.terminated) + "\"") !=
          std::string::npos);
}
