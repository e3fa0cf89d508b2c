// SPDX-License-Identifier: Apache-2.0
// The page is read from below: the verdict and the commands to paste stand last, where the eye is
// when the command has ended.
#include "plugins/status/detail.hpp"

#include "core/base/text.hpp"
#include "core/cli/events_table.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/timeline.hpp"
#include "plugins/status/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::status {
namespace {

using output::Cell;
using output::Color;
using spark::Application;

constexpr std::size_t kMostEvents = 30;

class Page {
public:
    explicit Page(DetailOptions options) : options_(options) {}

    void field(std::string_view name, std::string_view value, Color color = Color::None) {
        if (value.empty()) return;
        text += fmt::format("{:<14}{}\n", std::string(name) + ":",
                            output::paint(output::sanitize(value), color, options_.color));
    }
    void heading(std::string_view words) {
        text += "\n" + output::paint(words, Color::Bold, options_.color) + "\n";
    }
    void table(const output::Table& table) {
        output::TableOptions shown;
        shown.color = options_.color;
        shown.width = options_.width;
        text += output::render(table, shown);
    }
    /// Lines below a heading, indented.
    void lines(std::string_view words) {
        for (const auto& line : core::split(words, '\n'))
            text += "  " + output::sanitize(line) + "\n";
    }

