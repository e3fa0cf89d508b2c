// SPDX-License-Identifier: Apache-2.0
// status.submissionID is new for every submission and changes only when spark-submit has ended, so
// the old run's RUNNING, FAILED or COMPLETED never passes for the new one's. What the operator is
// known to lose (a spec change that nobody acts on, a rerun that nobody starts) shows as time that
// goes by in a phase: it is told, the repair is the restart command's.
#include "core/spark/rollout.hpp"

#include "core/spark/diagnosis.hpp"
#include "core/spark/settling.hpp"

#include <fmt/format.h>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;

/// A spec change is taken up within 0.1 s.
constexpr core::Duration kLostAfter = 15s;
/// The old driver has its grace period of 30 s, spark-submit takes a few.
constexpr core::Duration kStuckAfter = 60s;
/// Longer than a burst of submissions takes.
constexpr core::Duration kUnseenAfter = 30s;

std::string state_word(const Application& application) {
    return application.state.empty() ? "NEW" : application.state;
}

std::string attempt_text(const Application& application, int attempts, std::optional<int> retries) {
    if (application.restart_policy.type == "Always") return fmt::format("attempt {}", attempts);
    return fmt::format("attempt {} of {}", attempts, retries.value_or(0) + 1);
}

std::string with_message(std::string sentence, const Application& application) {
    const auto message = cause_of(application.message);
    return message.empty() ? sentence : sentence + ": " + message;
}

} // namespace

Rollout::Rollout(Expectation expectation, core::Duration written)
    : expectation_(std::move(expectation)), written_(written), phase_since_(written) {
    judgement_.state = "NEW";
}

const Judgement& Rollout::observe(const Application& application, core::Duration now) {
    if (judgement_.progress != Progress::Waiting) return judgement_;
    const bool same = observed_ && application.phase == application_.phase &&
                      application.submission_id == application_.submission_id;
    if (observed_ && !same) phase_since_ = now;
    observed_ = true;
    application_ = application;
    judge(now);
    return judgement_;
}

const Judgement& Rollout::tick(core::Duration now) {
    if (judgement_.progress == Progress::Waiting && observed_) judge(now);
    return judgement_;
}

const Judgement& Rollout::gone() {
    if (judgement_.progress == Progress::Waiting)
        set(Progress::Failed, "was deleted by somebody else while it was waited for");
    return judgement_;
}

void Rollout::set(Progress progress, std::string sentence, Trouble trouble) {
    judgement_.progress = progress;
    judgement_.sentence = std::move(sentence);
    judgement_.trouble = trouble;
}

bool Rollout::is_ours() const {
    if (expectation_.cause == Cause::Nothing) return true;
    // The apache operator does not run an object anew for a changed spec: the object is the run.
    if (application_.operator_ == Operator::Apache) return true;
    return !application_.submission_id.empty() &&
           application_.submission_id != expectation_.old_submission;
}

void Rollout::judge(core::Duration now) {
    judgement_.state = state_word(application_);
    judgement_.submission = is_ours() ? application_.submission_id : "";
    if (!expectation_.uid.empty() && application_.uid != expectation_.uid) {
        set(Progress::Failed, "was deleted and created again by somebody else");
        return;
    }
    if (expectation_.suspended && application_.phase == Phase::Suspended) {
        set(Progress::Reached, "as asked for by spec.suspend");
        return;
    }
    if (is_ours())
        judge_run(now);
    else
        judge_waiting(now);
}

void Rollout::judge_run(core::Duration now) {
    const auto& policy = application_.restart_policy;
    switch (application_.phase) {
    case Phase::Completed:
        return set(Progress::Reached);
    case Phase::Succeeding:
        // With restartPolicy Always there is no COMPLETED.
        if (expectation_.goal == Goal::Completed && policy.type == "Always")
            return set(Progress::Reached);
        return set(Progress::Waiting);
    case Phase::Running:
        if (expectation_.goal == Goal::Completed) return set(Progress::Waiting);
        // A run that was there already has proved itself.
        if (expectation_.cause == Cause::Nothing && phase_since_ == written_)
            return set(Progress::Reached);
        if (now - phase_since_ >= expectation_.settle) return set(Progress::Reached);
        return set(Progress::Waiting, "checking that it stays up");
    case Phase::Failing:
        if (!retries_left(application_))
            return set(Progress::Failed, with_message("the driver failed", application_));
        return set(
            Progress::Waiting,
            with_message(fmt::format("the driver failed ({}), it is started again",
                                     attempt_text(application_, application_.execution_attempts,
                                                  policy.on_failure_retries)),
                         application_));
    case Phase::SubmissionFailed:
        if (!retries_left(application_))
            return set(Progress::Failed, with_message("the submission failed", application_));
        return set(
            Progress::Waiting,
            with_message(fmt::format("the submission failed ({}), it is tried again",
                                     attempt_text(application_, application_.submission_attempts,
                                                  policy.on_submission_failure_retries)),
                         application_));
    case Phase::Failed:
        return set(Progress::Failed,
                   with_message(expectation_.cause == Cause::Nothing
                                    ? "failed before; it is not started again, since nothing in "
                                      "it changed"
                                    : "the application failed",
                                application_));
    default:
        judge_waiting(now);
    }
}

void Rollout::judge_waiting(core::Duration now) {
    const auto waited = now - phase_since_;
    switch (application_.phase) {
    case Phase::New:
        if (waited < kUnseenAfter) return set(Progress::Waiting);
        return set(Progress::Waiting,
                   fmt::format("no operator has taken it up for {}: does one watch namespace {}?",
                               core::human_duration(kUnseenAfter), application_.name_space),
                   Trouble::NoOperator);
    case Phase::PendingRerun:
        if (waited < kStuckAfter) return set(Progress::Waiting);
        return set(Progress::Waiting,
                   fmt::format("has been in PENDING_RERUN for over {}: the old driver pod is still "
                               "there, or the operator lost the rerun",
                               core::human_duration(kStuckAfter)),
                   Trouble::StuckRerun);
    case Phase::Invalidating:
    case Phase::Suspending:
    case Phase::Resuming:
        return set(Progress::Waiting);
    default:
        if (application_.phase == Phase::Suspended && application_.suspend)
            return set(Progress::Waiting, "is suspended by somebody else");
        if (is_ours()) return set(Progress::Waiting);
        if (waited < kLostAfter) return set(Progress::Waiting, "the old run is still there");
        return set(Progress::Waiting,
                   fmt::format("the operator has not acted on the change for {}: the restart may "
                               "be lost; the new spec is stored, the old run goes on",
                               core::human_duration(kLostAfter)),
                   Trouble::LostRestart);
    }
}

} // namespace kspark::spark
