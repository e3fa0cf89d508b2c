// SPDX-License-Identifier: Apache-2.0
// The operator compares the old and the new spec and starts the application anew for any difference
// but spec.suspend and spec.timeToLiveSeconds (kubeflow/spark-operator 2.5.2, event_filter.go).
// What it compares are decoded Go values: an absent list or map equals an empty one.
#include "core/spark/plan.hpp"

#include "core/spark/labels.hpp"
#include "core/spark/secrets.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

constexpr std::string_view kAtNextRun = "takes effect at the next run";

bool is_plain_map(const data::Path& path) {
    static constexpr std::array kMaps = {
        "sparkConf", "hadoopConf",         "nodeSelector",  "labels",          "annotations",
        "envVars",   "serviceAnnotations", "serviceLabels", "envSecretKeyRefs"};
    return !path.empty() && std::ranges::find(kMaps, path.back()) != kMaps.end();
}

bool counts_as_absent(const data::Json& value, const data::Path& path) {
    return value.is_null() || (value.is_array() && value.empty()) ||
           (value.is_object() && value.empty() && is_plain_map(path));
}

std::string one_line(const data::Json& value, const data::Path& path) {
    return value.is_null() ? std::string() : data::dump_json(masked(value, path));
}

/// The member of a map; null when there is none or no map.
data::Json member(const data::Json& value, const std::string& key) {
    return value.is_object() ? value.value(key, data::Json()) : data::Json();
}

void collect(const data::Json& before, const data::Json& after, data::Path& path,
             std::vector<FieldChange>& changes) {
    if (before == after) return;
    if (counts_as_absent(before, path) && counts_as_absent(after, path)) return;
    if (!before.is_object() || !after.is_object()) {
        // A map that comes or goes is told by its members.
        const auto& other = before.is_null() ? after : before;
        if (!((before.is_null() || after.is_null()) && is_plain_map(path) && other.is_object())) {
            changes.push_back({path, one_line(before, path), one_line(after, path)});
            return;
        }
    }
    const auto descend = [&](const std::string& key) {
        path.push_back(key);
        collect(member(before, key), member(after, key), path, changes);
        path.pop_back();
    };
    if (before.is_object())
        for (const auto& [key, value] : before.items()) descend(key);
    if (after.is_object())
        for (const auto& [key, value] : after.items())
            if (!before.is_object() || !before.contains(key)) descend(key);
}

bool is_spec(const FieldChange& change) {
    return change.path.front() == "spec";
}

bool is_field(const FieldChange& change, std::string_view name) {
    return change.path.size() == 2 && is_spec(change) && change.path[1] == name;
}

bool restarts(const FieldChange& change) {
    return is_spec(change) && !is_field(change, "suspend") &&
           !is_field(change, "timeToLiveSeconds") &&
           !(change.path.size() > 1 && change.path[1] == "applicationTolerations");
}

/// Whether a changed spec needs a new run: the kubeflow operator makes one, the apache operator
/// goes on with the old spec (all but applicationTolerations) until the object is made anew.
bool runs_anew(const data::Json& object) {
    return data::string_at(object, {"kind"}) == "SparkApplication";
}

std::string note_of(const std::vector<FieldChange>& fields, bool anew) {
    if (!anew) return std::ranges::any_of(fields, is_spec) ? std::string(kAtNextRun) : "";
    for (const auto& field : fields)
        if (is_field(field, "suspend")) return field.after == "true" ? "suspends" : "resumes";
    return "";
}

/// Without what a restart leaves behind: the record of who did it, and spec.suspend back at false,
/// which the operator takes for absent.
data::Json comparable(const data::Json& object) {
    data::Json result = without_server_fields(object);
    if (!result.is_object()) return result;
    if (const auto metadata = result.find("metadata"); metadata != result.end())
        if (const auto found = metadata->find("annotations");
            found != metadata->end() && found->is_object())
            found->erase(std::string(kRestartAnnotation));
    if (!data::bool_at(result, {"spec", "suspend"}) && data::find(result, {"spec", "suspend"}))
        result["spec"].erase("suspend");
    return result;
}

} // namespace

std::string_view to_text(Action action) {
    switch (action) {
    case Action::Create:
        return "create";
    case Action::Restart:
        return "restart";
    case Action::Update:
        return "in place";
    case Action::Unchanged:
        return "unchanged";
    case Action::Prune:
        return "prune";
    }
    return "unknown";
}

std::vector<FieldChange> field_changes(const data::Json& before, const data::Json& after) {
    std::vector<FieldChange> changes;
    data::Path path;
    collect(before, after, path, changes);
    return changes;
}

data::Json without_server_fields(const data::Json& object) {
    data::Json result = object;
    if (!result.is_object()) return result;
    result.erase("status");
    const auto metadata = result.find("metadata");
    if (metadata == result.end() || !metadata->is_object()) return result;
    for (const char* key :
         {"managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink",
          "deletionTimestamp", "deletionGracePeriodSeconds"})
        metadata->erase(key);
    return result;
}

Change compare(const data::Json& live, const data::Json& stored) {
    Change change;
    change.name = data::string_at(stored, {"metadata", "name"});
    change.name_space = data::string_at(stored, {"metadata", "namespace"});
    if (live.is_null()) {
        change.action = Action::Create;
        return change;
    }
    change.fields = field_changes(comparable(live), comparable(stored));
    if (change.fields.empty()) return change;
    const bool anew = runs_anew(stored);
    std::ranges::stable_partition(change.fields, restarts);
    const bool restart = anew && restarts(change.fields.front());
    change.action = restart ? Action::Restart : Action::Update;
    change.note = note_of(change.fields, anew);
    if (restart && data::string_at(stored, {"apiVersion"}).starts_with("spark.apache.org/"))
        change.note = "deleted and created again";
    return change;
}

Change compare_declared(const data::Json& live, const data::Json& manifest) {
    if (live.is_null()) return compare(live, manifest);
    data::Json stored = live;
    data::merge(stored, without_server_fields(manifest));
    return compare(live, stored);
}

} // namespace kspark::spark
