// SPDX-License-Identifier: Apache-2.0
// Each case is a recorded cluster in trouble, or in health. Would catch: the wrong cause, a healthy
// application that is accused, a verdict that only time or a missing right brings about.
#include "core/spark/diagnosis.hpp"
#include "core/spark/facts.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using spark::Health;

namespace {

spark::Verdict judge(std::string_view application, std::vector<std::string_view> pods,
                     std::string_view now) {
    return diagnose(test::facts(application, std::move(pods), now));
}

/// The status alone, as in the table of a fleet.
spark::Verdict at_a_glance(std::string_view application, std::string_view now) {
    spark::Facts facts;
    facts.application = test::application(application);
    facts.now = *core::parse_time(now);
    return diagnose(facts);
}

} // namespace

TEST_CASE("healthy applications have no verdict") {
    CHECK(judge("app-pi-08-completed", {}, "2026-11-22T10:30:00Z").id.empty());
    CHECK(judge("app-orders-17-running", {"pod-orders-driver-17-running"}, "2026-11-22T10:13:50Z")
              .id.empty());
    CHECK(judge("app-bad-image-01-new", {}, "2026-11-22T10:01:45Z").id.empty());
    CHECK(judge("app-bad-image-02-submitted", {"pod-bad-image-driver-03-pending"},
                "2026-11-22T10:02:00Z")
              .id.empty());
    CHECK(at_a_glance("apache-app-orders-05-RunningHealthy", "2026-11-22T12:05:00Z").id.empty());
    CHECK(at_a_glance("apache-app-pi-07-ResourceReleased", "2026-11-22T12:05:00Z").id.empty());
}

TEST_CASE("no status: nobody watches, but not before half a minute") {
    auto facts = test::facts("app-bad-image-01-new", {}, "2026-11-22T10:08:00Z");
    facts.events.clear();
    const auto verdict = diagnose(facts);
    CHECK(verdict.id == "no-status");
    CHECK(verdict.health == Health::Bad);
    CHECK(verdict.sentence.find("namespace default") != std::string::npos);
    CHECK(verdict.remedy.find("spark.jobNamespaces") != std::string::npos);
    facts.now = facts.application.created + std::chrono::seconds(29);
    CHECK(diagnose(facts).id.empty());
}

TEST_CASE("no status although the operator has seen it: a slow submission") {
    auto facts = test::facts("app-bad-image-01-new", {}, "2026-11-22T10:08:00Z");
    facts.events.push_back({facts.now, "Normal", "SparkApplicationAdded", "was added",
                            "SparkApplication", "bad-image", "", 1});
    CHECK(diagnose(facts).id == "slow-submission");
    CHECK(diagnose(facts).health == Health::Waiting);
}

TEST_CASE("an image that cannot be pulled, in both of its states") {
    for (const auto* pod : {"pod-bad-image-driver-12-pending", "pod-bad-image-driver-13-pending"}) {
        const auto verdict = judge("app-bad-image-02-submitted", {pod}, "2026-11-22T10:05:00Z");
        CHECK(verdict.id == "image-pull");
        CHECK(verdict.health == Health::Bad);
        CHECK(verdict.sentence == "the image of the driver cannot be pulled: localhost/missing:1");
        CHECK(verdict.evidence.at(0).value.find("connection refused") != std::string::npos);
    }
    CHECK(at_a_glance("app-bad-image-02-submitted", "2026-11-22T10:05:00Z").id == "slow-start");
}

TEST_CASE("unschedulable: driver and executor; a cluster gets time to grow") {
    const auto driver = judge("app-driver-too-big-02-submitted",
                              {"pod-driver-too-big-driver-02-pending"}, "2026-11-22T10:06:00Z");
    CHECK(driver.id == "unschedulable");
    CHECK(driver.health == Health::Bad);
    CHECK(driver.sentence ==
          "no node has room for the driver: 0/1 nodes are available: 1 Insufficient cpu");
    CHECK(judge("app-driver-too-big-02-submitted", {"pod-driver-too-big-driver-02-pending"},
                "2026-11-22T10:02:20Z")
              .health == Health::Waiting);
    const auto executor = judge(
        "app-executor-too-big-04-running",
        {"pod-executor-too-big-driver-04-running", "pod-pi-342095a202b4c502-exec-1-02-pending"},
        "2026-11-22T10:06:00Z");
    CHECK(executor.id == "unschedulable");
    CHECK(executor.health == Health::Bad);
    CHECK(executor.sentence.find("1 executor") != std::string::npos);
}

