// SPDX-License-Identifier: Apache-2.0
// The sentences give what the reader of a log needs to go on: which run, how it ended, since when
// something is waited for and why.
#include "plugins/logs/words.hpp"

#include "core/base/text.hpp"
#include "core/spark/facts.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::logs {
namespace {

using core::Code;
using spark::Application;
using spark::ContainerState;
using spark::Pod;

const ContainerState* main_container(const Pod& pod) {
    for (const ContainerState& container : pod.containers)
        if (container.is_main) return &container;
    return pod.containers.empty() ? nullptr : &pod.containers.front();
}

std::string state_of(const Application& application) {
    return application.state.empty() ? std::string(to_text(application.phase)) : application.state;
}

/// "exit code 1 (Error) after 3m12s".
std::string end_of(const Pod& driver) {
    const ContainerState* main = main_container(driver);
    if (main == nullptr || !main->exit_code)
        return driver.being_deleted ? "deleted, exit code not known" : "exit code not known";
    std::string text = fmt::format("exit code {}", *main->exit_code);
    if (!main->reason.empty()) text += fmt::format(" ({})", main->reason);
    if (main->started && main->finished)
        text += " after " + core::human_duration(*main->finished - *main->started);
    return text;
}

std::string submission_of(const Pod& driver) {
    return driver.submission_id.empty() ? std::string()
                                        : fmt::format(", submission {}", driver.submission_id);
}

std::string because(const Application& application) {
    const std::string cause = spark::cause_of(application.message);
    return cause.empty() ? std::string() : ": " + cause;
}

} // namespace

std::vector<ContainerState> chosen_containers(const Pod& pod, const Options& options) {
    std::vector<ContainerState> chosen;
    for (const ContainerState& container : pod.containers)
        if (options.all_containers || container.name == options.container)
            chosen.push_back(container);
    if (options.all_containers || !options.container.empty()) return chosen;
    if (const ContainerState* main = main_container(pod)) chosen.push_back(*main);
    return chosen;
}

std::string run_ended(const Application& application, const Pod& driver, int run) {
    return fmt::format("run {} of {} ended: {}{}, application {}", run, application.name,
                       end_of(driver), submission_of(driver), state_of(application));
}

std::string run_begins(const Application& application, const Pod& driver, int run) {
    const ContainerState* main = main_container(driver);
    return fmt::format("run {} of {} begins{}{}{}", run, application.name,
                       main != nullptr && main->started ? " at " + core::format_time(*main->started)
                                                        : "",
                       submission_of(driver), driver.node.empty() ? "" : ", node " + driver.node);
}

std::string runs_unseen(const Application& application, int first, int last) {
    if (first == last)
        return fmt::format("run {} of {} came and went before it could be read: its log went with "
                           "its pod",
                           first, application.name);
    return fmt::format("runs {} to {} of {} came and went before they could be read: their logs "
                       "went with their pods",
                       first, last, application.name);
}

std::string gap_sentence(const std::string& pod, const kube::LogGap& gap) {
    return fmt::format("lines of {} between {} and {} may be missing: the connection broke, and "
                       "the node no longer has them",
                       pod, core::format_time(gap.last_seen, 3), core::format_time(gap.next, 3));
}

std::string lost_end_sentence(const Pod& pod) {
    return fmt::format("the last lines of {} may be missing: the pod was deleted while the "
                       "connection was broken",
                       pod.name);
}

std::string not_started(const Pod& pod) {
    const std::string name = fmt::format("pod {}: ", pod.name);
    for (const ContainerState& container : pod.containers) {
        if (container.state != "waiting" || container.reason.empty()) continue;
        if (container.message.empty()) return name + container.reason;
        return name + container.reason + ": " + container.message;
    }
    if (!pod.scheduling_problem.empty()) return name + pod.scheduling_problem;
    if (!pod.reason.empty()) return name + pod.reason;
    return name + (pod.phase.empty() ? "Pending" : pod.phase);
}

std::string node_silent(const Pod& pod) {
    return fmt::format("pod {}: its node {} does not answer; what it writes comes when the node is "
                       "back",
                       pod.name, pod.node);
}

bool has_silent_node(const data::Json& pod) {
    const data::Json* statuses = data::find(pod, {"status", "containerStatuses"});
    if (statuses == nullptr || !statuses->is_array() || statuses->empty() ||
        data::find(pod, {"metadata", "deletionTimestamp"}) != nullptr)
        return false;
    return spark::condition_is(pod, "Ready", "False") != nullptr &&
           std::all_of(statuses->begin(), statuses->end(), [](const data::Json& status) {
               const data::Json* ready = data::find(status, {"ready"});
               return ready != nullptr && ready->is_boolean() && ready->get<bool>();
           });
}

std::string no_pod(const Application& application, const Options& options, bool again) {
    const std::string what =
        options.executor.empty()    ? again ? "the next driver" : "no driver pod yet"
        : options.executor == "all" ? "no executor yet"
                                    : fmt::format("no executor {} yet", options.executor);
    return fmt::format("{} ({}{})", what, state_of(application), because(application));
}

std::optional<core::Error> no_such_container(const Pod& pod, const Options& options) {
    if (options.container.empty() || pod.containers.empty()) return std::nullopt;
    if (!chosen_containers(pod, options).empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const ContainerState& container : pod.containers) names.push_back(container.name);
    return core::Error{Code::NotFound,
                       fmt::format("pod {} has no container \"{}\"; there are {}{}", pod.name,
                                   options.container, core::join(names, ", "),
                                   core::did_you_mean(options.container, names))};
}

std::optional<core::Error> nothing_to_read(const Application& application,
                                           std::vector<std::string> executors,
                                           const Options& options) {
    const bool terminal = spark::has_ended(application.phase);
    if (!options.executor.empty() && (!executors.empty() || terminal)) {
        std::sort(executors.begin(), executors.end(), [](const auto& left, const auto& right) {
            return std::pair(left.size(), left) < std::pair(right.size(), right);
        });
        const std::string which = options.executor == "all" ? "" : " " + options.executor;
        return core::Error{
            Code::NotFound,
            fmt::format("application \"{}\" has no executor{}; {}", application.name, which,
                        executors.empty() ? "none of its executors is left"
                                          : "there are " + core::join(executors, ", "))};
    }
    if (!terminal) return std::nullopt;
    const std::string_view remedy = application.operator_ == spark::Operator::Apache
                                        ? " (resourceRetainPolicy: OnFailure or Always in "
                                          "spec.applicationTolerations keeps it)"
                                        : "";
    if (application.phase == spark::Phase::Failed)
        return core::Error{Code::ApplicationFailed,
                           fmt::format("application \"{}\" is {} and has no driver pod{}{}",
                                       application.name, state_of(application), remedy,
                                       because(application))};
    return core::Error{Code::NotFound,
                       fmt::format("application \"{}\" is {} and its driver pod is gone, with its "
                                   "log{}",
                                   application.name, state_of(application), remedy)};
}

std::optional<core::Error> outcome_of(const Application& application) {
    if (application.phase != spark::Phase::Failed) return std::nullopt;
    return core::Error{
        Code::ApplicationFailed,
        fmt::format("application \"{}\" failed{}", application.name, because(application))};
}

} // namespace kspark::logs
