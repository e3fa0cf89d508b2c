// SPDX-License-Identifier: Apache-2.0
// Drivers are read one after the other: the next run's log begins when the last line of the one
// before is out, and the marker stands between them. Executors are read as they come. A run's end
// is told once, when the application's status has caught up with the pod, or after a moment.
#include "plugins/logs/story.hpp"

#include "core/base/text.hpp"
#include "core/output/text.hpp"
#include "core/spark/settling.hpp"
#include "plugins/logs/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::logs {

using namespace std::chrono_literals;
using core::Code;

namespace {

/// How long the application's status may lag behind its driver's end.
constexpr core::Duration kStatusMayLag = 5s;
/// How long pods may lag behind the application's status.
constexpr core::Duration kPodsMayLag = 2s;
/// A deleted application may be created again, e.g. by a restart.
constexpr core::Duration kMayComeBack = 10s;
/// Nothing is said about a wait that is over at once.
constexpr core::Duration kPatience = 1s;

} // namespace

struct Story::Reading {
    std::string container;
    Mixer::SourceId source = 0;
    std::unique_ptr<kube::PodLog> log;
    std::optional<kube::LogEnd> end;
    long bytes_left = 1; ///< of --limit-bytes
    std::string waiting; ///< why nothing can be read now

    bool enough() const { return bytes_left <= 0; }
};

struct Story::Member {
    spark::Pod pod;
    bool old = false;  ///< of a run before the first that is read
    bool gone = false; ///< the pod
    bool told = false; ///< its end
    int run = 0;
    std::optional<core::Duration> over_at; ///< when its logs were seen to be at their ends
    std::list<Reading> readings;
};

Story::Story(Stage& stage, spark::Application application)
    : stage_(stage), application_(std::move(application)), idle_since_(now()) {}

Story::~Story() = default;

void Story::see(const spark::Application& application) {
    application_ = application;
    deleted_at_.reset();
    const bool terminal =
        application.phase == spark::Phase::Completed || application.phase == spark::Phase::Failed;
    if (!terminal)
        terminal_at_.reset();
    else if (!terminal_at_)
        terminal_at_ = now();
}

void Story::application_deleted() {
    if (!deleted_at_) deleted_at_ = now();
}

void Story::see(const spark::Pod& pod) {
    const auto known = std::find_if(members_.begin(), members_.end(), [&](const Member& member) {
        return member.pod.uid == pod.uid;
    });
    Member& member = known == members_.end() ? members_.emplace_back() : *known;
    member.pod = pod;
    for (Reading& reading : member.readings)
        for (const auto& container : pod.containers)
            if (!reading.end && container.name == reading.container &&
                container.state == "terminated")
                reading.log->container_ended();
}

void Story::pod_deleted(const std::string& uid) {
    for (Member& member : members_) {
        if (member.pod.uid != uid) continue;
        member.gone = true;
        for (Reading& reading : member.readings)
            if (!reading.end) reading.log->container_ended();
    }
}

/// Of what is there only the newest run is read.
void Story::synced() {
    synced_ = true;
    Member* const newest = newest_driver();
    for (Member& member : members_) {
        const bool other_run = !member.pod.submission_id.empty() &&
                               !application_.submission_id.empty() &&
                               member.pod.submission_id != application_.submission_id;
        member.old = is_driver(member) ? &member != newest : other_run;
    }
}

bool Story::is_driver(const Member& member) {
    return member.pod.role == "driver";
}

Story::Member* Story::newest_driver() {
    Member* newest = nullptr;
    for (Member& member : members_)
        if (is_driver(member) && (newest == nullptr || member.pod.created >= newest->pod.created))
            newest = &member;
    return newest;
}

Story::Wanted Story::wanted(const Member& member) const {
    const Options& options = stage_.options;
    if (member.old) return Wanted::No;
    if (!is_driver(member)) {
        const bool chosen =
            options.all || options.executor == "all" ||
            (!options.executor.empty() && options.executor == member.pod.executor_id);
        return chosen ? Wanted::Yes : Wanted::No;
    }
    if (!options.executor.empty()) return Wanted::No;
    for (const Member& earlier : members_) {
        if (&earlier == &member) break;
        if (is_driver(earlier) && !earlier.old && !earlier.told && stage_.options.follow)
            return Wanted::Later;
    }
    return Wanted::Yes;
}

void Story::begin(Member& member) {
    for (const auto& container : chosen_containers(member.pod, stage_.options)) {
        const bool started = container.state == "running" || container.state == "terminated";
        const bool known =
            std::any_of(member.readings.begin(), member.readings.end(),
                        [&](const Reading& r) { return r.container == container.name; });
        if (started && !known) read(member, container);
    }
}

