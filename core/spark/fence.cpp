// SPDX-License-Identifier: Apache-2.0
// The operator waits for the old driver pod only, and says SUSPENDED before even that is gone, so
// the pods themselves are the proof. Suspended, an application starts nothing: that is the fence.
// Opened by the same patch that changes an annotation under spec, the operator takes the run for a
// new one and its retries are counted from the start.
#include "core/spark/fence.hpp"

#include "core/base/text.hpp"
#include "core/data/json.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/settling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;
using Kind = FenceStep::Kind;

/// A dead kubelet does not take the pod away when its grace period ends; a busy one needs a moment.
constexpr core::Duration kOverdue = 60s;
/// The operator and the collector delete the pods of a run that has ended within seconds.
constexpr core::Duration kForgotten = 10s;
/// A suspended spec is acted on within a second.
constexpr core::Duration kUnheard = 15s;
/// The longest that a submission may be under way (settling.cpp).
constexpr core::Duration kSubmission = 60s;

constexpr std::array<std::string_view, 3> kSteps = {"suspended", "held", "resumed"};

FenceStep wait(std::string sentence, std::vector<Pod> pods = {}) {
    return {Kind::Wait, std::move(sentence), std::move(pods)};
}

FenceStep stop(std::string sentence) {
    return {Kind::Stop, std::move(sentence), {}};
}

std::string names(const std::vector<Pod>& pods) {
    std::vector<std::string> result;
    for (const auto& pod : pods) result.push_back(pod.name);
    return core::join(result, ", ");
}

/// An executor is stopped when its driver is gone, not before: a driver that is being stopped has
/// its grace period to end its batch with them.
bool is_forgotten(const Pod& pod, const FenceFacts& facts) {
    if (pod.being_deleted || facts.in_phase < kForgotten) return false;
    return pod.role == "driver" || facts.driver_dead >= kForgotten;
}

/// Of a run that has ended or was stopped: wait for its pods, or `then`.
FenceStep when_pods_are_gone(const FenceFacts& facts, Kind then) {
    const auto pods = alive(facts.pods);
    if (pods.empty()) return {then, {}, {}};
    std::vector<Pod> lost, forgotten;
    for (const auto& pod : pods) {
        if (is_lost(pod, facts.now)) lost.push_back(pod);
        if (is_forgotten(pod, facts)) forgotten.push_back(pod);
    }
    if (!lost.empty() && !facts.force)
        return stop(fmt::format(
            "node {} does not answer, so nobody can tell whether these still run: {}; bring the "
            "node "
            "back, or make sure that it is off and say --force: if they do run, two runs write to "
            "one checkpoint",
            lost.front().node, names(lost)));
    if (!lost.empty())
        return {Kind::RemovePods,
                fmt::format("{} on a lost node removed without knowing whether it still runs "
                            "(--force)",
                            names(lost)),
                lost};
    if (!forgotten.empty())
        return {Kind::RemovePods,
                fmt::format("nobody was stopping {}, a pod of an earlier run: deleted",
                            names(forgotten)),
                forgotten};
    return wait("waiting for " + pods_text(pods, facts.now), pods);
}

bool is_held(const Application& application) {
    return std::ranges::find(application.finalizers, kRestartFinalizer) !=
           application.finalizers.end();
}

/// A node that is lost before anything was done: then nothing is.
std::optional<FenceStep> lost_before(const FenceFacts& facts) {
    for (const auto& pod : facts.pods)
        if (may_run_code(pod) && is_lost(pod, facts.now) && !facts.force)
            return when_pods_are_gone(facts, Kind::Wait);
    return std::nullopt;
}

/// Our finalizer is the last to go: what the operator has to tidy up is done when the object goes.
std::string held_by_others(const Application& application, const FenceFacts& facts) {
    std::vector<std::string> others = application.finalizers;
    std::erase(others, std::string(kRestartFinalizer));
    const auto names = core::join(others, ", ");
    if (facts.in_phase < kUnheard) return "deleted; the operator has yet to let it go";
    return fmt::format("it is deleted, and the operator does not let it go (finalizer {}): does "
                       "the operator run?",
                       names);
}

FenceStep recreate_step(const FenceFacts& facts) {
    const Application& application = facts.application;
    if (application.being_deleted) {
        if (!is_held(application)) return stop("is being deleted by somebody else");
        auto step = when_pods_are_gone(facts, Kind::Release);
        if (step.kind != Kind::Release || application.finalizers.size() == 1) return step;
        return wait(held_by_others(application, facts));
    }
    if (is_held(application)) return {Kind::Delete, {}, {}};
    if (auto reason = unsettled(application, facts.now); !reason.empty())
        return wait(reason + "; waiting before it is changed");
    if (auto lost = lost_before(facts)) return *lost;
    return {Kind::Hold, {}, {}};
}

/// spec.suspend is set, by us or with our leave.
FenceStep suspended_step(const FenceFacts& facts) {
    const Application& application = facts.application;
    if (is_terminal(application.phase)) return when_pods_are_gone(facts, Kind::Resume);
    if (application.phase == Phase::Suspending || facts.in_phase < kUnheard)
        return wait("waiting for the operator to stop it");
    return wait(fmt::format("the operator has not acted on spec.suspend for {}: does it run?",
                            core::human_duration(kUnheard)));
}

} // namespace

