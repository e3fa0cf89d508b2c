// SPDX-License-Identifier: Apache-2.0
// The cluster's part: operators, their kinds, their webhook, and room.
#include "core/base/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/units.hpp"
#include "plugins/doctor/checks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::doctor {
namespace {

using data::Json;
using namespace std::chrono_literals;

/// An operator that watches gives an application a status within this.
constexpr core::Duration kPatience = 60s;
/// A quota that is so full has no room for a driver and its executors.
constexpr double kFull = 0.9;
constexpr std::array<std::string_view, 6> kTaken = {"pods",     "cpu",        "memory",
                                                    "services", "configmaps", "ephemeral-storage"};

constexpr std::string_view kOperatorPods =
    "kubectl get pods -A -l app.kubernetes.io/name=spark-operator";

/// What an application takes of a quota; the rest (node ports, load balancers) may well be
/// forbidden.
bool is_taken_by_spark(std::string_view resource) {
    for (const std::string_view prefix : {"requests.", "limits.", "count/"})
        if (resource.starts_with(prefix)) resource.remove_prefix(prefix.size());
    if (resource.starts_with("sparkapplications.")) return true;
    return std::ranges::find(kTaken, resource) != kTaken.end();
}

std::string versions_of(const Answer& group) {
    std::vector<std::string> versions;
    if (const Json* list = data::find(*group, {"versions"}); list != nullptr && list->is_array())
        for (const Json& version : *list) versions.push_back(data::string_at(version, {"version"}));
    return core::join(versions, ", ");
}

bool is_ours(const Json& webhook) {
    const Json* rules = data::find(webhook, {"rules"});
    if (rules == nullptr || !rules->is_array()) return false;
    return std::ranges::any_of(*rules, [](const Json& rule) {
        const Json* groups = data::find(rule, {"apiGroups"});
        return groups != nullptr && groups->is_array() &&
               std::ranges::any_of(
                   *groups, [](const Json& group) { return group == "sparkoperator.k8s.io"; });
    });
}

std::size_t count_webhooks(const Answer& configurations) {
    std::size_t count = 0;
    for (const Json& configuration : items_of(configurations))
        if (const Json* hooks = data::find(configuration, {"webhooks"});
            hooks != nullptr && hooks->is_array())
            count += static_cast<std::size_t>(std::ranges::count_if(*hooks, is_ours));
    return count;
}

} // namespace

std::string_view to_text(Level level) {
    switch (level) {
    case Level::Ok:
        return "ok";
    case Level::Unknown:
        return "unknown";
    case Level::Warning:
        return "warning";
    case Level::Failed:
        return "failed";
    }
    return {};
}

std::vector<Check> check_crds(const Ground& ground) {
    std::vector<Check> checks;
    if (ground.kubeflow_group)
        checks.push_back({"crds", Level::Ok,
                          "sparkoperator.k8s.io is served: " + versions_of(ground.kubeflow_group)});
    if (ground.apache_group)
        checks.push_back(
            {"crds", Level::Ok, "spark.apache.org is served: " + versions_of(ground.apache_group)});
    if (checks.empty())
        checks.push_back({"crds", Level::Failed,
                          "no Spark operator is installed: the cluster serves neither "
                          "sparkoperator.k8s.io nor spark.apache.org",
                          "helm install spark-operator spark-operator/spark-operator -n "
                          "spark-operator --create-namespace"});
    return checks;
}

