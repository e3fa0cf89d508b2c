// SPDX-License-Identifier: Apache-2.0
// What `kubectl spark` says by itself. It asks every module for its line; one that cannot be loaded
// is listed with the reason, so that nobody looks for a command that "was there yesterday".
#include "cmd/overview.hpp"

#include "cmd/app.hpp"
#include "cmd/help/exit_statuses.hpp"
#include "cmd/topics.hpp"
#include "core/plugin/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::app {

namespace {

constexpr const char* kIntroduction = R"(The command line of a Spark fleet on Kubernetes.

## Examples

```
# Judge a values file; no cluster needed
kubectl spark render -f values.yaml --check

# Say what will happen, do it, and wait until the streams run
kubectl spark submit -f values.yaml --wait

# The fleet, and one application with the reason why it is stuck
kubectl spark status
kubectl spark status orders
```

)";

std::string summary_of(const plugin::Found& command) {
    const auto loaded = plugin::load(command);
    return loaded ? (*loaded)->summary : "not usable: " + plugin::reason(loaded.error(), command);
}

std::string lines_of(const plugin::Catalog& catalog, bool own) {
    const auto mine = own_commands();
    std::string text;
    for (const plugin::Found& command : catalog.commands) {
        const bool is_own = std::find(mine.begin(), mine.end(), command.built_in) != mine.end();
        if (is_own == own) text += fmt::format("{:<12} {}\n", command.name, summary_of(command));
    }
    return text;
}

/// A command line without a command: its word completes.
core::Command unnamed(core::Completer complete) {
    core::Command command;
    command.synopsis = "COMMAND [flags]";
    command.make = [complete = std::move(complete)] {
        auto invocation = std::make_unique<core::Invocation>();
        auto words = std::make_shared<std::vector<std::string>>();
        invocation->flags.positionals("COMMAND", *words, {}, 0, 0).complete = complete;
        invocation->options = words;
        invocation->execute = [](core::Context&) -> core::Status {
            return core::Error{core::Code::Usage, "a command is missing"};
        };
        return invocation;
    };
    return command;
}

std::vector<std::string> complete_names(core::Context& context, const std::string& prefix) {
    std::vector<std::string> candidates{"help\tHelp about a command"};
    for (const plugin::Found& command : commands(context).commands)
        if (command.name.starts_with(prefix))
            candidates.push_back(command.name + "\t" + summary_of(command));
    return candidates;
}

} // namespace

core::Command overview() {
    return unnamed(complete_names);
}

core::Command topics() {
    return unnamed([](core::Context& context, const std::string& prefix) {
        auto candidates = complete_names(context, prefix);
        for (const auto& topic : complete_topics()) candidates.push_back(topic);
        return candidates;
    });
}

std::string overview_text(const core::Context& context) {
    const plugin::Catalog catalog = commands(context);
    std::string text = kIntroduction;
    if (const std::string list = lines_of(catalog, false); !list.empty())
        text += "## Commands\n```\n" + list + "```\n\n";
    text += "## Other commands\n```\n" + lines_of(catalog, true);
    text += fmt::format("{:<12} {}\n```\n", "help", "Help about a command");
    text += "\n## Exit statuses\n" +
            std::string(kExitStatusesTopic.substr(kExitStatusesTopic.find("```")));
    text += "\n## Topics\n```\n" + topic_lines() + "```\n";
    text += "\nUse \"kubectl spark COMMAND --help\" for examples and the flags of a command.\n";
    return text;
}

} // namespace kspark::app
