// SPDX-License-Identifier: Apache-2.0
// All events of the namespace are read and those of the application and its pods kept: events of
// pods that are gone have no label to be asked for by, only the names that the status remembers.
#include "plugins/events/events.hpp"

#include "core/cli/application_flags.hpp"
#include "core/cli/events_table.hpp"
#include "core/cli/output_flags.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"
#include "core/spark/timeline.hpp"
#include "plugins/events/help.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::events {
namespace {

/// The pods that are there add their names; who may not list them sees the remembered ones only.
core::Status add_pods(core::Context& context, kube::Client& client, Subject& subject) {
    const auto& application = subject.application;
    const auto listed =
        client.list({kube::pods(), application.name_space}, spark::pods_of(application),
                    [&](const data::Json& pod) -> core::Status {
                        subject.pods.insert(data::string_at(pod, {"metadata", "name"}));
                        return {};
                    });
    if (listed) return {};
    if (listed.error().code != core::Code::Forbidden) return listed.error();
    context.warn("events of pods that the status does not name are left out: " +
                 listed.error().message);
    return {};
}

} // namespace

bool Subject::owns(const spark::Event& event) const {
    if (event.object_kind == "Pod") return pods.contains(event.object_name);
    return event.object_kind == "SparkApplication" && event.object_name == application.name &&
           (event.object_uid.empty() || event.object_uid == application.uid);
}

Subject subject_of(spark::Application application) {
    Subject subject;
    subject.pods.insert(application.driver_pod.empty() ? spark::default_driver_pod(application.name)
                                                       : application.driver_pod);
    for (const auto& [pod, state] : application.executors) subject.pods.insert(pod);
    subject.application = std::move(application);
    return subject;
}

bool wanted(const Options& options, const spark::Event& event, core::Time now) {
    if (options.warnings && event.type != "Warning") return false;
    return !options.since || now - event.last <= *options.since;
}

void declare(core::Flags& flags, Options& options) {
    core::declare_name(flags, options.names);
    flags.add("-w,--watch", options.watch, "go on telling events as they come");
    flags.add("--warnings", options.warnings, "warnings only");
    flags.add("--since", options.since, "DURATION", "only events that are not older (e.g. 10m)");
    core::declare_output(flags, options.format, true);
    flags.add("--no-headers", options.no_headers, "leave the header line of the table out");
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    Outcome outcome;
    outcome.format = options.format;
    outcome.format.headers = !options.no_headers;
    if (options.watch && !outcome.format.is_table())
        return core::Error{core::Code::Usage, "-w prints lines; use it without -o"};
    KSPARK_ASSIGN(const auto words, spark::application_words(options.names));
    if (words.size() != 1)
        return core::Error{core::Code::Usage, "one application at a time: the line has two NAMEs"};
    KSPARK_ASSIGN(outcome.name, spark::application_name(words.front()));
    KSPARK_ASSIGN(kube::Client* const client, context.client());
    KSPARK_ASSIGN(const std::string name_space, context.name_space());
    KSPARK_ASSIGN(
        const data::Json object,
        spark::get_application(*client, spark::application_kinds(), name_space, words.front()));
    KSPARK_ASSIGN(auto application, spark::decode_application(object));
    Subject subject = subject_of(std::move(application));
    KSPARK_TRY(add_pods(context, *client, subject));
    if (options.watch) {
        outcome.watched = true;
        KSPARK_TRY(follow(context, *client, options, std::move(subject)));
        return outcome;
    }
    std::vector<data::Json> objects;
    const auto listed =
        client->list({kube::events(), name_space}, {}, [&](data::Json event) -> core::Status {
            auto decoded = spark::decode_event(event);
            if (!subject.owns(decoded) || !wanted(options, decoded, client->server_now()))
                return {};
            outcome.events.push_back(std::move(decoded));
            if (!outcome.format.is_table()) objects.push_back(std::move(event));
            return {};
        });
    if (!listed) return listed.error();
    outcome.now = client->server_now();
    outcome.events = spark::fold(std::move(outcome.events));
    if (!outcome.format.is_table())
        outcome.objects = std::make_shared<const std::vector<data::Json>>(std::move(objects));
    return outcome;
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    if (outcome.watched) return {};
    output::Stream& out = context.streams.out;
    if (outcome.objects != nullptr)
        return output::print_objects(out, outcome.format, *outcome.objects, true);
    if (outcome.events.empty())
        return context.streams.err.write(fmt::format("No events of {} found.\n", outcome.name));
    output::TableOptions shown;
    shown.headers = !options.no_headers;
    shown.color = context.color_out();
    shown.width = out.is_terminal() ? out.width() : 0;
    return out.write(output::render(core::events_table(outcome.events, outcome.now), shown));
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "events", "Show what happened to an application and its pods, in one time line",
        "events NAME [flags]", std::string(kHelp), declare, run, print);
}

} // namespace kspark::events
