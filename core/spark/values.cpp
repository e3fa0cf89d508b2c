// SPDX-License-Identifier: Apache-2.0
// From documents to checked values: layers, flags, environment, then the check. All problems are
// collected, each with the place where a person wrote it.
#include "core/spark/values.hpp"

#include "core/base/text.hpp"
#include "core/spark/interpolate.hpp"
#include "core/spark/keys.hpp"
#include "core/spark/layers.hpp"
#include "core/spark/names.hpp"
#include "core/spark/problems.hpp"
#include "core/spark/set_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_set>

namespace kspark::spark {

namespace {

using core::Result;
using data::Json;
using data::Path;

constexpr std::size_t kSetFileLimit = 1u << 20;

core::Status apply_flags(Values& values, const std::vector<std::string>& settings,
                         std::string_view flag, const ReadValue& read) {
    for (const std::string& setting : settings) {
        KSPARK_ASSIGN(const auto written, apply_set(values.merged, flag, setting, read));
        for (const Path& path : written)
            values.overrides.push_back({path, fmt::format("{} {}", flag, data::to_text(path))});
    }
    return {};
}

core::Status apply_all_flags(Values& values, const InputOptions& options) {
    const auto typed = [](const std::string& text) -> Result<Json> { return typed_scalar(text); };
    const auto text_only = [](const std::string& text) -> Result<Json> { return Json(text); };
    const auto content = [](const std::string& path) -> Result<Json> {
        auto text = core::read_file(path, kSetFileLimit);
        if (text) return Json(*std::move(text));
        return core::Error{core::Code::Invalid, text.error().message, {}};
    };
    KSPARK_TRY(apply_flags(values, options.set, "--set", typed));
    KSPARK_TRY(apply_flags(values, options.set_string, "--set-string", text_only));
    KSPARK_TRY(apply_flags(values, options.set_file, "--set-file", content));
    drop_nulls(values.merged);
    return {};
}

void substitute_environment(Values& values, const InputOptions& options,
                            const core::Environment& environment, Problems& problems) {
    if (options.env_subst.empty()) return;
    replace_strings(
        values.merged, "${",
        [&](const std::string& text) { return substitute(text, options.env_subst, environment); },
        [&](const Path& path, const std::string& sentence) {
            problems.add(values.locate(path), sentence);
        });
}

void check_stream(const Values& values, Json& stream, std::size_t index, Problems& problems) {
    const Path at{"streams", std::to_string(index)};
    const auto below = [&](const Path& path) {
        Path whole = at;
        whole.insert(whole.end(), path.begin(), path.end());
        return whole;
    };
    if (!stream.is_object() || data::string_at(stream, {"name"}).empty()) {
        problems.add(values.locate(at), data::to_text(at) + " has no name");
        return;
    }
    const auto& name = stream["name"].get_ref<const std::string&>();
    if (const auto wrong = name_problem(name); !wrong.empty())
        problems.add(values.locate(below({"name"})), wrong);
    check_keys(stream, stream_keys(), [&](const Path& path, const std::string& sentence) {
        if (!problems.full())
            problems.add(values.locate(below(path)), fmt::format("stream {}: {}", name, sentence));
        else
            problems.add(fmt::format("{}: {}", data::to_text(below(path)), sentence));
    });
}

void check_values(Values& values, Problems& problems) {
    Json streams = Json::array();
    if (const auto found = values.merged.find("streams"); found != values.merged.end())
        streams.swap(*found);
    check_keys(values.merged, top_keys(), [&](const Path& path, const std::string& sentence) {
        problems.add(values.locate(path), sentence);
    });
    if (values.merged.contains("streams")) values.merged["streams"].swap(streams);
    const auto found = values.merged.find("streams");
    if (found == values.merged.end() || !found->is_array() || found->empty()) {
        // A wrong `streams` was told already.
        if (problems.empty())
            problems.add(values.locate({}), "there are no streams: add `streams:` with a list of "
                                            "entries, each with a name");
        return;
    }
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < found->size(); ++i) {
        check_stream(values, (*found)[i], i, problems);
        const std::string name = data::string_at((*found)[i], {"name"});
        if (!name.empty() && !names.insert(name).second)
            problems.add(values.locate({"streams", std::to_string(i), "name"}),
                         fmt::format("two streams are named \"{}\"", name));
    }
}

void name_set(Values& values, Problems& problems) {
    const Json* name = data::find(values.merged, {"name"});
    if (name && name->is_string()) {
        auto text = interpolate(name->get_ref<const std::string&>(), {&values.merged, nullptr, {}});
        if (!text) return problems.add(values.locate({"name"}), text.error().message);
        values.name = text->is_string() ? text->get<std::string>() : text->dump();
    } else if (!values.layers.empty()) {
        const std::string& file = values.layers.front().source->name;
        values.name = file == "standard input" || file == "-"
                          ? "stdin"
                          : std::filesystem::path(file).stem().string();
    }
    if (const auto wrong = set_name_problem(values.name); !wrong.empty())
        problems.add(values.locate({"name"}), wrong);
}

void check_namespace(const Values& values, Problems& problems) {
    const std::string name = data::string_at(values.merged, {"namespace"});
    if (name.empty() || has_reference(name)) return;
    if (const auto wrong = namespace_problem(name); !wrong.empty())
        problems.add(values.locate({"namespace"}), wrong);
}

bool is_within(const Path& path, const Path& prefix) {
    return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

} // namespace

Values::Values() = default;
Values::~Values() = default;
Values::Values(Values&&) noexcept = default;
Values& Values::operator=(Values&&) noexcept = default;

Place Values::locate(const Path& path) const {
    for (auto flag = overrides.rbegin(); flag != overrides.rend(); ++flag)
        if (is_within(path, flag->path)) return {flag->flag, 0, 0};
    const data::Document* best = nullptr;
    Path best_path;
    std::size_t best_steps = 0;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        Path here = path_in_layer(merged, layer->value, path);
        if (here.empty() && !path.empty()) continue;
        const std::size_t steps = known_steps(layer->value, here);
        if (best && steps <= best_steps) continue;
        best = &*layer;
        best_path = std::move(here);
        best_steps = steps;
    }
    if (!best) return layers.empty() ? Place{} : Place{layers.front().source->name, 0, 0};
    const auto position = data::locate(*best, best_path);
    return {best->source->name, position.line, position.column, best->source};
}

Result<Values> load_values(std::vector<data::Document> files, const InputOptions& options,
                           const core::Environment& environment) {
    Values values;
    Problems problems;
    values.layers = std::move(files);
    for (const auto& layer : values.layers)
        for (const auto& warning : layer.warnings)
            values.warnings.push_back(fmt::format(
                "{}: {}",
                to_text(Place{layer.source->name, warning.position.line, warning.position.column}),
                warning.message));
    values.merged = merge_layers(values.layers, problems);
    KSPARK_TRY(apply_all_flags(values, options));
    substitute_environment(values, options, environment, problems);
    check_values(values, problems);
    check_namespace(values, problems);
    name_set(values, problems);
    KSPARK_TRY(problems.status());
    return values;
}

} // namespace kspark::spark
