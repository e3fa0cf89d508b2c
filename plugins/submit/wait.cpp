// SPDX-License-Identifier: Apache-2.0
// Following what was written: one watch per namespace for all applications, their versions given to
// spark::Rollout, the clock for what only time can tell, and now and then a look at the pods of
// those that do not move.
#include "core/base/text.hpp"
#include "core/spark/apache_pods.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/settling.hpp"
#include "plugins/submit/deployment.hpp"
#include "plugins/submit/evidence.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::submit {
namespace {

using namespace std::chrono_literals;
using core::Code;
using spark::Action;
using Stage = Track::Stage;
using Progress = spark::Judgement::Progress;

/// Before this nobody wonders why a driver does not run yet.
constexpr core::Duration kProbeAfter = 6s;
constexpr core::Duration kProbeEvery = 15s;
constexpr core::Duration kLookForPodsEvery = 1s;

spark::Cause cause_of(const spark::Change& change) {
    if (change.action == Action::Create) return spark::Cause::Create;
    if (change.action == Action::Restart || change.note == "resumes") return spark::Cause::Restart;
    return spark::Cause::Nothing;
}

bool is_apache(const Track& track) {
    return track.item.reference.resource.group == kube::apache_applications().group;
}

std::string_view goal_text(spark::Goal goal) {
    return goal == spark::Goal::Completed ? "completed" : "running";
}

bool carries(const Track& track, const std::string& set) {
    return track.item.live.is_null() ||
           data::string_at(track.item.live, {"metadata", "labels", spark::kSetLabel}) == set;
}

} // namespace

/// Whether anything has to be seen as it happens: an end to wait for, or a submission in flight.
bool Deployment::follows() const {
    if (options_.goal) return true;
    return std::ranges::any_of(tracks_, [this](const Track& track) {
        return track.item.change.action != Action::Unchanged && track.latest &&
               !spark::unsettled(*track.latest, client_.server_now()).empty();
    });
}

void Deployment::start_watches() {
    if (tracks_.empty() || !follows()) return;
    kube::Selection selection;
    if (tracks_.size() == 1)
        selection.fields = "metadata.name=" + tracks_.front().item.reference.name;
    else if (!options_.set.empty() && std::ranges::all_of(tracks_, [&](auto& track) {
                 return carries(track, options_.set);
             }))
        selection.labels = fmt::format("{}={}", spark::kSetLabel, options_.set);
    std::map<std::string, kube::Reference> kinds;
    for (const auto& track : tracks_) {
        kube::Reference kind = track.item.reference;
        kind.name.clear();
        kinds[kube::path_of(kind)] = kind;
    }
    for (const auto& [path, kind] : kinds)
        watches_.push_back(
            client_.watch(kind, selection, [this, path = path](const kube::WatchEvent& event) {
                seen(event, path);
            }));
}

void Deployment::seen(const kube::WatchEvent& event, const std::string& kind_path) {
    using Kind = kube::WatchEvent::Kind;
    if (event.kind == Kind::Failed) {
        for (auto& track : tracks_)
            if (!track.finished() && track.stage != Stage::Queued)
                fail(track, core::Error(*event.error).during("watching the applications"));
        return;
    }
    silent_ = false;
    if (event.object == nullptr) return;
    const auto found =
        by_name_.find({kind_path, data::string_at(*event.object, {"metadata", "name"})});
    if (found == by_name_.end() || found->second->finished()) return;
    Track& track = *found->second;
    if (event.kind == Kind::Deleted) {
        if (track.rollout) return judge(track, track.rollout->gone());
        track.vanished = !track.item.live.is_null();
        return;
    }
    data::Json object = *event.object;
    object["apiVersion"] = track.item.reference.resource.api_version();
    object["kind"] = track.item.reference.resource.kind;
    auto application = spark::decode_application(object);
    if (!application) return;
    track.vanished = false;
    track.latest = *std::move(application);
    if (track.stage == Stage::Waiting && is_apache(track)) return; // observe_pods()
    if (track.stage == Stage::Waiting && track.rollout)
        judge(track, track.rollout->observe(*track.latest, now()));
    else
        track.latest_object = std::move(object);
}

/// The track is written, or left alone: is there an end to wait for?
void Deployment::expect(Track& track) {
    auto stored = spark::decode_application(track.item.stored);
    if (!options_.goal || !stored) return finish(track, Stage::Done);
    spark::Expectation expectation;
    expectation.cause = cause_of(track.item.change);
    expectation.goal = *options_.goal;
    expectation.suspended = stored->suspend;
    expectation.uid = stored->uid;
    if (!track.item.live.is_null())
        expectation.old_submission = data::string_at(track.item.live, {"status", "submissionID"});
    track.rollout.emplace(std::move(expectation), now());
    track.stage = Stage::Waiting;
    track.latest_object = nullptr;
    track.latest = *std::move(stored);
    // A run of the apache operator is not what its status says before its pods bear it out.
    if (!is_apache(track)) judge(track, track.rollout->observe(*track.latest, now()));
}

void Deployment::judge(Track& track, const spark::Judgement& judgement) {
    if (track.finished()) return;
    track.state = judgement.state;
    track.submission = judgement.submission;
    track.note = judgement.sentence;
    switch (judgement.progress) {
    case Progress::Waiting:
        if (track.note.empty()) track.note = track.verdict.sentence;
        if (silent_) track.note = "the cluster does not answer";
        return;
    case Progress::Reached:
        track.verdict = {};
        return finish(track, Stage::Done);
    case Progress::Failed:
        return fail(track, {Code::ApplicationFailed, judgement.sentence});
    }
}

