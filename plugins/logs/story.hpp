// SPDX-License-Identifier: Apache-2.0
// One application as its logs tell it: which pods are read and in which order, what is said between
// two runs, and when it is over. It is told what the watches see; it never asks for it.
#pragma once

#include "plugins/logs/pod_reader.hpp"
#include "plugins/logs/run_numbers.hpp"

#include <set>

namespace kspark::logs {

class Story {
public:
    Story(Stage& stage, spark::Application application);
    ~Story();

    void see(const spark::Application& application);
    void application_deleted();
    void see(const spark::Pod& pod);
    void pod_deleted(const std::string& uid);
    /// All that was there when the watches began has been told.
    void synced();

    /// The watches come back from a broken connection each in its time, so what one tells is put
    /// against what there is now: the application and its pods are to be asked for.
    bool asks() const { return asks_; }
    /// They have been told since it asked: the UIDs of the pods that there are; or why not.
    void answered(const core::Result<std::set<std::string>>& pods);

    /// Begins, ends and tells what is due; to be called after every Client::poll().
    void advance();
    /// When advance() must be called though nothing arrives.
    std::optional<core::Duration> due() const;

    bool finished() const { return finished_; }
    /// How it ended, when it did not end well.
    const std::optional<core::Error>& error() const { return error_; }
    const spark::Application& application() const { return application_; }

private:
    struct Member;
    enum class Wanted { No, Yes, Later };

    Wanted wanted(const Member& member) const;
    Member* newest_driver();
    void begin(Member& member);
    void begin_run(Member& member, bool later_run);
    void tell_ends();
    void tell_end(Member& member);
    bool end_is_known(const Member& member);
    bool sure_of_pods();
    bool knows_status_of(Member& member);
    bool is_to_come(const Member& member) const;
    void wait_for_logs();
    std::string missing() const;
    void judge();
    void judge_follow();
    void judge_once();
    void finish(std::optional<core::Error> error = {});
    std::string prefix_of(const Member& member) const;
    bool reading_any() const;
    std::vector<std::string> executor_ids() const;
    core::Duration now() const { return stage_.now(); }

    Stage& stage_;
    spark::Application application_;
    std::list<Member> members_; ///< pods, in the order in which they appeared
    bool synced_ = false, finished_ = false;
    RunNumbers numbers_;
    int told_runs_ = 0;                        ///< whose end was told
    core::Duration idle_since_;                ///< since when nothing is being read
    std::optional<core::Duration> deleted_at_; ///< the application
    bool terminal_ = false;                    ///< the application is at its end
    bool pods_known_ = false;                  ///< since then
    bool asks_ = false;
    std::string why_no_answer_;
    std::string told_waiting_;
    std::optional<core::Error> error_;
};

} // namespace kspark::logs
