// SPDX-License-Identifier: Apache-2.0
// The plain case, one driver whose log is there, is two requests and a copy of bytes. Everything
// else goes through follow(), which knows about waiting, restarts and broken connections.
#include "plugins/logs/logs.hpp"

#include "core/cli/application_flags.hpp"
#include "core/cli/exit_status.hpp"
#include "core/output/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/manifest.hpp"
#include "plugins/logs/copy.hpp"
#include "plugins/logs/follower.hpp"
#include "plugins/logs/help.hpp"
#include "plugins/logs/mixer.hpp"
#include "plugins/logs/progress.hpp"
#include "plugins/logs/selector.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace kspark::logs {
namespace {

using namespace std::chrono_literals;
using core::Code;

core::Error usage(std::string message) {
    return {Code::Usage, std::move(message)};
}

core::Status check(const Options& options) {
    const int ways =
        !options.names.empty() + !options.selector.empty() + !options.inputs.files.empty();
    if (ways == 0) return usage("say which application: a NAME, -l SELECTOR or --filename FILE");
    if (ways > 1) return usage("NAME, -l and --filename cannot be used together");
    if (options.all && !options.executor.empty())
        return usage("--all and --executor cannot be used together");
    if (options.all_containers && !options.container.empty())
        return usage("--all-containers and -c cannot be used together");
    if (options.since && !options.since_time.empty())
        return usage("at most one of --since-time and --since may be used");
    if (options.since && *options.since <= 0s) return usage("--since must be greater than 0");
    if (options.previous && options.follow)
        return usage(
            "--previous and --follow cannot be used together: what is over is not followed");
    const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
    if (!options.executor.empty() && options.executor != "all" &&
        !std::all_of(options.executor.begin(), options.executor.end(), digit))
        return usage("--executor takes a number, as in \"orders-...-exec-3\", or \"all\"");
    if (!options.since_time.empty() && !core::parse_time(options.since_time))
        return usage(fmt::format("--since-time \"{}\" is no time like 2026-01-02T03:04:05Z",
                                 options.since_time));
    const bool around =
        options.before_context > 0 || options.after_context > 0 || options.context_lines > 0;
    if (options.grep.empty() && (around || options.invert_match || options.ignore_case))
        return usage("-i, --invert-match and the lines of context go with --grep");
    if (options.before_context < 0 || options.after_context < 0 || options.context_lines < 0 ||
        options.limit_bytes < 0 || options.tail < -1)
        return usage("numbers of lines and bytes cannot be negative (--tail=-1: all lines)");
    return {};
}

ProgressReader::Tell on_board(ProgressBoard& board, const std::string& application) {
    return [&board, application](const Progress& progress, const kube::LogPiece&) {
        board.take(application, progress);
    };
}

core::Result<Filter> make_filter(const Options& options, ProgressBoard* board) {
    Choice choice;
    choice.invert = options.invert_match;
    choice.before =
        static_cast<std::size_t>(std::max(options.before_context, options.context_lines));
    choice.after = static_cast<std::size_t>(std::max(options.after_context, options.context_lines));
    choice.level = options.level;
    if (!options.grep.empty()) {
        KSPARK_ASSIGN(Pattern pattern, Pattern::make(options.grep, options.ignore_case));
        choice.pattern = std::make_shared<const Pattern>(std::move(pattern));
    }
    const auto header_told = std::make_shared<bool>(false);
    const bool progress = options.progress;
    return Filter([choice, progress, header_told, board](kube::LogLines::Sink sink,
                                                         const std::string& application) {
        if (!choice.everything()) {
            const auto selector = std::make_shared<Selector>(choice, std::move(sink));
            sink = [selector](const kube::LogPiece& piece) { selector->take(piece); };
        }
        if (progress) {
            const auto reader = std::make_shared<ProgressReader>(
                board != nullptr ? on_board(*board, application)
                                 : progress_lines(std::move(sink), header_told));
            sink = [reader](const kube::LogPiece& piece) { reader->take(piece); };
        }
        return sink;
    });
}

/// The applications that are named, and where they are.
struct Named {
    std::string name_space;
    std::vector<std::string> names;
};
core::Result<Named> names_of(core::Context& context, const Options& options) {
    Named named;
    KSPARK_ASSIGN(named.name_space, context.name_space());
    KSPARK_ASSIGN(named.names, spark::application_words(options.names));
    for (const std::string& word : named.names) KSPARK_TRY(spark::application_name(word));
    if (options.inputs.files.empty()) return named;
    KSPARK_ASSIGN(const spark::Inputs inputs,
                  spark::load_inputs(options.inputs, context.environment));
    std::set<std::string> name_spaces;
    for (const auto& manifest : inputs.manifests) {
        if (data::string_at(manifest.object, {"kind"}) != "SparkApplication") continue;
        named.names.push_back(spark::kind_of(manifest.object).qualified_name() + "/" +
                              data::string_at(manifest.object, {"metadata", "name"}));
        name_spaces.insert(
            data::string_at(manifest.object, {"metadata", "namespace"}, named.name_space));
    }
    if (name_spaces.size() != 1)
        return core::Error{Code::Invalid,
                           name_spaces.empty()
                               ? "the input names no SparkApplication"
                               : "the input names applications of several namespaces; --stream "
                                 "picks some of them"};
    named.name_space = *name_spaces.begin();
    return named;
}

/// How long a node may be silent that only has to hand out what is there.
constexpr core::Duration kPatience = 60s;

/// What is asked of every log.
core::Result<kube::LogQuery> query_of(core::Context& context, const Options& options,
                                      const std::string& name_space) {
    kube::LogQuery query;
    query.name_space = name_space;
    query.follow = options.follow;
    query.previous = options.previous;
    query.since = options.since;
    if (!options.since_time.empty()) {
        KSPARK_ASSIGN(query.since_time, core::parse_time(options.since_time));
    }
    if (options.tail >= 0) query.tail = options.tail;
    KSPARK_ASSIGN(const kube::Connection* const to, context.connected());
    query.patience = options.timeout > 0s       ? options.timeout
                     : to->request_timeout > 0s ? to->request_timeout
                                                : kPatience;
    return query;
}

/// Whether one log is copied as it is.
bool is_plain(const core::Context& context, const Options& options, std::size_t applications) {
    return applications == 1 && options.selector.empty() && !options.follow && !options.all &&
           options.executor.empty() && !options.all_containers && !options.prefix &&
           options.grep.empty() && !options.level && !options.progress &&
           (options.raw || !context.streams.out.is_terminal());
}

core::Error no_previous_run(core::Error error, const Options& options) {
    if (options.previous &&
        error.message.find("previous terminated container") != std::string::npos)
        error = {Code::NotFound,
                 "there is no previous run in this pod: a restart of a Spark application replaces "
                 "the driver pod, and its log goes with it (follow with -f to keep it)"};
    return error;
}

/// The executors that the application in the line has now, by number, with their states.
std::vector<std::string> complete_executors(core::Context& context, const Options& options) {
    std::vector<std::string> candidates{"all\tall executors"};
    const auto client = context.client();
    const auto named = names_of(context, options);
    if (!client || !named || named->names.size() != 1) return candidates;
    const auto object = spark::get_application(**client, spark::application_kinds(),
                                               named->name_space, named->names.front());
    if (!object) return candidates;
    const auto application = spark::decode_application(*object);
    if (!application) return candidates;
    for (const auto& [pod, state] : application->executors)
        candidates.push_back(pod.substr(pod.rfind('-') + 1) + "\t" + state);
    return candidates;
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    core::declare_names(flags, options.names);
    core::declare_selector(flags, options.selector);
    flags.add("--filename", options.inputs.files, "FILE",
              "the applications of this values file or manifest");
    flags.add("--stream", options.inputs.streams, "NAME", "only these streams of the file");
    flags.add("-f,--follow", options.follow,
              "go on with what is written, across restarts, until the application has ended");
    flags.add("--executor", options.executor, "N|all", "logs of one executor or of all executors")
        .complete = [&options](core::Context& context, const std::string&) {
        return complete_executors(context, options);
    };
    flags.add("--all", options.all, "logs of the driver and of all executors");
    flags.add("-c,--container", options.container, "NAME",
              "this container of the pods; default: the one that runs Spark");
    flags.add("--all-containers", options.all_containers, "all containers of the pods");
    flags.add("-p,--previous", options.previous,
              "the log of the container's run before, if the pod had one");
    flags.add("--since", options.since, "DURATION", "only lines newer than this (e.g. 5m)");
    flags.add("--since-time", options.since_time, "TIME",
              "only lines after this time (e.g. 2026-01-02T03:04:05Z)");
    flags.add("--tail", options.tail, "N", "this many last lines; -1: all");
    flags.add("--limit-bytes", options.limit_bytes, "N", "at most this many bytes of each log");
    flags.add("--grep", options.grep, "REGEX", "only lines in which this is found (RE2's syntax)");
    flags.add("-i,--ignore-case", options.ignore_case,
              "--grep takes capitals and small as the same");
    flags.add("--invert-match", options.invert_match, "only lines in which --grep finds nothing");
    flags.add("--before-context", options.before_context, "N", "this many lines before each match");
    flags.add("--after-context", options.after_context, "N", "this many lines after each match");
    flags.add("--context-lines", options.context_lines, "N", "this many lines around each match");
    flags
        .add("--level", "LEVEL",
             "only lines of this level and above (trace, debug, info, warn, error, fatal), with "
             "what belongs to them",
             [&options](const std::string& value) -> core::Status {
                 options.level = parse_level(value);
                 if (options.level) return {};
                 return usage("it is trace, debug, info, warn, error or fatal");
             })
        .complete = [](core::Context&, const std::string&) {
        return std::vector<std::string>{"trace", "debug", "info", "warn", "error", "fatal"};
    };
    flags.add("--progress", options.progress,
              "the batches of the streaming queries, one line each, instead of the log");
    flags.add("--prefix", options.prefix, "name the pod before each line, also of a single log");
    flags.add("--timestamps", options.timestamps, "the time before each line");
    flags.add("--timeout", options.timeout, "DURATION",
              "how long to wait while there is no log to read; 0: for ever (without -f: 60s "
              "for a node that is silent)");
    flags.add("--raw", options.raw, "leave control sequences as they are on a terminal too");
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    KSPARK_TRY(check(options));
    std::optional<ProgressBoard> board;
    if (options.progress && options.follow && context.streams.out.is_terminal())
        board.emplace(context.streams.out, context.clock, context.color_out());
    KSPARK_ASSIGN(Filter filter, make_filter(options, board ? &*board : nullptr));
    KSPARK_ASSIGN(kube::Client* const client, context.client());
    KSPARK_ASSIGN(const Named named, names_of(context, options));
    const std::string& name_space = named.name_space;
    std::vector<data::Json> applications;
    for (const std::string& name : named.names) {
        KSPARK_ASSIGN(
            applications.emplace_back(),
            spark::get_application(*client, spark::application_kinds(), name_space, name));
    }
    Mixer mixer(context.streams.out,
                {options.timestamps, context.streams.out.is_terminal() && !options.raw,
                 context.color_out()});
    KSPARK_ASSIGN(kube::LogQuery query, query_of(context, options, name_space));
    if (is_plain(context, options, applications.size())) {
        KSPARK_ASSIGN(const auto application, spark::decode_application(applications.front()));
        auto copied = copy_log(*client, query, options, application, mixer);
        if (!copied) return no_previous_run(copied.error(), options);
        if (*copied) return Outcome{{}, true, name_space};
    }
    auto outcome = follow(context, *client, options, std::move(query), std::move(applications),
                          mixer, std::move(filter), board ? &*board : nullptr);
    if (!outcome) return outcome;
    for (core::Error& error : outcome->errors) error = no_previous_run(std::move(error), options);
    return outcome;
}

core::Status print(core::Context& context, const Options&, const Outcome& outcome) {
    if (!outcome.found)
        return context.streams.err.write(
            fmt::format("No resources found in {} namespace.\n", outcome.name_space));
    Code worst = Code::Failed;
    for (const core::Error& error : outcome.errors) {
        context.report(error);
        worst = &error == &outcome.errors.front() ? error.code : core::worse(worst, error.code);
    }
    if (outcome.errors.empty()) return {};
    return core::Error{worst, ""};
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "logs", "Print and follow the logs of applications, across restarts",
        "logs (NAME... | -l SELECTOR | --filename FILE) [flags]", std::string(kHelp), declare, run,
        print);
}

} // namespace kspark::logs
