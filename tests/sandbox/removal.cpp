// SPDX-License-Identifier: Apache-2.0
// Deleting: preconditions, finalizers, foreground and background propagation, and pods, which only
// the kubelet may finish.
#include "tests/sandbox/removal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
void check_preconditions(const Kind& kind, const ObjectPtr& object, const Json& options) {
    const Json wanted = options.value("preconditions", Json::object());
    const Json& metadata = object->value.at("metadata");
    for (const auto& [field, label] :
         {std::pair{"uid", "UID"}, std::pair{"resourceVersion", "ResourceVersion"}}) {
        const std::string expected = wanted.value(field, "");
        const std::string actual = metadata.value(field, "");
        if (expected.empty() || expected == actual) continue;
        throw failed(
            409, "Conflict",
            fmt::format("Operation cannot be fulfilled on {0} \"{1}\": the {2} in the "
                        "precondition ({3}) does not match the {2} in record ({4}). The "
                        "object might have been {5}",
                        kind.qualified_kind(), metadata.at("name").get<std::string>(), label,
                        expected, actual,
                        field == std::string("uid") ? "deleted and then recreated" : "modified"),
            {{"name", metadata.at("name")}, {"group", kind.group}, {"kind", kind.kind}});
    }
}

bool owned_by(const Json& object, const std::string& uid) {
    const Json owners = object.at("metadata").value("ownerReferences", Json::array());
    return std::any_of(owners.begin(), owners.end(),
                       [&](const Json& owner) { return owner.value("uid", "") == uid; });
}

/// Whether an owner other than `gone` is still there.
bool has_other_owner(const Cluster& cluster, const Json& object, const std::string& gone) {
    const Json& metadata = object.at("metadata");
    for (const Json& owner : metadata.at("ownerReferences")) {
        if (owner.value("uid", "") == gone) continue;
        for (const Kind* kind : {&application_kind(), &pod_kind()}) {
            const ObjectPtr found =
                cluster.store.find(*kind, metadata.value("namespace", ""), owner.value("name", ""));
            if (found && found->value.at("metadata").value("uid", "") == owner.value("uid", ""))
                return true;
        }
    }
    return false;
}

std::vector<std::pair<const Kind*, ObjectPtr>> dependents(const Cluster& cluster,
                                                          const std::string& uid) {
    std::vector<std::pair<const Kind*, ObjectPtr>> found;
    for (const Kind* kind : {&pod_kind(), &service_kind()})
        for (const auto& [key, object] : cluster.store.all(*kind))
            if (object->value.at("metadata").contains("ownerReferences") &&
                owned_by(object->value, uid))
                found.emplace_back(kind, object);
    return found;
}

ObjectPtr mark(Cluster& cluster, const Kind& kind, const ObjectPtr& object, std::int64_t grace) {
    Json value = object->value;
    if (value["metadata"].contains("deletionTimestamp") && kind.plural != "pods") return object;
    value["metadata"]["deletionTimestamp"] =
        core::format_time(cluster.clock.now() + std::chrono::seconds(grace));
    value["metadata"]["deletionGracePeriodSeconds"] = grace;
    if (kind.custom) value["metadata"]["generation"] = value["metadata"].value("generation", 1) + 1;
    return cluster.store.put(kind, std::move(value));
}

ObjectPtr remove_pod(Cluster& cluster, const ObjectPtr& object, const Json& options) {
    const Json& metadata = object->value.at("metadata");
    const Json spec = object->value.value("spec", Json::object());
    const std::string phase = object->value.value("status", Json::object()).value("phase", "");
    std::int64_t grace = options.value(
        "gracePeriodSeconds", spec.value("terminationGracePeriodSeconds", std::int64_t{30}));
    if (phase == "Succeeded" || phase == "Failed" || spec.value("nodeName", "").empty()) grace = 0;
    if (grace == 0) {
        cluster.store.remove(pod_kind(), metadata.value("namespace", ""),
                             metadata.at("name").get<std::string>());
        return nullptr;
    }
    return metadata.contains("deletionTimestamp") ? object
                                                  : mark(cluster, pod_kind(), object, grace);
}
} // namespace

ObjectPtr remove(Cluster& cluster, const Kind& kind, const ObjectPtr& object, const Json& options) {
    check_preconditions(kind, object, options);
    const Json& metadata = object->value.at("metadata");
    const Json dry_run = options.value("dryRun", Json::array());
    if (!dry_run.empty()) return object;
    ObjectPtr left;
    if (kind.plural == "pods" && metadata.value("finalizers", Json::array()).empty()) {
        left = remove_pod(cluster, object, options);
    } else if (options.value("propagationPolicy", "") == "Foreground") {
        Json value = object->value;
        Json& finalizers = value["metadata"]["finalizers"];
        if (finalizers.is_null()) finalizers = Json::array();
        finalizers.push_back("foregroundDeletion");
        auto marked = std::make_shared<Object>(*object);
        marked->value = std::move(value);
        left = mark(cluster, kind, marked, 0);
        for (const auto& [dependent_kind, dependent] :
             dependents(cluster, metadata.at("uid").get<std::string>()))
            remove(cluster, *dependent_kind, dependent, Json::object());
        collect_dependents(cluster, metadata.at("uid"));
        left = cluster.store.find(kind, metadata.value("namespace", ""),
                                  metadata.at("name").get<std::string>());
    } else if (!metadata.value("finalizers", Json::array()).empty()) {
        left = mark(cluster, kind, object, 0);
    } else {
        cluster.store.remove(kind, metadata.value("namespace", ""),
                             metadata.at("name").get<std::string>());
    }
    cluster.changed.notify_all();
    return left;
}

void collect_dependents(Cluster& cluster, const std::string& owner_uid) {
    ObjectPtr owner;
    for (const auto& [key, object] : cluster.store.all(application_kind()))
        if (object->value.at("metadata").value("uid", "") == owner_uid) owner = object;
    const auto left = dependents(cluster, owner_uid);
    if (owner) { // in the foreground: gone when the last dependent is
        const Json& metadata = owner->value.at("metadata");
        if (left.empty() && metadata.contains("deletionTimestamp"))
            cluster.store.remove(application_kind(), metadata.value("namespace", ""),
                                 metadata.at("name").get<std::string>());
        return;
    }
    for (const auto& [kind, object] : left)
        if (!has_other_owner(cluster, object->value, owner_uid))
            remove(cluster, *kind, object, Json::object());
}

} // namespace kspark::sandbox
