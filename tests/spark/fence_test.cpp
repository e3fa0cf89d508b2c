// SPDX-License-Identifier: Apache-2.0
#include "core/spark/fence.hpp"
#include "core/spark/labels.hpp"
#include "tests/support/catch.hpp"

using namespace kspark;
using namespace kspark::spark;
using namespace std::chrono_literals;
using Kind = FenceStep::Kind;

namespace {

const core::Time kNow = *core::parse_time("2026-01-02T03:04:05Z");

Pod pod(const std::string& name, const std::string& phase = "Running") {
    Pod result;
    result.name = name;
    result.role = name.ends_with("-driver") ? "driver" : "executor";
    result.phase = phase;
    result.node = "node-1";
    result.submission_id = "s1";
    result.created = kNow - 1h;
    return result;
}

Pod stopping(Pod result, core::Duration left) {
    result.being_deleted = true;
    result.stops_by = kNow + left;
    return result;
}

FenceFacts facts(Phase phase, std::vector<Pod> pods = {}) {
    FenceFacts result;
    result.application.name = "orders";
    result.application.phase = phase;
    result.application.state = to_text(phase);
    result.application.submission_id = "s1";
    result.application.created = kNow - 1h;
    result.pods = std::move(pods);
    result.now = kNow;
    result.without_driver = result.driver_dead = 1h;
    return result;
}

FenceFacts suspended(Phase phase, std::vector<Pod> pods = {}) {
    auto result = facts(phase, std::move(pods));
    result.application.suspend = true;
    result.application.annotations[std::string(kRestartAnnotation)] =
        to_annotation({RestartRecord::Step::Suspended, "ann@laptop", kNow, "s1"});
    return result;
}

bool says(const FenceStep& step, std::string_view words) {
    return step.sentence.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("the fence opens only when no pod may run code", "[fence]") {
    using Pods = std::vector<Pod>;
    struct Row {
        const char* what;
        Pods pods;
        Kind next;
    };
    const auto lost = [] {
        auto result = pod("orders-driver");
        result.node_lost = true;
        return result;
    }();
    for (const auto& row : std::vector<Row>{
             {"no pods", {}, Kind::Resume},
             {"a running executor", {pod("orders-exec-1")}, Kind::Wait},
             {"a pending executor", {pod("orders-exec-1", "Pending")}, Kind::Wait},
             {"a phase nobody knows", {pod("orders-exec-1", "Unknown")}, Kind::Wait},
             {"a terminating driver", {stopping(pod("orders-driver"), 12s)}, Kind::Wait},
             {"a terminating driver, overdue a little",
              {stopping(pod("orders-driver"), -5s)},
              Kind::Wait},
             {"ended pods",
              {pod("orders-driver", "Failed"), pod("orders-exec-1", "Succeeded")},
              Kind::Resume},
             {"an ended driver, a living executor",
              {pod("orders-driver", "Failed"), pod("orders-exec-1")},
              Kind::Wait},
             {"a lost node", {lost}, Kind::Stop},
             {"a node that lets a pod be overdue for long",
              {stopping(pod("orders-driver"), -10min)},
              Kind::Stop}}) {
        INFO(row.what);
        CHECK(next_step(suspended(Phase::Suspended, row.pods)).kind == row.next);
    }
}

TEST_CASE("SUSPENDED is waited for, whatever the pods look like", "[fence]") {
    for (const auto phase : {Phase::Running, Phase::Suspending, Phase::Failing, Phase::Submitted})
        CHECK(next_step(suspended(phase)).kind == Kind::Wait);
    auto unheard = suspended(Phase::Running);
    unheard.in_phase = 20s;
    CHECK(says(next_step(unheard), "does it run?"));
}

TEST_CASE("nothing is written while a submission may be under way", "[fence]") {
    for (const auto phase :
         {Phase::PendingRerun, Phase::Invalidating, Phase::Resuming, Phase::Suspending}) {
        INFO(to_text(phase));
        CHECK(next_step(facts(phase)).kind == Kind::Wait);
    }
    auto fresh = facts(Phase::New);
    fresh.application.created = kNow - 2s;
    CHECK(next_step(fresh).kind == Kind::Wait);
}

TEST_CASE("how a restart begins depends on what is there", "[fence]") {
    CHECK(next_step(facts(Phase::Running, {pod("orders-driver")})).kind == Kind::Suspend);
    CHECK(next_step(facts(Phase::Failing)).kind == Kind::Suspend);
    CHECK(next_step(facts(Phase::Failed)).kind == Kind::Annotate);
    CHECK(next_step(facts(Phase::Completed, {pod("orders-driver", "Succeeded")})).kind ==
          Kind::Annotate);
    CHECK(next_step(facts(Phase::Failed, {pod("orders-exec-1")})).kind == Kind::Wait);
    // The resume was stored, and the operator did not act on it.
    CHECK(next_step(facts(Phase::Suspended)).kind == Kind::Annotate);
}

TEST_CASE("an annotation alone is refused while a pod lives", "[fence]") {
    auto running = facts(Phase::Running, {pod("orders-driver"), pod("orders-exec-1")});
    running.strategy = Strategy::Annotate;
    const auto step = next_step(running);
    CHECK(step.kind == Kind::Stop);
    CHECK(says(step, "orders-exec-1"));
    running.force = true;
    CHECK(next_step(running).kind == Kind::Annotate);
}

TEST_CASE("a node that is lost before anything was done leaves everything as it is", "[fence]") {
    auto driver = pod("orders-driver");
    driver.node_lost = true;
    auto running = facts(Phase::Running, {driver});
    CHECK(next_step(running).kind == Kind::Stop);
    CHECK(says(next_step(running), "two runs write to one checkpoint"));
    running.force = true;
    CHECK(next_step(running).kind == Kind::Suspend);
    auto stopped = suspended(Phase::Suspended, {driver});
    stopped.force = true;
    CHECK(next_step(stopped).kind == Kind::RemovePods);
}

TEST_CASE("a pod that nobody stops is stopped after a while", "[fence]") {
    auto stopped = suspended(Phase::Suspended, {pod("orders-exec-1")});
    stopped.in_phase = 5s;
    CHECK(next_step(stopped).kind == Kind::Wait);
    stopped.in_phase = 11s;
    const auto step = next_step(stopped);
    REQUIRE(step.kind == Kind::RemovePods);
    CHECK(step.pods.at(0).name == "orders-exec-1");
    // While its driver has its grace period an executor still has work to do.
    stopped.pods.push_back(stopping(pod("orders-driver"), 12s));
    stopped.driver_dead = 0s;
    CHECK(next_step(stopped).kind == Kind::Wait);
}

TEST_CASE("what somebody else has suspended stays suspended", "[fence]") {
    auto other = suspended(Phase::Suspended);
    other.application.annotations.clear();
    CHECK(next_step(other).kind == Kind::Stop);
    other.adopt = true;
    CHECK(next_step(other).kind == Kind::Resume);
}

TEST_CASE("recreate: held, deleted, released when the pods are gone", "[fence]") {
    auto running = facts(Phase::Running, {pod("orders-driver")});
    running.strategy = Strategy::Recreate;
    CHECK(next_step(running).kind == Kind::Hold);
    running.application.finalizers = {std::string(kRestartFinalizer)};
    CHECK(next_step(running).kind == Kind::Delete);
    running.application.being_deleted = true;
    CHECK(next_step(running).kind == Kind::Wait);
    running.pods.clear();
    CHECK(next_step(running).kind == Kind::Release);
    running.application.finalizers.clear();
    CHECK(next_step(running).kind == Kind::Stop);
}

TEST_CASE("a lost restart is asked for again only when it is safe", "[fence]") {
    CHECK(repair_lost(facts(Phase::Suspended)).kind == Kind::Annotate);
    CHECK(repair_lost(facts(Phase::PendingRerun)).kind == Kind::Wait);
    CHECK(repair_lost(facts(Phase::Running, {pod("orders-driver")})).kind == Kind::Stop);
}

TEST_CASE("a stuck rerun is nudged when the driver has been gone for longer than a submission",
          "[fence]") {
    auto stuck = facts(Phase::PendingRerun);
    stuck.without_driver = 59s;
    CHECK(repair_stuck(stuck).kind == Kind::Wait);
    stuck.without_driver = 61s;
    CHECK(repair_stuck(stuck).kind == Kind::Nudge);
    stuck.pods = {pod("orders-exec-1")};
    CHECK(repair_stuck(stuck).kind == Kind::Wait);
    stuck.pods = {stopping(pod("orders-driver"), 5s)};
    CHECK(repair_stuck(stuck).kind == Kind::Wait);
}

TEST_CASE("a ghost driver is removed, a young one is left", "[fence]") {
    auto ghost = pod("orders-driver");
    ghost.submission_id = "s2";
    auto stuck = facts(Phase::PendingRerun, {ghost});
    CHECK(repair_stuck(stuck).kind == Kind::RemovePods);
    stuck.pods[0].created = kNow - 20s;
    CHECK(repair_stuck(stuck).kind == Kind::Wait);
}

TEST_CASE("the record survives the way to the object and back", "[fence]") {
    auto stopped = suspended(Phase::Suspended);
    const auto record = restart_record(stopped.application);
    REQUIRE(record);
    CHECK(record->by == "ann@laptop");
    CHECK(record->from == "s1");
    CHECK(record->at == kNow);
    CHECK(half_done(stopped.application) ==
          "restart half done by ann@laptop at 2026-01-02T03:04:05Z");
    stopped.application.suspend = false;
    CHECK(half_done(stopped.application).empty());
    for (const char* nonsense : {"", "{", "[]", R"({"step":"flying"})", R"({"step":7})"}) {
        stopped.application.annotations[std::string(kRestartAnnotation)] = nonsense;
        CHECK_FALSE(restart_record(stopped.application));
    }
}

TEST_CASE("the seconds of a grace period are told", "[fence]") {
    CHECK(pods_text({stopping(pod("orders-driver"), 12s), pod("orders-exec-1")}, kNow) ==
          "orders-driver (stopping, 12s of its grace period left), orders-exec-1 (running)");
}

TEST_CASE("recreate: our finalizer is the last to go", "[fence]") {
    auto deleted = facts(Phase::Failing);
    deleted.application.being_deleted = true;
    deleted.application.finalizers = {"operator.example/tidy", std::string(kRestartFinalizer)};
    CHECK(next_step(deleted).kind == Kind::Wait);
    CHECK(says(next_step(deleted), "has yet to let it go"));
    deleted.in_phase = 20s;
    CHECK(says(next_step(deleted), "operator.example/tidy"));
    CHECK(says(next_step(deleted), "does the operator run?"));
    deleted.application.finalizers.erase(deleted.application.finalizers.begin());
    CHECK(next_step(deleted).kind == Kind::Release);
}
