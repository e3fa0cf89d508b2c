// SPDX-License-Identifier: Apache-2.0
// Did the change that was written arrive? A pure state machine over the versions of one
// application: only the submission that the write caused counts, never the run that was there
// before.
#pragma once

#include "core/spark/application.hpp"

namespace kspark::spark {

enum class Goal { Running, Completed };

/// What the write makes the operator do.
enum class Cause {
    Create,  ///< the first submission counts
    Restart, ///< a submissionID other than the old one counts
    Nothing, ///< the run that is there counts
};

struct Expectation {
    Cause cause = Cause::Create;
    Goal goal = Goal::Running;
    bool suspended = false;          ///< the object asks for it: then that is the goal
    std::string uid = {};            ///< of the object as stored
    std::string old_submission = {}; ///< status.submissionID before the write
    /// How long a driver must have been running: one that fails at once runs for some 4 s before.
    core::Duration settle = std::chrono::seconds(5);
};

/// What is known to go wrong in the operator and to need a hand.
enum class Trouble { None, LostRestart, StuckRerun, NoOperator };

struct Judgement {
    enum class Progress { Waiting, Reached, Failed } progress = Progress::Waiting;
    Trouble trouble = Trouble::None;
    std::string state;      ///< the operator's word, "NEW" for none
    std::string submission; ///< the one that counts; empty: it has not come yet
    std::string sentence;   ///< why it waits, or failed; empty: nothing to tell
};

/// All times are of a monotonic clock.
class Rollout {
public:
    Rollout(Expectation expectation, core::Duration written);

    /// A version of the application, from an answer or a watch.
    const Judgement& observe(const Application& application, core::Duration now);
    /// Time went by.
    const Judgement& tick(core::Duration now);
    /// The object is not there any more.
    const Judgement& gone();
    const Judgement& judgement() const { return judgement_; }
    /// The last version observed.
    const Application& application() const { return application_; }

private:
    using Progress = Judgement::Progress;
    void judge(core::Duration now);
    void judge_run(core::Duration now);
    void judge_waiting(core::Duration now);
    bool is_ours() const;
    void set(Progress progress, std::string sentence = {}, Trouble trouble = Trouble::None);

    Expectation expectation_;
    Application application_;
    Judgement judgement_;
    core::Duration written_;
    core::Duration phase_since_; ///< when this phase of this submission was first seen
    bool observed_ = false;
};

} // namespace kspark::spark
