// SPDX-License-Identifier: Apache-2.0
// Their states are shown in their operator's words: nothing here runs to an end that could be
// judged.
#include "plugins/status/companions.hpp"

#include "core/output/text.hpp"
#include "core/spark/codec.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/lookup.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::status {
namespace {

using data::Json;
using data::string_at;

bool is_schedule(const Json& object) {
    return string_at(object, {"kind"}) == "ScheduledSparkApplication";
}

/// The operator's word.
std::string state_of(const Json& object) {
    if (is_schedule(object) && data::bool_at(object, {"spec", "suspend"})) return "suspended";
    for (const auto& path : std::vector<std::vector<std::string_view>>{
             {"status", "scheduleState"},
             {"status", "state"},
             {"status", "currentState", "currentStateSummary"}})
        if (auto word = string_at(object, path); !word.empty()) return word;
    return "NEW";
}

std::string ago(const Json& object, std::string_view field, core::Time now) {
    const auto time = core::parse_time(string_at(object, {"status", field}));
    if (!time) return "-";
    if (*time > now) return "in " + core::human_duration(*time - now);
    return core::human_duration(now - *time) + " ago";
}

std::string next_run(const Json& object, core::Time now) {
    if (data::bool_at(object, {"spec", "suspend"})) return "-";
    return ago(object, "nextRun", now);
}

std::string schedule_of(const Json& object) {
    const std::string zone = string_at(object, {"spec", "timeZone"});
    const std::string schedule = string_at(object, {"spec", "schedule"}, "-");
    return zone.empty() ? schedule : schedule + " (" + zone + ")";
}

std::string line(std::string_view name, std::string_view value) {
    return value.empty()
               ? std::string()
               : fmt::format("{:<14}{}\n", std::string(name) + ":", output::sanitize(value));
}

std::string schedule_page(const Json& object, const std::vector<Json>& runs, core::Time now) {
    const std::string name = string_at(object, {"metadata", "name"});
    const std::string name_space = string_at(object, {"metadata", "namespace"});
    const bool suspended = data::bool_at(object, {"spec", "suspend"});
    std::string text = line("Schedule", schedule_of(object)) +
                       line("Concurrency", string_at(object, {"spec", "concurrencyPolicy"})) +
                       line("Last run", ago(object, "lastRun", now)) +
                       line("Next run", next_run(object, now)) +
                       line("Message", string_at(object, {"status", "reason"})) + "\nRuns\n";
    if (runs.empty()) text += "  none\n";
    for (const Json& run : runs) {
        const auto application = spark::decode_application(run);
        if (application)
            text += fmt::format(
                "  {}  {}  {} ago\n", output::sanitize(application->name),
                output::sanitize(application->state.empty() ? "NEW" : application->state),
                core::human_duration(now - application->created));
    }
    return text +
           fmt::format("\nWhat can be done\n"
                       "  run it now:  kubectl spark submit -n {0} --from scheduledsparkapp/{1}\n"
                       "  {2}  kubectl -n {0} patch scheduledsparkapp {1} --type=merge "
                       "-p '{{\"spec\":{{\"suspend\":{3}}}}}'\n",
                       name_space, name, suspended ? "resume it:  " : "suspend it: ", !suspended);
}

} // namespace

core::Result<std::vector<data::Json>> list_companions(kube::Client& client,
                                                      const std::string& name_space,
                                                      const kube::Selection& selection) {
    std::vector<kube::Call> calls;
    for (const auto& kind : spark::companion_kinds()) {
        calls.push_back(kube::get_call({kind, name_space}));
        if (!selection.labels.empty()) calls.back().query.add("labelSelector", selection.labels);
        if (!selection.fields.empty()) calls.back().query.add("fieldSelector", selection.fields);
    }
    std::vector<Json> found;
    const auto answers = client.call_all(calls);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i] && answers[i].error().code == core::Code::Interrupted)
            return answers[i].error();
        if (!answers[i]) continue;
        for (const Json& item : spark::items_of(*answers[i])) {
            found.push_back(item);
            found.back()["kind"] = spark::companion_kinds()[i].kind;
        }
    }
    return found;
}

output::Table companions_table(const std::vector<data::Json>& objects, bool name_space,
                               core::Time now) {
    output::Table table;
    if (name_space) table.columns.push_back({"NAMESPACE"});
    for (const auto* header : {"NAME", "KIND", "STATE", "SCHEDULE", "LAST RUN", "NEXT RUN"})
        table.columns.push_back({header});
    for (const Json& object : objects) {
        std::vector<output::Cell> row;
        if (name_space) row.emplace_back(string_at(object, {"metadata", "namespace"}));
        row.emplace_back(string_at(object, {"metadata", "name"}));
        row.emplace_back(string_at(object, {"kind"}));
        row.emplace_back(state_of(object));
        const bool schedule = is_schedule(object);
        row.emplace_back(schedule ? schedule_of(object) : "-");
        row.emplace_back(schedule ? ago(object, "lastRun", now) : "-");
        row.emplace_back(schedule ? next_run(object, now) : "-");
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string describe_companion(const data::Json& object, const std::vector<data::Json>& runs,
                               core::Time now) {
    std::string text = line("Name", string_at(object, {"metadata", "name"})) +
                       line("Namespace", string_at(object, {"metadata", "namespace"})) +
                       line("Kind", string_at(object, {"kind"})) + line("State", state_of(object));
    if (is_schedule(object)) return text + schedule_page(object, runs, now);
    text +=
        line("Spark", string_at(object, {"spec", "sparkVersion"},
                                string_at(object, {"spec", "runtimeVersions", "sparkVersion"})));
    text += line("Server pod", string_at(object, {"status", "server", "podName"}));
    text += line("Service", string_at(object, {"status", "server", "serviceName"}));
    text += line("Message", string_at(object, {"status", "currentState", "message"}));
    return text;
}

core::Result<std::vector<data::Json>> runs_of(kube::Client& client, const data::Json& schedule) {
    std::vector<Json> runs;
    const auto listed = client.list(
        {kube::kubeflow_applications(), string_at(schedule, {"metadata", "namespace"})},
        {fmt::format("{}={}", spark::kScheduleLabel, string_at(schedule, {"metadata", "name"})),
         {}},
        [&](Json run) -> core::Status {
            run["apiVersion"] = kube::kubeflow_applications().api_version();
            run["kind"] = kube::kubeflow_applications().kind;
            runs.push_back(std::move(run));
            return {};
        });
    if (!listed) return listed.error();
    std::ranges::sort(runs, {}, [](const Json& run) {
        return string_at(run, {"metadata", "creationTimestamp"});
    });
    return runs;
}

} // namespace kspark::status
