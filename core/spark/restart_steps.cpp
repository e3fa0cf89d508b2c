// SPDX-License-Identifier: Apache-2.0
// The writing half of a restart. An answer that did not come, or a version that somebody else has
// replaced, only means to look again; once the fence is closed, so does a refusal that may pass.
#include "core/base/text.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/restart.hpp"
#include "core/spark/rights.hpp"
#include "core/spark/settling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;
using core::Code;
using Kind = FenceStep::Kind;

/// An API server that has just started refuses its users until it has read their rights.
constexpr core::Duration kForgetful = 15s;
constexpr int kMostFailures = 5;

} // namespace

/// Decides by what the cluster itself says to the patch. False: not yet, or it failed.
bool Restart::choose(kube::DryRun dry_run) {
    const bool apache = application_.operator_ == Operator::Apache;
    if (apache && strategy_ != Strategy::Auto && strategy_ != Strategy::Recreate) {
        fail({Code::Usage, "the apache operator does not run an object anew: only "
                           "--strategy=recreate restarts it"});
        return false;
    }
    if (strategy_ != Strategy::Auto) return true;
    if (apache) {
        strategy_ = Strategy::Recreate;
        return true;
    }
    if (application_.suspend || !unsettled(application_, client_.server_now()).empty())
        return true; // decided when something can be done
    if (is_terminal(application_.phase)) {
        strategy_ = Strategy::Annotate;
        return true;
    }
    const auto answer = client_.call(suspend_call(write_, kube::DryRun::Yes));
    if (!answer && knows_suspend(answer)) {
        not_done(answer.error());
        return false;
    }
    strategy_ = knows_suspend(answer) ? Strategy::Suspend : Strategy::Recreate;
    if (strategy_ == Strategy::Recreate && dry_run == kube::DryRun::No)
        tell("this cluster's SparkApplications have no spec.suspend (an operator before 2.4): "
             "deleted and created again");
    return true;
}

std::optional<kube::Call> Restart::call_of(FenceStep::Kind kind) const {
    switch (kind) {
    case Kind::Suspend:
        return suspend_call(write_, kube::DryRun::No);
    case Kind::Resume:
        return resume_call(write_);
    case Kind::Annotate:
        // spec.suspend is false already, or was never there.
        return annotate_call(write_, kube::DryRun::No);
    case Kind::Hold:
        return hold_call(write_, application_.finalizers, kube::DryRun::No);
    case Kind::Delete:
        return delete_held_call(write_);
    case Kind::Release:
        return release_call(write_, application_.finalizers);
    case Kind::Nudge:
        return nudge_call(write_);
    default:
        return std::nullopt;
    }
}

core::Status Restart::try_out(const FenceStep& step) {
    std::optional<kube::Call> call;
    if (step.kind == Kind::Suspend) call = suspend_call(write_, kube::DryRun::Yes);
    if (step.kind == Kind::Annotate) call = annotate_call(write_, kube::DryRun::Yes);
    if (step.kind == Kind::Hold)
        call = hold_call(write_, application_.finalizers, kube::DryRun::Yes);
    if (!call) return {};
    auto answer = client_.call(*call);
    if (!answer) return explained(std::move(answer).error());
    return {};
}

void Restart::perform(const FenceStep& step) {
    if (step.kind == Kind::Wait) {
        note_ = step.sentence;
        return;
    }
    if (step.kind == Kind::Stop) return fail({Code::Failed, step.sentence});
    if (step.kind == Kind::RemovePods) return remove_pods(step);
    const bool opens = step.kind == Kind::Resume || step.kind == Kind::Annotate;
    const bool own_way = opens && options_.resume && stage_ == Stage::Fencing;
    RestartRecord record = write_.record;
    record.step = RestartRecord::Step::Resumed;
    if (opens) opened_ = to_annotation(record);
    if (!keep_copy(step)) return;
    auto answer = own_way ? options_.resume(object_, record) : client_.call(*call_of(step.kind));
    if (!answer) return not_done(std::move(answer).error());
    failures_ = 0;
    if (!step.sentence.empty()) tell(step.sentence);
    note_.clear();
    written(step.kind, *std::move(answer));
}

bool Restart::may_recreate() {
    return may(client_, "delete", reference()) && may(client_, "create", reference());
}

/// Nothing is begun that the role cannot finish, and nothing is deleted of which no copy can be
/// kept. False: it failed.
bool Restart::keep_copy(const FenceStep& step) {
    if (step.kind == Kind::Hold && !may_recreate()) {
        fail(explained(
            {Code::Forbidden, "it was not touched: you may not delete it and create it again"}));
        return false;
    }
    if (step.kind == Kind::Hold)
        if (auto safe = options_.keepsake.try_out(successor()); !safe) {
            fail({Code::Failed, fmt::format("no copy of it can be kept while it is deleted: {}; "
                                            "set XDG_STATE_HOME to a directory that can be written",
                                            safe.error().message)});
            return false;
        }
    if (step.kind == Kind::Release)
        if (auto kept = options_.keepsake.keep(successor()); !kept) tell(kept.error().message);
    return true;
}