    std::string text;

private:
    DetailOptions options_;
};

std::string retries_text(const Application& application) {
    if (application.restart_policy.type == "Always") return "restartPolicy Always";
    if (application.restart_policy.type == "Never") return "restartPolicy Never";
    const auto runs = run_retries(application);
    std::string text =
        fmt::format("restartPolicy {}: {} of {} retries used", application.restart_policy.type,
                    std::min(runs.used, runs.allowed), runs.allowed);
    // The operator counts every submission, also those that went well.
    if (const int failed = application.submission_attempts - application.execution_attempts;
        failed > 0)
        text += fmt::format("; {} failed, {} retries allowed",
                            core::count(static_cast<std::size_t>(failed), "submission"),
                            submission_retries(application).allowed);
    return text;
}

std::string state_text(const Application& application, core::Time now) {
    std::string text = state_cell(application).text;
    if (application.phase == spark::Phase::Running && application.submitted)
        text += " for " + core::human_duration(now - *application.submitted);
    if (is_terminal(application.phase) && application.terminated) {
        text += fmt::format(" {} ago", core::human_duration(now - *application.terminated));
        if (application.submitted)
            text +=
                ", after " + core::human_duration(*application.terminated - *application.submitted);
    }
    if (application.being_deleted) text += ", being deleted";
    return text;
}

std::string ui_text(const Application& application) {
    if (!application.ui_ingress.empty()) return application.ui_ingress;
    if (application.phase != spark::Phase::Running) return {};
    std::string target = "pod/" + application.driver_pod, port = "4040";
    if (!application.ui_service.empty()) {
        target = "svc/" + application.ui_service;
        if (const auto colon = application.ui_address.rfind(':'); colon != std::string::npos)
            port = application.ui_address.substr(colon + 1);
    }
    if (application.driver_pod.empty() && application.ui_service.empty()) return {};
    return fmt::format("kubectl -n {} port-forward {} 4040:{}   # then http://localhost:4040",
                       application.name_space, target, port);
}

void head(Page& page, const Detail& detail) {
    const Application& application = detail.facts.application;
    const core::Time now = detail.facts.now;
    page.field("Name", application.name, Color::Bold);
    page.field("Namespace", application.name_space);
    if (const auto set = application.labels.find(std::string(spark::kSetLabel));
        set != application.labels.end())
        page.field("Set", set->second);
    page.field("State", state_text(application, now), state_cell(application).color);
    page.field("Run", application.execution_attempts == 0
                          ? std::string("none yet")
                          : fmt::format("{}", application.execution_attempts));
    page.field("Retries", retries_text(application));
    if (application.submitted)
        page.field("Submitted",
                   fmt::format("{} ({} ago)", core::format_time(*application.submitted),
                               core::human_duration(now - *application.submitted)));
    page.field("Submission", application.submission_id);
    page.field("Application", application.application_id);
    page.field("Image", application.image);
    page.field("Spark", fmt::format("{}{}{}", application.spark_version,
                                    application.type.empty() ? "" : ", ", application.type));
    page.field("Executors", executors_text(application));
    page.field("UI", ui_text(application));
    if (!application.message.empty()) page.field("Message", spark::cause_of(application.message));
}

/// What kubectl shows as STATUS of a pod.
Cell pod_state(const spark::Pod& pod) {
    if (pod.being_deleted) return {"Terminating", Color::Yellow};
    for (const auto& container : pod.containers)
        if (container.state == "waiting" && !container.reason.empty())
            return {container.reason,
                    container.reason == "ContainerCreating" ? Color::Yellow : Color::Red};
    if (!pod.reason.empty()) return {pod.reason, Color::Red};
    if (pod.phase == "Pending" && !pod.scheduling_problem.empty())
        return {"Unschedulable", Color::Red};
    const bool fine = pod.phase == "Running" || pod.phase == "Succeeded";
    return {pod.phase, fine ? Color::Green : pod.phase == "Failed" ? Color::Red : Color::Yellow};
}

std::string last_exit(const spark::Pod& pod) {
    const spark::ContainerState* main = nullptr;
    for (const auto& container : pod.containers)
        if (main == nullptr || container.is_main) main = &container;
    if (main == nullptr) return "-";
    const auto told = [](std::optional<int> code, const std::string& reason) {
        return reason.empty() ? fmt::format("{}", *code) : fmt::format("{} ({})", *code, reason);
    };
    if (main->exit_code) return told(main->exit_code, main->reason);
    if (main->last_exit_code) return told(main->last_exit_code, main->last_reason);
    return "-";
}

output::Table pods_table(const spark::Facts& facts) {
    output::Table table{
        {{"POD"}, {"ROLE"}, {"NODE"}, {"STATE"}, {"RESTARTS"}, {"LAST EXIT"}, {"AGE"}}};
    for (const auto& pod : facts.pods) {
        int restarts = 0;
        for (const auto& container : pod.containers) restarts += container.restarts;
        const bool old =
            !pod.submission_id.empty() && pod.submission_id != facts.application.submission_id;
        table.rows.push_back({pod.name, pod.role + (old ? " (other run)" : ""),
                              pod.node.empty() ? "-" : pod.node, pod_state(pod),
                              fmt::format("{}", restarts), last_exit(pod),
                              core::human_duration(facts.now - pod.created)});
    }
    return table;
}

void timeline(Page& page, const spark::Facts& facts) {
    auto events = spark::fold(facts.events);
    page.heading("Events");
    if (events.empty()) return page.lines(facts.events_known ? "none" : "not known");
    if (events.size() > kMostEvents) {
        page.lines(fmt::format("{} earlier left out", events.size() - kMostEvents));
        events.erase(events.begin(), events.end() - kMostEvents);
    }
    page.table(core::events_table(events, facts.now));
}

std::string rate_text(const std::optional<double>& rate) {
    return rate ? fmt::format("{:.1f}", *rate) : "-";
}

/// What its queries do, worst word above them.
void streaming(Page& page, const spark::Facts& facts) {
    if (!facts.stream || facts.stream->queries.empty()) return;
    const auto health = judge_stream(*facts.stream, facts.now, facts.limits);
    page.heading("Streaming");
    if (health.state > spark::StreamHealth::State::Alive) page.lines(health.word);
    output::Table table{{{"QUERY"},
                         {"BATCH"},
                         {"AGE"},
                         {"IN/S"},
                         {"DONE/S"},
                         {"TOOK"},
                         {"WATERMARK"},
                         {"STATE ROWS"},
                         {"LAG"}}};
    const auto age = [&](const std::optional<core::Time>& time) {
        return time ? core::human_duration(std::max(core::Duration{}, facts.now - *time)) : "-";
    };
    const auto number = [](const std::optional<std::int64_t>& value) {
        return value ? fmt::format("{}", *value) : "-";
    };
    for (const auto& query : facts.stream->queries)
        table.rows.push_back(
            {Cell(query.name, query.terminated ? Color::Red : Color::None), number(query.batch),
             age(query.last_batch), rate_text(query.input_rate), rate_text(query.processed_rate),
             query.trigger
                 ? fmt::format(
                       "{}ms",
                       std::chrono::floor<std::chrono::milliseconds>(*query.trigger).count())
                 : std::string("-"),
             age(query.watermark), number(query.state_rows), number(query.lag)});
    page.table(table);
}

void verdict(Page& page, const Detail& detail) {
    page.heading("Verdict");
    if (detail.causes.empty()) return page.lines("nothing is wrong with it");
    const spark::Verdict& verdict = detail.causes.front();
    page.lines(fmt::format("{} [{}]", verdict.sentence, verdict.id));
    if (!verdict.evidence.empty()) {
        page.heading("Evidence");
        for (const auto& evidence : verdict.evidence) page.lines(to_text(evidence));
    }
    if (!verdict.remedy.empty()) {
        page.heading("What to do");
        page.lines(verdict.remedy);
    }
    page.lines("# more about it: " + spark::help_on(verdict.id));
    if (detail.causes.size() == 1) return;
    page.heading("Also");
    for (auto cause = detail.causes.begin() + 1; cause != detail.causes.end(); ++cause)
        page.lines(fmt::format("{} [{}]", cause->sentence, cause->id));
}

} // namespace

std::string describe(const Detail& detail, const DetailOptions& options) {
    Page page(options);
    head(page, detail);
    page.heading("Pods");
    if (detail.facts.pods.empty())
        page.lines(detail.facts.pods_known ? "none" : "not known");
    else
        page.table(pods_table(detail.facts));
    streaming(page, detail.facts);
    timeline(page, detail.facts);
    verdict(page, detail);
    return std::move(page.text);
}

} // namespace kspark::status
