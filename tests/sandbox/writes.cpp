// SPDX-License-Identifier: Apache-2.0
// POST, PUT, PATCH and DELETE: from the bytes of a request to the change of an object.
#include "core/data/document.hpp"
#include "tests/sandbox/api.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
std::string media_type(const std::string& content_type) {
    return content_type.substr(0, content_type.find(';'));
}

/// The manager's name, or the client's as the server derives it.
WriteOptions options_of(const Target& target, const Request& request) {
    WriteOptions options;
    options.manager = request.parameter("fieldManager");
    if (options.manager.empty())
        options.manager = request.user_agent.substr(0, request.user_agent.find('/'));
    if (options.manager.empty()) options.manager = "unknown";
    options.subresource = target.subresource;
    options.dry_run = request.parameter("dryRun") == "All";
    if (const std::string validation = request.parameter("fieldValidation"); !validation.empty())
        options.field_validation = validation;
    return options;
}

void check_media_type(const Request& request) {
    const std::string type = media_type(request.content_type);
    if (!type.empty() && type != "application/json" && type != "application/yaml" &&
        type != "application/vnd.kubernetes.protobuf")
        throw failed(415, "UnsupportedMediaType",
                     "the body of the request was in an unknown format - accepted media types "
                     "include: application/json, application/yaml, "
                     "application/vnd.kubernetes.protobuf");
}

Json parse_object(const Kind& kind, const Request& request) {
    const std::string& body = request.body;
    check_media_type(request);
    Json object = Json::parse(body, nullptr, false);
    if (object.is_object() && object.value("apiVersion", kind.api_version()) != kind.api_version())
        throw bad_request(fmt::format("the API version in the data ({}) does not match the "
                                      "expected API version ({})",
                                      object.value("apiVersion", ""), kind.api_version()));
    if (object.is_object() && object.value("kind", "") == kind.kind) return object;
    const std::string why =
        object.is_object()
            ? fmt::format("the object provided is unrecognized (must be of type {}): couldn't get "
                          "version/kind; json parse error",
                          kind.kind)
            : fmt::format("the object provided is unrecognized (must be of type {}): couldn't get "
                          "version/kind; json parse error: {} ({})",
                          kind.kind, json_error(body),
                          body.empty() ? "<empty>" : body.substr(0, 40));
    throw bad_request(why);
}

/// The commonest of libyaml's complaints, in its words.
std::string yaml_error(const std::string& message) {
    const std::string line = message.substr(message.find(':') + 1);
    const std::string what = message.find("\"[\" is not closed") != std::string::npos
                                 ? "did not find expected ',' or ']'"
                             : message.find("\"{\" is not closed") != std::string::npos
                                 ? "did not find expected ',' or '}'"
                                 : "could not find expected ':'";
    return fmt::format("error converting YAML to JSON: yaml: line {}: {}",
                       line.substr(0, line.find(':')), what);
}

Json parse_configuration(const Target& target, const std::string& body) {
    auto documents = data::parse_documents("configuration", body);
    if (!documents || documents->size() != 1)
        throw bad_request("error decoding YAML: " +
                          (documents ? "not one document" : yaml_error(documents.error().message)));
    Json object = Json::parse(data::dump_json((*documents)[0].value));
    if (!object.is_object())
        throw bad_request(fmt::format("error decoding YAML: error unmarshaling JSON: while "
                                      "decoding JSON: json: cannot unmarshal {} into Go value of "
                                      "type map[string]interface {{}}",
                                      object.type_name()));
    if (object.value("apiVersion", "") != target.kind->api_version() ||
        object.value("kind", "") != target.kind->kind)
        throw bad_request(
            fmt::format("invalid object type: {}{}, Kind={}",
                        object.value("apiVersion", "").find('/') == std::string::npos ? "/" : "",
                        object.value("apiVersion", ""), object.value("kind", "")));
    Json& metadata = object["metadata"];
    if (metadata.contains("managedFields")) throw bad_request("metadata.managedFields must be nil");
    return object;
}

Answer answer_of(const Written& written) {
    return {.code = written.created ? 201 : 200,
            .body = written.object->bytes,
            .warnings = written.warnings};
}

Answer apply_request(Cluster& cluster, const Target& target, const Request& request) {
    if (request.parameter("fieldManager").empty())
        throw invalid("PatchOptions", "meta.k8s.io", "",
                      {{"FieldValueRequired", "Required value: is required for apply patch",
                        "fieldManager"}});
    return answer_of(apply(cluster, *target.kind, target.name_space, target.name,
                           parse_configuration(target, request.body), options_of(target, request),
                           request.asks("force")));
}

Refusal unprocessable() {
    return failed(422, "Invalid", "the server rejected our request due to an error in our request",
                  Json::object());
}

/// A patch, or what Go says when it is none of that type.
Json parse_patch(const std::string& body, bool list) {
    Json patch = Json::parse(body, nullptr, false);
    if (patch.is_discarded()) throw bad_request("error decoding patch: " + json_error(body));
    if (list != patch.is_array() || (!list && !patch.is_object()))
        throw bad_request(fmt::format("error decoding patch: json: cannot unmarshal {} into Go "
                                      "value of type {}",
                                      patch.type_name(),
                                      list ? "[]handlers.jsonPatchOp" : "map[string]interface {}"));
    return patch;
}

