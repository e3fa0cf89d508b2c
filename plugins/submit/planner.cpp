// SPDX-License-Identifier: Apache-2.0
// The server's dry run applies defaults, admission and field ownership as the real apply will, so
// what the plan says is what happens. It costs one read and one dry run per application, all under
// way at the same time.
#include "plugins/submit/planner.hpp"

#include "core/base/text.hpp"
#include "core/spark/diagnosis.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace kspark::submit {
namespace {

using core::Code;
using core::Error;

/// From here on one list of the namespace is cheaper than a read per application.
constexpr std::size_t kListFrom = 20;

core::Result<kube::Resource> resource_of(const spark::Manifest& manifest) {
    const auto version = data::string_at(manifest.object, {"apiVersion"});
    const auto kind = data::string_at(manifest.object, {"kind"});
    const auto slash = version.find('/');
    const auto group = version.substr(0, slash == std::string::npos ? 0 : slash);
    if (group != kube::kubeflow_applications().group && group != kube::apache_applications().group)
        return Error{Code::Invalid,
                     fmt::format("{}: {} of {} is not an application of a Spark operator",
                                 spark::to_text(manifest.locate({"kind"})), kind,
                                 version.empty() ? "no apiVersion" : version)};
    return kube::Resource{group, version.substr(slash + 1), core::lower(kind) + "s", kind};
}

core::Status fill_namespace(const spark::Manifest& manifest, const PlanOptions& options,
                            data::Json& object) {
    const auto own = data::string_at(object, {"metadata", "namespace"});
    if (own.empty()) {
        object["metadata"]["namespace"] = options.name_space;
        return {};
    }
    if (!options.name_space_given || own == options.name_space) return {};
    return Error{Code::Invalid,
                 fmt::format("{}: the namespace from the provided object \"{}\" does not match the "
                             "namespace \"{}\". You must pass '--namespace={}' to perform this "
                             "operation.",
                             spark::to_text(manifest.locate({"metadata", "namespace"})), own,
                             options.name_space, own)};
}

using Key = std::pair<std::string, std::string>; ///< path of the kind in its namespace, name

Key key_of(const kube::Reference& reference) {
    kube::Reference kind = reference;
    kind.name.clear();
    return {kube::path_of(kind), reference.name};
}

core::Status read_one_by_one(kube::Client& client, std::vector<Item>& items) {
    std::vector<kube::Call> calls;
    for (const auto& item : items) calls.push_back(kube::get_call(item.reference));
    auto answers = client.call_all(calls);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (answers[i])
            items[i].live = *std::move(answers[i]);
        else if (answers[i].error().code != Code::NotFound) // the dry run tells what is missing
            return std::move(answers[i]).error();
    }
    return {};
}

core::Status read_by_list(kube::Client& client, std::vector<Item>& items) {
    std::map<Key, Item*> wanted;
    std::map<std::string, kube::Reference> kinds;
    for (auto& item : items) {
        const auto key = key_of(item.reference);
        wanted[key] = &item;
        kube::Reference kind = item.reference;
        kind.name.clear();
        kinds[key.first] = kind;
    }
    for (const auto& [path, kind] : kinds)
        KSPARK_TRY(client.list(kind, {}, [&, &path = path](data::Json object) -> core::Status {
            const auto found = wanted.find({path, data::string_at(object, {"metadata", "name"})});
            if (found == wanted.end()) return {};
            // Items of a list carry no kind of their own.
            object["apiVersion"] = found->second->reference.resource.api_version();
            object["kind"] = found->second->reference.resource.kind;
            found->second->live = std::move(object);
            return {};
        }));
    return {};
}

void compare_all(kube::Client& client, kube::Force force, std::vector<Item>& items) {
    std::vector<kube::Call> calls;
    for (const auto& item : items)
        calls.push_back(kube::apply_call(item.reference, item.desired, kube::DryRun::Yes, force));
    auto answers = client.call_all(calls);
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item& item = items[i];
        if (!answers[i]) {
            item.refused = explained(std::move(answers[i]).error());
            continue;
        }
        item.stored = *std::move(answers[i]);
        item.change = spark::compare(item.live, item.stored);
    }
}

Item pruned(const kube::Reference& kind, data::Json object) {
    Item item;
    item.reference = kind;
    item.reference.name = data::string_at(object, {"metadata", "name"});
    item.change.action = spark::Action::Prune;
    item.change.name = item.reference.name;
    item.change.name_space = kind.name_space;
    item.live = std::move(object);
    item.live["apiVersion"] = kind.resource.api_version();
    item.live["kind"] = kind.resource.kind;
    return item;
}

