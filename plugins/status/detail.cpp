// SPDX-License-Identifier: Apache-2.0
// The page is read from below: the verdict and the commands to paste stand last, where the eye is
// when the command has ended.
#include "plugins/status/detail.hpp"

#include "core/base/text.hpp"
#include "core/spark/labels.hpp"
#include "plugins/status/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

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

/// The message on one line; of a failed submission its cause only.
std::string event_text(const spark::Event& event) {
    if (event.message.find('\n') == std::string::npos) return event.message;
    return spark::cause_of(event.message);
}

void timeline(Page& page, const spark::Facts& facts) {
    auto events = fold(facts.events);
    page.heading("Events");
    if (events.empty()) return page.lines(facts.events_known ? "none" : "not known");
    if (events.size() > kMostEvents) {
        page.lines(fmt::format("{} earlier left out", events.size() - kMostEvents));
        events.erase(events.begin(), events.end() - kMostEvents);
    }
    output::Table table{{{"AGE"}, {"TYPE"}, {"REASON"}, {"OBJECT"}, {"MESSAGE"}}};
    table.columns.back().flexible = true;
    for (const auto& event : events) {
        const std::string times = event.count > 1 ? fmt::format(" (x{})", event.count) : "";
        table.rows.push_back(
            {core::human_duration(facts.now - event.last) + times,
             Cell(event.type, event.type == "Warning" ? Color::Yellow : Color::None), event.reason,
             core::lower(event.object_kind) + "/" + event.object_name, event_text(event)});
    }
    page.table(table);
}

void verdict(Page& page, const Detail& detail) {
    const spark::Verdict& verdict = detail.verdict;
    page.heading("Verdict");
    if (verdict.id.empty()) return page.lines("nothing is wrong with it");
    page.lines(fmt::format("{} [{}]", verdict.sentence, verdict.id));
    if (!verdict.evidence.empty()) {
        page.heading("Evidence");
        for (const auto& line : verdict.evidence) page.lines(line);
    }
    if (verdict.remedy.empty()) return;
    page.heading("What to do");
    page.lines(verdict.remedy);
}

} // namespace

std::vector<spark::Event> fold(std::vector<spark::Event> events) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& left, const auto& right) { return left.last < right.last; });
    std::vector<spark::Event> folded;
    for (auto& event : events) {
        const auto key = [](const spark::Event& e) {
            return std::tie(e.type, e.reason, e.object_kind, e.object_name, e.message);
        };
        const auto same = std::find_if(folded.begin(), folded.end(),
                                       [&](const auto& other) { return key(other) == key(event); });
        if (same != folded.end()) {
            event.count += same->count;
            folded.erase(same);
        }
        folded.push_back(std::move(event));
    }
    return folded;
}

std::string describe(const Detail& detail, const DetailOptions& options) {
    Page page(options);
    head(page, detail);
    page.heading("Pods");
    if (detail.facts.pods.empty())
        page.lines(detail.facts.pods_known ? "none" : "not known");
    else
        page.table(pods_table(detail.facts));
    timeline(page, detail.facts);
    verdict(page, detail);
    return std::move(page.text);
}

} // namespace kspark::status
