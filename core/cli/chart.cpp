// SPDX-License-Identifier: Apache-2.0
// --chart: for teams that have a chart already. Templates are helm's affair: helm renders, and what
// it prints goes the way of all manifests, with the same checks.
#include "core/cli/chart.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace kspark::core {

namespace {

std::vector<std::string> helm_command(const Context& context, const std::string& chart,
                                      const spark::InputOptions& inputs) {
    const auto name = std::filesystem::path(chart).lexically_normal();
    std::string release = (name.has_filename() ? name : name.parent_path()).filename().string();
    if (release.empty() || release.front() == '.') release = "release";
    std::vector<std::string> command{"helm", "template", release, chart};
    const auto add = [&](const char* flag, const std::vector<std::string>& values) {
        for (const auto& value : values) {
            command.emplace_back(flag);
            command.push_back(value);
        }
    };
    add("--values", inputs.files);
    add("--set", inputs.set);
    add("--set-string", inputs.set_string);
    add("--set-file", inputs.set_file);
    if (!context.connection.name_space.empty()) add("--namespace", {context.connection.name_space});
    return command;
}

/// helm says before each object which template it comes from: "# Source: CHART/templates/app.yaml".
/// Positions then name the template; lines count in what helm made of it.
Result<std::vector<data::Document>> parse_rendered(const std::string& chart,
                                                   const std::string& output) {
    constexpr std::string_view kSource = "# Source: ";
    std::vector<data::Document> documents;
    std::string name = "helm template " + chart, text;
    const auto finish = [&]() -> Status {
        KSPARK_ASSIGN(auto read, data::parse_documents(name, std::exchange(text, {})));
        std::ranges::move(read, std::back_inserter(documents));
        return {};
    };
    for (const std::string& line : split(output, '\n')) {
        if (line.starts_with(kSource)) {
            KSPARK_TRY(finish());
            const std::string path = line.substr(kSource.size());
            const auto below = path.find('/');
            name = (std::filesystem::path(chart) /
                    (below == std::string::npos ? path : path.substr(below + 1)))
                       .string();
        }
        text += line + "\n";
    }
    KSPARK_TRY(finish());
    return documents;
}

} // namespace

Result<spark::Inputs> load_chart(Context& context, const std::string& chart,
                                 const spark::InputOptions& inputs) {
    Child child;
    child.command = helm_command(context, chart, inputs);
    child.environment = context.environment;
    child.output_limit = 256u << 20;
    auto exit = run_child(child);
    if (!exit && exit.error().code == Code::NotFound)
        return Error{Code::Invalid,
                     "--chart: there is no helm on PATH; install helm 3, or render with values "
                     "files alone",
                     {}};
    if (!exit) return std::move(exit).error().during("helm template " + chart);
    if (exit->status != 0)
        return Error{Code::Invalid,
                     fmt::format("helm template {} ended with status {}; what it said is above",
                                 chart, exit->status),
                     {}};
    KSPARK_ASSIGN(auto documents, parse_rendered(chart, exit->output));
    spark::InputOptions manifests;
    manifests.streams = inputs.streams;
    manifests.files = {chart};
    return spark::load_documents(std::move(documents), manifests, context.environment);
}

} // namespace kspark::core
