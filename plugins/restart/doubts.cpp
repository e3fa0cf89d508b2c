// SPDX-License-Identifier: Apache-2.0
// The same diagnosis as status gives, asked one question: would the next run meet the same end?
#include "plugins/restart/doubts.hpp"

#include "core/spark/facts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::restart {
namespace {

using spark::Phase;

/// For more applications than that pods and events are not asked for.
constexpr std::size_t kExamined = 20;

/// An object that was let go so long ago may be missed by nobody.
constexpr auto kFresh = std::chrono::hours(1);

/// Verdicts whose cause is in the spec or around the application, not in the run.
constexpr std::array<std::string_view, 11> kHopeless = {
    "service-account",   "quota",          "name-too-long",    "permission",
    "submission-failed", "image-pull",     "container-config", "unschedulable",
    "retry-interval",    "object-missing", "cpu-limit"};

/// Who set spec.suspend, by the server's own book.
std::string suspender(const data::Json& object) {
    const data::Json* managers = data::find(object, {"metadata", "managedFields"});
    if (managers == nullptr || !managers->is_array()) return "somebody";
    for (const data::Json& entry : *managers)
        if (data::find(entry, {"fieldsV1", "f:spec", "f:suspend"}) != nullptr)
            return fmt::format("{} at {}", data::string_at(entry, {"manager"}, "somebody"),
                               data::string_at(entry, {"time"}, "an unknown time"));
    return "somebody";
}

std::string hopeless(kube::Client& client, const Target& target, bool examine) {
    spark::Facts facts;
    facts.application = target.application;
    facts.now = client.server_now();
    std::vector<std::string> missing;
    if (examine)
        if (auto gathered = spark::gather_facts(client, target.application, missing))
            facts = *std::move(gathered);
    const auto verdict = spark::diagnose(facts);
    if (verdict.health == spark::Health::Good || std::ranges::count(kHopeless, verdict.id) == 0)
        return {};
    return "a restart will most likely meet the same: " + verdict.sentence;
}

} // namespace

std::vector<std::string> doubts(kube::Client& client, const std::vector<Target>& targets) {
    std::vector<std::string> found;
    for (const auto& target : targets) {
        const auto& application = target.application;
        const auto doubt = [&](const std::string& sentence) {
            found.push_back(application.name + ": " + sentence);
        };
        if (target.gone) {
            const auto record = spark::restart_record(application);
            const auto at = record ? record->at : core::Time{};
            if (client.server_now() - at > kFresh)
                doubt(fmt::format("was deleted by a restart at {} that did not create it again: "
                                  "this does",
                                  core::format_time(at)));
            continue;
        }
        if (!spark::half_done(application).empty()) continue; // finishing it is no question
        if (application.suspend)
            doubt(fmt::format("was suspended by {}: a restart lets it run again",
                              suspender(target.object)));
        if (!application.schedule.empty())
            doubt(fmt::format("belongs to schedule {}, which starts its own runs: this runs this "
                              "one again",
                              application.schedule));
        if (application.phase == Phase::Completed) doubt("has completed: this runs it again");
        const bool well = application.phase == Phase::Running ||
                          application.phase == Phase::Completed || application.suspend;
        if (well) continue;
        if (auto sentence = hopeless(client, target, targets.size() <= kExamined);
            !sentence.empty())
            doubt(sentence);
    }
    return found;
}

} // namespace kspark::restart
