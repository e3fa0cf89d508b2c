// SPDX-License-Identifier: Apache-2.0
// Who may do what. The rights of editor and viewer are those of the roles that the operator ships,
// with reading of pods, logs, events and services added, in two namespaces.
#include "tests/sandbox/access.hpp"

#include <fmt/format.h>

#include <set>

namespace kspark::sandbox {

namespace {
const std::set<std::string> kReading = {"get", "list", "watch"};

bool role_allows(bool editor, const Action& action) {
    if (action.name_space != "default" && action.name_space != "streams") return false;
    const bool reading = kReading.contains(action.verb);
    if (action.group.empty())
        return reading && (((action.resource == "pods" || action.resource == "events" ||
                             action.resource == "services") &&
                            action.subresource.empty()) ||
                           (action.resource == "pods" && action.subresource == "log"));
    if (action.group != application_kind().group) return false;
    if (action.subresource == "status") return action.verb == "get";
    return action.subresource.empty() && (reading || (editor && action.verb != "deletecollection"));
}

bool is_public(const std::string& path) {
    return path == "/version" || path == "/healthz" || path == "/livez" || path == "/readyz";
}
} // namespace

bool allowed(const std::string& user, const Action& action) {
    if (user == "admin") return true;
    if (!action.path.empty())
        return is_public(action.path) || (!user.empty() && (action.path.starts_with("/api") ||
                                                            action.path.starts_with("/openapi")));
    if (user.empty()) return false;
    if (action.group == "authorization.k8s.io") return true;
    if (user == "editor" || user == "viewer") return role_allows(user == "editor", action);
    return false;
}

Refusal forbidden(const std::string& user, const Action& action) {
    const std::string who = user.empty() ? "system:anonymous" : user;
    if (!action.path.empty())
        return failed(403, "Forbidden",
                      fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", who, action.verb,
                                  action.path),
                      Json::object());
    const std::string resource =
        action.group.empty() ? action.resource : action.resource + "." + action.group;
    const std::string what =
        action.subresource.empty() ? action.resource : action.resource + "/" + action.subresource;
    const std::string where = action.name_space.empty()
                                  ? "at the cluster scope"
                                  : fmt::format("in the namespace \"{}\"", action.name_space);
    Json details = {{"kind", action.resource}};
    if (!action.name.empty()) details["name"] = action.name;
    if (!action.group.empty()) details["group"] = action.group;
    return failed(403, "Forbidden",
                  fmt::format("{}{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API "
                              "group \"{}\" {}",
                              resource,
                              action.name.empty() ? "" : fmt::format(" \"{}\"", action.name), who,
                              action.verb, what, action.group, where),
                  details);
}

} // namespace kspark::sandbox
