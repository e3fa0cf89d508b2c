// SPDX-License-Identifier: Apache-2.0
// A name that is not there stops everything before anything is restarted: half of what somebody
// asked for is seldom what they want.
#include "plugins/restart/targets.hpp"

#include "core/spark/codec.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/manifest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::restart {
namespace {

using core::Code;
using core::Error;

core::Status add(std::vector<Target>& targets, data::Json object) {
    KSPARK_ASSIGN(auto application, spark::decode_application(object));
    const auto& resource = application.operator_ == spark::Operator::Apache
                               ? kube::apache_applications()
                               : kube::kubeflow_applications();
    Target target{{resource, application.name_space, application.name},
                  std::move(object),
                  std::move(application)};
    const bool twice = std::ranges::any_of(targets, [&](const Target& other) {
        return kube::path_of(other.reference) == kube::path_of(target.reference);
    });
    if (!twice) targets.push_back(std::move(target));
    return {};
}

std::vector<kube::Resource> kinds(const Options& options) {
    if (!options.inputs.target_given) return spark::application_kinds();
    return {options.inputs.target == spark::Operator::Apache ? kube::apache_applications()
                                                             : kube::kubeflow_applications()};
}

core::Result<std::vector<std::string>> checked_names(const std::vector<std::string>& words) {
    for (const auto& word : words)
        if (word.starts_with("scheduledsparkapp"))
            return Error{Code::Usage,
                         fmt::format("{} is a schedule: what runs are the applications that it "
                                     "makes; name one of them",
                                     word)};
    return spark::application_names(words);
}

core::Status by_name(kube::Client& client, const Options& options, const std::string& name_space,
                     std::vector<Target>& targets) {
    KSPARK_ASSIGN(const auto names, checked_names(options.names));
    for (const auto& name : names) {
        KSPARK_ASSIGN(auto object,
                      spark::get_application(client, kinds(options), name_space, name));
        KSPARK_TRY(add(targets, std::move(object)));
    }
    return {};
}

/// An operator that this cluster does not have, or that the user may not see, has no applications.
core::Status by_list(kube::Client& client, const Options& options, const std::string& name_space,
                     std::vector<Target>& targets) {
    std::optional<Error> absent;
    bool any = false;
    for (const auto& kind : kinds(options)) {
        const auto keep = [&](data::Json object) -> core::Status {
            object["apiVersion"] = kind.api_version(); // items of a list carry none
            object["kind"] = kind.kind;
            return add(targets, std::move(object));
        };
        const auto listed = client.list({kind, name_space}, {options.selector, {}}, keep, {});
        any = any || listed;
        if (listed) continue;
        if (listed.error().code != Code::NotFound && listed.error().code != Code::Forbidden)
            return listed.error();
        if (!absent) absent = listed.error();
    }
    if (any || !absent) return {};
    return *absent;
}

core::Status by_file(core::Context& context, kube::Client& client, const Options& options,
                     const std::string& name_space, std::vector<Target>& targets) {
    KSPARK_ASSIGN(const auto inputs, spark::load_inputs(options.inputs, context.environment));
    for (const auto& warning : inputs.warnings) context.warn(warning);
    for (const auto& manifest : inputs.manifests) {
        if (data::string_at(manifest.object, {"kind"}) != "SparkApplication") continue;
        const bool apache =
            data::string_at(manifest.object, {"apiVersion"}).starts_with("spark.apache.org/");
        const auto own =
            data::string_at(manifest.object, {"metadata", "namespace"},
                            inputs.name_space.empty() ? name_space : inputs.name_space);
        KSPARK_ASSIGN(auto object,
                      spark::get_application(
                          client,
                          {apache ? kube::apache_applications() : kube::kubeflow_applications()},
                          own, data::string_at(manifest.object, {"metadata", "name"})));
        KSPARK_TRY(add(targets, std::move(object)));
    }
    return {};
}

} // namespace

core::Result<std::vector<Target>> find_targets(core::Context& context, kube::Client& client,
                                               const Options& options) {
    KSPARK_ASSIGN(const auto name_space, context.name_space());
    std::vector<Target> targets;
    if (!options.names.empty())
        KSPARK_TRY(by_name(client, options, name_space, targets));
    else if (!options.inputs.files.empty())
        KSPARK_TRY(by_file(context, client, options, name_space, targets));
    else
        KSPARK_TRY(by_list(client, options, name_space, targets));
    if (targets.empty())
        return Error{Code::NotFound,
                     fmt::format("no application in namespace {} matches: nothing was restarted",
                                 name_space)};
    return targets;
}

} // namespace kspark::restart
