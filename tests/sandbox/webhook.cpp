// SPDX-License-Identifier: Apache-2.0
// The admission webhook of operator 2.5.2, in the namespaces that it watches. Its defaults are
// written once: into new applications, and into those that are to be submitted anew.
#include "tests/sandbox/webhook.hpp"

#include "tests/sandbox/operator.hpp"

#include <fmt/format.h>

#include <set>

namespace kspark::sandbox {

namespace {
bool is_watched(const Kind& kind, const Json& object) {
    static const std::set<std::string> watched = {"default", "streams", "batch"};
    return &kind == &application_kind() &&
           watched.contains(object.at("metadata").value("namespace", ""));
}

void add(Json& object, const char* name, const Json& value) {
    if (!object.contains(name) || object.at(name).is_null()) object[name] = value;
}

Refusal denied(const std::string& why) {
    return failed(
        403, "Forbidden",
        fmt::format("admission webhook \"validate-sparkapplication.sparkoperator.k8s.io\" "
                    "denied the request: {}",
                    why));
}

bool is_service_name(const std::string& name) {
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (name.empty() || !small(name.front()) || name.back() == '-') return false;
    for (const char c : name)
        if (!small(c) && !digit(c) && c != '-') return false;
    return true;
}

void review_name(const std::string& name) {
    if (name.size() > 63)
        throw denied(fmt::format("invalid SparkApplication name \"{}\": must be no more than 63 "
                                 "characters",
                                 name));
    if (!is_service_name(name))
        throw denied(fmt::format(
            "invalid SparkApplication name \"{}\": a DNS-1035 label must consist of lower case "
            "alphanumeric characters or '-', start with an alphabetic character, and end with an "
            "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
            "'[a-z]([-a-z0-9]*[a-z0-9])?')",
            name));
}
} // namespace

void set_defaults(const Kind& kind, const Json* before, Json& object) {
    if (!is_watched(kind, object) || !object.at("spec").is_object()) return;
    const std::string state = before ? state_of(*before) : "";
    if (!state.empty() && state != "INVALIDATING") return;
    Json& spec = object["spec"];
    add(spec, "deps", Json::object());
    add(spec, "mode", "cluster");
    add(spec, "restartPolicy", Json::object());
    Json& policy = spec["restartPolicy"];
    add(policy, "type", "Never");
    if (policy.at("type") != "Never")
        for (const auto* interval : {"onFailureRetryInterval", "onSubmissionFailureRetryInterval"})
            add(policy, interval, 5);
    const bool dynamic =
        spec.contains("dynamicAllocation") && spec.at("dynamicAllocation").value("enabled", false);
    if (dynamic) add(spec["dynamicAllocation"], "shuffleTrackingEnabled", true);
    for (const auto* role : {"driver", "executor"}) {
        add(spec, role, Json::object());
        if (!spec.at(role).is_object()) continue; // validation will say so
        add(spec[role], "cores", 1);
        add(spec[role], "memory", "1g");
    }
    if (!dynamic && spec.at("executor").is_object()) add(spec["executor"], "instances", 1);
}

void review(const Kind& kind, const Json& object) {
    if (!is_watched(kind, object)) return;
    review_name(object.at("metadata").at("name"));
    const Json& spec = object.at("spec");
    for (const auto* role : {"driver", "executor"}) {
        const Json part = spec.value(role, Json::object());
        if (spec.contains("nodeSelector") && part.contains("nodeSelector"))
            throw denied("node selector cannot be defined at both SparkApplication and "
                         "Driver/Executor");
        if (part.contains("template") && spec.value("sparkVersion", "") < "3.0.0")
            throw denied("pod template feature requires Spark version 3.0.0 or higher");
    }
    for (const Json& ingress : spec.value("driverIngressOptions", Json::array()))
        if (ingress.value("ingressURLFormat", "").empty())
            throw denied("DriverIngressOptions has empty IngressURLFormat");
}

} // namespace kspark::sandbox