std::string Story::prefix_of(const Member& member, const std::string& container) const {
    if (!stage_.prefixes) return {};
    std::string name =
        is_driver(member) ? "driver" : fmt::format("exec-{}", member.pod.executor_id);
    if (stage_.several) name = application_.name + "/" + name;
    if (stage_.options.all_containers) name += "/" + container;
    return output::sanitize(name);
}

void Story::read(Member& member, const spark::ContainerState& container) {
    if (is_driver(member) && member.run == 0) {
        member.run = runs_ = runs_ == 0 ? std::max(1, application_.execution_attempts) : runs_ + 1;
        if (told_runs_ > 0) marker(run_begins(application_, member.pod, member.run));
    }
    Reading& reading = member.readings.emplace_back();
    reading.container = container.name;
    reading.source = stage_.mixer.add(prefix_of(member, container.name));
    if (stage_.options.limit_bytes > 0) reading.bytes_left = stage_.options.limit_bytes;
    kube::LogQuery query = stage_.query;
    query.name_space = member.pod.name_space;
    query.pod = member.pod.name;
    query.uid = member.pod.uid;
    query.container = container.name;
    // What was asked of the past concerns the first run only.
    if (told_runs_ > 0) query.tail.reset();
    kube::PodLog::Listener listener;
    listener.line = stage_.filter([this, &reading](const kube::LogPiece& piece) {
        if (!reading.enough()) take(reading, piece);
    });
    listener.gap = [this, &member](const kube::LogGap& gap) {
        marker(gap_sentence(member.pod, gap));
    };
    listener.waiting = [&reading](const std::string& reason) { reading.waiting = reason; };
    listener.ended = [this, &member, &reading](const kube::LogEnd& end) {
        log_ended(member, reading, end);
    };
    reading.log =
        std::make_unique<kube::PodLog>(stage_.client, std::move(query), std::move(listener));
}

/// Up to --limit-bytes of it.
void Story::take(Reading& reading, kube::LogPiece piece) {
    if (stage_.options.limit_bytes > 0) {
        const auto left = static_cast<std::size_t>(reading.bytes_left);
        if (piece.bytes.size() + 1 > left) {
            piece.bytes = piece.bytes.substr(0, left);
            piece.ends = true;
        }
        reading.bytes_left -= static_cast<long>(piece.bytes.size()) + (piece.ends ? 1 : 0);
    }
    stage_.mixer.take(reading.source, piece);
}

void Story::log_ended(Member& member, Reading& reading, const kube::LogEnd& end) {
    reading.end = end;
    stage_.mixer.remove(reading.source);
    if (!end.whole) marker(lost_end_sentence(member.pod));
    if (!end.status && !log_error_) log_error_ = end.status.error();
}

bool Story::log_is_over(const Member& member) const {
    const bool read_to_end = std::all_of(member.readings.begin(), member.readings.end(),
                                         [](const Reading& r) { return r.end.has_value(); });
    const bool pod_over =
        member.gone || member.pod.phase == "Succeeded" || member.pod.phase == "Failed" ||
        std::any_of(member.pod.containers.begin(), member.pod.containers.end(),
                    [](const auto& c) { return c.is_main && c.state == "terminated"; });
    return read_to_end && pod_over;
}

bool Story::reading_any() const {
    for (const Member& member : members_)
        for (const Reading& reading : member.readings)
            if (!reading.end) return true;
    return false;
}

/// A log is open, and its connection too.
bool Story::hears_any() const {
    for (const Member& member : members_)
        for (const Reading& reading : member.readings)
            if (!reading.end && reading.waiting.empty()) return true;
    return false;
}

/// Whether the application's status tells of what came after this run.
bool Story::end_is_known(const Member& member) {
    using spark::Phase;
    if (deleted_at_ || now() - *member.over_at >= kStatusMayLag) return true;
    if (newest_driver() != &member) return true;
    const bool other =
        !member.pod.submission_id.empty() && member.pod.submission_id != application_.submission_id;
    switch (application_.phase) {
    case Phase::New:
    case Phase::Submitted:
    case Phase::Running:
    case Phase::Succeeding:
        return other;
    case Phase::Failing: // becomes Failed in a moment when it is not tried again
        return other || spark::retries_left(application_);
    default:
        return true;
    }
}

void Story::tell_ends() {
    for (Member& member : members_) {
        if (member.told || member.old || !is_driver(member) || !log_is_over(member)) continue;
        if (!member.over_at) member.over_at = now();
        if (!end_is_known(member)) continue;
        member.told = true;
        if (member.run == 0) continue; // it never started
        ++told_runs_;
        marker(run_ended(application_, member.pod, member.run));
    }
}

