// SPDX-License-Identifier: Apache-2.0
// The fence of a restart: from the moment the new driver is created, no pod of an earlier run may
// run code. Pure functions from what is seen (the application, the pods of all its runs) to the
// next step; who sees and writes is in restart.hpp.
#pragma once

#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

enum class Strategy {
    Auto,
    Suspend,  ///< spec.suspend, pods gone, resume together with one changed annotation
    Annotate, ///< one changed annotation under spec: where no pod is left to wait for
    Recreate, ///< delete, pods gone, create
};
std::string_view to_text(Strategy strategy); ///< "auto", "suspend", ...

/// What is kept on the object (annotation kubectl-spark/restart), so that whoever comes next can
/// finish a restart, or see who did it.
struct RestartRecord {
    enum class Step { Suspended, Held, Resumed } step = Step::Suspended;
    std::string by;   ///< "ann@laptop"
    core::Time at{};  ///< of the step
    std::string from; ///< submission that was running
};
std::optional<RestartRecord> restart_record(const Application& application);
std::string to_annotation(const RestartRecord& record);
/// "restart half done by ann@laptop at ...": a fence was closed and not opened again. Empty: no.
std::string half_done(const Application& application);

/// Terminating pods and pods of a lost node count.
bool may_run_code(const Pod& pod);
std::vector<Pod> alive(const std::vector<Pod>& pods);
/// Nobody can tell any more whether it runs.
bool is_lost(const Pod& pod, core::Time now);
/// "orders-driver (stopping, 12s left), orders-exec-1 (RUNNING)"
std::string pods_text(const std::vector<Pod>& pods, core::Time now);

struct FenceFacts {
    Application application;
    std::vector<Pod> pods; ///< all that carry its name, of all runs
    core::Time now{};
    core::Duration in_phase{};       ///< how long this phase has been seen
    core::Duration without_driver{}; ///< how long no driver pod has been seen
    core::Duration driver_dead{};    ///< how long no driver pod has been seen that may run code
    Strategy strategy = Strategy::Suspend;
    bool force = false; ///< pods of lost nodes are taken for dead
    bool adopt = false; ///< what somebody else suspended may be resumed
};

struct FenceStep {
    enum class Kind {
        Wait,       ///< `sentence` says for what
        Suspend,    ///< close the fence
        Resume,     ///< no pod is left: open it
        Annotate,   ///< no pod is left, and the run has ended: one changed annotation
        Hold,       ///< before a delete: a finalizer keeps the object until all pods are gone
        Delete,     ///<
        Release,    ///< no pod is left: let the deleted object go, create it again
        RemovePods, ///< these have to be deleted by hand, `sentence` says why
        Nudge,      ///< any write to metadata, so that the operator looks again
        Stop,       ///< it cannot go on: `sentence`
    } kind = Kind::Wait;
    std::string sentence = {};
    std::vector<Pod> pods = {}; ///< waited for, or to be removed
};

/// Up to the write that starts the new run.
FenceStep next_step(const FenceFacts& facts);
/// After it, when the operator seems to have lost it (rollout.hpp's Trouble): what is safe.
FenceStep repair_lost(const FenceFacts& facts);
FenceStep repair_stuck(const FenceFacts& facts);

} // namespace kspark::spark
