// SPDX-License-Identifier: Apache-2.0
// Without a NAME the fleet: applications are listed page by page and kept as table cells only. With
// NAMEs each in full. With a file, what the file says beside what the cluster has.
#include "plugins/status/status.hpp"

#include "core/cli/application_flags.hpp"
#include "core/cli/input_flags.hpp"
#include "core/cli/order.hpp"
#include "core/cli/output_flags.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/inquiry.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/stream_calls.hpp"
#include "plugins/status/companions.hpp"
#include "plugins/status/detail.hpp"
#include "plugins/status/file.hpp"
#include "plugins/status/fleet.hpp"
#include "plugins/status/help.hpp"
#include "plugins/status/named.hpp"
#include "plugins/status/sources.hpp"
#include "plugins/status/watch.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace kspark::status {
namespace {

using output::Format;

/// Every application, and not some by their names.
bool asks_for_all(const Options& options) {
    return options.names.empty() || spark::is_kind_alone(options.names);
}

core::Status check(const Options& options) {
    const auto usage = [](std::string message) {
        return core::Error{core::Code::Usage, std::move(message)};
    };
    if (!asks_for_all(options) && !options.inputs.files.empty())
        return usage("NAME and -f cannot be used together; --stream picks streams of the file");
    if (!asks_for_all(options) && (!options.selector.empty() || !options.field_selector.empty()))
        return usage("name cannot be provided when a selector is specified");
    if (!asks_for_all(options) && options.all_namespaces)
        return usage("a resource cannot be retrieved by name across all namespaces");
    if (!options.inputs.files.empty() && options.all_namespaces)
        return usage("-f and -A cannot be used together: the file names the namespace");
    if (options.watch && !options.format.is_table())
        return usage("-w shows a table; use it without -o");
    if (!options.sort_by.empty() && (options.watch || !options.inputs.files.empty()))
        return usage("--sort-by cannot be used with -w or -f");
    if (options.watch && !options.inputs.files.empty())
        return usage("-w and -f cannot be used together");
    return {};
}

core::Status set_lag(Options& options, const std::string& text) {
    std::int64_t lag = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lag);
    if (error != std::errc() || end != text.data() + text.size() || lag < 0)
        return core::Error{core::Code::Usage, "a number of offsets is wanted, 0 or more"};
    options.limits.lag = lag;
    return {};
}

core::Status judge(kube::Client& client, const Options& options, const std::string& name_space,
                   Fleet& fleet, Outcome& outcome) {
    if (options.progress) {
        fleet.consult_streams(spark::follow_up_streams(client, fleet.streams(), options.limits),
                              options.limits);
        outcome.unasked = fleet.unasked();
    }
    if (fleet.suspects().empty()) return {};
    const auto pods = suspect_pods(client, name_space, fleet.suspects());
    if (pods) fleet.consult(*pods);
    if (!pods && pods.error().code != core::Code::Forbidden) return pods.error();
    return {};
}

core::Status run_fleet(kube::Client& client, const Options& options, Outcome& outcome) {
    Fleet fleet(shape_of(options, options.all_namespaces), client);
    std::vector<data::Json> objects;
    const bool sorted = !options.sort_by.empty();
    const bool keep = !outcome.format.is_table();
    const auto add = [&](const data::Json& object) -> core::Status {
        KSPARK_ASSIGN(const auto application, spark::decode_application(object));
        fleet.add(application);
        return {};
    };
    const auto item = [&](data::Json object) -> core::Status {
        if (!sorted) KSPARK_TRY(add(object));
        if (keep || sorted) objects.push_back(std::move(object));
        return {};
    };
    const bool labels = options.show_labels || !options.label_columns.empty();
    auto drop =
        keep || sorted || labels ? std::vector<std::string>{"managedFields"} : unneeded_keys();
    if (keep && options.format.shows_managed_fields()) drop.clear();
    KSPARK_TRY(list_applications(client, options, outcome.name_space,
                                 {options.selector, options.field_selector}, item, drop));
    if (sorted) {
        KSPARK_TRY(core::sort_by(options.sort_by, objects));
        for (const auto& object : objects) KSPARK_TRY(add(object));
    }
    if (!keep || options.exit_code)
        KSPARK_TRY(judge(client, options, outcome.name_space, fleet, outcome));
    outcome.bad = fleet.bad();
    outcome.fleet = std::move(fleet).table();
    if (!keep) {
        KSPARK_ASSIGN(const auto companions,
                      list_companions(client, outcome.name_space,
                                      {options.selector, options.field_selector}));
        outcome.companions =
            companions_table(companions, options.all_namespaces, client.server_now());
    }
    if (keep) outcome.objects = std::make_shared<const std::vector<data::Json>>(std::move(objects));
    return {};
}

core::Status run_file(core::Context& context, kube::Client& client, const Options& options,
                      Outcome& outcome) {
    KSPARK_ASSIGN(const FileView view, load_file(context, options));
    outcome.name_space = view.single_name_space();
    std::vector<data::Json> objects;
    Fleet::Shape shape = shape_of(options, view.name_spaces().size() > 1);
    shape.file = true;
    Fleet fleet(std::move(shape), client);
    KSPARK_TRY(compare_with_cluster(client, options, view, fleet, objects));
    for (const auto& name_space : view.name_spaces()) {
        if (view.name_spaces().size() > 1) continue;
        KSPARK_TRY(judge(client, options, name_space, fleet, outcome));
    }
    outcome.bad = fleet.bad();
    outcome.differs = fleet.differs();
    outcome.fleet = std::move(fleet).table();
    if (!outcome.format.is_table())
        outcome.objects = std::make_shared<const std::vector<data::Json>>(std::move(objects));
    return {};
}

