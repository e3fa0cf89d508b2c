// SPDX-License-Identifier: Apache-2.0
// Both operators use the same kind and plural in their own groups, so both groups are asked. A
// cluster without one of them answers 404, or 403 to a user who has rights for the other only.
#include "plugins/status/sources.hpp"

#include "core/base/text.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace kspark::status {
namespace {

/// Up to so many suspects are named in the selector; a selector has a length that servers accept.
constexpr std::size_t kNamedSuspects = 40;

bool may_be_absent(const core::Error& error) {
    return error.code == core::Code::NotFound || error.code == core::Code::Forbidden;
}

} // namespace

std::vector<kube::Resource> resources(const Options& options) {
    if (!options.inputs.target_given)
        return {kube::kubeflow_applications(), kube::apache_applications()};
    return {options.inputs.target == spark::Operator::Apache ? kube::apache_applications()
                                                             : kube::kubeflow_applications()};
}

core::Status list_applications(kube::Client& client, const Options& options,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop) {
    std::optional<core::Error> first;
    bool any = false;
    for (const auto& resource : resources(options)) {
        const auto listed = client.list({resource, name_space}, selection, item, drop);
        any = any || listed.has_value();
        if (listed) continue;
        if (!may_be_absent(listed.error())) return listed.error();
        if (!first) first = listed.error();
    }
    if (any || !first) return {};
    return *first;
}

core::Result<std::string> plain_name(const std::string& word) {
    const auto slash = word.find('/');
    if (slash == std::string::npos) return word;
    const std::string kind = word.substr(0, slash);
    const std::string plain = kind.substr(0, kind.find('.'));
    if ((plain == "sparkapp" || plain == "sparkapplication" || plain == "sparkapplications") &&
        slash + 1 < word.size())
        return word.substr(slash + 1);
    return core::Error{core::Code::Usage,
                       fmt::format("\"{}\" is no application: say NAME or sparkapp/NAME", word)};
}

core::Result<data::Json> get_application(kube::Client& client, const Options& options,
                                         const std::string& name_space, const std::string& name) {
    std::optional<core::Error> first;
    for (const auto& resource : resources(options)) {
        auto object = client.call(kube::get_call({resource, name_space, name}));
        if (object || !may_be_absent(object.error())) return object;
        // A kind that is not there says less than a name that is not there.
        const bool told = object.error().message.find('"' + name + '"') != std::string::npos;
        if (!first || told) first = object.error();
    }
    if (first->code != core::Code::NotFound) return *first;
    std::vector<std::string> names;
    const auto collect = [&](const data::Json& item) -> core::Status {
        names.push_back(data::string_at(item, {"metadata", "name"}));
        return {};
    };
    const auto listed = list_applications(client, options, name_space, {}, collect,
                                          {"managedFields", "spec", "status", "annotations"});
    if (listed) first->message += core::did_you_mean(name, names);
    return *first;
}

core::Result<std::vector<spark::Pod>>
suspect_pods(kube::Client& client, const std::string& name_space,
             const std::vector<spark::Application>& suspects) {
    std::set<std::pair<std::string, std::string>> wanted;
    std::set<std::string> names;
    for (const auto& suspect : suspects) {
        wanted.emplace(suspect.name_space, suspect.name);
        names.insert(suspect.name);
    }
    kube::Selection selection{std::string(spark::kRoleLabel)};
    if (names.size() <= kNamedSuspects && suspects.front().operator_ == spark::Operator::Kubeflow)
        selection.labels = fmt::format("{} in ({})", spark::kAppNameLabel, fmt::join(names, ","));
    std::vector<spark::Pod> pods;
    const auto listed = client.list(
        {kube::pods(), name_space}, selection,
        [&](const data::Json& item) -> core::Status {
            spark::Pod pod = spark::decode_pod(item);
            if (wanted.contains({pod.name_space, pod.application})) pods.push_back(std::move(pod));
            return {};
        },
        {"managedFields", "volumes", "env", "volumeMounts", "tolerations", "resources", "args"});
    if (!listed) return listed.error();
    return pods;
}

} // namespace kspark::status
