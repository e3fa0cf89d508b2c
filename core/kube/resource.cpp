// SPDX-License-Identifier: Apache-2.0
// Builds the requests. Parameters are sent in alphabetical order, as kubectl's are, so that a
// request reads the same in a trace of either.
#include "core/kube/resource.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::kube {
namespace {

std::string described(std::string_view verb, const Reference& reference) {
    std::string text = fmt::format("{} {}", verb, reference.resource.qualified_name());
    if (!reference.name.empty()) text += fmt::format(" \"{}\"", reference.name);
    if (!reference.name_space.empty())
        text += fmt::format(" in namespace \"{}\"", reference.name_space);
    return text;
}

Query write_query(DryRun dry_run) {
    Query query;
    if (dry_run == DryRun::Yes) query.add("dryRun", "All");
    query.add("fieldManager", std::string(kFieldManager)).add("fieldValidation", "Strict");
    return query;
}

/// An object read from the server carries who owns which field; sent back it would be refused.
std::string apply_body(const data::Json& object) {
    if (data::find(object, {"metadata", "managedFields"}) == nullptr)
        return data::dump_json(object);
    data::Json copy = object;
    copy["metadata"].erase("managedFields");
    return data::dump_json(copy);
}

bool lower_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

} // namespace

std::string Resource::qualified_name() const {
    return group.empty() ? plural : plural + "." + group;
}

std::string Resource::api_version() const {
    return group.empty() ? version : group + "/" + version;
}

const Resource& pods() {
    static const Resource resource{"", "v1", "pods", "Pod"};
    return resource;
}

const Resource& events() {
    static const Resource resource{"", "v1", "events", "Event"};
    return resource;
}

const Resource& namespaces() {
    static const Resource resource{"", "v1", "namespaces", "Namespace"};
    return resource;
}

const Resource& kubeflow_applications() {
    static const Resource resource{"sparkoperator.k8s.io", "v1beta2", "sparkapplications",
                                   "SparkApplication"};
    return resource;
}

const Resource& apache_applications() {
    static const Resource resource{"spark.apache.org", "v1", "sparkapplications",
                                   "SparkApplication"};
    return resource;
}

Query& Query::add(std::string name, std::string value) {
    parameters.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string what_of(const Call& call) {
    return call.what.empty() ? call.method + " " + call.path : call.what;
}

std::string target_of(const Call& call) {
    auto parameters = call.query.parameters;
    std::stable_sort(parameters.begin(), parameters.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string target = call.path;
    char separator = '?';
    for (const auto& [name, value] : parameters) {
        target += separator + core::percent_encode(name) + "=" + core::percent_encode(value);
        separator = '&';
    }
    return target;
}

std::string path_of(const Reference& reference, std::string_view subresource) {
    const Resource& resource = reference.resource;
    std::string path =
        resource.group.empty() ? "/api" : "/apis/" + core::percent_encode(resource.group);
    path += "/" + core::percent_encode(resource.version);
    if (!reference.name_space.empty())
        path += "/namespaces/" + core::percent_encode(reference.name_space);
    path += "/" + core::percent_encode(resource.plural);
    if (!reference.name.empty()) path += "/" + core::percent_encode(reference.name);
    if (!subresource.empty()) path += "/" + core::percent_encode(subresource);
    return path;
}

Call get_call(const Reference& reference) {
    return {"GET", path_of(reference), {}, {}, {}, described("getting", reference)};
}

Call apply_call(const Reference& reference, const data::Json& object, DryRun dry_run, Force force) {
    Query query = write_query(dry_run);
    if (force == Force::Yes) query.add("force", "true");
    return {"PATCH",
            path_of(reference),
            std::move(query),
            "application/apply-patch+yaml",
            apply_body(object),
            described("applying", reference)};
}

Call create_call(const Reference& reference, const data::Json& object, DryRun dry_run) {
    Reference collection = reference;
    collection.name.clear();
    return {"POST",
            path_of(collection),
            write_query(dry_run),
            "application/json",
            data::dump_json(object),
            described("creating", reference)};
}

Call merge_patch_call(const Reference& reference, const data::Json& patch, DryRun dry_run) {
    return {"PATCH",
            path_of(reference),
            write_query(dry_run),
            "application/merge-patch+json",
            data::dump_json(patch),
            described("patching", reference)};
}

Call delete_call(const Reference& reference, std::string_view uid, DryRun dry_run) {
    // The server reads options from the body alone when there is one.
    data::Json options{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
    if (dry_run == DryRun::Yes) options["dryRun"] = data::Json::array({"All"});
    if (!uid.empty()) options["preconditions"]["uid"] = uid;
    options["propagationPolicy"] = "Background";
    return {"DELETE",           path_of(reference),       {},
            "application/json", data::dump_json(options), described("deleting", reference)};
}

std::string name_problem(std::string_view name, bool strict) {
    if (name.empty()) return "is empty";
    for (const char c : name) {
        if (lower_alphanumeric(c) || c == '-') continue;
        if (c >= 'A' && c <= 'Z') return "has capital letters";
        if (c == '_') return "has an underscore";
        if (c == '.') return "has a dot";
        if (c == ' ') return "has a space";
        return "has characters other than a-z, 0-9 and -";
    }
    if (name.front() == '-') return "starts with a hyphen";
    if (name.back() == '-') return "ends with a hyphen";
    if (strict && name.front() >= '0' && name.front() <= '9') return "starts with a digit";
    if (name.size() > 63) return fmt::format("has {} characters, and 63 is the most", name.size());
    return {};
}

} // namespace kspark::kube
