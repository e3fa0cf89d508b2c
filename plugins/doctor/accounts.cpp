// SPDX-License-Identifier: Apache-2.0
// Who may do what. What the user may do the server says itself; what a driver's service account may
// do is read from roles and bindings, since only few users may ask that for somebody else.
#include "core/base/text.hpp"
#include "plugins/doctor/checks.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::doctor {
namespace {

using data::Json;

struct Need {
    std::string_view resource;
    std::vector<std::string_view> verbs;
};
/// What Spark does for its executors.
const std::vector<Need>& needs() {
    static const std::vector<Need> kNeeds = {
        {"pods", {"create", "get", "list", "watch", "delete", "deletecollection"}},
        {"services", {"create", "get", "delete"}},
        {"configmaps", {"create", "get", "list", "delete"}},
    };
    return kNeeds;
}

bool holds(const Json& rule, std::string_view key, std::string_view word) {
    const Json* words = data::find(rule, {key});
    if (words == nullptr || !words->is_array()) return false;
    return std::ranges::any_of(*words, [&](const Json& entry) {
        return entry.is_string() && (entry == "*" || entry.get<std::string>() == word);
    });
}

bool names_account(const Json& binding, const std::string& name_space, const std::string& account) {
    const Json* subjects = data::find(binding, {"subjects"});
    if (subjects == nullptr || !subjects->is_array()) return false;
    return std::ranges::any_of(*subjects, [&](const Json& subject) {
        const auto name = data::string_at(subject, {"name"});
        if (data::string_at(subject, {"kind"}) == "Group")
            return name == "system:serviceaccounts" || name == "system:authenticated" ||
                   name == "system:serviceaccounts:" + name_space;
        return data::string_at(subject, {"kind"}) == "ServiceAccount" && name == account &&
               data::string_at(subject, {"namespace"}, name_space) == name_space;
    });
}

const Json* find_named(const Answer& list, const std::string& name) {
    for (const Json& item : items_of(list))
        if (data::string_at(item, {"metadata", "name"}) == name) return &item;
    return nullptr;
}

/// The rules that reach an account in the namespace.
std::vector<const Json*> rules_of(const Ground& ground, const std::string& account) {
    std::vector<const Json*> found;
    for (const Answer* bindings : {&ground.role_bindings, &ground.cluster_role_bindings})
        for (const Json& binding : items_of(*bindings)) {
            if (!names_account(binding, ground.name_space, account)) continue;
            const bool cluster = data::string_at(binding, {"roleRef", "kind"}) == "ClusterRole";
            const Json* role = find_named(cluster ? ground.cluster_roles : ground.roles,
                                          data::string_at(binding, {"roleRef", "name"}));
            const Json* rules = role == nullptr ? nullptr : data::find(*role, {"rules"});
            if (rules != nullptr && rules->is_array())
                for (const Json& rule : *rules) found.push_back(&rule);
        }
    return found;
}

std::vector<std::string> missing_rights(const std::vector<const Json*>& rules) {
    std::vector<std::string> missing;
    for (const auto& need : needs()) {
        std::vector<std::string> verbs;
        for (const auto verb : need.verbs)
            if (std::ranges::none_of(rules, [&](const Json* rule) {
                    return holds(*rule, "apiGroups", "") &&
                           holds(*rule, "resources", need.resource) && holds(*rule, "verbs", verb);
                }))
                verbs.emplace_back(verb);
        if (!verbs.empty())
            missing.push_back(fmt::format("{} {}", core::join(verbs, ", "), need.resource));
    }
    return missing;
}

Check check_account(const Ground& ground, const std::string& account) {
    const auto kubectl = [&](std::string_view words) {
        return fmt::format("kubectl -n {} {}", ground.name_space, words);
    };
    if (ground.service_accounts && find_named(ground.service_accounts, account) == nullptr)
        return {
            "service-account", Level::Failed,
            fmt::format("service account {} is not in namespace {}", account, ground.name_space),
            kubectl("create serviceaccount " + account)};
    const auto missing = missing_rights(rules_of(ground, account));
    if (missing.empty())
        return {"service-account", Level::Ok,
                fmt::format("drivers that run as {} may manage their executors", account)};
    if (!ground.roles || !ground.role_bindings || !ground.cluster_roles ||
        !ground.cluster_role_bindings)
        return {"service-account", Level::Unknown,
                fmt::format("whether {} may manage executors is not known: you may not read all "
                            "roles and bindings",
                            account)};
    return {
        "service-account", Level::Failed,
        fmt::format("drivers that run as {} may not: {}", account, core::join(missing, "; ")),
        kubectl(fmt::format("create role {0} --verb=create,get,list,watch,delete,deletecollection "
                            "--resource=pods,services,configmaps,persistentvolumeclaims",
                            account)) +
            "\n" +
            kubectl(fmt::format("create rolebinding {0} --role={0} --serviceaccount={1}:{0}",
                                account, ground.name_space))};
}

} // namespace

std::vector<Check> check_own_rights(const Ground& ground) {
    std::vector<Check> checks;
    bool known = false;
    for (const Right& right : ground.rights) {
        known = known || right.allowed.has_value();
        if (right.allowed.value_or(true)) continue;
        checks.push_back(
            {"rights", Level::Warning,
             fmt::format("you may not {} {}{}, which is for {}", right.verb, right.resource,
                         right.subresource.empty() ? "" : "/" + right.subresource, right.purpose)});
    }
    if (checks.empty())
        checks.push_back({"rights", known ? Level::Ok : Level::Unknown,
                          known ? "you may do all that kubectl spark does"
                                : "the server does not tell what you may do"});
    return checks;
}

std::vector<Check> check_accounts(const Ground& ground) {
    std::vector<Check> checks;
    for (const auto& account : ground.accounts) checks.push_back(check_account(ground, account));
    return checks;
}

std::vector<Check> check_pull_secrets(const Ground& ground) {
    std::vector<Check> checks;
    std::size_t there = 0;
    for (const auto& [name, found] : ground.pull_secrets) {
        if (found.value_or(false)) ++there;
        if (!found)
            checks.push_back({"pull-secrets", Level::Unknown,
                              fmt::format("whether pull secret {} is there is not known", name)});
        else if (!*found)
            checks.push_back(
                {"pull-secrets", Level::Failed,
                 fmt::format("pull secret {} is not in namespace {}", name, ground.name_space),
                 fmt::format("kubectl -n {} create secret docker-registry {} --docker-server=... "
                             "--docker-username=... --docker-password=...",
                             ground.name_space, name)});
    }
    if (there > 0)
        checks.push_back({"pull-secrets", Level::Ok,
                          core::count(there, "pull secret is there", "pull secrets are there")});
    return checks;
}

} // namespace kspark::doctor
