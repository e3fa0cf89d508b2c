// SPDX-License-Identifier: Apache-2.0
// Every turn reads the object anew (a read that no cache answers) and decides from that alone, so a
// lost answer, another person's restart and a restart that somebody left half done are all the same
// case: what the object says is where it goes on.
#include "core/spark/restart.hpp"

#include "core/base/text.hpp"
#include "core/spark/apache_pods.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;
using core::Code;
using Kind = FenceStep::Kind;

constexpr core::Duration kBetweenLooks = 1s;
/// A repair gets that long to show an effect.
constexpr core::Duration kBetweenRepairs = 20s;
/// In a phase that lasts as long as a submission takes nothing is under way any more.
constexpr core::Duration kStuck = 60s;

std::string record_text(const Application& application) {
    const auto found = application.annotations.find(std::string(kRestartAnnotation));
    return found == application.annotations.end() ? std::string() : found->second;
}

bool is_held(const Application& application) {
    return std::ranges::find(application.finalizers, kRestartFinalizer) !=
           application.finalizers.end();
}

} // namespace

RestartOptions::RestartOptions() = default;
RestartOptions::~RestartOptions() = default;
RestartOptions::RestartOptions(const RestartOptions&) = default;
RestartOptions& RestartOptions::operator=(const RestartOptions&) = default;

Restart::Restart(kube::Client& client, kube::Reference reference, RestartOptions options)
    : client_(client), options_(std::move(options)), strategy_(options_.strategy), began_(now()),
      phase_since_(began_), driver_seen_(began_), driver_lived_(began_) {
    write_.reference = std::move(reference);
}

void Restart::turn() {
    if (finished()) return;
    const bool seen = look();
    if (seen && stage_ == Stage::Fencing) fence();
    if (seen && stage_ == Stage::Following) follow();
    if (!finished() && options_.timeout > 0s && now() - began_ >= options_.timeout) time_out();
}

/// False: there is nothing to decide from.
bool Restart::look() {
    auto object = client_.call(kube::get_call(reference()));
    if (object) {
        silent_.reset();
        take(*std::move(object));
        return !finished();
    }
    if (object.error().code != Code::NotFound) {
        not_done(std::move(object).error());
    } else if (stage_ == Stage::Following) {
        fail({Code::ApplicationFailed, "was deleted by somebody else"});
    } else if (gone_ || (observed_ ? is_held(application_) : remember())) {
        gone_ = true;
        recreate();
    } else {
        fail(std::move(object).error());
    }
    return false;
}

void Restart::take(data::Json object) {
    object["apiVersion"] = reference().resource.api_version();
    object["kind"] = reference().resource.kind;
    auto application = decode_application(object);
    if (!application) return fail(std::move(application).error());
    if (!observed_) first_record_ = record_text(*application);
    if (!observed_ && !gone_ && !is_held(*application)) options_.keepsake.forget();
    if (!observed_ || application->phase != application_.phase) phase_since_ = now();
    const bool other = observed_ && application->uid != application_.uid;
    gone_ = false;
    observed_ = true;
    application_ = *std::move(application);
    object_ = std::move(object);
    state_ = application_.state.empty() ? "NEW" : application_.state;
    write_.resource_version = application_.resource_version;
    write_.uid = application_.uid;
    const auto record = restart_record(application_);
    write_.record.by = options_.by;
    write_.record.at = client_.server_now();
    write_.record.from =
        !half_done(application_).empty() ? record->from : application_.submission_id;
    if (other && !joined())
        fail({Code::ApplicationFailed, "was deleted and created again by somebody else"});
}

bool Restart::look_at_pods() {
    auto pods = read_pods(client_, reference(), ask_nodes_);
    if (!pods && pods.error().code == Code::Forbidden && options_.force) {
        tell("its pods may not be listed: restarted without looking at them (--force)");
        pods = std::vector<Pod>{};
    }
    if (!pods) {
        not_done(std::move(pods).error());
        return false;
    }
    pods_ = *std::move(pods);
    const bool driver = std::ranges::any_of(pods_, [](const Pod& p) { return p.role == "driver"; });
    if (driver) driver_seen_ = now();
    const bool lives = std::ranges::any_of(
        pods_, [](const Pod& p) { return p.role == "driver" && may_run_code(p); });
    if (lives) driver_lived_ = now();
    return true;
}

FenceFacts Restart::facts() const {
    FenceFacts facts;
    facts.application = application_;
    facts.pods = pods_;
    facts.now = client_.server_now();
    facts.in_phase = now() - phase_since_;
    facts.without_driver = now() - driver_seen_;
    facts.driver_dead = now() - driver_lived_;
    facts.strategy = strategy_;
    facts.force = options_.force;
    facts.adopt = options_.adopt;
    return facts;
}

