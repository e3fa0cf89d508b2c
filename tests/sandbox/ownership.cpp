// SPDX-License-Identifier: Apache-2.0
// Server-side apply as structured-merge-diff does it for objects of one version. A field belongs to
// everybody who applied its present value; who applies another value is in conflict with them, or
// takes it away from them by force; who stops applying it removes it, unless others own it too.
#include "tests/sandbox/ownership.hpp"

#include "tests/sandbox/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace kspark::sandbox {

namespace {
struct Manager {
    std::string name, operation, subresource;
    auto operator<=>(const Manager&) const = default;
};
struct Owned {
    FieldSet fields;
    std::string api_version;
    std::string time;
};
using Managers = std::map<Manager, Owned>;

Managers decode(const Json& object) {
    Managers managers;
    if (!object.is_object()) return managers;
    const Json& metadata = object.at("metadata");
    if (!metadata.contains("managedFields")) return managers;
    for (const Json& entry : metadata.at("managedFields"))
        managers[{entry.value("manager", ""), entry.value("operation", ""),
                  entry.value("subresource", "")}] = {
            decode_fields(entry.value("fieldsV1", Json::object())), entry.value("apiVersion", ""),
            entry.value("time", "")};
    return managers;
}

void encode(const Managers& managers, Json& object) {
    std::vector<Json> entries;
    for (const auto& [manager, owned] : managers) {
        if (owned.fields.empty()) continue;
        Json entry = {{"manager", manager.name},         {"operation", manager.operation},
                      {"apiVersion", owned.api_version}, {"time", owned.time},
                      {"fieldsType", "FieldsV1"},        {"fieldsV1", encode_fields(owned.fields)}};
        if (!manager.subresource.empty()) entry["subresource"] = manager.subresource;
        entries.push_back(std::move(entry));
    }
    const auto rank = [](const Json& entry) {
        return std::make_tuple(
            entry.at("operation").get<std::string>(), entry.at("time").get<std::string>(),
            entry.at("manager").get<std::string>(), entry.value("subresource", ""));
    };
    std::sort(entries.begin(), entries.end(),
              [&](const Json& a, const Json& b) { return rank(a) < rank(b); });
    Json& metadata = object["metadata"];
    metadata.erase("managedFields");
    if (!entries.empty()) metadata["managedFields"] = entries;
}

FieldSet without(const FieldSet& from, const FieldSet& taken) {
    FieldSet rest;
    std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

/// "\"name\" using v1", as conflicts name an owner.
std::string owner_text(const Manager& manager, const std::string& api_version) {
    std::string text = fmt::format("\"{}\"", manager.name);
    if (!manager.subresource.empty())
        text += fmt::format(" with subresource \"{}\"", manager.subresource);
    if (manager.operation == "Update") text += " using " + api_version;
    return text;
}

Refusal conflict(const std::map<std::string, std::vector<std::string>>& fields_by_owner) {
    Json causes = Json::array();
    std::string message;
    for (const auto& [owner, fields] : fields_by_owner) {
        message += fmt::format("conflicts with {}:\n", owner);
        for (const std::string& field : fields) {
            message += fmt::format("- {}\n", field);
            causes.push_back({{"reason", "FieldManagerConflict"},
                              {"message", "conflict with " + owner},
                              {"field", field}});
        }
    }
    message.pop_back();
    if (causes.size() == 1)
        message = fmt::format("{}: {}", causes[0].at("message").get<std::string>(),
                              causes[0].at("field").get<std::string>());
    return failed(409, "Conflict",
                  fmt::format("Apply failed with {} conflict{}: {}", causes.size(),
                              causes.size() == 1 ? "" : "s", message),
                  {{"causes", causes}});
}

/// Takes the fields that differ between live and applied away from their other owners, or throws.
void settle_conflicts(Managers& managers, const Manager& self, const FieldSet& claimed,
                      const Json& live, const Json& applied, bool force) {
    FieldSet contested;
    for (const FieldPath& path : claimed) {
        const Json* present = value_at(live, path);
        const Json* wanted = value_at(applied, path);
        if (present && wanted && *present != *wanted) contested.insert(path);
    }
    std::map<std::string, std::vector<std::string>> fields_by_owner;
    for (auto& [manager, owned] : managers) {
        if (manager == self) continue;
        FieldSet shared;
        std::set_intersection(owned.fields.begin(), owned.fields.end(), contested.begin(),
                              contested.end(), std::inserter(shared, shared.end()));
        for (const FieldPath& path : ordered(shared))
            fields_by_owner[owner_text(manager, owned.api_version)].push_back(to_text(path));
        owned.fields = without(owned.fields, shared);
    }
    if (!fields_by_owner.empty() && !force) throw conflict(fields_by_owner);
}

void merge_into(Json& target, const Json& applied) {
    if (!target.is_object() || !applied.is_object()) {
        target = applied;
        return;
    }
    for (const auto& [key, value] : applied.items()) {
        if (value.is_object() && target.contains(key))
            merge_into(target[key], value);
        else
            target[key] = value;
    }
}

/// Lists with members merge, all others replace.
void merge_lists(Json& result, const Json& live, const Json& applied) {
    for (const auto* name : {"finalizers", "ownerReferences"}) {
        if (!live.is_object() || !applied.at("metadata").contains(name) ||
            !live.at("metadata").contains(name))
            continue;
        Json merged = live.at("metadata").at(name);
        for (const Json& item : applied.at("metadata").at(name))
            if (std::find(merged.begin(), merged.end(), item) == merged.end())
                merged.push_back(item);
        result["metadata"][name] = merged;
    }
}

/// Removes a field and the maps that it leaves empty and nobody owns.
void prune(Json& object, FieldPath path, const Managers& managers) {
    remove_at(object, path);
    for (path.pop_back(); path.size() > 1; path.pop_back()) {
        const Json* holder = value_at(object, path);
        const bool owned = std::any_of(managers.begin(), managers.end(), [&](const auto& entry) {
            return entry.second.fields.contains(path);
        });
        if (!holder || !holder->is_structured() || !holder->empty() || owned) return;
        remove_at(object, path);
    }
}
} // namespace

Json apply_configuration(const Json& live, const Json& applied, const Writer& writer, bool force) {
    Managers managers = decode(live);
    const Manager self{writer.manager, "Apply", writer.subresource};
    const FieldSet claimed = applied_fields(applied);
    if (live.is_object()) settle_conflicts(managers, self, claimed, live, applied, force);
    const FieldSet abandoned = without(managers[self].fields, claimed);
    Json result = live.is_object() ? live : Json::object();
    merge_into(result, applied);
    merge_lists(result, live, applied);
    if (managers[self].fields != claimed || !live.is_object())
        managers[self] = {claimed, writer.api_version, writer.time};
    for (const FieldPath& path : abandoned) {
        const bool still_owned =
            std::any_of(managers.begin(), managers.end(),
                        [&](const auto& entry) { return entry.second.fields.contains(path); });
        if (!still_owned) prune(result, path, managers);
    }
    encode(managers, result);
    return result;
}

void track_update(const Json& before, Json& after, const Writer& writer) {
    Managers managers = decode(before);
    const Manager self{writer.manager, "Update", writer.subresource};
    const FieldChanges changes =
        compare_fields(before.is_object() ? before : Json::object(), after);
    for (auto& [manager, owned] : managers) {
        FieldSet rest = without(owned.fields, changes.removed);
        if (manager != self) rest = without(rest, changes.written);
        if (rest != owned.fields) owned.fields = std::move(rest);
    }
    FieldSet mine = managers[self].fields;
    mine.insert(changes.written.begin(), changes.written.end());
    if (mine != managers[self].fields || !changes.written.empty())
        managers[self] = {std::move(mine), writer.api_version, writer.time};
    encode(managers, after);
}

bool same_but_times(const Json& a, const Json& b) {
    const auto timeless = [](Json object) {
        if (object.is_object() && object["metadata"].contains("managedFields"))
            for (Json& entry : object["metadata"]["managedFields"]) entry.erase("time");
        return object;
    };
    return timeless(a) == timeless(b);
}

} // namespace kspark::sandbox
