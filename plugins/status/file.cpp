// SPDX-License-Identifier: Apache-2.0
// Only what the file says counts: defaults that a webhook or the server added are no drift.
#include "plugins/status/file.hpp"

#include "core/spark/codec.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/plan.hpp"
#include "plugins/status/sources.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::status {
namespace {

std::string change_text(const spark::FieldChange& change) {
    // compare() tells what an apply would do: "after" is the file's value, "before" the cluster's.
    return fmt::format("{} is {}, not {}", data::to_text(change.path),
                       change.before.empty() ? "not set" : change.before,
                       change.after.empty() ? "empty" : change.after);
}

} // namespace

std::set<std::string> FileView::name_spaces() const {
    std::set<std::string> result;
    for (const auto& [key, manifest] : wanted) result.insert(key.first);
    return result;
}

std::string FileView::single_name_space() const {
    const auto all = name_spaces();
    return all.size() == 1 ? *all.begin() : std::string();
}

core::Result<FileView> load_file(core::Context& context, const Options& options) {
    FileView view;
    KSPARK_ASSIGN(view.inputs, spark::load_inputs(options.inputs, context.environment));
    for (const auto& warning : view.inputs.warnings) context.warn(warning);
    KSPARK_ASSIGN(const std::string fallback, context.name_space());
    for (const auto& manifest : view.inputs.manifests) {
        if (data::string_at(manifest.object, {"kind"}) != "SparkApplication") continue;
        const std::string name_space =
            data::string_at(manifest.object, {"metadata", "namespace"}, fallback);
        view.wanted[{name_space, data::string_at(manifest.object, {"metadata", "name"})}] =
            &manifest;
    }
    if (view.wanted.empty())
        return core::Error{core::Code::Invalid, "the input names no SparkApplication"};
    return view;
}

FileState state_in_file(const data::Json& live, const spark::Manifest* manifest) {
    if (manifest == nullptr) return {"extra", true};
    const spark::Change change = spark::compare_declared(live, manifest->object);
    if (change.fields.empty()) return {"same", false};
    std::string text = "drifted: " + change_text(change.fields.front());
    if (change.fields.size() > 1) text += fmt::format(" (and {} more)", change.fields.size() - 1);
    return {text, true};
}

core::Status compare_with_cluster(kube::Client& client, const Options& options,
                                  const FileView& view, Fleet& fleet,
                                  std::vector<data::Json>& objects) {
    auto missing = view.wanted;
    for (const auto& name_space : view.name_spaces()) {
        const auto item = [&](data::Json object) -> core::Status {
            const std::string name = data::string_at(object, {"metadata", "name"});
            const auto found = view.wanted.find({name_space, name});
            const bool named = found != view.wanted.end();
            const bool of_set = !view.inputs.set.empty() && !view.inputs.filtered &&
                                data::string_at(object, {"metadata", "labels", spark::kSetLabel}) ==
                                    view.inputs.set;
            if (!named && !of_set) return {};
            missing.erase({name_space, name});
            KSPARK_ASSIGN(const auto application, spark::decode_application(object));
            fleet.add(application, state_in_file(object, named ? found->second : nullptr));
            objects.push_back(std::move(object));
            return {};
        };
        KSPARK_TRY(list_applications(client, options, name_space,
                                     {options.selector, options.field_selector}, item,
                                     {"managedFields"}));
    }
    for (const auto& [key, manifest] : missing) fleet.add_missing(key.second, key.first);
    return {};
}

} // namespace kspark::status
