// SPDX-License-Identifier: Apache-2.0
// What earlier runs left behind: a driver whose application is gone holds a checkpoint, services
// and config maps only names and room. The collector removes what an owner had; what has none
// stays.
#include "core/base/text.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "plugins/doctor/checks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace kspark::doctor {
namespace {

using data::Json;

constexpr std::size_t kMostNamed = 5;

bool has_living_owner(const Json& object, const std::set<std::string>& uids) {
    const Json* owners = data::find(object, {"metadata", "ownerReferences"});
    if (owners == nullptr || !owners->is_array()) return false;
    return std::ranges::any_of(
        *owners, [&](const Json& owner) { return uids.contains(data::string_at(owner, {"uid"})); });
}

bool is_spark(const Json& object) {
    return data::find(object, {"metadata", "labels", "spark-app-selector"}) != nullptr ||
           data::find(object, {"metadata", "labels", spark::kAppNameLabel}) != nullptr;
}

Check of_objects(const Ground& ground, std::string_view kind,
                 const std::vector<std::string>& names) {
    std::vector<std::string> shown(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostNamed)));
    std::string text = core::join(shown, ", ");
    if (names.size() > shown.size())
        text += fmt::format(" and {} more", names.size() - shown.size());
    return {
        "leftovers", Level::Warning,
        fmt::format("{} whose application is gone: {}", core::count(names.size(), kind), text),
        fmt::format("kubectl -n {} delete {} {}", ground.name_space, kind, core::join(shown, " "))};
}

} // namespace

std::vector<Check> check_leftovers(const Ground& ground) {
    if (!ground.pods || (!ground.applications && !ground.apache_applications))
        return {{"leftovers", Level::Unknown, "not looked for: you may not list pods here"}};
    std::set<std::string> names, uids;
    for (const Answer* list : {&ground.applications, &ground.apache_applications})
        for (const Json& application : items_of(*list)) {
            names.insert(data::string_at(application, {"metadata", "name"}));
            uids.insert(data::string_at(application, {"metadata", "uid"}));
        }
    std::vector<std::string> alive, ended, services, config_maps;
    for (const Json& object : items_of(ground.pods)) {
        const spark::Pod pod = spark::decode_pod(object);
        uids.insert(pod.uid);
        if (pod.application.empty() || names.contains(pod.application) || pod.being_deleted)
            continue;
        const bool lives = pod.phase == "Running" || pod.phase == "Pending";
        (lives ? alive : ended).push_back(pod.name);
    }
    for (const Json& object : items_of(ground.services))
        if (is_spark(object) && !has_living_owner(object, uids))
            services.push_back(data::string_at(object, {"metadata", "name"}));
    for (const Json& object : items_of(ground.config_maps))
        if (is_spark(object) && !has_living_owner(object, uids))
            config_maps.push_back(data::string_at(object, {"metadata", "name"}));

    std::vector<Check> checks;
    if (!alive.empty()) {
        checks.push_back(of_objects(ground, "pod", alive));
        checks.back().level = Level::Failed;
        checks.back().sentence += " (still running: two drivers may share a checkpoint)";
    }
    if (!ended.empty()) checks.push_back(of_objects(ground, "pod", ended));
    if (!services.empty()) checks.push_back(of_objects(ground, "service", services));
    if (!config_maps.empty()) checks.push_back(of_objects(ground, "configmap", config_maps));
    if (checks.empty())
        checks.push_back({"leftovers", Level::Ok, "earlier runs have left nothing behind"});
    return checks;
}

} // namespace kspark::doctor