std::string_view to_text(Strategy strategy) {
    switch (strategy) {
    case Strategy::Auto:
        return "auto";
    case Strategy::Suspend:
        return "suspend";
    case Strategy::Annotate:
        return "annotate";
    case Strategy::Recreate:
        return "recreate";
    }
    return "auto";
}

std::optional<RestartRecord> restart_record(const Application& application) {
    const auto found = application.annotations.find(std::string(kRestartAnnotation));
    if (found == application.annotations.end()) return std::nullopt;
    const auto value = data::parse_json(found->second, "the annotation");
    if (!value || !value->is_object()) return std::nullopt;
    const auto step = std::ranges::find(kSteps, data::string_at(*value, {"step"}));
    if (step == kSteps.end()) return std::nullopt;
    RestartRecord record;
    record.step = static_cast<RestartRecord::Step>(step - kSteps.begin());
    record.by = data::string_at(*value, {"by"}, "somebody");
    record.from = data::string_at(*value, {"from"});
    if (const auto at = core::parse_time(data::string_at(*value, {"at"}))) record.at = *at;
    return record;
}

std::string to_annotation(const RestartRecord& record) {
    return data::dump_json({{"step", kSteps.at(static_cast<std::size_t>(record.step))},
                            {"by", record.by},
                            {"at", core::format_time(record.at)},
                            {"from", record.from}});
}

std::string half_done(const Application& application) {
    const auto record = restart_record(application);
    if (!record || record->step == RestartRecord::Step::Resumed) return {};
    if (record->step == RestartRecord::Step::Suspended && !application.suspend) return {};
    return fmt::format("restart half done by {} at {}", record->by, core::format_time(record->at));
}

bool may_run_code(const Pod& pod) {
    return pod.phase != "Succeeded" && pod.phase != "Failed";
}

std::vector<Pod> alive(const std::vector<Pod>& pods) {
    std::vector<Pod> result;
    std::ranges::copy_if(pods, std::back_inserter(result), may_run_code);
    return result;
}

bool is_lost(const Pod& pod, core::Time now) {
    return pod.node_lost ||
           (pod.being_deleted && !pod.node.empty() && now > pod.stops_by + kOverdue);
}

std::string pods_text(const std::vector<Pod>& pods, core::Time now) {
    std::vector<std::string> words;
    for (const auto& pod : pods) {
        if (!pod.being_deleted)
            words.push_back(fmt::format("{} ({})", pod.name, core::lower(pod.phase)));
        else if (pod.stops_by > now)
            words.push_back(fmt::format(
                "{} (stopping, {}s of its grace period left)", pod.name,
                std::chrono::duration_cast<std::chrono::seconds>(pod.stops_by - now).count()));
        else
            words.push_back(fmt::format("{} (stopping)", pod.name));
    }
    return core::join(words, ", ");
}

FenceStep next_step(const FenceFacts& facts) {
    const Application& application = facts.application;
    if (facts.strategy == Strategy::Recreate || is_held(application)) return recreate_step(facts);
    if (application.being_deleted) return stop("is being deleted by somebody else");
    const bool ours = !half_done(application).empty();
    if (application.suspend) {
        if (ours || facts.adopt) return suspended_step(facts);
        return stop("is suspended by somebody else, who did not say that it may run again; --yes "
                    "starts it all the same");
    }
    if (auto reason = unsettled(application, facts.now); !reason.empty())
        return wait(reason + "; waiting before it is changed");
    if (is_terminal(application.phase)) return when_pods_are_gone(facts, Kind::Annotate);
    if (auto lost = lost_before(facts)) return *lost;
    if (facts.strategy == Strategy::Annotate) {
        if (alive(facts.pods).empty() || facts.force) return {Kind::Annotate, {}, {}};
        return stop("an annotation alone would start the new driver beside the old executors (" +
                    names(alive(facts.pods)) +
                    "); use --strategy=suspend, or say --force if that does no harm");
    }
    return {Kind::Suspend, {}, {}};
}

FenceStep repair_lost(const FenceFacts& facts) {
    if (auto reason = unsettled(facts.application, facts.now); !reason.empty()) return wait(reason);
    if (const auto pods = alive(facts.pods); !pods.empty())
        return stop("the operator lost the restart, and " + names(pods) +
                    " is still there: run the same command again");
    return {Kind::Annotate, "the operator lost the restart; asked for it a second time", {}};
}

FenceStep repair_stuck(const FenceFacts& facts) {
    std::vector<Pod> ghosts;
    bool driver = false;
    for (const auto& pod : facts.pods) {
        if (pod.role != "driver") continue;
        driver = true;
        const bool unknown = !pod.submission_id.empty() &&
                             pod.submission_id != facts.application.submission_id &&
                             !pod.being_deleted && facts.now - pod.created >= kSubmission;
        if (unknown) ghosts.push_back(pod);
    }
    if (!ghosts.empty())
        return {Kind::RemovePods,
                fmt::format("driver {} was started by a submission that the operator lost track "
                            "of: deleted, so that it can be submitted again",
                            names(ghosts)),
                ghosts};
    if (driver) return wait("the old driver pod is still there");
    if (!alive(facts.pods).empty())
        return wait("waiting for " + pods_text(alive(facts.pods), facts.now));
    if (facts.without_driver < kSubmission)
        return wait("no driver pod is there; a submission may be under way");
    return {Kind::Nudge, "the operator forgot to submit it again; made it look once more", {}};
}

} // namespace kspark::spark
