// SPDX-License-Identifier: Apache-2.0
// Drivers are read one after the other: the next run's log begins when the last line of the one
// before is out, and the marker stands between them. Executors are read as they come. A run's end
// is told once, when the application's status has caught up with the pod, or after a moment.
#include "plugins/logs/story.hpp"

#include "core/base/text.hpp"
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
/// A deleted application may be created again, e.g. by a restart.
constexpr core::Duration kMayComeBack = 10s;
/// Nothing is said about a wait that is over at once.
constexpr core::Duration kPatience = 1s;

} // namespace

/// A pod and its part in the story.
struct Story::Member {
    PodReader reader;
    bool old = false;   ///< of a run before the first that is read
    bool told = false;  ///< its end
    bool known = false; ///< with what the application's status says of it
    int run = 0;
    std::optional<core::Duration> over_at = {}; ///< when its logs were seen to be at their ends

    Member(Stage& stage, const spark::Pod& pod) : reader(stage, pod) {}
    const spark::Pod& pod() const { return reader.pod(); }
    bool is_driver() const { return reader.is_driver(); }
};

Story::Story(Stage& stage, spark::Application application)
    : stage_(stage), application_(std::move(application)), idle_since_(now()) {}

Story::~Story() = default;

void Story::see(const spark::Application& application) {
    application_ = application;
    deleted_at_.reset();
    terminal_ = spark::has_ended(application.phase);
    if (!terminal_) pods_known_ = false;
}

void Story::application_deleted() {
    if (!deleted_at_) deleted_at_ = now();
}

void Story::see(const spark::Pod& pod) {
    for (Member& member : members_)
        if (member.pod().uid == pod.uid) return member.reader.see(pod);
    members_.emplace_back(stage_, pod);
}

void Story::pod_deleted(const std::string& uid) {
    for (Member& member : members_)
        if (member.pod().uid == uid) member.reader.deleted();
}

/// Of what is there only the newest run is read.
void Story::synced() {
    synced_ = true;
    Member* const newest = newest_driver();
    for (Member& member : members_) {
        const std::string& run = member.pod().submission_id;
        const bool other_run = !run.empty() && !application_.submission_id.empty() &&
                               run != application_.submission_id;
        member.old = member.is_driver() ? &member != newest : other_run;
    }
}

Story::Member* Story::newest_driver() {
    Member* newest = nullptr;
    for (Member& member : members_)
        if (member.is_driver() &&
            (newest == nullptr || member.pod().created >= newest->pod().created))
            newest = &member;
    return newest;
}

Story::Wanted Story::wanted(const Member& member) const {
    const Options& options = stage_.options;
    if (member.old) return Wanted::No;
    if (!member.is_driver()) {
        const bool chosen =
            options.all || options.executor == "all" ||
            (!options.executor.empty() && options.executor == member.pod().executor_id);
        return chosen ? Wanted::Yes : Wanted::No;
    }
    if (!options.executor.empty()) return Wanted::No;
    for (const Member& earlier : members_) {
        if (&earlier == &member) break;
        if (earlier.is_driver() && !earlier.old && !earlier.told && stage_.options.follow)
            return Wanted::Later;
    }
    return Wanted::Yes;
}

void Story::begin(Member& member) {
    if (member.reader.gone() || wanted(member) != Wanted::Yes || !member.reader.has_news()) return;
    const bool later_run = told_runs_ > 0;
    if (member.is_driver() && member.run == 0) {
        if (later_run && !knows_status_of(member)) return;
        begin_run(member, later_run);
    }
    member.reader.begin(prefix_of(member), later_run);
}

void Story::begin_run(Member& member, bool later_run) {
    const auto [run, unseen] = numbers_.begin(application_, member.pod());
    if (unseen > 0) stage_.mark(runs_unseen(application_, run - unseen, run - 1));
    member.run = run;
    if (later_run) stage_.mark(run_begins(application_, member.pod(), run));
}

std::string Story::prefix_of(const Member& member) const {
    if (!stage_.prefixes) return {};
    const std::string name =
        member.is_driver() ? "driver" : fmt::format("exec-{}", member.pod().executor_id);
    return stage_.several ? application_.name + "/" + name : name;
}

bool Story::reading_any() const {
    return std::any_of(members_.begin(), members_.end(),
                       [](const Member& member) { return member.reader.reading(); });
}