std::vector<Check> check_operator(const Ground& ground) {
    std::vector<std::string> waiting;
    std::optional<core::Time> acted;
    for (const Json& object : items_of(ground.applications)) {
        const auto application = spark::decode_application(object);
        if (!application) continue;
        if (application->submitted && (!acted || *application->submitted > *acted))
            acted = application->submitted;
        if (application->phase == spark::Phase::New &&
            ground.now - application->created > kPatience)
            waiting.push_back(application->name);
    }
    std::vector<Check> checks;
    for (const auto& seen : ground.operators.seen) {
        const bool here =
            seen.name_spaces.empty() ||
            std::ranges::find(seen.name_spaces, ground.name_space) != seen.name_spaces.end();
        if (!seen.ready)
            checks.push_back(
                {"operator", Level::Failed, "pod " + seen.pod + " is not ready",
                 "kubectl logs -A -l app.kubernetes.io/name=spark-operator --tail 50"});
        else if (!here)
            checks.push_back(
                {"operator", Level::Failed,
                 fmt::format("pod {} watches {}, not {}", seen.pod,
                             core::join(seen.name_spaces, ", "), ground.name_space),
                 fmt::format("# Helm: --set 'spark.jobNamespaces={{{}}}' (and the others)",
                             ground.name_space)});
        else
            checks.push_back({"operator", Level::Ok, "pod " + seen.pod + " runs and watches here"});
    }
    if (!waiting.empty())
        checks.push_back(
            {"operator", Level::Failed,
             fmt::format("nobody has looked at {}: no operator runs, or none watches {}",
                         core::join(waiting, ", "), ground.name_space),
             std::string(kOperatorPods)});
    else if (acted)
        checks.push_back({"operator", Level::Ok,
                          fmt::format("an operator acts here, last {} ago",
                                      core::human_duration(ground.now - *acted))});
    if (checks.empty())
        checks.push_back(
            {"operator", ground.operators.pods_known ? Level::Warning : Level::Unknown,
             ground.operators.pods_known
                 ? "no operator pod was found, and no application here tells whether one acts"
                 : "whether an operator runs is not known: you may not list pods of all "
                   "namespaces",
             std::string(kOperatorPods)});
    return checks;
}

std::vector<Check> check_webhook(const Ground& ground) {
    if (!ground.kubeflow_group) return {};
    const bool known = ground.webhooks_validating && ground.webhooks_mutating;
    const auto count =
        count_webhooks(ground.webhooks_validating) + count_webhooks(ground.webhooks_mutating);
    if (!ground.trial) {
        const core::Error& error = ground.trial.error();
        if (const auto refusal = spark::diagnose_refusal(error.message))
            return {{"webhook", Level::Failed, refusal->sentence + ": " + error.message,
                     "kubectl get endpointslices -A | grep -i spark\n"
                     "kubectl get validatingwebhookconfigurations -o yaml   # caBundle, service"}};
        if (error.code == core::Code::Forbidden)
            return {{"webhook", Level::Unknown,
                     "not tried: you may not create applications here: " + error.message}};
        return {{"webhook", Level::Warning,
                 "a dry run of a plain application was refused: " + error.message}};
    }
    if (known && count == 0)
        return {{"webhook", Level::Warning,
                 "the operator has no webhook here: nothing is checked or defaulted when an "
                 "application is stored",
                 "# Helm: --set webhook.enable=true"}};
    return {{"webhook", Level::Ok,
             known
                 ? fmt::format("{} of the operator answered a dry run, the certificate is accepted",
                               core::count(count, "webhook"))
                 : std::string("a dry run was accepted")}};
}

std::vector<Check> check_quota(const Ground& ground) {
    if (!ground.quotas) return {{"quota", Level::Unknown, ground.quotas.error().message}};
    std::vector<Check> checks;
    for (const Json& quota : items_of(ground.quotas)) {
        const Json* hard = data::find(quota, {"status", "hard"});
        if (hard == nullptr || !hard->is_object()) continue;
        const std::string name = data::string_at(quota, {"metadata", "name"});
        for (const auto& [resource, limit] : hard->items()) {
            const std::string used = data::string_at(quota, {"status", "used", resource}, "0");
            if (!limit.is_string() || !is_taken_by_spark(resource)) continue;
            const auto most = spark::parse_quantity(limit.get<std::string>());
            const auto now = spark::parse_quantity(used);
            if (!most || !now || *now < kFull * *most) continue;
            const bool full = *now >= *most;
            checks.push_back(
                {"quota", full ? Level::Failed : Level::Warning,
                 fmt::format("quota {}: {} {} of {} used", name, resource, used,
                             limit.get<std::string>()),
                 fmt::format("kubectl -n {} describe resourcequota {}", ground.name_space, name)});
        }
    }
    const auto count = items_of(ground.quotas).size();
    if (checks.empty())
        checks.push_back({"quota", Level::Ok,
                          count == 0 ? std::string("no quota limits this namespace")
                                     : core::count(count, "quota") + " with room"});
    if (const auto limits = items_of(ground.limits).size(); limits > 0)
        checks.push_back({"limits", Level::Ok,
                          core::count(limits, "limit range") +
                              " may change what pods ask for: kubectl describe limitranges"});
    return checks;
}

} // namespace kspark::doctor
