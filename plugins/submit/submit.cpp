// SPDX-License-Identifier: Apache-2.0
// kubectl spark submit: the checked input, the plan, then what the plan says. Nothing is sent
// before every input is known to be right, nothing is written before every dry run was answered
// well.
#include "plugins/submit/submit.hpp"

#include "core/base/identity.hpp"
#include "core/base/interrupt.hpp"
#include "core/base/text.hpp"
#include "core/cli/exit_status.hpp"
#include "core/cli/input_flags.hpp"
#include "core/cli/output_flags.hpp"
#include "core/output/text.hpp"
#include "plugins/submit/help.hpp"
#include "plugins/submit/input.hpp"
#include "plugins/submit/look_ahead.hpp"
#include "plugins/submit/plan_text.hpp"
#include "plugins/submit/progress.hpp"
#include "plugins/submit/rollback.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace kspark::submit {
namespace {

using core::Code;
using core::Error;
using output::Format;

/// Only the plan: nothing is written.
bool plan_only(const Options& options) {
    return options.dry_run != DryRun::None || options.diff || options.exit_code;
}

core::Status usage(const Options& options) {
    if (options.inputs.files.empty() && options.chart.empty() && options.from.empty())
        return Error{Code::Usage, "must specify --filename (-f) or --chart"};
    if (!options.from.empty() && !(options.inputs.files.empty() && options.chart.empty()))
        return Error{Code::Usage, "--from cannot be used together with --filename or --chart"};
    if (!options.from.empty() && options.prune)
        return Error{Code::Usage, "--from makes one run: there is nothing to --prune"};
    if (options.dry_run == DryRun::Client && (options.diff || options.exit_code || options.prune))
        return Error{Code::Usage, "--diff, --exit-code and --prune ask the cluster, "
                                  "--dry-run=client does not: use --dry-run=server"};
    if (options.rollback_on_failure && !options.wait)
        return Error{Code::Usage, "--rollback-on-failure needs --wait: only then is it known "
                                  "whether the new version runs"};
    if (options.probe_image && plan_only(options))
        return Error{Code::Usage, "--probe-image runs pods: it does not go with --dry-run, --diff "
                                  "and --exit-code"};
    if (options.parallel < 0 || options.max_failures < 0 || options.max_prune < 0)
        return Error{Code::Usage,
                     "--parallel, --max-failures and --max-prune must not be negative"};
    return {};
}

bool prints_objects(const Options& options) {
    return options.format.kind != Format::Kind::Table && options.format.kind != Format::Kind::Wide;
}

/// Lines for people go to stdout unless objects do.
output::Stream& line_stream(core::Context& context, const Options& options) {
    return prints_objects(options) ? context.streams.err : context.streams.out;
}

core::Status write_table(core::Context& context, const Options& options,
                         const output::Table& table) {
    output::Stream& stream = line_stream(context, options);
    output::TableOptions how;
    how.headers = false;
    how.color = output::use_color(context.color, stream, context.environment);
    how.width = stream.is_terminal() ? stream.width() : 0;
    return stream.write(output::render(table, how));
}

void say(core::Context& context, const std::string& line) {
    static_cast<void>(context.streams.err.write(line + "\n").has_value());
}

core::Result<PlanOptions> plan_options(core::Context& context, const Options& options,
                                       const spark::Inputs& inputs) {
    PlanOptions plan;
    plan.name_space_given = !context.connection.name_space.empty();
    plan.name_space = inputs.name_space;
    if (plan.name_space_given || plan.name_space.empty()) {
        KSPARK_ASSIGN(plan.name_space, context.name_space());
    }
    plan.force = options.force_conflicts ? kube::Force::Yes : kube::Force::No;
    plan.prune = options.prune;
    plan.max_prune = options.max_prune;
    return plan;
}

/// All that were refused, so that one run shows every mistake; nothing was written.
core::Status refusals(core::Context& context, const std::vector<Item>& items) {
    std::optional<Code> code;
    std::set<std::string> told;
    for (const auto& item : items) {
        if (!item.refused) continue;
        code = code ? core::worse(*code, item.refused->code) : item.refused->code;
        // What every application meets, a missing right or namespace, is told once.
        if (told.insert(item.refused->message).second)
            context.report(Error(*item.refused).during(item.reference.name));
    }
    if (!code) return {};
    say(context, "nothing was changed");
    return Error{*code, ""};
}

core::Status show_plan(core::Context& context, const Options& options,
                       const std::vector<Item>& items) {
    KSPARK_TRY(write_table(context, options, plan_table(items)));
    if (options.diff)
        KSPARK_TRY(line_stream(context, options).write(plan_diff(items, context.color_out())));
    if (options.dry_run == DryRun::Client)
        say(context,
            "client dry run: the cluster was not asked what would be created, restarted or "
            "left alone");
    else if (plan_only(options))
        say(context, fmt::format("{} (nothing was changed)", plan_summary(items)));
    else if (items.size() > 1)
        say(context, plan_summary(items));
    return {};
}

Outcome planned(const Options& options, std::vector<Item> items) {
    Outcome outcome;
    if (options.exit_code && has_changes(items)) outcome.code = Code::ChangesPending;
    for (auto& item : items) outcome.tracks.emplace_back().item = std::move(item);
    return outcome;
}

Outcome deploy(core::Context& context, kube::Client& client, const Options& options,
               const std::string& set, std::vector<Item> items) {
    DeployOptions how;
    how.goal = options.wait;
    how.timeout = options.timeout;
    how.parallel = options.parallel;
    how.max_failures = options.max_failures;
    how.force = options.force_conflicts ? kube::Force::Yes : kube::Force::No;
    how.set = set;
    how.fence = true;
    how.by = core::who(context.environment);
    Progress progress(context.streams.err, context.clock, context.color_err(), shown_names(items));
    Outcome outcome;
    outcome.deployed = true;
    outcome.tracks = Deployment(client, how, std::move(items), progress).run();
    progress.finish();
    if (options.rollback_on_failure && !core::interrupted())
        roll_back(context, client, how, outcome.tracks);
    for (const auto& track : outcome.tracks)
        if (track.error)
            outcome.code =
                outcome.code ? core::worse(*outcome.code, track.error->code) : track.error->code;
    if (core::interrupted()) outcome.code = Code::Interrupted;
    return outcome;
}

core::Status print_objects(core::Context& context, const Options& options, const Outcome& outcome) {
    std::vector<data::Json> objects;
    for (const auto& track : outcome.tracks) {
        if (outcome.deployed && track.stage != Track::Stage::Done && !track.written) continue;
        const auto& item = track.item;
        if (item.change.action == spark::Action::Prune) continue;
        objects.push_back(item.stored.is_null() ? item.desired : item.stored);
    }
    return output::print_objects(context.streams.out, options.format, objects, objects.size() != 1);
}

/// A flag whose value is one of some words.
core::Flag& choice(core::Flags& flags, std::string name, std::string value_name, std::string help,
                   std::vector<std::string> words, std::function<void(const std::string&)> set) {
    auto& flag = flags.add(std::move(name), std::move(value_name), std::move(help),
                           [set = std::move(set)](const std::string& word) -> core::Status {
                               set(word);
                               return {};
                           });
    flag.choices = std::move(words);
    return flag;
}

DryRun dry_run_of(const std::string& word) {
    if (word == "client") return DryRun::Client;
    return word == "server" ? DryRun::Server : DryRun::None;
}

Validate validate_of(const std::string& word) {
    if (word == "warn") return Validate::Warn;
    return word == "strict" || word == "true" ? Validate::Strict : Validate::Ignore;
}

void declare_plan(core::Flags& flags, Options& options) {
    auto& dry_run = choice(flags, "--dry-run", "MODE",
                           "only say what would be done: server asks the cluster, client does not",
                           {"none", "client", "server"}, [&options](const std::string& word) {
                               options.dry_run = dry_run_of(word);
                           });
    dry_run.implied = "server";
    dry_run.shown_default = "none";
    flags.add("--diff", options.diff,
              "only show what would change, as a unified diff; secrets are masked");
    flags.add("--exit-code", options.exit_code,
              "only make the plan; exit status 8 when something would change");
    flags.add("--prune", options.prune,
              "remove the applications of this set that the values file no longer names");
    flags.add("--max-prune", options.max_prune, "N", "refuse to remove more than that");
    flags.add("--force-conflicts", options.force_conflicts,
              "take over fields that another writer owns");
    flags.add("--rollback-on-failure", options.rollback_on_failure,
              "give a stream that ran its last running spec back when its new one fails; exit "
              "status 4");
    flags.add("--no-preflight", options.no_preflight,
              "do not ask first whether the new versions can start");
    flags.add("--probe-image", options.probe_image,
              "before anything is stopped, run a pod of each new image that ends at once");
    auto& validate =
        choice(flags, "--validate", "MODE",
               "what the offline checks do: refuse (strict), warn, or nothing",
               {"strict", "warn", "ignore", "true", "false"},
               [&options](const std::string& word) { options.validate = validate_of(word); });
    validate.implied = "strict";
    validate.shown_default = "strict";
}

void declare_wait(core::Flags& flags, Options& options) {
    auto& wait = choice(flags, "--wait", "STATE",
                        "wait until the submissions that this caused are running (for 5s) or "
                        "completed",
                        {"running", "completed"}, [&options](const std::string& word) {
                            options.wait =
                                word == "completed" ? spark::Goal::Completed : spark::Goal::Running;
                        });
    wait.implied = "running";
    flags.add("--timeout", options.timeout, "DURATION",
              "how long each application is waited for, from its turn on; 0 is for ever");
    flags.add("--parallel", options.parallel, "N",
              "how many applications are created or restarted at a time; 0 is 5 restarts and any "
              "number of others");
    flags.add("--max-failures", options.max_failures, "N",
              "begin no further application after so many have failed; 0 is never");
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    core::declare_inputs(flags, options.inputs);
    flags.add("--chart", options.chart, "DIR",
              "submit what helm renders from this chart; -f and --set are handed to it");
    flags.add("--from", options.from, "scheduledsparkapp/NAME",
              "make the run now that this schedule would make");
    declare_plan(flags, options);
    declare_wait(flags, options);
    core::declare_output(flags, options.format, false);
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    KSPARK_TRY(usage(options));
    KSPARK_ASSIGN(const auto inputs, load_inputs(context, options));
    KSPARK_ASSIGN(const auto how, plan_options(context, options, inputs));
    KSPARK_ASSIGN(auto items, make_items(inputs, how));
    if (options.dry_run == DryRun::Client) {
        KSPARK_TRY(show_plan(context, options, items));
        return planned(options, std::move(items));
    }
    KSPARK_ASSIGN(kube::Client * client, context.client());
    KSPARK_TRY(make_plan(*client, inputs, how, items));
    KSPARK_TRY(refusals(context, items));
    KSPARK_TRY(show_plan(context, options, items));
    const bool writes = !plan_only(options);
    if (!options.no_preflight && (writes || options.dry_run == DryRun::Server))
        KSPARK_TRY(look_ahead(context, *client, items));
    if (!writes) return planned(options, std::move(items));
    if (options.probe_image) KSPARK_TRY(probe_images(context, *client, items, options.timeout));
    return deploy(context, *client, options, inputs.from_values ? inputs.set : "",
                  std::move(items));
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    if (outcome.deployed) {
        KSPARK_TRY(
            write_table(context, options, summary_table(outcome.tracks, options.wait.has_value())));
        for (const auto& track : outcome.tracks)
            if (track.error) context.report(explained_failure(track));
    }
    if (prints_objects(options)) KSPARK_TRY(print_objects(context, options, outcome));
    if (!outcome.code) return {};
    if (*outcome.code == Code::Interrupted) say(context, "interrupted");
    return Error{*outcome.code, ""};
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "submit", "Create and update applications from a values file or manifests",
        "submit -f FILE... [flags]", std::string(kHelp), declare, run, print);
}

} // namespace kspark::submit
