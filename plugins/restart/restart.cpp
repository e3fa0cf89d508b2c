// SPDX-License-Identifier: Apache-2.0
// kubectl spark restart: who is meant, what speaks against it, then one loop of fenced restarts.
// Nothing is written before every name was found and every doubt was answered.
#include "plugins/restart/restart.hpp"

#include "core/base/identity.hpp"
#include "core/base/interrupt.hpp"
#include "core/base/text.hpp"
#include "core/cli/application_flags.hpp"
#include "core/cli/confirm.hpp"
#include "core/cli/exit_status.hpp"
#include "core/cli/input_flags.hpp"
#include "core/spark/inquiry.hpp"
#include "core/spark/lookup.hpp"
#include "plugins/restart/doubts.hpp"
#include "plugins/restart/help.hpp"
#include "plugins/restart/rolling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::restart {
namespace {

using core::Code;
using core::Error;
using spark::Strategy;

/// An answer that does not come within that is asked for again.
constexpr core::Duration kAskAgain = std::chrono::seconds(20);

core::Status usage(const Options& options) {
    const int ways = !options.names.empty() + !options.inputs.files.empty() +
                     !options.selector.empty() + options.all;
    if (ways == 0)
        return Error{Code::Usage, "which applications? say NAME..., -l SELECTOR, -f FILE or --all"};
    if (ways > 1) return Error{Code::Usage, "NAME, -l, -f and --all cannot be used together"};
    if (options.rolling < 1 || options.max_failures < 0)
        return Error{Code::Usage, "--rolling must be at least 1, --max-failures not negative"};
    return {};
}

std::optional<spark::Goal> goal_of(core::Context& context, const Options& options) {
    if (options.wait == "false") return std::nullopt;
    if (options.wait == "completed") return spark::Goal::Completed;
    if (options.wait.empty() && !context.streams.err.is_terminal()) return std::nullopt;
    return spark::Goal::Running;
}

spark::RestartOptions restart_options(core::Context& context, const Options& options) {
    spark::RestartOptions each;
    each.strategy = options.strategy;
    each.force = options.force;
    each.adopt = true; // every doubt was answered
    each.goal = goal_of(context, options);
    each.timeout = options.timeout;
    each.by = core::who(context.environment);
    return each;
}

core::Status ask(core::Context& context, const Options& options,
                 const std::vector<std::string>& found, std::size_t count) {
    for (const auto& doubt : found) context.warn(doubt);
    if (options.yes || (found.empty() && !options.all)) return {};
    return core::confirm(context, fmt::format("Restart {}?", core::count(count, "application")),
                         "--yes");
}

std::string steps_of(const spark::Restart& restart, const spark::FenceStep& step, core::Time now) {
    using Kind = spark::FenceStep::Kind;
    const auto pods = spark::pods_text(restart.pods(), now);
    const std::string gone = pods.empty() ? "" : "; wait until these pods are gone: " + pods;
    switch (step.kind) {
    case Kind::Stop:
        return "not possible: " + step.sentence;
    case Kind::Suspend:
        return "suspend: set spec.suspend" + gone +
               "; resume together with a changed annotation of the driver";
    case Kind::Hold:
    case Kind::Delete:
    case Kind::Release:
        return "recreate: delete" + gone + "; create it again";
    case Kind::Resume:
        return "finish: resume together with a changed annotation of the driver";
    case Kind::Annotate:
        return "annotate: change an annotation of the driver (no pod is left to wait for)";
    default:
        return std::string(spark::to_text(restart.strategy())) + ": first " + step.sentence;
    }
}

core::Result<Outcome> dry_run(core::Context& context, kube::Client& client, const Options& options,
                              const std::vector<Target>& targets) {
    Outcome outcome;
    for (const auto& target : targets) {
        spark::Restart restart(client, target.reference, restart_options(context, options));
        const auto step = restart.plan();
        if (!step) return Error(step.error()).during(target.reference.name);
        Result result{target.reference.name, steps_of(restart, *step, client.server_now())};
        if (options.dry_run == DryRun::Server)
            if (auto tried = restart.try_out(*step); !tried) {
                result.text += " (refused: " + tried.error().message + ")";
                outcome.code = tried.error().code;
            }
        outcome.results.push_back(std::move(result));
    }
    (void)context.streams.err.write("dry run: nothing was changed\n").has_value();
    return outcome;
}

Outcome restarted(core::Context& context, kube::Client& client, const Options& options,
                  const std::vector<Target>& targets) {
    RollingOptions how;
    how.at_once = options.rolling;
    how.max_failures = options.max_failures;
    how.each = restart_options(context, options);
    if (const auto to = context.connected()) how.server = (*to)->cluster.server;
    Outcome outcome;
    outcome.results = restart_all(context, client, targets, how);
    for (std::size_t i = 0; i < outcome.results.size() && i < targets.size(); ++i) {
        auto& error = outcome.results[i].error;
        if (error && (error->code == Code::ApplicationFailed || error->code == Code::Timeout))
            std::ranges::move(spark::explanation(client, targets[i].reference),
                              std::back_inserter(error->details));
    }
    for (const auto& result : outcome.results)
        if (result.error && result.error->code != Code::Interrupted)
            outcome.code =
                outcome.code ? core::worse(*outcome.code, result.error->code) : result.error->code;
    if (core::interrupted()) outcome.code = Code::Interrupted;
    return outcome;
}

core::Flag& choice(core::Flags& flags, std::string names, std::string value_name, std::string help,
                   std::vector<std::string> choices, std::function<void(const std::string&)> set) {
    auto& flag = flags.add(std::move(names), std::move(value_name), std::move(help),
                           [set](const std::string& word) -> core::Status {
                               set(word);
                               return {};
                           });
    flag.choices = std::move(choices);
    return flag;
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    core::declare_names(flags, options.names);
    core::declare_inputs(flags, options.inputs);
    core::declare_selector(flags, options.selector);
    flags.add("--all", options.all, "all applications of the namespace; asks");
    flags.add("-y,--yes", options.yes, "do not ask");
    auto& wait = choice(flags, "--wait", "STATE",
                        "wait until the new submissions are running (for 5s) or completed; "
                        "on a terminal without being told, false is not to",
                        {"running", "completed", "true", "false"},
                        [&options](const std::string& word) { options.wait = word; });
    wait.implied = "running";
    flags.add("--timeout", options.timeout, "DURATION",
              "how long each application may take, from its turn on; 0 is for ever");
    flags.add("--rolling", options.rolling, "K", "how many applications are restarted at a time");
    flags.add("--max-failures", options.max_failures, "N",
              "begin no further application after so many have failed; 0 is never");
    auto& strategy = choice(
        flags, "--strategy", "HOW",
        "suspend and resume, annotate the driver, or delete and create again; auto finds out",
        {"auto", "suspend", "annotate", "recreate"}, [&options](const std::string& word) {
            for (const auto candidate :
                 {Strategy::Auto, Strategy::Suspend, Strategy::Annotate, Strategy::Recreate})
                if (spark::to_text(candidate) == word) options.strategy = candidate;
        });
    strategy.shown_default = "auto";
    flags.add("--force", options.force,
              "take pods on nodes that do not answer for dead; if they live, two runs write to "
              "one checkpoint");
    auto& dry_run = choice(flags, "--dry-run", "MODE",
                           "only say how it would be done: server also asks whether it would be "
                           "accepted",
                           {"none", "client", "server"}, [&options](const std::string& word) {
                               options.dry_run = word == "client"   ? DryRun::Client
                                                 : word == "server" ? DryRun::Server
                                                                    : DryRun::None;
                           });
    dry_run.implied = "server";
    dry_run.shown_default = "none";
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    KSPARK_TRY(usage(options));
    context.terminal.input_is_used = std::ranges::count(options.inputs.files, "-") > 0;
    KSPARK_ASSIGN(kube::Client * client, context.client(kAskAgain));
    KSPARK_ASSIGN(const auto targets, find_targets(context, *client, options));
    const auto found = doubts(*client, targets);
    if (options.dry_run != DryRun::None) {
        for (const auto& doubt : found) context.warn(doubt);
        return dry_run(context, *client, options, targets);
    }
    KSPARK_TRY(ask(context, options, found, targets.size()));
    return restarted(context, *client, options, targets);
}

core::Status print(core::Context& context, const Options&, const Outcome& outcome) {
    output::Table table;
    table.columns = {{"NAME"}, {"OUTCOME", false, false, true}};
    for (const auto& result : outcome.results)
        table.rows.push_back({result.name, output::Cell(result.text, result.color)});
    output::TableOptions how;
    how.headers = false;
    how.color = context.color_out();
    KSPARK_TRY(context.streams.out.write(output::render(table, how)));
    for (const auto& result : outcome.results)
        if (result.error) context.report(Error(*result.error).during(result.name));
    if (!outcome.code) return {};
    return Error{*outcome.code, ""};
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "restart", "Restart applications, never with two runs of one at a time",
        "restart [NAME...] [-f FILE...] [flags]", std::string(kHelp), declare, run, print);
}

} // namespace kspark::restart
