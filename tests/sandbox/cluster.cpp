// SPDX-License-Identifier: Apache-2.0
// Writing objects as the API server does: pruning, validation, generation, ownership of fields, and
// nothing at all when nothing changes, so that the resourceVersion stays.
#include "tests/sandbox/cluster.hpp"

#include "tests/sandbox/ownership.hpp"
#include "tests/sandbox/quota.hpp"
#include "tests/sandbox/schema.hpp"
#include "tests/sandbox/webhook.hpp"

#include <fmt/format.h>

#include <functional>

namespace kspark::sandbox {

namespace {
Writer writer_of(const Cluster& cluster, const Kind& kind, const WriteOptions& options) {
    return {options.manager, options.subresource, kind.api_version(), cluster.now()};
}

ObjectPtr unstored(Json value, std::uint64_t version) {
    auto object = std::make_shared<Object>();
    object->bytes = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    object->value = std::move(value);
    object->version = version;
    return object;
}

std::vector<std::string> prune(const Kind& kind, Json& object, const WriteOptions& options,
                               const std::function<Refusal(const std::string&)>& refuse) {
    const Json* schema = schema_of(kind);
    if (!schema) return {};
    std::vector<std::string> warnings;
    for (const std::string& field : prune_unknown(*schema, object))
        warnings.push_back(fmt::format("unknown field \"{}\"", field));
    if (options.field_validation == "Strict" && !warnings.empty())
        throw refuse(fmt::format("strict decoding error: {}", fmt::join(warnings, ", ")));
    if (options.field_validation == "Ignore") warnings.clear();
    return warnings;
}

void check(const Kind& kind, const Json& object, const WriteOptions& options) {
    std::vector<Cause> causes = validate_metadata(object);
    if (const Json* schema = schema_of(kind); schema && causes.empty())
        causes = validate(*schema, object);
    if (options.subresource == "status") // a status is a body of its own
        for (Cause& cause : causes)
            if (const auto at = cause.message.find("status."); at != std::string::npos)
                cause.message.erase(at, std::string("status.").size());
    if (!causes.empty()) throw invalid(kind, object.at("metadata").value("name", ""), causes);
}

void check_namespace(const Cluster& cluster, const Kind& kind, const std::string& name_space) {
    if (kind.namespaced && !cluster.store.find(namespace_kind(), "", name_space))
        throw not_found(namespace_kind(), name_space);
}

/// A new object's metadata, as far as the server sets it.
void initialise(Cluster& cluster, const Kind& kind, const std::string& name_space, Json& object) {
    object["apiVersion"] = kind.api_version();
    object["kind"] = kind.kind;
    Json& metadata = object["metadata"];
    if (kind.namespaced) metadata["namespace"] = name_space;
    metadata["uid"] = cluster.new_uuid();
    metadata["creationTimestamp"] = cluster.now();
    metadata.erase("resourceVersion");
    metadata.erase("managedFields");
    if (kind.custom || kind.plural == "pods") metadata["generation"] = 1;
    if (kind.custom) object.erase("status");
    if (kind.plural == "namespaces") {
        metadata["labels"]["kubernetes.io/metadata.name"] = metadata.at("name");
        object["spec"]["finalizers"] = Json::array({"kubernetes"});
        object["status"] = {{"phase", "Active"}};
    }
}

Written store_new(Cluster& cluster, const Kind& kind, Json object, const WriteOptions& options) {
    set_defaults(kind, nullptr, object);
    check(kind, object, options);
    review(kind, object);
    check_quota(cluster, kind, object);
    if (options.dry_run) return {unstored(std::move(object), 0), true};
    Written written{cluster.store.put(kind, std::move(object)), true};
    cluster.changed.notify_all();
    return written;
}

/// What a client may not change, kept as it is.
void keep_server_fields(const Kind& kind, const Json& before, Json& after,
                        const WriteOptions& options) {
    Json& metadata = after["metadata"];
    const std::string name = before.at("metadata").at("name");
    if (const std::string uid = before.at("metadata").at("uid"); metadata.value("uid", uid) != uid)
        throw invalid(kind, name,
                      {{"FieldValueInvalid",
                        fmt::format("Invalid value: \"{}\": field is immutable",
                                    metadata.at("uid").get<std::string>()),
                        "metadata.uid"}});
    if (options.subresource == "status") {
        const Json status = after.value("status", Json::object());
        after = before;
        after["status"] = status;
    } else if (kind.custom) {
        after.erase("status");
        if (before.contains("status")) after["status"] = before.at("status");
    }
    for (const auto* field : {"uid", "creationTimestamp", "generation", "deletionTimestamp",
                              "deletionGracePeriodSeconds", "resourceVersion", "name", "namespace"})
        if (before.at("metadata").contains(field))
            after["metadata"][field] = before.at("metadata").at(field);
        else
            after["metadata"].erase(field);
    after["apiVersion"] = before.at("apiVersion");
    after["kind"] = before.at("kind");
}

bool differs_outside_metadata(const Json& before, const Json& after) {
    Json a = before;
    Json b = after;
    for (Json* object : {&a, &b}) {
        object->erase("metadata");
        object->erase("status");
    }
    return a != b;
}

Written store_next(Cluster& cluster, const Kind& kind, const ObjectPtr& before, Json after,
                   const WriteOptions& options) {
    if (options.subresource.empty()) set_defaults(kind, &before->value, after);
    check(kind, after, options);
    if (options.subresource.empty()) review(kind, after);
    if (same_but_times(before->value, after)) return {before};
    const bool counted = kind.custom || kind.plural == "pods";
    if (counted && differs_outside_metadata(before->value, after))
        after["metadata"]["generation"] =
            before->value.at("metadata").value("generation", std::int64_t{1}) + 1;
    if (options.dry_run) return {unstored(std::move(after), before->version)};
    const Json& metadata = after.at("metadata");
    const std::string name = metadata.at("name");
    const std::string name_space = metadata.value("namespace", "");
    const bool finished = metadata.contains("deletionTimestamp") &&
                          metadata.value("finalizers", Json::array()).empty() &&
                          kind.plural != "pods";
    Written written{cluster.store.put(kind, std::move(after))};
    if (finished) cluster.store.remove(kind, name_space, name);
    cluster.changed.notify_all();
    return written;
}

void check_version(const Kind& kind, const ObjectPtr& before, const Json& after) {
    const std::string version = after.at("metadata").value("resourceVersion", "");
    if (!version.empty() && version != std::to_string(before->version))
        throw modified(kind, before->value.at("metadata").at("name").get<std::string>());
}
} // namespace

std::string Cluster::random_word(std::size_t length, std::string_view alphabet) {
    std::string word;
    for (std::size_t i = 0; i < length; ++i) word += alphabet[random_() % alphabet.size()];
    return word;
}

std::string Cluster::new_uuid() {
    std::string digits = random_word(32, "0123456789abcdef");
    digits[12] = '4';
    digits[16] = "89ab"[random_() % 4];
    for (const std::size_t at : {8u, 13u, 18u, 23u}) digits.insert(at, "-");
    return digits;
}

Written create(Cluster& cluster, const Kind& kind, const std::string& name_space, Json object,
               const WriteOptions& options) {
    Json& metadata = object["metadata"];
    if (metadata.value("namespace", name_space) != name_space)
        throw bad_request("the namespace of the provided object does not match the namespace sent "
                          "on the request");
    check_namespace(cluster, kind, name_space);
    if (metadata.value("name", "").empty() && !metadata.value("generateName", "").empty())
        metadata["name"] = metadata.at("generateName").get<std::string>() +
                           cluster.random_word(5, "bcdfghjklmnpqrstvwxz2456789");
    auto warnings = prune(kind, object, options, [&](const std::string& why) {
        return bad_request(fmt::format("{0} in version \"{1}\" cannot be handled as a {0}: {2}",
                                       kind.kind, kind.version, why));
    });
    const std::string name = metadata.value("name", "");
    if (cluster.store.find(kind, kind.namespaced ? name_space : "", name))
        throw already_exists(kind, name);
    initialise(cluster, kind, name_space, object);
    track_update({}, object, writer_of(cluster, kind, options));
    Written written = store_new(cluster, kind, std::move(object), options);
    written.warnings = std::move(warnings);
    return written;
}

Written replace(Cluster& cluster, const Kind& kind, const std::string& name_space,
                const std::string& name, Json object, const WriteOptions& options) {
    if (object["metadata"].value("name", name) != name)
        throw bad_request(fmt::format("the name of the object ({}) does not match the name on the "
                                      "URL ({})",
                                      object["metadata"].value("name", ""), name));
    const ObjectPtr before = cluster.store.find(kind, kind.namespaced ? name_space : "", name);
    if (!before) throw not_found(kind, name);
    if (kind.custom && object["metadata"].value("resourceVersion", "").empty())
        throw invalid(kind.plural, kind.group, name,
                      {{"FieldValueInvalid", "Invalid value: 0: must be specified for an update",
                        "metadata.resourceVersion"}});
    auto warnings = prune(kind, object, options, [&](const std::string& why) {
        return bad_request(fmt::format("{0} in version \"{1}\" cannot be handled as a {0}: {2}",
                                       kind.kind, kind.version, why));
    });
    WriteOptions pruned = options;
    pruned.field_validation = "Ignore";
    Written written = patched(cluster, kind, before, std::move(object), pruned);
    written.warnings = std::move(warnings);
    return written;
}

Written patched(Cluster& cluster, const Kind& kind, const ObjectPtr& before, Json after,
                const WriteOptions& options) {
    if (!after.is_object() || !after["metadata"].is_object())
        throw bad_request("the patch does not leave an object");
    const std::string name = before->value.at("metadata").at("name");
    if (const std::string other = after["metadata"].value("name", name); other != name)
        throw bad_request(fmt::format("the name of the object ({}) does not match the name on the "
                                      "URL ({})",
                                      other, name));
    check_version(kind, before, after);
    const std::string text = after.dump(-1, ' ', false, Json::error_handler_t::replace);
    auto warnings = prune(kind, after, options, [&](const std::string& why) {
        return invalid("", "", "",
                       {{"FieldValueInvalid",
                         fmt::format("Invalid value: {}: {}", Json(text).dump(), why), "patch"}});
    });
    keep_server_fields(kind, before->value, after, options);
    track_update(before->value, after, writer_of(cluster, kind, options));
    Written written = store_next(cluster, kind, before, std::move(after), options);
    written.warnings = std::move(warnings);
    return written;
}

Written apply(Cluster& cluster, const Kind& kind, const std::string& name_space,
              const std::string& name, Json configuration, const WriteOptions& options,
              bool force) {
    const ObjectPtr live = cluster.store.find(kind, kind.namespaced ? name_space : "", name);
    if (kind.custom && options.subresource.empty()) configuration.erase("status");
    if (const Json* schema = schema_of(kind)) {
        const auto errors = type_errors(*schema, configuration);
        if (!errors.empty())
            throw failed(500, "",
                         fmt::format("failed to create typed patch object ({}/{}; {}, Kind={}): {}",
                                     configuration.at("metadata").value("namespace", ""), name,
                                     kind.api_version(), kind.kind,
                                     errors.size() == 1 ? errors[0]
                                                        : fmt::format("errors:\n  {}",
                                                                      fmt::join(errors, "\n  "))));
    }
    const Writer writer = writer_of(cluster, kind, options);
    const std::string named = configuration["metadata"].value("name", name);
    configuration["metadata"]["name"] = name;
    const auto check_name = [&] {
        if (named != name)
            throw bad_request(fmt::format("the name of the object ({}) does not match the name on "
                                          "the URL ({})",
                                          named, name));
    };
    if (!live) {
        check_name();
        check_namespace(cluster, kind, name_space);
        initialise(cluster, kind, name_space, configuration);
        return store_new(cluster, kind, apply_configuration({}, configuration, writer, force),
                         options);
    }
    Json unversioned = configuration;
    unversioned["metadata"].erase("resourceVersion");
    Json after = apply_configuration(live->value, unversioned, writer, force);
    check_name();
    check_version(kind, live, configuration);
    keep_server_fields(kind, live->value, after, options);
    return store_next(cluster, kind, live, std::move(after), options);
}

} // namespace kspark::sandbox
