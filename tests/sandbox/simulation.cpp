// SPDX-License-Identifier: Apache-2.0
// The loop of the simulated controllers. Each sees every change in order, as from a watch.
#include "tests/sandbox/simulation.hpp"

#include "tests/sandbox/quota.hpp"
#include "tests/sandbox/removal.hpp"

#include <algorithm>

namespace kspark::sandbox {

core::Duration Simulation::step() {
    while (follow_one() || agenda_.run_one())
        ;
    return agenda_.idle();
}

bool Simulation::follow_one() {
    const auto& history = cluster_.store.history();
    const auto next = std::lower_bound(
        history.begin(), history.end(), seen_ + 1,
        [](const Change& change, std::uint64_t version) { return change.version < version; });
    if (next == history.end()) {
        seen_ = cluster_.store.version();
        return false;
    }
    const Change change = *next; // the history moves while we write
    seen_ = change.version;
    operator_.on_change(change);
    kubelet_.on_change(change);
    collect(change);
    count_quota(cluster_, change.object->value.at("metadata").value("namespace", ""));
    return true;
}

void Simulation::collect(const Change& change) {
    if (change.type != Change::Type::Deleted) return;
    const Json& metadata = change.object->value.at("metadata");
    if (change.kind == &application_kind() || change.kind == &pod_kind())
        collect_dependents(cluster_, metadata.at("uid"));
    for (const Json& owner : metadata.value("ownerReferences", Json::array()))
        collect_dependents(cluster_, owner.value("uid", ""));
}

} // namespace kspark::sandbox