std::vector<std::string> Story::executor_ids() const {
    std::vector<std::string> ids;
    for (const Member& member : members_)
        if (!member.old && !is_driver(member)) ids.push_back(member.pod.executor_id);
    return ids;
}

void Story::advance() {
    if (finished_ || !synced_) return;
    std::erase_if(members_, [this](const Member& member) {
        return member.gone && !is_driver(member) && log_is_over(member);
    });
    for (Member& member : members_) {
        for (Reading& reading : member.readings) {
            if (!reading.end && reading.enough()) log_ended(member, reading, {});
            if (reading.end)
                reading.log.reset();
            else
                reading.log->advance();
        }
        if (!member.gone && wanted(member) == Wanted::Yes) begin(member);
    }
    if (stage_.options.follow) tell_ends();
    if (hears_any()) {
        idle_since_ = now();
        told_waiting_.clear();
    }
    judge();
    if (!finished_) wait_for_logs();
}

/// What is waited for, and why it is not there.
std::string Story::missing() const {
    for (const Member& member : members_) {
        for (const Reading& reading : member.readings)
            if (!reading.end && !reading.waiting.empty())
                return fmt::format("pod {}: {}", member.pod.name, reading.waiting);
        if (member.old || member.gone || !member.readings.empty() || log_is_over(member)) continue;
        if (wanted(member) != Wanted::No) return not_started(member.pod);
    }
    if (reading_any()) return {};
    if (deleted_at_) return "it was deleted, perhaps to be created again";
    return no_pod(application_, stage_.options, told_runs_ > 0);
}

void Story::wait_for_logs() {
    const std::string reason = missing();
    if (reason.empty() || now() - idle_since_ < kPatience) return;
    const core::Duration limit = stage_.options.timeout;
    if (limit > 0s && now() - idle_since_ >= limit)
        return finish(core::Error{Code::Timeout,
                                  fmt::format("no log of \"{}\" after {}: {}", application_.name,
                                              core::human_duration(limit), reason)});
    if (reason == told_waiting_) return;
    told_waiting_ = reason;
    stage_.note(fmt::format("waiting for {}: {}", application_.name, reason));
}

void Story::judge() {
    if (log_error_ && !reading_any()) return finish(log_error_);
    for (const Member& member : members_)
        if (wanted(member) != Wanted::No)
            if (auto error = no_such_container(member.pod, stage_.options))
                return finish(std::move(error));
    if (stage_.options.follow)
        judge_follow();
    else
        judge_once();
}

/// All that is there now was read.
void Story::judge_once() {
    bool any = false;
    for (const Member& member : members_) {
        if (wanted(member) == Wanted::No) continue;
        const auto chosen = chosen_containers(member.pod, stage_.options);
        if (member.readings.size() < chosen.size() && !member.gone) return;
        any = any || !member.readings.empty();
    }
    if (reading_any()) return;
    if (any) return finish();
    const auto error = nothing_to_read(application_, executor_ids(), stage_.options);
    if (error &&
        (!terminal_at_ || now() - *terminal_at_ >= kPodsMayLag || stage_.options.executor != ""))
        finish(error);
}

void Story::judge_follow() {
    if (reading_any()) return;
    for (const Member& member : members_)
        if (wanted(member) != Wanted::No && !member.gone && !log_is_over(member) &&
            !member.pod.being_deleted && member.readings.empty() && !terminal_at_)
            return;
    for (const Member& member : members_)
        if (is_driver(member) && !member.old && member.over_at && !member.told) return;
    if (deleted_at_ && now() - *deleted_at_ >= kMayComeBack)
        return finish(core::Error{
            Code::NotFound, fmt::format("application \"{}\" was deleted", application_.name)});
    if (!terminal_at_ || deleted_at_) return;
    if (told_runs_ == 0 && now() - *terminal_at_ < kPodsMayLag) return;
    finish(outcome_of(application_));
}

void Story::finish(std::optional<core::Error> error) {
    finished_ = true;
    error_ = std::move(error);
}

void Story::marker(const std::string& sentence) {
    stage_.mixer.line(std::string(kMarker) + output::sanitize(sentence));
}

std::optional<core::Duration> Story::due() const {
    if (finished_) return std::nullopt;
    // Whatever else is waited for is looked at once a second.
    core::Duration due = now() + (reading_any() && !terminal_at_ ? core::Duration(10s) : 250ms);
    for (const Member& member : members_)
        for (const Reading& reading : member.readings)
            if (!reading.end)
                if (const auto own = reading.log->due()) due = std::min(due, *own);
    return due;
}

} // namespace kspark::logs
