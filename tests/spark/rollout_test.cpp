// SPDX-License-Identifier: Apache-2.0
#include "core/spark/rollout.hpp"
#include "core/spark/settling.hpp"
#include "tests/support/catch.hpp"

using namespace kspark;
using namespace kspark::spark;
using namespace std::chrono_literals;
using Progress = Judgement::Progress;

namespace {

Application version(Phase phase, std::string state, std::string submission) {
    Application application;
    application.name = "orders";
    application.name_space = "streams";
    application.uid = "u1";
    application.phase = phase;
    application.state = std::move(state);
    application.submission_id = std::move(submission);
    return application;
}

Rollout created() {
    return {{.cause = Cause::Create, .uid = "u1"}, 0s};
}
Rollout restarted() {
    return {{.cause = Cause::Restart, .uid = "u1", .old_submission = "s1"}, 0s};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a created application is reached when its driver has run for a while", "[rollout]") {
    auto rollout = created();
    CHECK(rollout.observe(version(Phase::New, "", ""), 0s).progress == Progress::Waiting);
    CHECK(rollout.judgement().state == "NEW");
    rollout.observe(version(Phase::Submitted, "SUBMITTED", "s1"), 2s);
    CHECK(rollout.judgement().submission == "s1");
    CHECK(rollout.observe(version(Phase::Running, "RUNNING", "s1"), 4s).progress ==
          Progress::Waiting);
    CHECK(rollout.tick(8s).progress == Progress::Waiting);
    CHECK(rollout.tick(9s).progress == Progress::Reached);
}

TEST_CASE("a driver that dies within the settle time has not been running", "[rollout]") {
    auto rollout = created();
    rollout.observe(version(Phase::Running, "RUNNING", "s1"), 4s);
    auto failing = version(Phase::Failing, "FAILING", "s1");
    failing.message = "driver container failed with ExitCode: 1\nand more";
    CHECK(rollout.observe(failing, 7s).progress == Progress::Failed);
    CHECK(rollout.judgement().sentence ==
          "the driver failed: driver container failed with ExitCode: 1");
}

TEST_CASE("the old run is not the new one", "[rollout]") {
    auto rollout = restarted();
    CHECK(rollout.observe(version(Phase::Running, "RUNNING", "s1"), 0s).progress ==
          Progress::Waiting);
    CHECK(rollout.tick(10s).progress == Progress::Waiting);
    CHECK(rollout.observe(version(Phase::Failed, "FAILED", "s1"), 11s).progress ==
          Progress::Waiting);
    CHECK(rollout.observe(version(Phase::Invalidating, "INVALIDATING", "s1"), 12s).progress ==
          Progress::Waiting);
    CHECK(rollout.judgement().submission.empty());
    rollout.observe(version(Phase::Running, "RUNNING", "s2"), 15s);
    CHECK(rollout.tick(20s).progress == Progress::Reached);
    CHECK(rollout.judgement().submission == "s2");
}

TEST_CASE("executors that come and go do not put off the end", "[rollout]") {
    auto rollout = created();
    for (int second = 0; second <= 5; ++second)
        rollout.observe(version(Phase::Running, "RUNNING", "s1"), std::chrono::seconds(second));
    CHECK(rollout.judgement().progress == Progress::Reached);
}

TEST_CASE("a failure is final only without retries", "[rollout]") {
    auto failed = version(Phase::SubmissionFailed, "SUBMISSION_FAILED", "s1");
    failed.submission_attempts = 1;
    auto rollout = created();
    CHECK(rollout.observe(failed, 1s).progress == Progress::Failed);

    failed.restart_policy.type = "OnFailure";
    failed.restart_policy.on_submission_failure_retries = 2;
    auto patient = created();
    CHECK(patient.observe(failed, 1s).progress == Progress::Waiting);
    CHECK(has(patient.judgement().sentence, "attempt 1 of 3"));
    failed.submission_attempts = 3;
    CHECK(patient.observe(failed, 9s).progress == Progress::Failed);
}

TEST_CASE("completed is enough for running, not the other way round", "[rollout]") {
    auto running = created();
    CHECK(running.observe(version(Phase::Completed, "COMPLETED", "s1"), 1s).progress ==
          Progress::Reached);
    Rollout completed({.goal = Goal::Completed}, 0s);
    completed.observe(version(Phase::Running, "RUNNING", "s1"), 1s);
    CHECK(completed.tick(60s).progress == Progress::Waiting);
    CHECK(completed.observe(version(Phase::Completed, "COMPLETED", "s1"), 61s).progress ==
          Progress::Reached);
}

TEST_CASE("an application that always starts again never says COMPLETED", "[rollout]") {
    Rollout rollout({.goal = Goal::Completed}, 0s);
    auto succeeding = version(Phase::Succeeding, "SUCCEEDING", "s1");
    CHECK(rollout.observe(succeeding, 1s).progress == Progress::Waiting);
    succeeding.restart_policy.type = "Always";
    CHECK(rollout.observe(succeeding, 2s).progress == Progress::Reached);
}

TEST_CASE("a restart that the operator lost is told", "[rollout]") {
    auto rollout = restarted();
    rollout.observe(version(Phase::Running, "RUNNING", "s1"), 1s);
    CHECK(rollout.tick(14s).trouble == Trouble::None);
    CHECK(rollout.tick(15s).trouble == Trouble::LostRestart);
    CHECK(rollout.judgement().progress == Progress::Waiting);
    // Somebody gave it a push after all.
    rollout.observe(version(Phase::Invalidating, "INVALIDATING", "s1"), 30s);
    CHECK(rollout.judgement().trouble == Trouble::None);
}

TEST_CASE("a rerun that does not come and an operator that is not there are told", "[rollout]") {
    auto rerun = restarted();
    rerun.observe(version(Phase::PendingRerun, "PENDING_RERUN", "s1"), 1s);
    CHECK(rerun.tick(59s).trouble == Trouble::None);
    CHECK(rerun.tick(61s).trouble == Trouble::StuckRerun);
    auto unseen = created();
    unseen.observe(version(Phase::New, "", ""), 0s);
    CHECK(unseen.tick(31s).trouble == Trouble::NoOperator);
    CHECK(has(unseen.judgement().sentence, "namespace streams"));
}

TEST_CASE("what others do to the object ends the wait", "[rollout]") {
    auto deleted = created();
    deleted.observe(version(Phase::Submitted, "SUBMITTED", "s1"), 1s);
    CHECK(deleted.gone().progress == Progress::Failed);
    auto replaced = created();
    auto other = version(Phase::Running, "RUNNING", "s9");
    other.uid = "u2";
    CHECK(replaced.observe(other, 1s).progress == Progress::Failed);
}

TEST_CASE("suspension is the goal when it was asked for", "[rollout]") {
    auto suspended = version(Phase::Suspended, "SUSPENDED", "s1");
    Rollout rollout({.cause = Cause::Nothing, .suspended = true}, 0s);
    CHECK(rollout.observe(suspended, 1s).progress == Progress::Reached);
    suspended.suspend = true;
    auto resumed = restarted();
    CHECK(has(resumed.observe(suspended, 1s).sentence, "suspended by somebody else"));
}

TEST_CASE("an unchanged application is judged as it is", "[rollout]") {
    Rollout running({.cause = Cause::Nothing}, 0s);
    CHECK(running.observe(version(Phase::Running, "RUNNING", "s1"), 0s).progress ==
          Progress::Reached);
    Rollout failed({.cause = Cause::Nothing}, 0s);
    CHECK(failed.observe(version(Phase::Failed, "FAILED", "s1"), 0s).progress == Progress::Failed);
    CHECK(has(failed.judgement().sentence, "nothing in it changed"));
}

TEST_CASE("nothing is written while a submission may be under way", "[settling]") {
    const auto now = *core::parse_time("2026-01-02T03:05:00Z");
    auto fresh = version(Phase::New, "", "");
    fresh.created = now - 10s;
    CHECK_FALSE(unsettled(fresh, now).empty());
    fresh.created = now - 61s;
    CHECK(unsettled(fresh, now).empty());
    for (const auto phase : {Phase::PendingRerun, Phase::Invalidating, Phase::Resuming})
        CHECK_FALSE(unsettled(version(phase, "X", "s1"), now).empty());
    for (const auto phase : {Phase::Submitted, Phase::Running, Phase::Completed, Phase::Failed})
        CHECK(unsettled(version(phase, "X", "s1"), now).empty());
    auto deleted = version(Phase::Running, "RUNNING", "s1");
    deleted.being_deleted = true;
    CHECK_FALSE(unsettled(deleted, now).empty());
}

TEST_CASE("a failed submission is left alone when its repetition is near", "[settling]") {
    const auto now = *core::parse_time("2026-01-02T03:05:00Z");
    auto failed = version(Phase::SubmissionFailed, "SUBMISSION_FAILED", "s1");
    CHECK(unsettled(failed, now).empty());
    failed.restart_policy = {.type = "OnFailure",
                             .on_failure_retries = {},
                             .on_submission_failure_retries = 9,
                             .on_failure_interval = {},
                             .on_submission_failure_interval = 60};
    failed.submission_attempts = 2;
    failed.submitted = now - 60s;
    CHECK(unsettled(failed, now).empty());
    failed.submitted = now - 118s;
    CHECK_FALSE(unsettled(failed, now).empty());
}