Json apply_json_patch(const Json& before, const std::string& body) {
    const Json operations = parse_patch(body, true);
    try {
        return before.patch(operations);
    } catch (const Json::exception&) { // what the patch names or expects is not there
        throw unprocessable();
    }
}

Answer patch(Cluster& cluster, const Target& target, const Request& request) {
    const std::string type = media_type(request.content_type);
    if (type == "application/apply-patch+yaml") return apply_request(cluster, target, request);
    const bool merge = type == "application/merge-patch+json" ||
                       (type == "application/strategic-merge-patch+json" && !target.kind->custom);
    if (!merge && type != "application/json-patch+json")
        throw failed(415, "UnsupportedMediaType",
                     "the body of the request was in an unknown format - accepted media types "
                     "include: application/json-patch+json, application/merge-patch+json, "
                     "application/apply-patch+yaml");
    const ObjectPtr before = cluster.store.find(*target.kind, target.name_space, target.name);
    if (!before) throw not_found(*target.kind, target.name);
    Json after = before->value;
    after["metadata"].erase("resourceVersion");
    if (merge) {
        after.merge_patch(parse_patch(request.body, false));
    } else {
        after = apply_json_patch(after, request.body);
    }
    return answer_of(
        patched(cluster, *target.kind, before, std::move(after), options_of(target, request)));
}

Refusal not_allowed() {
    return failed(405, "MethodNotAllowed",
                  "the server does not allow this method on the requested resource",
                  Json::object());
}

Json delete_options(const Request& request) {
    Json options = Json::parse(request.body, nullptr, false);
    if (!options.is_object()) options = Json::object();
    for (const auto* name : {"propagationPolicy", "dryRun"})
        if (const std::string value = request.parameter(name); !value.empty())
            options[name] = name == std::string("dryRun") ? Json::array({value}) : Json(value);
    if (const std::string grace = request.parameter("gracePeriodSeconds"); !grace.empty())
        options["gracePeriodSeconds"] = std::atoll(grace.c_str());
    const Json dry_run = options.value("dryRun", Json::array());
    if (!dry_run.empty() && dry_run != Json::array({"All"}))
        throw invalid(
            "DeleteOptions", "meta.k8s.io", "",
            {{"FieldValueNotSupported",
              fmt::format("Unsupported value: {}: supported values: \"All\"", dry_run.dump()),
              "dryRun"}});
    return options;
}

Answer delete_one(Cluster& cluster, const Target& target, const Request& request) {
    const ObjectPtr object = cluster.store.find(*target.kind, target.name_space, target.name);
    if (!object) throw not_found(*target.kind, target.name);
    const Json options = delete_options(request);
    const ObjectPtr left = remove(cluster, *target.kind, object, options);
    const bool held = !object->value.at("metadata").value("finalizers", Json::array()).empty() ||
                      options.value("propagationPolicy", "") == "Foreground";
    const bool dry = !options.value("dryRun", Json::array()).empty();
    if (left && (!dry || held)) return {200, left->bytes};
    if (target.kind->plural == "pods") return {200, object->bytes};
    Json details = {{"name", target.name},
                    {"kind", target.kind->plural},
                    {"uid", object->value.at("metadata").at("uid")}};
    if (!target.kind->group.empty()) details["group"] = target.kind->group;
    return {200, Json{{"kind", "Status"},
                      {"apiVersion", "v1"},
                      {"metadata", Json::object()},
                      {"status", "Success"},
                      {"details", details}}
                     .dump()};
}

Answer delete_all(Cluster& cluster, const Target& target, const Request& request) {
    const Answer listed = list(cluster, target, request);
    for (const Json& item : Json::parse(listed.body).at("items"))
        if (const ObjectPtr object =
                cluster.store.find(*target.kind, item.at("metadata").value("namespace", ""),
                                   item.at("metadata").at("name").get<std::string>()))
            remove(cluster, *target.kind, object, delete_options(request));
    return listed;
}
} // namespace

Answer write(Cluster& cluster, const Target& target, const Request& request) {
    if (request.method == "POST") {
        if (!target.name.empty() && !target.kind->custom) throw not_allowed();
        return answer_of(create(cluster, *target.kind, target.name_space,
                                parse_object(*target.kind, request), options_of(target, request)));
    }
    if (request.method == "DELETE")
        return target.name.empty() ? delete_all(cluster, target, request)
                                   : delete_one(cluster, target, request);
    if (target.name.empty())
        throw target.kind->custom ? bad_request("name must be provided") : not_allowed();
    if (request.method == "PATCH") return patch(cluster, target, request);
    return answer_of(replace(cluster, *target.kind, target.name_space, target.name,
                             parse_object(*target.kind, request), options_of(target, request)));
}

} // namespace kspark::sandbox
