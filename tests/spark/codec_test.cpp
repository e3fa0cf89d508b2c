// SPDX-License-Identifier: Apache-2.0
// Would catch: a field of either operator that is read from the wrong place, an outcome of the
// apache operator taken for the other one, an object of any shape that ends the program.
#include "core/spark/codec.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace kspark;
using spark::Phase;

TEST_CASE("a running stream of the kubeflow operator") {
    const auto app = test::application("app-orders-17-running");
    CHECK(app.operator_ == spark::Operator::Kubeflow);
    CHECK(app.name == "orders");
    CHECK(app.name_space == "default");
    CHECK(app.phase == Phase::Running);
    CHECK(app.state == "RUNNING");
    CHECK(app.submission_id == "1a0f25a9-49d6-4c9c-9d30-180647961557");
    CHECK(app.application_id == "spark-8a1da089b96f422699d8bc921ee87fe7");
    CHECK(app.driver_pod == "orders-driver");
    CHECK(app.ui_service == "orders-ui-svc");
    CHECK(app.ui_address == "10.96.3.150:4040");
    CHECK(app.execution_attempts == 2);
    CHECK(core::format_time(*app.submitted) == "2026-11-22T10:13:29Z");
    CHECK_FALSE(app.terminated);
    CHECK(app.executors.at("orders-1fc0c6a202bf373c-exec-1") == "RUNNING");
    CHECK(app.image == "localhost/spark:3.5.6");
    CHECK(app.type == "Python");
    CHECK(app.executor_instances == 1);
    CHECK(app.restart_policy.type == "OnFailure");
    CHECK(app.restart_policy.on_failure_retries == 3);
    CHECK(app.restart_policy.on_failure_interval == 10);
    CHECK(run_retries(app).used == 1);
    CHECK(run_retries(app).left());
}

TEST_CASE("no status, and the other states") {
    CHECK(test::application("app-bad-image-01-new").phase == Phase::New);
    CHECK(test::application("app-pi-08-completed").phase == Phase::Completed);
    CHECK(test::application("app-pi-08-completed").terminated);
    CHECK(test::application("app-orders-13-pending_rerun").phase == Phase::PendingRerun);
    CHECK(test::application("app-orders-20-submission_failed").phase == Phase::SubmissionFailed);
    CHECK(test::application("app-sessions-03-suspended").suspend);
    auto object = test::recorded("app-pi-08-completed");
    object["status"]["applicationState"]["state"] = "SOMETHING_NEW";
    CHECK(spark::decode_application(object)->phase == Phase::Unknown);
    CHECK(spark::decode_application(object)->state == "SOMETHING_NEW");
}

TEST_CASE("every phase of the operator comes back from its word") {
    auto object = test::recorded("app-pi-08-completed");
    for (const auto* word : {"SUBMITTED", "RUNNING", "SUCCEEDING", "COMPLETED", "FAILING", "FAILED",
                             "SUBMISSION_FAILED", "PENDING_RERUN", "INVALIDATING", "SUSPENDING",
                             "SUSPENDED", "RESUMING", "UNKNOWN"}) {
        object["status"]["applicationState"]["state"] = word;
        CHECK(to_text(spark::decode_application(object)->phase) == word);
    }
}

TEST_CASE("executors may be told by Spark's configuration") {
    auto object = test::recorded("app-pi-08-completed");
    object["spec"]["executor"].erase("instances");
    CHECK(spark::decode_application(object)->executor_instances == 1);
    object["spec"]["sparkConf"]["spark.executor.instances"] = "7";
    CHECK(spark::decode_application(object)->executor_instances == 7);
    object["spec"]["sparkConf"]["spark.dynamicAllocation.enabled"] = "true";
    CHECK(spark::decode_application(object)->dynamic_allocation);
}

TEST_CASE("the apache operator: running, succeeded, failed, refused") {
    const auto running = test::application("apache-app-orders-05-RunningHealthy");
    CHECK(running.operator_ == spark::Operator::Apache);
    CHECK(running.phase == Phase::Running);
    CHECK(running.state == "RunningHealthy");
    CHECK(running.message.empty());
    CHECK(running.driver_pod == "orders-0-driver");
    CHECK(running.application_id == "orders-0");
    CHECK(running.execution_attempts == 1);
    CHECK(running.image == "localhost/spark:3.5.6");
    CHECK(running.executor_instances == 2);
    CHECK(core::format_time(*running.submitted) == "2026-11-22T12:01:36Z");

    CHECK(test::application("apache-app-pi-07-ResourceReleased").phase == Phase::Completed);
    const auto failed =
        test::application("apache-app-fail-exit-07-TerminatedWithoutReleaseResources");
    CHECK(failed.phase == Phase::Failed);
    CHECK(failed.message.starts_with("driver container failed with ExitCode: "));
    CHECK(test::application("apache-app-over-quota-04-ResourceReleased").phase == Phase::Failed);
    CHECK(test::application("apache-app-exec-too-big-05-ExecutorsStartTimedOut").phase ==
          Phase::Failing);
    CHECK(test::application("apache-app-bad-image-03-DriverRequested").phase == Phase::Submitted);
}

TEST_CASE("the history of the apache operator is ordered by number, not by text") {
    auto object = test::recorded("apache-app-pi-07-ResourceReleased");
    auto& history = object["status"]["stateTransitionHistory"];
    history = data::Json::object();
    history["9"] = {{"currentStateSummary", "Failed"}};
    history["10"] = {{"currentStateSummary", "Succeeded"}};
    CHECK(spark::decode_application(object)->phase == Phase::Completed);
}

TEST_CASE("what is no application is refused") {
    for (const auto* text :
         {R"({})", R"([])", R"(null)", R"({"apiVersion":"v1","kind":"Pod"})",
          R"({"apiVersion":"sparkoperator.k8s.io/v1beta2","kind":"SparkConnect"})"}) {
        const auto decoded = spark::decode_application(data::Json::parse(text));
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().code == core::Code::Invalid);
    }
}

TEST_CASE("wrong types anywhere leave the defaults") {
    const auto object = data::Json::parse(R"({
        "apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
        "metadata": {"name": 7, "labels": ["x"], "creationTimestamp": "yesterday"},
        "spec": {"executor": {"instances": "two"}, "sparkConf": 1, "restartPolicy": [],
                 "driver": null},
        "status": {"applicationState": "RUNNING", "executorState": {"a": 1},
                   "executionAttempts": 99999999999999999, "driverInfo": 3}})");
    const auto app = spark::decode_application(object);
    REQUIRE(app);
    CHECK(app->phase == Phase::New);
    CHECK(app->executor_instances == 1);
    CHECK(app->executors.empty());
    auto apache = object;
    apache["apiVersion"] = "spark.apache.org/v1beta1";
    apache["status"] = {{"currentState", 3}, {"stateTransitionHistory", {{"x", nullptr}}}};
    CHECK(spark::decode_application(apache));
}

TEST_CASE("when it is safe to write, and when all is over") {
    using spark::is_terminal, spark::submission_in_flight;
    for (const Phase phase :
         {Phase::New, Phase::PendingRerun, Phase::Resuming, Phase::Invalidating})
        CHECK(submission_in_flight(phase));
    for (const Phase phase : {Phase::Submitted, Phase::Running, Phase::Completed, Phase::Failed,
                              Phase::Suspended, Phase::Failing})
        CHECK_FALSE(submission_in_flight(phase));
    for (const Phase phase : {Phase::Completed, Phase::Failed, Phase::Suspended})
        CHECK(is_terminal(phase));
    CHECK_FALSE(is_terminal(Phase::Failing));
}