/// Whether the application's status tells of what came after this run.
bool Story::end_is_known(const Member& member) {
    using spark::Phase;
    if (deleted_at_ || now() - *member.over_at >= kStatusMayLag) return true;
    if (newest_driver() != &member) return true;
    const bool other = !member.pod().submission_id.empty() &&
                       member.pod().submission_id != application_.submission_id;
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

bool Story::sure_of_pods() {
    asks_ = asks_ || !pods_known_;
    return pods_known_;
}

/// The status counts the runs: it must be that of this one, as far as there is one.
bool Story::knows_status_of(Member& member) {
    if (application_.submission_id.empty() ||
        application_.submission_id == member.pod().submission_id)
        return true;
    asks_ = asks_ || !member.known;
    return member.known;
}

void Story::answered(const core::Result<std::set<std::string>>& pods) {
    asks_ = false;
    pods_known_ = terminal_ && pods.has_value();
    why_no_answer_ = pods ? "" : pods.error().message;
    if (!pods) return;
    for (Member& member : members_) {
        member.known = true;
        if (!pods->contains(member.pod().uid) && !member.reader.gone()) member.reader.deleted();
    }
}

void Story::tell_ends() {
    for (Member& member : members_) {
        if (member.told || member.old || !member.is_driver()) continue;
        const bool unread = wanted(member) != Wanted::No && member.reader.has_news();
        if (!member.reader.over() || (unread && !member.reader.gone())) return; // one by one
        if (!member.over_at) member.over_at = now();
        if (!end_is_known(member)) return;
        member.told = true;
        if (member.run > 0) {
            ++told_runs_;
            stage_.mark(run_ended(application_, member.pod(), member.run));
        } else if (unread) {
            const int run = numbers_.pass();
            stage_.mark(runs_unseen(application_, run, run));
        } // else it never started
    }
}

std::vector<std::string> Story::executor_ids() const {
    std::vector<std::string> ids;
    for (const Member& member : members_)
        if (!member.old && !member.is_driver()) ids.push_back(member.pod().executor_id);
    return ids;
}

void Story::advance() {
    if (finished_ || !synced_) return;
    std::erase_if(members_, [this](const Member& member) {
        return member.reader.gone() && !member.is_driver() && member.reader.over() &&
               !member.reader.error();
    });
    bool hears_any = false;
    for (Member& member : members_) {
        member.reader.advance();
        begin(member);
        hears_any = hears_any || member.reader.hears();
    }
    if (stage_.options.follow) tell_ends();
    if (hears_any) {
        idle_since_ = now();
        told_waiting_.clear();
    }
    judge();
    if (!finished_) wait_for_logs();
}

/// What is waited for, and why it is not there.
std::string Story::missing() const {
    for (const Member& member : members_) {
        if (const std::string reason = member.reader.waiting(); !reason.empty())
            return fmt::format("pod {}: {}", member.pod().name, reason);
        if (member.reader.reading() && member.pod().node_lost) return node_silent(member.pod());
        if (member.old || member.reader.gone() || member.reader.begun() || member.reader.over())
            continue;
        if (wanted(member) != Wanted::No) return not_started(member.pod());
    }
    if (reading_any()) return {};
    if (asks_) return why_no_answer_;
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
    for (const Member& member : members_)
        if (member.reader.error() && !reading_any()) return finish(member.reader.error());
    for (const Member& member : members_)
        if (wanted(member) != Wanted::No)
            if (auto error = no_such_container(member.pod(), stage_.options))
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
        if (!member.reader.begun_all() && !member.reader.gone()) return;
        any = any || member.reader.begun();
    }
    if (reading_any()) return;
    if (any) return finish();
    const auto error = nothing_to_read(application_, executor_ids(), stage_.options);
    if (error && (!terminal_ || stage_.options.executor != "" || sure_of_pods())) finish(error);
}

/// Whether there is a log that was not begun, or will be.
bool Story::is_to_come(const Member& member) const {
    if (wanted(member) == Wanted::No || member.reader.gone()) return false;
    if (member.reader.has_news()) return true;
    return !member.reader.begun() && !member.reader.over() && !member.pod().being_deleted &&
           !terminal_;
}

void Story::judge_follow() {
    if (reading_any()) return;
    for (const Member& member : members_)
        if (is_to_come(member)) return;
    for (const Member& member : members_)
        if (member.is_driver() && !member.old && member.over_at && !member.told) return;
    if (deleted_at_ && now() - *deleted_at_ >= kMayComeBack)
        return finish(core::Error{
            Code::NotFound, fmt::format("application \"{}\" was deleted", application_.name)});
    if (terminal_ && !deleted_at_ && sure_of_pods()) finish(outcome_of(application_));
}

void Story::finish(std::optional<core::Error> error) {
    finished_ = true;
    error_ = std::move(error);
}

std::optional<core::Duration> Story::due() const {
    if (finished_) return std::nullopt;
    // Whatever else is waited for is looked at once a second.
    core::Duration due = now() + (reading_any() && !terminal_ ? core::Duration(10s) : 250ms);
    for (const Member& member : members_)
        if (const auto own = member.reader.due()) due = std::min(due, *own);
    return due;
}

} // namespace kspark::logs
