// SPDX-License-Identifier: Apache-2.0
// Turns, safety and the write itself. What was compared is what is changed: an apply to an object
// that exists carries the resourceVersion of the version that was compared, and a conflict means to
// look again. Removed applications go first, and their pods with them: a renamed stream's new
// driver must not meet the old one at its checkpoint.
#include "core/base/interrupt.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/settling.hpp"
#include "plugins/submit/deployment.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::submit {
namespace {

using core::Code;
using spark::Action;
using Stage = Track::Stage;

constexpr int kRestartsAtOnce = 5;
constexpr int kMostAttempts = 5;

bool touches(const Track& track) {
    return track.item.change.action != Action::Unchanged;
}

std::string version_of(const data::Json& object) {
    return data::string_at(object, {"metadata", "resourceVersion"});
}

/// The write of one change. Restarts of what runs go through the fence (fencing.cpp).
kube::Call apply_change(const Item& item, kube::Force force) {
    if (item.change.action == Action::Prune)
        return kube::delete_call(item.reference, data::string_at(item.live, {"metadata", "uid"}),
                                 kube::DryRun::No);
    data::Json object = item.desired;
    if (!item.live.is_null()) object["metadata"]["resourceVersion"] = version_of(item.live);
    return kube::apply_call(item.reference, object, kube::DryRun::No, force);
}

bool is_lost(const core::Error& error) {
    return error.code == Code::Unreachable || error.code == Code::Timeout;
}

} // namespace

Observer::~Observer() = default;

Deployment::Deployment(kube::Client& client, const DeployOptions& options, std::vector<Item> items,
                       Observer& observer)
    : client_(client), options_(options), observer_(observer), pods_(client) {
    tracks_.reserve(items.size());
    for (auto& item : items) {
        Track track;
        track.item = std::move(item);
        if (auto live = spark::decode_application(track.item.live)) track.latest = *std::move(live);
        tracks_.push_back(std::move(track));
    }
    for (auto& track : tracks_) {
        kube::Reference kind = track.item.reference;
        kind.name.clear();
        by_name_[{kube::path_of(kind), track.item.reference.name}] = &track;
    }
}

Deployment::~Deployment() {
    for (const auto watch : watches_) client_.stop_watch(watch);
}

std::vector<Track> Deployment::run() {
    using namespace std::chrono_literals;
    start_watches();
    while (!halted_) {
        admit();
        for (auto& track : tracks_) {
            if (track.stage == Stage::Settling) settle(track);
            if (track.stage == Stage::Fencing) turn_fence(track);
        }
        write_ready();
        observer_.progress(tracks_, now());
        if (std::ranges::all_of(tracks_, &Track::finished)) break;
        if (!stopped() && std::ranges::none_of(tracks_, [](const Track& track) {
                return track.stage >= Stage::Settling && !track.finished();
            }))
            continue;
        if (auto moved = client_.poll(250ms); !moved || core::interrupted()) halted_ = true;
        tick();
        if (stopped()) stop_rest();
    }
    if (halted_) stop_rest();
    abandon_fences();
    examine_failures();
    observer_.progress(tracks_, now());
    return std::move(tracks_);
}

void Deployment::admit() {
    if (stopped()) return stop_rest();
    for (auto& track : tracks_)
        if (track.stage == Stage::Queued && may_begin(track)) begin(track);
}

bool Deployment::may_begin(const Track& track) const {
    const Action action = track.item.change.action;
    if (!touches(track) || action == Action::Prune) return true;
    int under_way = 0;
    for (const auto& other : tracks_) {
        if (other.finished()) continue;
        if (other.item.change.action == Action::Prune) return false;
        const bool counts =
            options_.parallel > 0 ? touches(other) : other.item.change.action == Action::Restart;
        if (counts && other.stage != Stage::Queued) ++under_way;
    }
    if (options_.parallel > 0) return under_way < options_.parallel;
    return action != Action::Restart || under_way < kRestartsAtOnce;
}

void Deployment::begin(Track& track) {
    track.began = now();
    if (touches(track)) {
        track.stage = Stage::Settling;
        return;
    }
    track.item.stored = track.item.live;
    expect(track);
}