TEST_CASE("some executors run: the others are awaited, it is not bad") {
    auto facts = test::facts(
        "app-executor-too-big-04-running",
        {"pod-executor-too-big-driver-04-running", "pod-pi-342095a202b4c502-exec-1-02-pending"},
        "2026-11-22T10:06:00Z");
    auto other = facts.pods[1];
    other.name += "-2", other.phase = "Running", other.scheduling_problem.clear();
    facts.pods.push_back(other);
    CHECK(diagnose(facts).health == Health::Waiting);
}

TEST_CASE("submissions that failed") {
    const auto account = at_a_glance("app-bad-account-03-failed", "2026-11-22T10:06:00Z");
    CHECK(account.id == "service-account");
    CHECK(account.health == Health::Bad);
    CHECK(account.sentence == "service account missing is not in namespace default");
    CHECK(at_a_glance("app-orders-20-submission_failed", "2026-11-22T10:23:31Z").id ==
          "driver-exists");
    CHECK(at_a_glance("app-orders-20-submission_failed", "2026-11-22T10:23:31Z").health ==
          Health::Waiting);
    CHECK(at_a_glance("apache-app-over-quota-04-ResourceReleased", "2026-11-22T12:06:00Z").id ==
          "quota");

    spark::Facts facts;
    facts.application = test::application("app-bad-account-03-failed");
    const auto with = [&](std::string message) {
        facts.application.message = "failed to run spark-submit: " + std::move(message);
        return diagnose(facts).id;
    };
    CHECK(with("metadata.labels: Invalid value: \"x\": must be no more than 63 characters") ==
          "name-too-long");
    CHECK(with("User \"system:serviceaccount:a:b\" cannot create resource \"pods\"") ==
          "permission");
    CHECK(with("signal: killed") == "submission-killed");
    CHECK(with("exit status 1") == "submission-failed");
    CHECK(with("pods \"x\" is forbidden: exceeded quota: q, requested: pods=1") == "quota");
}

TEST_CASE("how the driver ended, and what of the retries is left") {
    const auto exit = judge("app-fail-exit-08-failed", {"pod-fail-exit-driver-06-failed"},
                            "2026-11-22T10:06:00Z");
    CHECK(exit.id == "driver-exit");
    CHECK(exit.health == Health::Bad);
    CHECK(exit.sentence == "the driver ended with exit code 3");
    CHECK(exit.remedy == "kubectl -n default logs fail-exit-driver --tail 100");
    CHECK(at_a_glance("app-bad-class-05-failed", "2026-11-22T10:06:00Z").sentence ==
          "the driver ended with exit code 101: the main class was not found");
    const auto again = at_a_glance("app-fail-retry-06-failing", "2026-11-22T10:02:12Z");
    CHECK(again.sentence == "the driver ended with exit code 3; retry 1 of 2 follows");
    CHECK(again.health == Health::Waiting);
    const auto over = at_a_glance("app-fail-retry-21-failed", "2026-11-22T10:06:00Z");
    CHECK(over.sentence == "the driver ended with exit code 3; all 2 retries are used");
    CHECK(over.health == Health::Bad);
    const auto last = at_a_glance("app-fail-retry-19-running", "2026-11-22T10:02:42Z");
    CHECK(last.id == "last-retry");
    CHECK(last.health == Health::Waiting);
    CHECK(at_a_glance("apache-app-fail-exit-07-TerminatedWithoutReleaseResources",
                      "2026-11-22T12:00:00Z")
              .id == "driver-exit");
}

TEST_CASE("out of memory: driver, and executor although its state is COMPLETED") {
    CHECK(at_a_glance("app-oom-driver-08-failed", "2026-11-22T10:31:00Z").id == "oom-killed");
    CHECK(judge("app-oom-driver-08-failed", {"pod-oom-driver-driver-06-failed"},
                "2026-11-22T10:31:00Z")
              .sentence == "the driver was killed: out of memory");
    const auto executor = judge(
        "app-oom-executor-06-running",
        {"pod-oom-executor-driver-04-running", "pod-fail-de7927a202cebc45-exec-1-06-succeeded"},
        "2026-11-22T10:30:56Z");
    CHECK(executor.id == "oom-killed");
    CHECK(executor.health == Health::Bad);
    CHECK(executor.sentence == "1 executor was killed: out of memory");
    CHECK(judge("app-oom-executor-08-failed", {"pod-fail-de7927a202cebc45-exec-1-06-succeeded"},
                "2026-11-22T10:31:00Z")
              .id == "oom-killed");
}

