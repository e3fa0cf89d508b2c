// SPDX-License-Identifier: Apache-2.0
// Tables, the server's side of `kubectl get`: the columns of the kinds that people look at, name
// and age for the others.
#include "tests/sandbox/tables.hpp"

#include "core/base/text.hpp"
#include "tests/sandbox/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
struct Column {
    std::string name;
    std::string type = "string";
    int priority = 0;
};

std::string age(const Json& time, core::Time now) {
    if (!time.is_string()) return "<unknown>";
    const auto at = core::parse_time(time.get<std::string>());
    return at ? core::human_duration(now - *at) : "<invalid>";
}

Json text_at(const Json& object, const std::vector<std::string>& path, bool dates) {
    const Json* at = &object;
    for (const std::string& step : path) {
        if (!at->is_object() || !at->contains(step)) return nullptr;
        at = &at->at(step);
    }
    if (at->is_null()) return dates ? Json("<no value>") : Json();
    return at->is_string() ? *at : Json(at->dump());
}

std::vector<Column> columns_of(const Kind& kind) {
    if (kind.plural == "sparkapplications")
        return {{"Name"},   {"Suspend", "boolean"}, {"Status"}, {"Attempts"}, {"Start"},
                {"Finish"}, {"Age", "date"}};
    if (kind.plural == "pods")
        return {{"Name"},
                {"Ready"},
                {"Status"},
                {"Restarts"},
                {"Age"},
                {"IP", "string", 1},
                {"Node", "string", 1},
                {"Nominated Node", "string", 1},
                {"Readiness Gates", "string", 1}};
    if (kind.plural == "events")
        return {{"Last Seen"},
                {"Type"},
                {"Reason"},
                {"Object"},
                {"Subobject", "string", 1},
                {"Source", "string", 1},
                {"Message"},
                {"First Seen", "string", 1},
                {"Count", "string", 1},
                {"Name", "string", 1}};
    if (kind.plural == "namespaces") return {{"Name"}, {"Status"}, {"Age"}};
    return {{"Name"}, {"Age"}};
}

Json application_cells(const Json& object) {
    const Json suspend = object.at("spec").value("suspend", Json());
    return {object.at("metadata").at("name"),
            suspend,
            text_at(object, {"status", "applicationState", "state"}, false),
            text_at(object, {"status", "executionAttempts"}, false),
            text_at(object, {"status", "lastSubmissionAttemptTime"}, true),
            text_at(object, {"status", "terminationTime"}, true)};
}

/// kubectl's STATUS of a pod: the phase, or what a container waits for or died of.
std::string pod_status(const Json& pod, const Json& containers) {
    const Json& status = pod.at("status");
    std::string text = status.value("reason", status.value("phase", ""));
    for (const Json& container : containers) {
        const Json state = container.value("state", Json::object());
        for (const auto* name : {"waiting", "terminated"})
            if (state.contains(name) && !state.at(name).value("reason", "").empty())
                text = state.at(name).at("reason");
    }
    return pod.at("metadata").contains("deletionTimestamp") ? "Terminating" : text;
}

Json pod_cells(const Json& pod, core::Time now) {
    const Json& status = pod.at("status");
    const Json containers = status.value("containerStatuses", Json::array());
    const auto ready = std::count_if(containers.begin(), containers.end(),
                                     [](const Json& one) { return one.value("ready", false); });
    const auto restarts = containers.empty() ? 0 : containers[0].value("restartCount", 0);
    return {pod.at("metadata").at("name"),
            fmt::format("{}/{}", ready, pod.at("spec").at("containers").size()),
            pod_status(pod, containers),
            std::to_string(restarts),
            age(pod.at("metadata").at("creationTimestamp"), now),
            status.value("podIP", "<none>"),
            pod.at("spec").value("nodeName", "<none>"),
            "<none>",
            "<none>"};
}

Json event_cells(const Json& event, core::Time now) {
    const Json object = event.value("involvedObject", Json::object());
    const Json source = event.value("source", Json::object());
    std::string from = source.value("component", "");
    if (source.contains("host")) from += ", " + source.at("host").get<std::string>();
    const Json created = event.at("metadata").at("creationTimestamp");
    return {age(event.value("lastTimestamp", created), now),
            event.value("type", ""),
            event.value("reason", ""),
            core::lower(object.value("kind", "")) + "/" + object.value("name", ""),
            object.value("fieldPath", ""),
            from,
            std::string(core::trim(event.value("message", ""))),
            age(event.value("firstTimestamp", created), now),
            event.value("count", 1),
            event.at("metadata").at("name")};
}

Json cells_of(const Kind& kind, const Json& object, core::Time now) {
    const Json created = object.at("metadata").value("creationTimestamp", Json());
    if (kind.plural == "pods") return pod_cells(object, now);
    if (kind.plural == "events") return event_cells(object, now);
    Json cells = Json::array({object.at("metadata").at("name")});
    if (kind.plural == "sparkapplications") cells = application_cells(object);
    if (kind.plural == "namespaces")
        cells.push_back(object.value("status", Json::object()).value("phase", ""));
    cells.push_back(age(created, now));
    return cells;
}

Json included(const Json& object, const std::string& include) {
    if (include == "Object") return object;
    if (include == "None") return nullptr;
    return {{"kind", "PartialObjectMetadata"},
            {"apiVersion", "meta.k8s.io/v1"},
            {"metadata", object.at("metadata")}};
}
} // namespace

bool wants_table(const std::string& accept) {
    return accept.find("as=Table") != std::string::npos;
}

std::string included_objects(const Request& request) {
    const std::string include = request.parameter("includeObject");
    if (!include.empty() && include != "Object" && include != "None" && include != "Metadata")
        throw bad_request(fmt::format("Unable to convert to Table as requested: includeObject: "
                                      "Invalid value: \"{}\": must be 'Metadata', 'Object', "
                                      "'None', or empty",
                                      include));
    return include;
}

Json make_table(const Kind& kind, const std::vector<ObjectPtr>& objects, core::Time now,
                const std::string& include) {
    Json columns = Json::array();
    for (const Column& column : columns_of(kind))
        columns.push_back({{"name", column.name},
                           {"type", column.type},
                           {"format", column.name == "Name" ? "name" : ""},
                           {"description", ""},
                           {"priority", column.priority}});
    Json rows = Json::array();
    for (const ObjectPtr& object : objects)
        rows.push_back({{"cells", cells_of(kind, object->value, now)},
                        {"object", included(object->value, include)}});
    Json metadata = Json::object();
    if (objects.size() == 1) metadata["resourceVersion"] = std::to_string(objects[0]->version);
    return {{"kind", "Table"},
            {"apiVersion", "meta.k8s.io/v1"},
            {"metadata", metadata},
            {"columnDefinitions", columns},
            {"rows", rows}};
}

} // namespace kspark::sandbox
