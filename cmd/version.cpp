// SPDX-License-Identifier: Apache-2.0
// `version`: everything that a report of a problem needs to begin with. It never asks a cluster.
#include "cmd/version.hpp"

#include "cmd/help/version.hpp"
#include "core/cli/context.hpp"
#include "core/plugin/abi.h"
#include "core/plugin/catalog.hpp"
#include "core/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::app {

namespace {

struct Options {
    std::string output;
};
/// Names as they are in JSON, and their values.
struct Outcome {
    std::vector<std::pair<std::string, std::string>> facts;
};

void declare(core::Flags& flags, Options& options) {
    flags.add("-o,--output", options.output, "FORMAT", "Output format").choices = {"json"};
}

core::Result<Outcome> run(core::Context&, const Options&) {
    const auto beside = core::executable_path().parent_path();
    const auto installed = beside.parent_path() / "lib/kubectl-spark/plugins";
    std::error_code ignored;
    const bool krew = std::filesystem::is_directory(beside / "plugins", ignored);
    return Outcome{{
        {"version", fmt::format("v{}", core::kVersion)},
        {"pluginAbi", std::to_string(KUBECTL_SPARK_ABI_VERSION)},
        {"core", core::kCoreId},
        {"pluginDirectory",
         KSPARK_STATIC_PLUGINS ? "" : (krew ? beside / "plugins" : installed).string()},
        {"build", KSPARK_BUILD},
        {"compiler", "C++ " __VERSION__},
        {"platform", KSPARK_PLATFORM},
    }};
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    if (options.output == "json") {
        data::Json object = data::Json::object();
        for (const auto& [name, value] : outcome.facts) object[name] = value;
        return context.streams.out.write(data::dump_json(object, 4) + "\n");
    }
    output::Table table{{{""}, {""}}};
    for (const auto& [name, value] : outcome.facts) table.rows.push_back({name + ":", value});
    output::TableOptions how;
    how.headers = false;
    return context.streams.out.write(output::render(table, how));
}

} // namespace

core::Command make_version() {
    return core::make_command<Options, Outcome>("version", "Print the version of kubectl-spark",
                                                "version [flags]", std::string(kVersionHelp),
                                                declare, run, print);
}

} // namespace kspark::app
