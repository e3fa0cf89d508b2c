// SPDX-License-Identifier: Apache-2.0
// The writes of a restart. Each is guarded by the resourceVersion that was looked at (pods by their
// UID) and carries the record of its own step.
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/fence.hpp"

namespace kspark::spark {

struct RestartWrite {
    kube::Reference reference;
    std::string resource_version, uid;
    RestartRecord record; ///< `step` is set by each call
};

kube::Call suspend_call(const RestartWrite& write, kube::DryRun dry_run);
/// spec.suspend=false and one changed annotation of the driver in one patch.
kube::Call resume_call(const RestartWrite& write);
kube::Call annotate_call(const RestartWrite& write, kube::DryRun dry_run);
/// `finalizers`: those that are there.
kube::Call hold_call(const RestartWrite& write, std::vector<std::string> finalizers,
                     kube::DryRun dry_run);
kube::Call release_call(const RestartWrite& write, std::vector<std::string> finalizers);
/// Pods and what else belongs to the object go with it.
kube::Call delete_held_call(const RestartWrite& write);
kube::Call nudge_call(const RestartWrite& write);
/// `now`: without a grace period, for pods of lost nodes.
kube::Call remove_pod_call(const Pod& pod, bool now);

/// The object as it is created again: without what the server keeps, marked with the record.
data::Json recreated(const data::Json& object, RestartRecord record);
/// What the dry run of suspend_call() answered: whether this cluster knows spec.suspend.
bool knows_suspend(const core::Result<data::Json>& answer);

/// All pods with the application's name; those on nodes that do not answer are marked.
/// `ask_nodes` is cleared when the user may not read nodes.
core::Result<std::vector<Pod>> read_pods(kube::Client& client, const kube::Reference& application,
                                         bool& ask_nodes);

} // namespace kspark::spark