core::Status print_table(core::Context& context, const Options& options, const Outcome& outcome) {
    output::Stream& out = context.streams.out;
    if (!asks_for_all(options)) {
        std::string text;
        for (const Detail& detail : outcome.details) {
            for (const auto& sentence : detail.missing) context.warn(sentence);
            if (!text.empty()) text += "\n";
            text += describe(detail, {context.color_out(), out.is_terminal() ? out.width() : 0});
        }
        for (const auto& page : outcome.pages) text += (text.empty() ? "" : "\n") + page;
        return text.empty() ? core::Status() : out.write(text);
    }
    if (outcome.fleet.rows.empty() && outcome.companions.rows.empty() && options.ignore_not_found)
        return {};
    if (outcome.fleet.rows.empty() && outcome.companions.rows.empty())
        return context.streams.err.write(
            outcome.name_space.empty()
                ? "No resources found\n"
                : fmt::format("No resources found in {} namespace.\n", outcome.name_space));
    output::TableOptions shown;
    shown.wide = outcome.format.kind == Format::Kind::Wide;
    shown.headers = !options.no_headers;
    shown.color = context.color_out();
    shown.width = out.is_terminal() ? out.width() : 0;
    std::string text;
    if (!outcome.fleet.rows.empty()) text = output::render(outcome.fleet, shown);
    if (!outcome.companions.rows.empty())
        text += (text.empty() ? "" : "\n") + output::render(outcome.companions, shown);
    return out.write(text);
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    core::declare_names(flags, options.names);
    core::declare_inputs(flags, options.inputs);
    flags.add("-A,--all-namespaces", options.all_namespaces, "applications of all namespaces");
    core::declare_selector(flags, options.selector);
    flags.add("--field-selector", options.field_selector, "SELECTOR",
              "field selector (e.g. --field-selector metadata.name=orders)");
    flags.add(
        "-w,--watch", options.watch,
        "go on showing changes: a table that updates in place, in a pipe one line per change");
    core::declare_output(flags, options.format, true);
    flags.add("--no-headers", options.no_headers, "leave the header line of the table out");
    flags.add("--ignore-not-found", options.ignore_not_found,
              "a NAME that is not there is no error");
    flags.add("--sort-by", options.sort_by, "PATH",
              "order by this field (e.g. --sort-by .metadata.creationTimestamp)");
    flags.add("--show-labels", options.show_labels, "all labels as the last column");
    flags.add("-L,--label-columns", options.label_columns, "LABEL",
              "a column for this label; may be given several times, or with commas");
    flags.add("--progress", options.progress,
              "ask the drivers of running streams for their last batch (--progress=false: do not)");
    flags.add("--stalled-after", options.limits.stalled_after, "DURATION",
              "a stream without a batch for so long is STALLED");
    flags.add("--watermark-behind", options.limits.watermark_behind, "DURATION",
              "a stream whose watermark is so old is LAGGING");
    flags.add("--lag-over", "OFFSETS", "a stream so many offsets behind its source is LAGGING",
              [&options](const std::string& text) { return set_lag(options, text); });
    flags.add("--exit-code", options.exit_code,
              "exit with 4 when an application has a bad verdict, with 8 when -f differs from the "
              "cluster");
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    Outcome outcome;
    outcome.format = options.format;
    outcome.format.headers = !options.no_headers;
    KSPARK_TRY(check(options));
    KSPARK_ASSIGN(kube::Client* const client, context.client());
    if (!options.all_namespaces) {
        KSPARK_ASSIGN(outcome.name_space, context.name_space());
    }
    if (options.watch) {
        outcome.watched = true;
        KSPARK_TRY(watch(context, *client, options, outcome));
    } else if (!options.inputs.files.empty()) {
        KSPARK_TRY(run_file(context, *client, options, outcome));
    } else if (!asks_for_all(options)) {
        KSPARK_TRY(run_names(*client, options, outcome));
    } else {
        KSPARK_TRY(run_fleet(*client, options, outcome));
    }
    return outcome;
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    if (outcome.watched) return {};
    if (outcome.objects == nullptr) {
        KSPARK_TRY(print_table(context, options, outcome));
    } else if (!outcome.objects->empty() || asks_for_all(options)) {
        const bool as_list = asks_for_all(options) || options.names.size() != 1;
        KSPARK_TRY(
            output::print_objects(context.streams.out, outcome.format, *outcome.objects, as_list));
    }
    if (outcome.unasked > 0)
        context.warn(fmt::format("{} more drivers were not asked how their streams are: choose "
                                 "fewer with -l or --field-selector, or give names",
                                 outcome.unasked));
    for (const auto& error : outcome.errors) context.report(error);
    if (!outcome.errors.empty()) return core::Error{outcome.errors.front().code, ""};
    if (options.exit_code && outcome.bad) return core::Error{core::Code::ApplicationFailed, ""};
    if (options.exit_code && outcome.differs) return core::Error{core::Code::ChangesPending, ""};
    return {};
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "status", "Show the applications of a fleet, or one and why it is stuck",
        "status [NAME...] [-f FILE...] [flags]", std::string(kHelp), declare, run, print);
}

} // namespace kspark::status
