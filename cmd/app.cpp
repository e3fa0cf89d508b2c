// SPDX-License-Identifier: Apache-2.0
// The first word that is no flag names the command; only its module is loaded. A word that nobody
// here knows may be an executable kubectl-spark-WORD, as for kubectl. Flags may stand before the
// word, since users write "kubectl spark -n prod status".
#include "cmd/app.hpp"

#include "cmd/overview.hpp"
#include "cmd/topics.hpp"
#include "core/base/text.hpp"
#include "core/cli/command.hpp"
#include "core/cli/words.hpp"
#include "core/plugin/loader.hpp"
#include "core/plugin/module.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>

namespace kspark::app {

namespace {

/// Where the command's word is, flags with their values skipped.
std::optional<std::size_t> command_position(core::Context& context,
                                            const std::vector<std::string>& arguments) {
    core::Flags flags;
    bool help = false;
    core::declare_common(flags, help, context);
    std::vector<std::string> before;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const bool is_value = core::spell_out(flags.flags(), before).awaiting != nullptr;
        if (!is_value && arguments[at] == "--") return std::nullopt;
        if (!is_value && !arguments[at].starts_with('-')) return at;
        before.push_back(arguments[at]);
    }
    return std::nullopt;
}

int call(core::Context& context, const plugin::Found& found,
         const std::vector<std::string>& arguments,
         int (*const kubectl_spark_plugin::*entry)(kubectl_spark_context*, int,
                                                   const char* const*)) {
    const auto loaded = plugin::load(found);
    if (!loaded) return core::report_status(context, loaded.error(), context.program);
    std::vector<const char*> words;
    for (const std::string& argument : arguments) words.push_back(argument.c_str());
    return ((*loaded)->*entry)(plugin::opaque(context), static_cast<int>(words.size()),
                               words.data());
}

/// Becomes the executable kubectl-spark-WORD; returns only when there is none.
core::Status become_executable(const core::Context& context, const std::string& word,
                               const std::vector<std::string>& arguments) {
    std::string name = "kubectl-spark-" + word;
    for (char& letter : name)
        if (letter == '-' && &letter >= &name[sizeof "kubectl-spark-" - 1]) letter = '_';
    const auto program = core::find_program(name, context.environment);
    if (!program || word.find('/') != std::string::npos) return {};
    std::vector<char*> words{const_cast<char*>(program->c_str())};
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::signal(SIGPIPE, SIG_DFL); // ignored signals stay ignored in the new program
    execv(words[0], words.data());
    return core::Error{core::Code::Failed,
                       fmt::format("cannot run {}: {}", program->string(), std::strerror(errno))};
}

/// What to type instead: the nearest command, or ours for the word that kubectl has for it.
std::string advice(const std::string& word, const std::vector<std::string>& names) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kWordsOfKubectl = {
        {{"get", "status"},
         {"describe", "status"},
         {"list", "status"},
         {"apply", "submit"},
         {"create", "submit"},
         {"run", "submit"},
         {"rollout", "restart"}}};
    for (const auto& [theirs, ours] : kWordsOfKubectl)
        if (word == theirs) return fmt::format("; did you mean \"{}\"?", ours);
    if (word == "delete" || word == "edit")
        return fmt::format("; kubectl {} sparkapp NAME does that", word);
    return core::did_you_mean(word, names);
}

int unknown_command(core::Context& context, const std::string& word,
                    const plugin::Catalog& catalog) {
    std::vector<std::string> names{"help"};
    for (const auto& command : catalog.commands) names.push_back(command.name);
    for (const std::string& warning : catalog.warnings) context.warn(warning);
    return core::report_status(
        context,
        core::Error{core::Code::Usage, fmt::format("unknown command \"{}\" for \"{}\"{}", word,
                                                   context.program, advice(word, names))},
        context.program);
}

int run_overview(core::Context& context, std::vector<std::string> arguments) {
    core::Command command = overview();
    command.help = overview_text(context);
    if (arguments.empty()) arguments = {"--help"};
    return core::run_command(command, context, arguments);
}

int complete(core::Context& context, std::vector<std::string> arguments) {
    const bool help = arguments.size() > 1 && arguments[0] == "help";
    if (help) arguments.erase(arguments.begin());
    const std::vector<std::string> before(
        arguments.begin(), arguments.empty() ? arguments.end() : arguments.end() - 1);
    const auto at = command_position(context, before);
    if (!at) return core::complete_command(help ? topics() : overview(), context, arguments);
    const plugin::Catalog catalog = commands(context);
    const plugin::Found* found = catalog.find(arguments[*at]);
    // A shell has no place for an error; the run that follows will tell it.
    if (found == nullptr || !plugin::load(*found)) {
        static_cast<void>(context.streams.out.write(":0\n"));
        return 0;
    }
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(*at));
    return call(context, *found, arguments, &kubectl_spark_plugin::complete);
}

} // namespace

plugin::Catalog commands(const core::Context& context) {
    auto built_in = own_commands();
    const auto more = static_plugins();
    built_in.insert(built_in.end(), more.begin(), more.end());
    return plugin::find_commands(built_in, core::executable_path(), context.environment);
}

int run(core::Context& context, std::vector<std::string> arguments) {
    if (!arguments.empty() && arguments[0] == kComplete)
        return complete(context, {arguments.begin() + 1, arguments.end()});
    if (arguments == std::vector<std::string>{"--version"}) arguments = {"version"};
    const auto at = command_position(context, arguments);
    if (!at) return run_overview(context, std::move(arguments));

    const std::string word = arguments[*at];
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(*at));
    if (word == "help" && arguments.empty()) return run(context, {"--help"});
    if (word == "help") {
        if (const auto text = topic_text(context, arguments[0]))
            return core::report_status(context, context.streams.out.write(*text), context.program);
        return run(context, {arguments[0], "--help"});
    }
    if (word == "options" && arguments.empty()) return run(context, {"help", word});

    const plugin::Catalog catalog = commands(context);
    if (const plugin::Found* found = catalog.find(word))
        return call(context, *found, arguments, &kubectl_spark_plugin::run);
    if (*at == 0) {
        if (const auto tried = become_executable(context, word, arguments); !tried)
            return core::report_status(context, tried, context.program);
    }
    return unknown_command(context, word, catalog);
}

} // namespace kspark::app
