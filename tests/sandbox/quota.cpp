// SPDX-License-Identifier: Apache-2.0
// Resource quotas: numbers of objects, and what the containers of pods ask for. Terminated pods do
// not count, as on a real cluster.
#include "tests/sandbox/quota.hpp"

#include "core/spark/units.hpp"

#include <fmt/format.h>

#include <cmath>

namespace kspark::sandbox {

namespace {
const Kind& quota_kind() {
    return *find_kind("", "v1", "resourcequotas");
}

double amount(const Json& quantity) {
    const std::string text = quantity.is_string() ? quantity.get<std::string>() : quantity.dump();
    return spark::parse_quantity(text).value_or(0);
}

/// "2", "2100m", "1792Mi"
std::string quantity(double value) {
    constexpr double kMebi = 1024.0 * 1024.0;
    if (value >= kMebi && std::fmod(value, kMebi) == 0)
        return fmt::format("{:.0f}Mi", value / kMebi);
    if (value == std::floor(value)) return fmt::format("{:.0f}", value);
    return fmt::format("{:.0f}m", value * 1000);
}

/// "limits.memory" is the part "limits" and the resource "memory"; "cpu" is that of the requests.
std::pair<std::string, std::string> part_of(const std::string& resource) {
    const std::size_t dot = resource.find('.');
    if (dot == std::string::npos) return {"requests", resource};
    return {resource.substr(0, dot), resource.substr(dot + 1)};
}

bool is_amount(const std::string& resource) {
    const auto [part, name] = part_of(resource);
    return (part == "requests" || part == "limits") && (name == "cpu" || name == "memory");
}

/// How much of a resource an object takes.
double taken(const std::string& resource, const Kind& kind, const Json& object) {
    if (resource == "count/" + kind.resource()) return 1;
    if (kind.group.empty() && resource == kind.plural && &kind != &pod_kind()) return 1;
    if (&kind != &pod_kind()) return 0;
    const std::string phase = object.value("status", Json::object()).value("phase", "");
    if (phase == "Succeeded" || phase == "Failed") return 0;
    if (resource == "pods") return 1;
    if (!is_amount(resource)) return 0;
    const auto [part, name] = part_of(resource);
    double sum = 0;
    for (const Json& container : object.at("spec").at("containers"))
        sum += amount(container.value("resources", Json::object())
                          .value(part, Json::object())
                          .value(name, Json("0")));
    return sum;
}

double used(const Cluster& cluster, const std::string& resource, const std::string& name_space) {
    double sum = 0;
    for (const Kind& kind : kinds())
        for (const auto& [key, object] : cluster.store.all(kind))
            if (key.starts_with(name_space + "/")) sum += taken(resource, kind, object->value);
    return sum;
}

Refusal refused(const Kind& kind, const Json& object, const std::string& why) {
    const std::string name = object.at("metadata").value("name", "");
    Json details = {{"kind", kind.plural}, {"name", name}};
    if (!kind.group.empty()) details["group"] = kind.group;
    return failed(403, "Forbidden",
                  fmt::format("{} \"{}\" is forbidden: {}", kind.resource(), name, why), details);
}

std::vector<ObjectPtr> quotas_of(const Cluster& cluster, const std::string& name_space) {
    std::vector<ObjectPtr> found;
    for (const auto& [key, object] : cluster.store.all(quota_kind()))
        if (key.starts_with(name_space + "/")) found.push_back(object);
    return found;
}
} // namespace

void check_quota(const Cluster& cluster, const Kind& kind, const Json& object) {
    const std::string name_space = object.at("metadata").value("namespace", "");
    if (name_space.empty() || &kind == &quota_kind()) return;
    for (const ObjectPtr& quota : quotas_of(cluster, name_space)) {
        std::vector<std::string> requested, present, limited;
        const Json hard = quota->value.at("spec").value("hard", Json::object());
        for (const auto& [resource, limit] : hard.items()) {
            const double more = taken(resource, kind, object);
            if (more == 0 && &kind == &pod_kind() && is_amount(resource))
                throw refused(kind, object,
                              fmt::format("failed quota: {}: must specify {} for: {}",
                                          quota->value.at("metadata").at("name").get<std::string>(),
                                          resource,
                                          object.at("spec").at("containers")[0].value("name", "")));
            const double there = used(cluster, resource, name_space);
            if (more == 0 || there + more <= amount(limit)) continue;
            requested.push_back(fmt::format("{}={}", resource, quantity(more)));
            present.push_back(fmt::format("{}={}", resource, quantity(there)));
            limited.push_back(fmt::format("{}={}", resource, quantity(amount(limit))));
        }
        if (!requested.empty())
            throw refused(kind, object,
                          fmt::format("exceeded quota: {}, requested: {}, used: {}, limited: {}",
                                      quota->value.at("metadata").at("name").get<std::string>(),
                                      fmt::join(requested, ","), fmt::join(present, ","),
                                      fmt::join(limited, ",")));
    }
}

void count_quota(Cluster& cluster, const std::string& name_space) {
    for (const ObjectPtr& quota : quotas_of(cluster, name_space)) {
        const Json hard = quota->value.at("spec").value("hard", Json::object());
        Json status = {{"hard", hard}, {"used", Json::object()}};
        for (const auto& [resource, limit] : hard.items())
            status["used"][resource] = quantity(used(cluster, resource, name_space));
        if (quota->value.value("status", Json::object()) == status) continue;
        Json next = quota->value;
        next["status"] = status;
        cluster.store.put(quota_kind(), std::move(next));
    }
}

} // namespace kspark::sandbox