void Restart::written(FenceStep::Kind kind, data::Json answer) {
    const std::string from = write_.record.from;
    if (kind == Kind::Suspend || kind == Kind::Hold) return take(std::move(answer));
    if (kind == Kind::Delete || kind == Kind::Release) return; // the next look tells
    const bool begins = stage_ == Stage::Fencing;
    if (kind != Kind::Nudge) take(std::move(answer));
    if (begins && !finished()) expect(Cause::Restart, application_.uid, from);
}

void Restart::expect(Cause cause, std::string uid, std::string old_submission) {
    if (cause == Cause::Create) options_.keepsake.forget();
    if (!options_.goal) return finish(Stage::Done);
    Expectation expectation;
    expectation.cause = cause;
    expectation.goal = *options_.goal;
    expectation.uid = std::move(uid);
    expectation.old_submission = std::move(old_submission);
    rollout_.emplace(std::move(expectation), now());
    stage_ = Stage::Following;
}

void Restart::remove_pods(const FenceStep& step) {
    for (const auto& pod : step.pods) {
        const bool at_once = is_lost(pod, client_.server_now());
        const auto removed = client_.call(remove_pod_call(pod, at_once));
        if (!removed && removed.error().code != Code::NotFound) return not_done(removed.error());
    }
    tell(step.sentence);
}

data::Json Restart::successor() const {
    return recreated(options_.replacement.is_null() ? object_ : options_.replacement,
                     write_.record);
}

/// The object is gone, by our release or by another's hand: its pods have to be, too.
void Restart::recreate() {
    if (!look_at_pods()) return;
    if (const auto left = alive(pods_); !left.empty()) {
        note_ = "waiting for " + pods_text(left, client_.server_now());
        return;
    }
    create();
}

void Restart::create() {
    const auto object = successor();
    // What a file says is applied, so that what it no longer says later goes.
    const bool same = options_.replacement.is_null();
    auto answer = client_.call(
        same ? kube::create_call(reference(), object, kube::DryRun::No)
             : kube::apply_call(reference(), object, kube::DryRun::No, kube::Force::Yes));
    if (!answer) return not_done(std::move(answer).error());
    const auto uid = data::string_at(*answer, {"metadata", "uid"});
    first_record_ = to_annotation(write_.record);
    observed_ = false;
    take(*std::move(answer));
    if (!finished()) expect(Cause::Create, uid, {});
}

bool Restart::is_passing(const core::Error& error) {
    switch (error.code) {
    case Code::Conflict:
        return true;
    case Code::Unreachable:
    case Code::Timeout:
        // Before anything was done there is no reason to insist.
        if (!observed_) return false;
        silent_ = now();
        return true;
    case Code::Forbidden:
    case Code::Unauthorized:
        return silent_ && now() - *silent_ < kForgetful;
    case Code::Failed: // a connection that was cut: it may or may not be done
        return is_half_done() || ++failures_ < kMostFailures;
    case Code::Refused:
        return is_half_done(); // a webhook that is away for a moment
    default:
        return false;
    }
}

void Restart::not_done(core::Error error) {
    if (!is_passing(error)) return fail(explained(std::move(error)));
    note_ = error.code == Code::Conflict ? "was changed in between; looking again"
            : error.code == Code::Unreachable || error.code == Code::Timeout
                ? "the cluster does not answer"
                : error.message;
}

/// What a role lacks, and what it could do instead.
core::Error Restart::explained(core::Error error) {
    if (error.code != Code::Forbidden) return error;
    kube::Reference kind = reference();
    const kube::Reference pods{kube::pods(), kind.name_space, {}};
    std::vector<std::string> missing;
    const bool patch = may(client_, "patch", kind);
    if (!patch) missing.push_back("patch " + kind.resource.qualified_name());
    const bool list = may(client_, "list", pods);
    if (!list) missing.emplace_back("list pods");
    const bool recreate = strategy_ != Strategy::Recreate || may_recreate();
    if (!recreate) missing.push_back("delete and create " + kind.resource.qualified_name());
    if (missing.empty()) return error;
    error.details.push_back(
        fmt::format("a restart with strategy {} needs the right to {} in "
                    "namespace {}",
                    to_text(strategy_ == Strategy::Auto ? Strategy::Suspend : strategy_),
                    core::join(missing, ", "), kind.name_space));
    if (!patch)
        error.details.emplace_back("no other strategy does without the right to patch");
    else if (!recreate && application_.operator_ == Operator::Kubeflow)
        error.details.emplace_back("--strategy=suspend needs no right to delete or create");
    else if (!list)
        error.details.emplace_back("--force restarts without looking at the pods: if one of the "
                                   "old run lives, two runs write to one checkpoint");
    return error;
}

} // namespace kspark::spark
