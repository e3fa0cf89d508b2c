// SPDX-License-Identifier: Apache-2.0
// What the sandbox stores. Only SparkApplications, pods, services and events live a life of their
// own; the others are kept so that a preflight check finds what somebody put there.
#include "tests/sandbox/kinds.hpp"

#include <algorithm>

namespace kspark::sandbox {

namespace {
constexpr std::string_view kSparkGroup = "sparkoperator.k8s.io";

const Kind& core_kind(std::string_view plural) {
    return *find_kind("", "v1", plural);
}
} // namespace

std::string Kind::api_version() const {
    return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

std::string Kind::resource() const {
    return group.empty() ? std::string(plural) : std::string(plural) + "." + std::string(group);
}

std::string Kind::qualified_kind() const {
    return group.empty() ? std::string(kind) : std::string(kind) + "." + std::string(group);
}

std::string Kind::singular() const {
    std::string word(kind);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return word;
}

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all = {
        {"", "v1", "configmaps", "ConfigMap", "cm"},
        {"", "v1", "events", "Event", "ev"},
        {"", "v1", "limitranges", "LimitRange", "limits"},
        {"", "v1", "namespaces", "Namespace", "ns", false},
        {"", "v1", "nodes", "Node", "no", false},
        {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc"},
        {"", "v1", "pods", "Pod", "po"},
        {"", "v1", "resourcequotas", "ResourceQuota", "quota"},
        {"", "v1", "secrets", "Secret"},
        {"", "v1", "serviceaccounts", "ServiceAccount", "sa"},
        {"", "v1", "services", "Service", "svc"},
        {kSparkGroup, "v1beta2", "scheduledsparkapplications", "ScheduledSparkApplication",
         "scheduledsparkapp", true, true},
        {kSparkGroup, "v1beta2", "sparkapplications", "SparkApplication", "sparkapp", true, true},
    };
    return all;
}

const Kind* find_kind(std::string_view group, std::string_view version, std::string_view plural) {
    for (const Kind& kind : kinds())
        if (kind.group == group && kind.version == version && kind.plural == plural) return &kind;
    return nullptr;
}

const Kind& application_kind() {
    return *find_kind(kSparkGroup, "v1beta2", "sparkapplications");
}
const Kind& pod_kind() {
    return core_kind("pods");
}
const Kind& event_kind() {
    return core_kind("events");
}
const Kind& namespace_kind() {
    return core_kind("namespaces");
}
const Kind& service_kind() {
    return core_kind("services");
}

} // namespace kspark::sandbox