/// Somebody else has opened the fence since we began, or we have and the answer was lost.
bool Restart::joined() {
    const auto record = restart_record(application_);
    const auto text = record_text(application_);
    if (!record || record->step != RestartRecord::Step::Resumed || text == first_record_)
        return false;
    if (options_.resume && text != opened_) { // another restart, and our change is not in it
        first_record_ = text;
        return false;
    }
    if (record->by != options_.by)
        tell(fmt::format("{} restarted it at {}", record->by, core::format_time(record->at)));
    const bool created = record->from.empty() || strategy_ == Strategy::Recreate;
    expect(created ? Cause::Create : Cause::Restart, application_.uid, record->from);
    return true;
}

void Restart::fence() {
    if (joined()) return;
    if (const auto half = half_done(application_);
        !half.empty() && record_text(application_) == first_record_)
        tell(half + "; finishing it");
    else if (!half.empty() && restart_record(application_)->by != options_.by)
        tell(fmt::format("{} is restarting it at the same time; joined",
                         restart_record(application_)->by));
    if (!look_at_pods() || !choose(kube::DryRun::No)) return;
    auto step = next_step(facts());
    if (step.kind == Kind::Wait && application_.phase == Phase::PendingRerun &&
        now() - phase_since_ >= kStuck)
        step = repair_stuck(facts());
    perform(step);
}

core::Result<FenceStep> Restart::plan() {
    if (look() && look_at_pods() && choose(kube::DryRun::Yes)) return next_step(facts());
    if (error_) return *error_;
    return core::Error{Code::Unreachable, note_};
}

void Restart::follow() {
    const bool apache = application_.operator_ == Operator::Apache;
    if ((apache || application_.phase == Phase::PendingRerun) && !look_at_pods()) return;
    Application seen = application_;
    const std::string doubt = take_run(seen, pods_);
    const Judgement& judgement = rollout_->observe(seen, now());
    submission_ = judgement.submission;
    note_ = application_.phase != Phase::Suspended ? judgement.sentence
            : judgement.trouble == Trouble::None
                ? "resumed; waiting for the operator to submit it"
                : "resumed, and the operator has not acted on it: does it run?";
    if (!doubt.empty()) note_ = doubt;
    switch (judgement.progress) {
    case Judgement::Progress::Reached:
        return finish(Stage::Done);
    case Judgement::Progress::Failed:
        return fail({Code::ApplicationFailed, judgement.sentence});
    case Judgement::Progress::Waiting:
        if (judgement.trouble != Trouble::None) repair(judgement.trouble);
    }
}

void Restart::repair(Trouble trouble) {
    if (trouble == Trouble::NoOperator) return;
    if (repaired_ && now() - *repaired_ < kBetweenRepairs) return;
    if (!look_at_pods()) return;
    const auto step =
        trouble == Trouble::LostRestart ? repair_lost(facts()) : repair_stuck(facts());
    if (step.kind == Kind::Wait) {
        note_ = step.sentence;
        return;
    }
    repaired_ = now();
    perform(step);
}

void Restart::mend(Trouble trouble) {
    if (mended_ && now() - *mended_ < kBetweenLooks) return;
    if (!mended_) driver_seen_ = now(); // what was seen before is too long ago
    mended_ = now();
    stage_ = Stage::Following;
    if (look() && look_at_pods()) repair(trouble);
}

bool Restart::is_half_done() const {
    return observed_ && stage_ != Stage::Following && stage_ != Stage::Done &&
           (gone_ || !half_done(application_).empty());
}

/// An earlier process has let the object go and did not come to create it again.
bool Restart::remember() {
    const auto object = options_.keepsake.kept();
    auto application = decode_application(object);
    if (!application) return false;
    const auto record = restart_record(*application);
    tell(fmt::format("was deleted by the restart of {} at {} and not created again; creating it",
                     record ? record->by : "somebody",
                     record ? core::format_time(record->at) : "an unknown time"));
    strategy_ = Strategy::Recreate;
    application_ = *std::move(application);
    object_ = object;
    observed_ = true;
    write_.record = {RestartRecord::Step::Resumed, options_.by, client_.server_now(), {}};
    return true;
}

void Restart::time_out() {
    const auto after = core::human_duration(options_.timeout);
    const std::string why = note_.empty() ? std::string() : ": " + note_;
    fail({Code::Timeout, fmt::format("is not {} after {}, still {}{}",
                                     stage_ == Stage::Fencing ? "restarted" : "running again",
                                     after, state_.empty() ? "unseen" : state_, why)});
}

void Restart::tell(std::string sentence) {
    if (std::ranges::find(told_, sentence) == told_.end()) told_.push_back(std::move(sentence));
}

void Restart::fail(core::Error error) {
    error_ = std::move(error);
    finish(Stage::Failed);
}

void Restart::finish(Stage stage) {
    stage_ = stage;
    ended_ = now();
}

} // namespace kspark::spark