core::Status may_prune(const spark::Inputs& inputs) {
    if (!inputs.from_values)
        return Error{Code::Usage,
                     "--prune needs a values file: only it says what the whole set is"};
    if (inputs.filtered)
        return Error{Code::Usage, "--prune and --stream do not go together: what --stream leaves "
                                  "out would be taken for removed"};
    if (inputs.set.empty() || inputs.manifests.empty())
        return Error{Code::Invalid,
                     "nothing is pruned for a file without a name or without streams"};
    return {};
}

core::Status add_pruned(kube::Client& client, const spark::Inputs& inputs, int max_prune,
                        std::vector<Item>& items) {
    std::set<std::string> named;
    for (const auto& item : items) named.insert(item.reference.name);
    kube::Reference kind = items.front().reference;
    kind.name.clear();
    std::vector<Item> gone;
    const kube::Selection ours{fmt::format("{}={}", spark::kSetLabel, inputs.set), {}};
    KSPARK_TRY(client.list(kind, ours, [&](data::Json object) -> core::Status {
        if (!named.contains(data::string_at(object, {"metadata", "name"})))
            gone.push_back(pruned(kind, std::move(object)));
        return {};
    }));
    if (static_cast<int>(gone.size()) > max_prune) {
        std::vector<std::string> names;
        for (const auto& item : gone) names.push_back(item.reference.name);
        return Error{Code::Failed,
                     fmt::format("--prune would remove {} ({}) that set {} no longer names, more "
                                 "than --max-prune={}: nothing was changed",
                                 core::count(gone.size(), "application"), core::join(names, ", "),
                                 inputs.set, max_prune)};
    }
    std::ranges::move(gone, std::back_inserter(items));
    return {};
}

} // namespace

core::Result<std::vector<Item>> make_items(const spark::Inputs& inputs,
                                           const PlanOptions& options) {
    std::vector<Item> items;
    std::set<std::string> seen;
    for (const auto& manifest : inputs.manifests) {
        Item item;
        KSPARK_ASSIGN(item.reference.resource, resource_of(manifest));
        // A manifest may be what `kubectl get -o yaml` printed.
        item.desired = spark::without_server_fields(manifest.object);
        KSPARK_TRY(fill_namespace(manifest, options, item.desired));
        item.reference.name = data::string_at(item.desired, {"metadata", "name"});
        item.reference.name_space = data::string_at(item.desired, {"metadata", "namespace"});
        item.change.name = item.reference.name;
        item.change.name_space = item.reference.name_space;
        item.asked = false;
        if (!seen.insert(kube::path_of(item.reference)).second)
            return Error{Code::Invalid,
                         fmt::format("{}: application {} is here twice",
                                     spark::to_text(manifest.locate({"metadata", "name"})),
                                     item.reference.name)};
        items.push_back(std::move(item));
    }
    return items;
}

core::Status make_plan(kube::Client& client, const spark::Inputs& inputs,
                       const PlanOptions& options, std::vector<Item>& items) {
    if (options.prune) KSPARK_TRY(may_prune(inputs));
    if (items.empty()) return {};
    KSPARK_TRY(items.size() < kListFrom ? read_one_by_one(client, items)
                                        : read_by_list(client, items));
    compare_all(client, options.force, items);
    for (auto& item : items) item.asked = true;
    if (options.prune) KSPARK_TRY(add_pruned(client, inputs, options.max_prune, items));
    return {};
}

core::Status plan_again(kube::Client& client, kube::Force force, Item& item) {
    auto live = client.call(kube::get_call(item.reference));
    if (!live && live.error().code != Code::NotFound) return std::move(live).error();
    item.live = live ? *std::move(live) : data::Json();
    if (item.change.action == spark::Action::Prune) return {};
    auto stored =
        client.call(kube::apply_call(item.reference, item.desired, kube::DryRun::Yes, force));
    if (!stored) return explained(std::move(stored).error());
    item.stored = *std::move(stored);
    item.change = spark::compare(item.live, item.stored);
    return {};
}

bool is_ownership_conflict(const core::Error& error) {
    return error.code == Code::Conflict && error.message.starts_with("Apply failed");
}

core::Error explained(core::Error error) {
    if (const auto refusal = spark::diagnose_refusal(error.message)) {
        error.details.push_back(refusal->sentence);
        error.details.push_back(refusal->remedy);
    }
    if (!is_ownership_conflict(error)) return error;
    error.message = error.details.size() == 1
                        ? "a field that your file sets is owned by another writer"
                        : "fields that your file sets are owned by other writers";
    error.details.push_back(
        "--force-conflicts gives them your file's values, and the other writer "
        "no longer owns them; or take them out of your file and leave them to it");
    return error;
}

} // namespace kspark::submit