TEST_CASE("a driver that the status does not know of") {
    auto facts = test::facts("app-orders-13-pending_rerun", {"pod-orders-driver-17-running"},
                             "2026-11-22T10:20:00Z");
    CHECK(diagnose(facts).id == "ghost-run");
    CHECK(diagnose(facts).health == Health::Bad);
    CHECK(diagnose(facts).remedy.find("delete pod orders-driver") != std::string::npos);
    facts.now = facts.pods[0].created + std::chrono::seconds(20);
    CHECK(diagnose(facts).id == "pending-rerun"); // a submission under way looks the same
    facts.now += std::chrono::minutes(5);
    facts.pods[0].being_deleted = true;
    CHECK(diagnose(facts).id == "pending-rerun");
    CHECK(diagnose(facts).sentence.find("still being stopped") != std::string::npos);
}

TEST_CASE("a rerun that the operator forgot") {
    auto facts = test::facts("app-orders-13-pending_rerun", {}, "2026-11-22T10:20:00Z");
    CHECK(diagnose(facts).health == Health::Waiting); // since when is not known
    facts.status_written = facts.now - std::chrono::minutes(5);
    CHECK(diagnose(facts).health == Health::Bad);
    CHECK(diagnose(facts).remedy.find("annotate") != std::string::npos);
    facts.status_written = facts.now - std::chrono::seconds(10);
    CHECK(diagnose(facts).health == Health::Waiting);
    facts.status_written = facts.now - std::chrono::minutes(5);
    facts.pods_known = false; // who may not see pods must not say that there are none
    CHECK(diagnose(facts).health == Health::Waiting);
}

TEST_CASE("RUNNING without a driver pod") {
    auto facts = test::facts("app-orders-17-running", {}, "2026-11-22T10:20:00Z");
    CHECK(diagnose(facts).id == "driver-missing");
    facts.pods_known = false;
    CHECK(diagnose(facts).id.empty());
}

TEST_CASE("RUNNING without executors for long") {
    auto facts = test::facts("app-orders-17-running", {"pod-orders-driver-17-running"},
                             "2026-11-22T10:20:00Z");
    CHECK(diagnose(facts).id == "no-executors");
    facts.application.dynamic_allocation = true;
    CHECK(diagnose(facts).id.empty());
}

TEST_CASE("a ConfigMap that comes late is no cause, a volume that never comes is") {
    auto facts = test::facts("app-bad-image-02-submitted", {"pod-bad-image-driver-03-pending"},
                             "2026-11-22T10:05:00Z");
    const auto early = diagnose(facts);
    CHECK(early.id == "slow-start");
    CHECK(early.health == Health::Waiting);
    CHECK(early.sentence.find("ConfigMap") == std::string::npos);
    facts.events.push_back({facts.now, "Warning", "FailedMount", "configmap \"rules\" not found",
                            "Pod", "bad-image-driver", "kubelet", 9});
    CHECK(diagnose(facts).health == Health::Bad);
    CHECK(diagnose(facts).id == "object-missing");
    CHECK(diagnose(facts).sentence.find("configmap rules") != std::string::npos);
}

TEST_CASE("suspended, evicted, unknown, retries without an interval") {
    const auto suspended = at_a_glance("app-sessions-03-suspended", "2026-11-22T10:20:00Z");
    CHECK(suspended.id == "suspended");
    CHECK(suspended.health == Health::Waiting);
    spark::Facts half_done;
    half_done.application = test::application("app-sessions-03-suspended");
    half_done.application.suspend = true;
    half_done.application.annotations["kubectl-spark/restart"] =
        R"({"step":"suspended","by":"ann@laptop","at":"2026-11-22T10:00:00Z","from":"s1"})";
    half_done.now = *core::parse_time("2026-11-22T10:20:00Z");
    const auto half = diagnose(half_done);
    CHECK(half.id == "restart-half-done");
    CHECK(half.health == Health::Bad);
    CHECK(half.sentence.starts_with("restart half done by ann@laptop at 2026-11-22T10:00:00Z"));

    auto facts = test::facts("app-fail-exit-08-failed", {"pod-fail-exit-driver-06-failed"},
                             "2026-11-22T10:06:00Z");
    facts.pods[0].reason = "Evicted";
    facts.pods[0].message = "The node was low on resource: memory.";
    CHECK(diagnose(facts).id == "evicted");

    auto stuck = test::facts("app-fail-retry-06-failing", {}, "2026-11-22T10:06:00Z");
    stuck.application.restart_policy.on_failure_interval.reset();
    CHECK(diagnose(stuck).id == "retry-interval");
    CHECK(diagnose(stuck).health == Health::Bad);

    stuck.application.phase = spark::Phase::Unknown;
    stuck.application.state = "UNKNOWN";
    CHECK(diagnose(stuck).id == "unknown");
}

TEST_CASE("FAILED without a word still gets one") {
    spark::Facts facts;
    facts.application.phase = spark::Phase::Failed;
    CHECK(diagnose(facts).sentence == "it failed and left no message");
    facts.application.message = "driver pod not found";
    CHECK(diagnose(facts).id == "driver-missing");
}
