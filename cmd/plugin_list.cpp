// SPDX-License-Identifier: Apache-2.0
// `plugin list`: where each command comes from and whether it can be used. The sentences are those
// that running the command would give.
#include "cmd/plugin_list.hpp"

#include "cmd/app.hpp"
#include "cmd/help/plugin_list.hpp"
#include "core/base/text.hpp"
#include "core/cli/context.hpp"
#include "core/plugin/loader.hpp"

#include <algorithm>
#include <set>

namespace kspark::app {

namespace {

constexpr std::string_view kPrefix = "kubectl-spark-";

struct Options {
    std::vector<std::string> words;
    bool no_headers = false;
};
struct Outcome {
    output::Table table;
    std::vector<std::string> warnings;
};

void declare(core::Flags& flags, Options& options) {
    flags.add("--no-headers", options.no_headers, "Leave out the line of headers");
    flags.positionals("list", options.words, {}, 1, 1).complete = [](core::Context&,
                                                                     const std::string&) {
        return std::vector<std::string>{"list\tList the commands and where they come from"};
    };
}

/// Executables kubectl-spark-NAME on PATH, the first of each name.
std::set<std::string> executables(const core::Environment& environment) {
    std::set<std::string> names;
    for (const std::string& directory : core::split(environment.value("PATH"), ':')) {
        std::error_code unreadable;
        for (const auto& entry : std::filesystem::directory_iterator(directory, unreadable))
            if (entry.path().filename().string().starts_with(kPrefix))
                names.insert(entry.path().filename().string());
    }
    return names;
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    if (options.words[0] != "list")
        return core::Error{core::Code::Usage,
                           "unknown command \"" + options.words[0] + "\": expected list"};
    plugin::Catalog catalog = commands(context);
    Outcome outcome{{{{"NAME"}, {"FROM"}, {"STATUS"}}}, std::move(catalog.warnings)};
    for (const plugin::Found& command : catalog.commands) {
        const std::string from = command.built_in ? "built in" : command.path.string();
        const auto loaded = plugin::load(command);
        outcome.table.rows.push_back(
            {command.name, from,
             loaded ? output::Cell("ok", output::Color::Green)
                    : output::Cell(plugin::reason(loaded.error(), command), output::Color::Red)});
    }
    for (const std::string& name : executables(context.environment))
        if (const auto path = core::find_program(name, context.environment))
            outcome.table.rows.push_back(
                {name.substr(kPrefix.size()), path->string(), "executable"});
    return outcome;
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    output::TableOptions how;
    how.headers = !options.no_headers;
    how.color = context.color_out();
    for (const std::string& warning : outcome.warnings) context.warn(warning);
    return context.streams.out.write(output::render(outcome.table, how));
}

} // namespace

core::Command make_plugin_list() {
    return core::make_command<Options, Outcome>("plugin", "List the commands and their modules",
                                                "plugin list [flags]", std::string(kPluginListHelp),
                                                declare, run, print);
}

} // namespace kspark::app
