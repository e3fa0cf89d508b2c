// SPDX-License-Identifier: Apache-2.0
// A name that is not there stops everything before anything is restarted: half of what somebody
// asked for is seldom what they want.
#include "plugins/restart/targets.hpp"

#include "core/spark/codec.hpp"
#include "core/spark/keepsake.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/manifest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::restart {
namespace {

using core::Code;
using core::Error;

/// Recreated objects last for seconds; an older copy may not be wanted any more (doubts.cpp).
core::Status add(std::vector<Target>& targets, data::Json object, bool gone = false) {
    KSPARK_ASSIGN(auto application, spark::decode_application(object));
    Target target{{spark::kind_of(object), application.name_space, application.name},
                  std::move(object),
                  std::move(application),
                  gone};
    const bool twice = std::ranges::any_of(targets, [&](const Target& other) {
        return kube::path_of(other.reference) == kube::path_of(target.reference);
    });
    if (!twice) targets.push_back(std::move(target));
    return {};
}

std::vector<kube::Resource> kinds(const Options& options) {
    if (!options.inputs.target_given) return spark::application_kinds();
    return {spark::kind_of(options.inputs.target)};
}

/// One that is there, or was let go by a restart that did not create it again.
core::Status add_named(core::Context& context, kube::Client& client,
                       const std::vector<kube::Resource>& among, const std::string& name_space,
                       const std::string& word, std::vector<Target>& targets) {
    auto object = spark::get_application(client, among, name_space, word);
    if (object) return add(targets, *std::move(object));
    if (object.error().code != Code::NotFound) return object.error();
    KSPARK_ASSIGN(const kube::Connection* to, context.connected());
    KSPARK_ASSIGN(const auto name, spark::application_name(word));
    for (const auto& kind : among) {
        const spark::Keepsake keepsake(context.environment, to->cluster.server,
                                       {kind, name_space, name});
        if (auto kept = keepsake.kept(); !kept.is_null())
            return add(targets, std::move(kept), true);
    }
    return object.error();
}

core::Status by_name(core::Context& context, kube::Client& client, const Options& options,
                     const std::string& name_space, std::vector<Target>& targets) {
    KSPARK_ASSIGN(const auto words, spark::application_words(options.names));
    for (const auto& word : words)
        KSPARK_TRY(add_named(context, client, kinds(options), name_space, word, targets));
    return {};
}

core::Status by_list(kube::Client& client, const Options& options, const std::string& name_space,
                     std::vector<Target>& targets) {
    return spark::list_applications(
        client, kinds(options), name_space, {options.selector, {}},
        [&](data::Json object) { return add(targets, std::move(object)); }, {});
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
        KSPARK_TRY(add_named(context, client,
                             {apache ? kube::apache_applications() : kube::kubeflow_applications()},
                             own, data::string_at(manifest.object, {"metadata", "name"}), targets));
    }
    return {};
}

} // namespace

core::Result<std::vector<Target>> find_targets(core::Context& context, kube::Client& client,
                                               const Options& options) {
    KSPARK_ASSIGN(const auto name_space, context.name_space());
    std::vector<Target> targets;
    if (!options.names.empty())
        KSPARK_TRY(by_name(context, client, options, name_space, targets));
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
