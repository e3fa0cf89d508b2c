// SPDX-License-Identifier: Apache-2.0
// Both operators use the same kind and plural in their own groups, so both groups are asked. A
// cluster without one of them answers 404, or 403 to a user who has rights for the other only.
#include "plugins/status/sources.hpp"

#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace kspark::status {
namespace {

/// Up to so many suspects are named in the selector; a selector has a length that servers accept.
constexpr std::size_t kNamedSuspects = 40;

} // namespace

Fleet::Shape shape_of(const Options& options, bool name_spaces) {
    Fleet::Shape shape;
    shape.name_space = name_spaces;
    shape.wide = options.format.kind == output::Format::Kind::Wide;
    shape.label_columns = options.label_columns;
    shape.labels = options.show_labels;
    return shape;
}

std::vector<kube::Resource> resources(const Options& options) {
    if (!options.inputs.target_given) return spark::application_kinds();
    return {spark::kind_of(options.inputs.target)};
}

core::Status list_applications(kube::Client& client, const Options& options,
                               const std::string& name_space, const kube::Selection& selection,
                               const std::function<core::Status(data::Json)>& item,
                               const std::vector<std::string>& drop) {
    return spark::list_applications(client, resources(options), name_space, selection, item, drop);
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
    const bool kubeflow = std::ranges::all_of(suspects, [](const spark::Application& one) {
        return one.operator_ == spark::Operator::Kubeflow;
    });
    if (names.size() <= kNamedSuspects && kubeflow)
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
