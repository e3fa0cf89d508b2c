// SPDX-License-Identifier: Apache-2.0
// Merge patches of the touched fields only. The record goes into the same patch as the change: a
// client that dies has either done both or nothing.
#include "core/spark/restart_calls.hpp"

#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/nodes.hpp"
#include "core/spark/plan.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace kspark::spark {
namespace {

using data::Json;
using Step = RestartRecord::Step;

Json guarded(const RestartWrite& write) {
    Json patch;
    if (!write.resource_version.empty())
        patch["metadata"]["resourceVersion"] = write.resource_version;
    if (!write.uid.empty()) patch["metadata"]["uid"] = write.uid;
    return patch;
}

Json recorded(const RestartWrite& write, Step step) {
    Json patch = guarded(write);
    RestartRecord record = write.record;
    record.step = step;
    patch["metadata"]["annotations"][kRestartAnnotation] = to_annotation(record);
    return patch;
}

void change_driver(Json& patch, const RestartWrite& write) {
    // Milliseconds: a second try must differ from the first.
    patch["spec"]["driver"]["annotations"][kRestartedAtAnnotation] =
        core::format_time(write.record.at, 3);
}

} // namespace

kube::Call suspend_call(const RestartWrite& write, kube::DryRun dry_run) {
    Json patch = recorded(write, Step::Suspended);
    patch["spec"]["suspend"] = true;
    return kube::merge_patch_call(write.reference, patch, dry_run);
}

kube::Call resume_call(const RestartWrite& write) {
    Json patch = recorded(write, Step::Resumed);
    patch["spec"]["suspend"] = false;
    change_driver(patch, write);
    return kube::merge_patch_call(write.reference, patch, kube::DryRun::No);
}

kube::Call annotate_call(const RestartWrite& write, kube::DryRun dry_run) {
    Json patch = recorded(write, Step::Resumed);
    change_driver(patch, write);
    return kube::merge_patch_call(write.reference, patch, dry_run);
}

kube::Call hold_call(const RestartWrite& write, std::vector<std::string> finalizers,
                     kube::DryRun dry_run) {
    Json patch = recorded(write, Step::Held);
    finalizers.emplace_back(kRestartFinalizer);
    patch["metadata"]["finalizers"] = finalizers;
    return kube::merge_patch_call(write.reference, patch, dry_run);
}

kube::Call release_call(const RestartWrite& write, std::vector<std::string> finalizers) {
    Json patch = guarded(write);
    std::erase(finalizers, std::string(kRestartFinalizer));
    patch["metadata"]["finalizers"] = finalizers;
    return kube::merge_patch_call(write.reference, patch, kube::DryRun::No);
}

kube::Call delete_held_call(const RestartWrite& write) {
    kube::Call call = kube::delete_call(write.reference, write.uid, kube::DryRun::No);
    // The collector deletes the pods of an object in the foreground while it is still there; in the
    // background it waits for the object to go, which we hold.
    Json options = Json::parse(call.body, nullptr, false);
    options["propagationPolicy"] = "Foreground";
    call.body = data::dump_json(options);
    return call;
}

kube::Call nudge_call(const RestartWrite& write) {
    Json patch = guarded(write);
    patch["metadata"]["annotations"][kNudgeAnnotation] = core::format_time(write.record.at, 3);
    return kube::merge_patch_call(write.reference, patch, kube::DryRun::No);
}

kube::Call remove_pod_call(const Pod& pod, bool now) {
    kube::Call call =
        kube::delete_call({kube::pods(), pod.name_space, pod.name}, pod.uid, kube::DryRun::No);
    if (!now) return call;
    Json options = Json::parse(call.body, nullptr, false);
    options["gracePeriodSeconds"] = 0;
    call.body = data::dump_json(options);
    return call;
}

data::Json recreated(const data::Json& object, RestartRecord record) {
    Json result = without_server_fields(object);
    auto& metadata = result["metadata"];
    std::vector<std::string> finalizers;
    if (const Json* kept = data::find(result, {"metadata", "finalizers"}); kept && kept->is_array())
        for (const Json& finalizer : *kept)
            if (finalizer != kRestartFinalizer && finalizer != "foregroundDeletion")
                finalizers.push_back(finalizer);
    metadata.erase("finalizers");
    // The operators add their own again.
    std::erase_if(finalizers, [](const auto& name) { return name.find("spark") != name.npos; });
    if (!finalizers.empty()) metadata["finalizers"] = finalizers;
    record.step = Step::Resumed;
    metadata["annotations"][kRestartAnnotation] = to_annotation(record);
    return result;
}

bool knows_suspend(const core::Result<data::Json>& answer) {
    if (answer) return data::bool_at(*answer, {"spec", "suspend"});
    return answer.error().message.find("spec.suspend") == std::string::npos;
}

core::Result<std::vector<Pod>> read_pods(kube::Client& client, const kube::Reference& application,
                                         bool& ask_nodes) {
    const kube::Selection selection{
        fmt::format("{}={}", app_name_label(application.resource), application.name), {}};
    std::vector<Pod> pods;
    const auto listed = client.list({kube::pods(), application.name_space, {}}, selection,
                                    [&](const Json& item) -> core::Status {
                                        pods.push_back(decode_pod(item));
                                        return {};
                                    });
    if (!listed) return listed.error();
    if (ask_nodes) mark_lost(client, pods, ask_nodes);
    return pods;
}

} // namespace kspark::spark
