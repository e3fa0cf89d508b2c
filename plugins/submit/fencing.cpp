// SPDX-License-Identifier: Apache-2.0
// A restart that a change causes goes through the same fence as the restart command: the old run is
// stopped, all its pods are gone, and then the new spec and the resume are one server-side apply.
#include "core/spark/labels.hpp"
#include "plugins/submit/deployment.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::submit {
namespace {

using namespace std::chrono_literals;
using core::Code;
using Stage = Track::Stage;

constexpr core::Duration kPause = 500ms;

} // namespace

bool Deployment::needs_fence(const Track& track) const {
    if (!options_.fence || track.item.change.action != spark::Action::Restart || !track.latest)
        return false;
    // What somebody has suspended stays so; the change is only stored.
    if (track.latest->suspend && spark::half_done(*track.latest).empty()) return false;
    return !data::bool_at(track.item.desired, {"spec", "suspend"});
}

void Deployment::close_fence(Track& track) {
    spark::RestartOptions how;
    how.goal = std::nullopt; // what follows is followed here
    how.by = options_.by;
    how.replacement = track.item.desired;
    how.resume = [this, &track](const data::Json& live, const spark::RestartRecord& record) {
        return open_fence(track, live, record);
    };
    track.fence = std::make_shared<spark::Restart>(client_, track.item.reference, std::move(how));
    track.stage = Stage::Fencing;
}

/// spec.suspend and the record belong to the patch that has closed the fence: the apply has to take
/// them over. That it takes nothing else from anybody is what the dry run of the same version
/// shows.
core::Result<data::Json> Deployment::open_fence(Track& track, const data::Json& live,
                                                const spark::RestartRecord& record) {
    const auto& reference = track.item.reference;
    data::Json object = track.item.desired;
    object["metadata"]["resourceVersion"] = data::string_at(live, {"metadata", "resourceVersion"});
    if (options_.force == kube::Force::No) {
        auto tried =
            client_.call(kube::apply_call(reference, object, kube::DryRun::Yes, kube::Force::No));
        if (!tried && is_ownership_conflict(tried.error())) {
            auto error = explained(std::move(tried).error());
            error.code = Code::Invalid; // looking again does not help
            return error;
        }
        if (!tried) return tried;
    }
    object["metadata"]["annotations"][spark::kRestartAnnotation] = spark::to_annotation(record);
    if (data::bool_at(live, {"spec", "suspend"})) object["spec"]["suspend"] = false;
    return client_.call(kube::apply_call(reference, object, kube::DryRun::No, kube::Force::Yes));
}

void Deployment::turn_fence(Track& track) {
    if (now() - track.probed < kPause) return;
    track.probed = now();
    spark::Restart& fence = *track.fence;
    fence.turn();
    track.state = fence.state();
    track.note = fence.note();
    if (fence.stage() == spark::Restart::Stage::Failed) return fail(track, *fence.error());
    if (fence.stage() != spark::Restart::Stage::Done) return;
    track.probed = 0s;
    written(track, fence.object());
}

/// The loop has ended, by the user or by a connection that is gone for good.
void Deployment::abandon_fences() {
    for (auto& track : tracks_)
        if (track.stage == Stage::Fencing)
            fail(track, {Code::Interrupted, "interrupted while its old run was being stopped"});
}

} // namespace kspark::submit