void Deployment::tick() {
    look_at_pods();
    for (auto& track : tracks_) {
        if (track.finished() || track.stage == Stage::Queued) continue;
        if (track.stage == Stage::Waiting && track.rollout && !is_apache(track))
            mend(track, track.rollout->tick(now()));
        if (options_.timeout > 0s && !track.finished() && now() - track.began >= options_.timeout)
            time_out(track);
    }
    probe();
    examine_failures();
}

/// Of those whose pods tell more than their status.
void Deployment::look_at_pods() {
    std::vector<Track*> due;
    std::vector<kube::Reference> references;
    for (auto& track : tracks_) {
        const bool asks = track.stage == Stage::Waiting && (!track.rollout || is_apache(track));
        if (!asks || now() - track.looked < kLookForPodsEvery) continue;
        track.looked = now();
        due.push_back(&track);
        references.push_back(track.item.reference);
    }
    if (due.empty()) return;
    pods_.read(references);
    for (Track* track : due)
        if (!track->finished()) track->rollout ? observe_pods(*track) : await_removal(*track);
}

void Deployment::observe_pods(Track& track) {
    const auto& pods = pods_.of(track.item.reference);
    // Who may not see them has the status; nothing is known from no answer.
    if (!track.latest || (!pods && pods.error().code != Code::Forbidden)) return;
    spark::Application seen = *track.latest;
    const auto doubt = pods ? spark::take_run(seen, *pods) : std::string();
    judge(track, track.rollout->observe(seen, now()));
    if (!doubt.empty() && track.note.empty()) track.note = doubt;
}

/// What the operator has lost is repaired where the fence knows that it is safe.
void Deployment::mend(Track& track, const spark::Judgement& judgement) {
    judge(track, judgement);
    if (track.finished() || !track.fence || judgement.trouble == spark::Trouble::None) return;
    track.fence->mend(judgement.trouble);
    if (!track.fence->told().empty()) track.note = track.fence->told().back();
}

/// Once for each application that failed while it was followed.
void Deployment::examine_failures() {
    for (auto& track : tracks_) {
        const bool died = track.stage == Stage::Failed && track.rollout && !halted_ &&
                          track.error->code == Code::ApplicationFailed;
        if (!died || track.probed == core::Duration::max()) continue;
        track.probed = core::Duration::max();
        look_at(track);
        if (!silent_) track.log = last_lines(client_, track.rollout->application());
    }
}

void Deployment::time_out(Track& track) {
    const auto after = core::human_duration(options_.timeout);
    const bool settling = !track.rollout && !track.fence && !track.written;
    if (track.verdict.id.empty() && (track.rollout || settling)) look_at(track);
    if (track.finished()) return; // the look at the cluster moved the watch as well
    std::string sentence;
    if (!track.rollout)
        sentence = track.written ? fmt::format("is deleted, its pods are not gone after {}", after)
                   : track.fence ? fmt::format("was not restarted within {}", after)
                                 : fmt::format("was not changed within {}", after);
    else
        sentence = fmt::format("is not {} after {}, still {}", goal_text(*options_.goal), after,
                               track.state);
    std::string why = track.verdict.id.empty() ? track.note : track.verdict.sentence;
    if (settling && why != track.note) why = track.note + "; " + why;
    if (silent_) why = "the cluster does not answer";
    if (!why.empty()) sentence += ": " + why;
    fail(track, {Code::Timeout, std::move(sentence)});
}

/// One application per turn, the one that was looked at longest ago.
void Deployment::probe() {
    Track* next = nullptr;
    for (auto& track : tracks_) {
        if (track.stage != Stage::Waiting || !track.rollout) continue;
        const auto phase = track.rollout->application().phase;
        if (phase == spark::Phase::Running || phase == spark::Phase::New) continue;
        const auto since = std::max(track.began + kProbeAfter, track.probed + kProbeEvery);
        if (track.probed == 0s ? now() < track.began + kProbeAfter : now() < since) continue;
        if (next == nullptr || track.probed < next->probed) next = &track;
    }
    if (next == nullptr) return;
    next->probed = now();
    look_at(*next);
    if (next->stage == Stage::Waiting) judge(*next, next->rollout->tick(now()));
}

/// Asks the cluster why it does not run; a cluster that does not answer is asked again after a
/// while.
void Deployment::look_at(Track& track) {
    if (silent_ && now() - silent_since_ < kProbeEvery) return;
    if (!track.rollout && !track.latest) return;
    auto verdict =
        find_verdict(client_, track.rollout ? track.rollout->application() : *track.latest);
    silent_ = !verdict;
    if (verdict) track.verdict = *std::move(verdict);
    silent_since_ = now();
}

/// A deleted application is gone when none of its pods lives any more.
void Deployment::begin_removal(Track& track) {
    track.stage = Stage::Waiting;
    track.state = "DELETED";
    const bool matters = options_.goal || std::ranges::any_of(tracks_, [](const Track& other) {
                             return other.item.change.action == Action::Create;
                         });
    if (!matters) finish(track, Stage::Done);
}

void Deployment::await_removal(Track& track) {
    const auto& pods = pods_.of(track.item.reference);
    track.note.clear();
    if (!pods) {
        track.note = "whether its pods are gone is not known: " + pods.error().message;
        return finish(track, Stage::Done);
    }
    std::vector<std::string> names;
    for (const auto& pod : spark::alive(*pods)) names.push_back(pod.name);
    if (names.empty()) return finish(track, Stage::Done);
    track.note = "waiting for its pods to end: " + core::join(names, ", ");
}

} // namespace kspark::submit