void Deployment::settle(Track& track) {
    if (!refresh(track)) return;
    const auto reason = track.latest && !track.item.live.is_null()
                            ? spark::unsettled(*track.latest, client_.server_now())
                            : std::string();
    if (reason.empty()) {
        track.note.clear();
        if (needs_fence(track))
            close_fence(track);
        else if (touches(track))
            ready_.push_back(&track);
        return;
    }
    track.state = track.latest->state;
    track.note = reason + "; waiting before it is changed";
}

/// Takes over what the watch has seen since the comparison: a new status needs only the new
/// resourceVersion, anything else a new comparison. False: the track is finished.
bool Deployment::refresh(Track& track) {
    const bool newer =
        track.vanished || (!track.latest_object.is_null() &&
                           version_of(track.latest_object) != version_of(track.item.live));
    if (!newer) return true;
    const bool same = !track.vanished && spark::without_server_fields(track.latest_object) ==
                                             spark::without_server_fields(track.item.live);
    if (same) {
        track.item.live = std::move(track.latest_object);
    } else {
        if (auto again = plan_again(client_, options_.force, track.item); !again) {
            fail(track, std::move(again).error());
            return false;
        }
        track.latest.reset();
        if (auto live = spark::decode_application(track.item.live)) track.latest = *std::move(live);
    }
    track.latest_object = nullptr;
    track.vanished = false;
    if (touches(track)) return true;
    expect(track);
    return false;
}

void Deployment::write_ready() {
    if (ready_.empty() || halted_) return;
    const std::vector<Track*> batch = std::exchange(ready_, {});
    std::vector<kube::Call> calls;
    for (const Track* track : batch) calls.push_back(apply_change(track->item, options_.force));
    bool lost = false;
    auto answers = client_.call_all(calls, 16, [&](std::size_t, const auto& answer) {
        lost = lost || (!answer && is_lost(answer.error()));
        return !lost && !core::interrupted();
    });
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (answers[i])
            written(*batch[i], *std::move(answers[i]));
        else
            not_written(*batch[i], std::move(answers[i]).error());
    }
    if (lost || core::interrupted()) halted_ = true;
}

void Deployment::written(Track& track, data::Json answer) {
    track.written = true;
    if (track.item.change.action == Action::Prune) return begin_removal(track);
    track.item.stored = std::move(answer);
    expect(track);
}

void Deployment::not_written(Track& track, core::Error error) {
    if (track.item.change.action == Action::Prune && error.code == Code::NotFound) {
        track.note = "was gone already";
        return finish(track, Stage::Done);
    }
    if (error.code == Code::Interrupted) { // by the user, or by a call that lost the connection
        track.in_question = core::interrupted();
        track.stage = Stage::Queued;
        return;
    }
    if (is_lost(error)) {
        track.in_question = true;
        error.code = Code::Unreachable;
    }
    const bool again = error.code == Code::Conflict && track.item.change.action != Action::Prune &&
                       !is_ownership_conflict(error) && ++track.attempts < kMostAttempts;
    if (!again) return fail(track, explained(std::move(error)));
    if (auto planned = plan_again(client_, options_.force, track.item); !planned)
        return fail(track, std::move(planned).error());
    track.latest_object = nullptr;
    track.latest.reset();
    if (auto live = spark::decode_application(track.item.live)) track.latest = *std::move(live);
    if (!touches(track)) expect(track);
}

void Deployment::finish(Track& track, Stage stage) {
    track.stage = stage;
    track.ended = now();
}

void Deployment::fail(Track& track, core::Error error) {
    if (track.fence && track.fence->is_half_done())
        error.details.push_back(fmt::format(
            "it is stopped: the same submit again finishes the change; kubectl spark restart {} -n "
            "{} starts what is stored now",
            track.item.reference.name, track.item.reference.name_space));
    track.error = std::move(error);
    finish(track, Stage::Failed);
}

bool Deployment::stopped() const {
    const auto failures = std::ranges::count_if(
        tracks_, [](const Track& track) { return track.stage == Stage::Failed && touches(track); });
    return halted_ || (options_.max_failures > 0 && failures >= options_.max_failures);
}

/// What has not been written yet is left as it is; what has been is followed to its end.
void Deployment::stop_rest() {
    for (auto& track : tracks_)
        if (track.stage == Stage::Queued || (track.stage == Stage::Settling && !track.written))
            finish(track, Stage::NotDone);
}

} // namespace kspark::submit
