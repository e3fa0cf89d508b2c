// SPDX-License-Identifier: Apache-2.0
// What clients ask before they ask for anything: versions, groups, resources, both plain and
// aggregated, and just enough OpenAPI for kubectl to see that the server validates fields itself.
#include "tests/sandbox/api.hpp"

#include <fmt/format.h>

#include <set>

namespace kspark::sandbox {

namespace {
const Json kVerbs = {"delete", "deletecollection", "get",    "list",
                     "patch",  "create",           "update", "watch"};
const Json kStatusVerbs = {"get", "patch", "update"};

Json response_kind(const Kind& kind) {
    return {{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}};
}

/// The kinds of a group as an APIResourceList.
Json resource_list(std::string_view group, std::string_view version) {
    Json resources = Json::array();
    std::string group_version;
    for (const Kind& kind : kinds()) {
        if (kind.group != group || kind.version != version) continue;
        group_version = kind.api_version();
        Json resource = {{"name", kind.plural},
                         {"singularName", kind.singular()},
                         {"namespaced", kind.namespaced},
                         {"kind", kind.kind},
                         {"verbs", kVerbs}};
        if (!kind.short_name.empty()) resource["shortNames"] = {kind.short_name};
        resources.push_back(resource);
        const auto subresource = [&](const char* name, const Json& verbs) {
            resources.push_back({{"name", fmt::format("{}/{}", kind.plural, name)},
                                 {"singularName", ""},
                                 {"namespaced", kind.namespaced},
                                 {"kind", kind.kind},
                                 {"verbs", verbs}});
        };
        if (kind.plural == "pods") subresource("log", {"get"});
        if (kind.custom || kind.plural == "pods") subresource("status", kStatusVerbs);
    }
    if (group_version.empty()) return nullptr;
    return {{"kind", "APIResourceList"},
            {"apiVersion", "v1"},
            {"groupVersion", group_version},
            {"resources", resources}};
}

/// The kinds of a group as one item of an APIGroupDiscoveryList.
Json group_discovery(std::string_view group, std::string_view version) {
    Json resources = Json::array();
    for (const Kind& kind : kinds()) {
        if (kind.group != group) continue;
        Json resource = {{"resource", kind.plural},
                         {"responseKind", response_kind(kind)},
                         {"scope", kind.namespaced ? "Namespaced" : "Cluster"},
                         {"singularResource", kind.singular()},
                         {"verbs", kVerbs}};
        if (!kind.short_name.empty()) resource["shortNames"] = {kind.short_name};
        if (kind.custom)
            resource["subresources"] = {{{"subresource", "status"},
                                         {"responseKind", response_kind(kind)},
                                         {"verbs", kStatusVerbs}}};
        resources.push_back(resource);
    }
    Json metadata = Json::object();
    if (!group.empty()) metadata["name"] = group;
    return {
        {"metadata", metadata},
        {"versions", {{{"version", version}, {"resources", resources}, {"freshness", "Current"}}}}};
}

Json access_review_discovery() {
    return {{"metadata", {{"name", "authorization.k8s.io"}}},
            {"versions",
             {{{"version", "v1"},
               {"freshness", "Current"},
               {"resources",
                {{{"resource", "selfsubjectaccessreviews"},
                  {"responseKind",
                   {{"group", ""}, {"version", ""}, {"kind", "SelfSubjectAccessReview"}}},
                  {"scope", "Cluster"},
                  {"singularResource", "selfsubjectaccessreview"},
                  {"verbs", {"create"}}}}}}}}};
}

Answer aggregated(const Json& items) {
    return {200,
            Json{{"kind", "APIGroupDiscoveryList"},
                 {"apiVersion", "apidiscovery.k8s.io/v2"},
                 {"metadata", Json::object()},
                 {"items", items}}
                .dump(),
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"};
}

Json api_group(const std::string& group, const std::string& version) {
    const Json entry = {{"groupVersion", group + "/" + version}, {"version", version}};
    return {{"name", group}, {"versions", {entry}}, {"preferredVersion", entry}};
}

Answer version() {
    return {200, Json{{"major", "1"},
                      {"minor", "34"},
                      {"gitVersion", "v1.34.4"},
                      {"gitCommit", "sandbox"},
                      {"gitTreeState", ""},
                      {"buildDate", "1970-01-01T00:00:00Z"},
                      {"goVersion", ""},
                      {"compiler", "sandbox"},
                      {"platform", "linux/amd64"}}
                     .dump()};
}

/// The operations in which kubectl looks for the parameter fieldValidation, and nothing else.
Json open_api_document(std::string_view group) {
    Json paths = Json::object();
    for (const Kind& kind : kinds()) {
        if (kind.group != group) continue;
        Json parameter = {{"name", "fieldValidation"}, {"in", "query"}};
        paths[fmt::format("/{}/{}/{}/{{name}}", group.empty() ? "api" : "apis", kind.api_version(),
                          kind.plural)]["patch"] = {
            {"parameters", Json::array({parameter})},
            {"x-kubernetes-group-version-kind", response_kind(kind)}};
    }
    return {{"openapi", "3.0.0"},
            {"info", {{"title", "sandbox"}, {"version", "v1.34.4"}}},
            {"paths", paths},
            {"components", {{"schemas", Json::object()}}}};
}

std::optional<Json> open_api(const std::string& path) {
    const std::string spark = "apis/" + application_kind().api_version();
    const auto url = [](const std::string& document) {
        return Json{{"serverRelativeURL", "/openapi/v3/" + document + "?hash=sandbox"}};
    };
    if (path == "/openapi/v3")
        return Json{{"paths", {{"api/v1", url("api/v1")}, {spark, url(spark)}}}};
    if (path == "/openapi/v3/api/v1") return open_api_document("");
    if (path == "/openapi/v3/" + spark) return open_api_document(application_kind().group);
    return std::nullopt;
}
} // namespace

std::optional<Answer> discovery(const Request& request) {
    const std::string& path = request.path;
    const auto& spark = application_kind();
    const std::string group(spark.group);
    const std::string spark_version(spark.version);
    const bool as_list = request.accept.find("as=APIGroupDiscoveryList") != std::string::npos;
    if (path == "/version") return version();
    if (path == "/healthz" || path == "/livez" || path == "/readyz")
        return Answer{200, "ok", "text/plain; charset=utf-8"};
    if (path == "/api" && as_list) return aggregated(Json::array({group_discovery("", "v1")}));
    if (path == "/apis" && as_list)
        return aggregated({access_review_discovery(), group_discovery(group, spark_version)});
    Json answer;
    if (path == "/api")
        answer = {{"kind", "APIVersions"}, {"versions", {"v1"}}};
    else if (path == "/apis")
        answer = {
            {"kind", "APIGroupList"},
            {"apiVersion", "v1"},
            {"groups", {api_group("authorization.k8s.io", "v1"), api_group(group, spark_version)}}};
    else if (path == "/apis/" + group) {
        answer = api_group(group, spark_version);
        answer["kind"] = "APIGroup";
        answer["apiVersion"] = "v1";
    } else if (path == "/apis/" + group + "/" + spark_version)
        answer = resource_list(group, spark_version);
    else if (path == "/api/v1")
        answer = resource_list("", "v1");
    else if (auto document = open_api(path))
        answer = *document;
    else
        return std::nullopt;
    return Answer{200, answer.dump()};
}

} // namespace kspark::sandbox
