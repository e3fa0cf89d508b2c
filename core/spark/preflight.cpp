// SPDX-License-Identifier: Apache-2.0
// Each thing is asked for once, whatever number of applications name it, and all at the same time.
#include "core/spark/preflight.hpp"

#include "core/base/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/node_fit.hpp"
#include "core/spark/references.hpp"
#include "core/spark/room.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace kspark::spark {
namespace {

using core::Code;
using core::Result;
using data::Json;
using Kind = ObjectName::Kind;

kube::Resource resource_of(Kind kind) {
    switch (kind) {
    case Kind::ServiceAccount:
        return {"", "v1", "serviceaccounts", "ServiceAccount"};
    case Kind::Secret:
        return {"", "v1", "secrets", "Secret"};
    case Kind::ConfigMap:
        return {"", "v1", "configmaps", "ConfigMap"};
    case Kind::Claim:
        return {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"};
    default:
        return {"scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass"};
    }
}

std::string name_of(const Json& object) {
    return data::string_at(object, {"metadata", "name"});
}
std::string namespace_of(const Json& object) {
    return data::string_at(object, {"metadata", "namespace"});
}

void note_unread(Preflight& result, std::string what) {
    if (std::ranges::find(result.unread, what) == result.unread.end())
        result.unread.push_back(std::move(what));
}

bool may_not(const core::Error& error) {
    return error.code == Code::Forbidden || error.code == Code::Unauthorized;
}

/// The items of a list; nothing when it may not be read, which is noted.
Result<std::vector<Json>> list_all(kube::Client& client, const kube::Reference& kind,
                                   Preflight& result) {
    std::vector<Json> objects;
    auto listed = client.list(kind, {},
                              [&](Json object) -> core::Status {
                                  objects.push_back(std::move(object));
                                  return {};
                              },
                              {"managedFields", "images"});
    if (listed) return objects;
    if (!may_not(listed.error()) && listed.error().code != Code::NotFound)
        return std::move(listed).error();
    note_unread(result, kind.resource.plural +
                            (kind.name_space.empty() ? "" : " in namespace " + kind.name_space));
    return std::vector<Json>();
}

/// An object that some applications name, and who does.
struct Wanted {
    kube::Reference reference;
    Kind kind;
    std::vector<std::pair<std::string, ObjectName>> users = {}; ///< application, how it names it
};

std::map<std::string, Wanted> wanted_by(const std::vector<PreflightItem>& items) {
    std::map<std::string, Wanted> wanted;
    for (const PreflightItem& item : items)
        for (ObjectName& one : references_of(*item.desired)) {
            const bool is_global = one.kind == Kind::PriorityClass;
            kube::Reference reference{resource_of(one.kind),
                                      is_global ? "" : namespace_of(*item.desired), one.name};
            const std::string path = kube::path_of(reference);
            Wanted& entry =
                wanted.try_emplace(path, Wanted{std::move(reference), one.kind}).first->second;
            entry.users.emplace_back(name_of(*item.desired), std::move(one));
        }
    return wanted;
}

void judge_missing(const Wanted& wanted, Preflight& result) {
    for (const auto& [application, named] : wanted.users) {
        // Kubernetes tries without a pull secret that is not there.
        const bool stops = named.field.find("ullSecrets") == std::string::npos;
        result.concerns.push_back(
            {application,
             fmt::format("the {} {} does not exist ({})", to_text(wanted.kind), named.name,
                         named.field),
             wanted.reference.name_space.empty()
                 ? "create it, or correct the name"
                 : fmt::format("create it in namespace {}, or correct the name",
                               wanted.reference.name_space),
             stops});
    }
}

void judge_keys(const Wanted& wanted, const Json& object, Preflight& result) {
    for (const auto& [application, named] : wanted.users) {
        if (named.key.empty() || data::find(object, {"data", named.key}) ||
            data::find(object, {"binaryData", named.key}))
            continue;
        result.concerns.push_back({application,
                                   fmt::format("the {} {} has no key {} ({})", to_text(wanted.kind),
                                               named.name, named.key, named.field),
                                   "add the key, or correct its name"});
    }
}

core::Status check_references(kube::Client& client, const std::vector<PreflightItem>& items,
                              Preflight& result) {
    const auto wanted = wanted_by(items);
    std::vector<kube::Call> calls;
    for (const auto& [path, one] : wanted) calls.push_back(kube::get_call(one.reference));
    const auto answers = client.call_all(calls);
    std::size_t i = 0;
    for (const auto& [path, one] : wanted) {
        const auto& answer = answers[i++];
        if (answer) {
            judge_keys(one, *answer, result);
        } else if (answer.error().code == Code::NotFound) {
            judge_missing(one, result);
        } else if (may_not(answer.error())) {
            const std::string& name_space = one.reference.name_space;
            note_unread(result, one.reference.resource.plural +
                                    (name_space.empty() ? "" : " in namespace " + name_space));
        } else {
            return answer.error();
        }
    }
    return {};
}

core::Status check_nodes(kube::Client& client, const std::vector<PreflightItem>& items,
                         Preflight& result) {
    const std::size_t before = result.unread.size();
    KSPARK_ASSIGN(const auto nodes, list_all(client, {{"", "v1", "nodes", "Node"}}, result));
    if (nodes.empty() || result.unread.size() > before) return {};
    const bool grows = may_grow(nodes);
    for (const PreflightItem& item : items)
        for (std::string& problem : node_problems(*item.desired, nodes))
            result.concerns.push_back(
                {name_of(*item.desired), std::move(problem),
                 grows ? "unless the cluster adds such a node, it will wait for ever"
                       : "correct nodeSelector, tolerations or the size, or add a node",
                 !grows});
    return {};
}

/// It holds cores and memory now, which its successor gets.
bool holds(const Json* live) {
    if (live == nullptr || live->is_null()) return false;
    const auto application = decode_application(*live);
    return application && !application->driver_pod.empty() && !is_terminal(application->phase) &&
           application->phase != Phase::Suspended;
}

void take_over(std::vector<RoomProblem> problems, Preflight& result) {
    for (RoomProblem& problem : problems)
        result.concerns.push_back({std::move(problem.application), std::move(problem.message),
                                   std::move(problem.remedy), problem.certain});
}

} // namespace

Result<Preflight> check_room(kube::Client& client, const std::string& name_space,
                             const std::vector<PreflightItem>& items, bool count_used) {
    Preflight result;
    std::vector<NamedNeed> needs;
    Total taken;
    for (const PreflightItem& item : items) {
        if (namespace_of(*item.desired) != name_space) continue;
        needs.push_back({name_of(*item.desired), need_of(*item.desired)});
        if (!holds(item.replaced)) continue;
        const Need held = need_of(*item.replaced);
        taken.add(held.driver, 1);
        taken.add(held.executor, held.executors);
    }
    KSPARK_ASSIGN(
        const auto quotas,
        list_all(client, {{"", "v1", "resourcequotas", "ResourceQuota"}, name_space}, result));
    take_over(quota_problems(needs, taken, quotas, count_used), result);
    KSPARK_ASSIGN(const auto ranges,
                  list_all(client, {{"", "v1", "limitranges", "LimitRange"}, name_space}, result));
    take_over(limit_range_problems(needs, ranges), result);
    return result;
}

Result<Preflight> preflight(kube::Client& client, const std::vector<PreflightItem>& items) {
    Preflight result;
    if (items.empty()) return result;
    KSPARK_TRY(check_references(client, items, result));
    std::vector<std::string> name_spaces;
    for (const PreflightItem& item : items)
        if (const std::string name = namespace_of(*item.desired);
            std::ranges::find(name_spaces, name) == name_spaces.end())
            name_spaces.push_back(name);
    for (const std::string& name_space : name_spaces) {
        KSPARK_ASSIGN(auto room, check_room(client, name_space, items, true));
        std::ranges::move(room.concerns, std::back_inserter(result.concerns));
        for (std::string& what : room.unread) note_unread(result, std::move(what));
    }
    KSPARK_TRY(check_nodes(client, items, result));
    return result;
}

} // namespace kspark::spark
