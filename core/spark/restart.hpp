// SPDX-License-Identifier: Apache-2.0
// One application on its way through the fence (fence.hpp) to a submission that runs
// (rollout.hpp): each turn looks at the cluster and does at most one step. All that has to survive
// the death of this process is on the object.
#pragma once

#include "core/data/document.hpp"
#include "core/kube/client.hpp"
#include "core/spark/fence.hpp"
#include "core/spark/keepsake.hpp"
#include "core/spark/restart_calls.hpp"
#include "core/spark/rollout.hpp"

#include <functional>

namespace kspark::spark {

struct RestartOptions {
    Strategy strategy = Strategy::Auto;
    bool force = false;
    bool adopt = false;                              ///< resume what somebody else suspended
    std::optional<Goal> goal = Goal::Running;        ///< nothing: done when it is resumed
    core::Duration timeout = core::Duration::zero(); ///< zero: none
    std::string by = "somebody";                     ///< for the record
    /// Writes the new run in place of the usual patch: submit's apply of a changed spec. Given the
    /// object as it is, and the record for its annotation.
    std::function<core::Result<data::Json>(const data::Json& live, const RestartRecord& record)>
        resume = {};
    data::Json replacement = {}; ///< with Recreate: what is applied; null: the same again
    Keepsake keepsake = {};      ///< with Recreate: where the object is while it is nowhere else

    RestartOptions();
    ~RestartOptions();
    RestartOptions(const RestartOptions&);
    RestartOptions& operator=(const RestartOptions&);
};

class Restart {
public:
    enum class Stage {
        Fencing,   ///< up to the write that starts the new run
        Following, ///< until it runs
        Done,      ///<
        Failed,    ///< error() says why
    };
    Restart(kube::Client& client, kube::Reference reference, RestartOptions options);

    void turn();

    /// For who follows the new run itself, on every turn in which it sees trouble: repairs it where
    /// that is safe.
    void mend(Trouble trouble);

    Stage stage() const { return stage_; }
    bool finished() const { return stage_ >= Stage::Done; }
    const kube::Reference& reference() const { return write_.reference; }
    Strategy strategy() const { return strategy_; }
    const std::optional<core::Error>& error() const { return error_; }
    /// The operator's word, and why it waits.
    const std::string& state() const { return state_; }
    const std::string& note() const { return note_; }
    const std::string& submission() const { return submission_; }
    /// What was done beyond the plain steps: repairs, joining somebody else's restart.
    const std::vector<std::string>& told() const { return told_; }
    const Application& application() const { return application_; }
    const data::Json& object() const { return object_; }
    const std::vector<Pod>& pods() const { return pods_; }
    /// The fence was closed and is not open again: the application is down until it is finished.
    bool is_half_done() const;
    const Keepsake& keepsake() const { return options_.keepsake; }
    /// The object was let go and is not there again: nowhere but in the keepsake.
    bool is_gone() const { return gone_; }
    core::Duration began() const { return began_; }
    core::Duration ended() const { return ended_; }

    /// What the first turn would do, nothing written: the strategy is chosen, pods are read.
    core::Result<FenceStep> plan();
    /// Whether the server would take the write of that step.
    core::Status try_out(const FenceStep& step);

private:
    // restart.cpp: looking, and the way as a whole.
    bool look();
    bool look_at_pods();
    bool remember();
    void take(data::Json object);
    FenceFacts facts() const;
    void fence();
    bool joined();
    void follow();
    void repair(Trouble trouble);
    void fail(core::Error error);
    void finish(Stage stage);
    void tell(std::string sentence);
    void time_out();
    // restart_steps.cpp: writing.
    bool choose(kube::DryRun dry_run);
    void perform(const FenceStep& step);
    std::optional<kube::Call> call_of(FenceStep::Kind kind) const;
    void written(FenceStep::Kind kind, data::Json answer);
    void remove_pods(const FenceStep& step);
    bool may_recreate();
    bool keep_copy(const FenceStep& step);
    void recreate();
    void create();
    data::Json successor() const;
    void expect(Cause cause, std::string uid, std::string old_submission);
    void not_done(core::Error error);
    bool is_passing(const core::Error& error);
    core::Error explained(core::Error error);
    core::Duration now() const { return client_.clock().monotonic(); }

    kube::Client& client_;
    RestartOptions options_;
    RestartWrite write_;
    Strategy strategy_;
    Stage stage_ = Stage::Fencing;
    data::Json object_;
    Application application_;
    std::vector<Pod> pods_;
    std::optional<Rollout> rollout_;
    std::optional<core::Error> error_;
    std::string state_, note_, submission_;
    std::string first_record_; ///< the annotation before anything was done
    std::string opened_;       ///< the record that our opening write carried
    std::vector<std::string> told_;
    core::Duration began_, ended_{};
    core::Duration phase_since_;  ///< when this phase was first seen
    core::Duration driver_seen_;  ///< when a driver pod was last seen
    core::Duration driver_lived_; ///< when one was last seen that may run code
    std::optional<core::Duration> repaired_, mended_, silent_;
    bool observed_ = false, ask_nodes_ = true;
    bool gone_ = false; ///< deleted by a restart, not created again yet
    int failures_ = 0;  ///< of writing, in a row
};

} // namespace kspark::spark
