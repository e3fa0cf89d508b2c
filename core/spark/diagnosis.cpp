// SPDX-License-Identifier: Apache-2.0
// The table of rules, most telling first: the first that finds something is the verdict. A cause
// stands before its consequence (an image that cannot be pulled before a driver that does not
// start), what is dangerous before what is only broken. Nothing found means healthy.
#include "core/spark/diagnosis.hpp"

#include "core/spark/labels.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

struct Rule {
    std::string_view id;
    rules::Finding (*find)(const Facts&);
};

constexpr std::array kRules = {
    Rule{"ghost-run", rules::ghost_run},
    Rule{"no-status", rules::no_status},
    Rule{"slow-submission", rules::slow_submission},
    Rule{"restart-half-done", rules::restart_half_done},
    Rule{"suspended", rules::suspended},
    Rule{"retry-interval", rules::retry_interval},
    Rule{"driver-exists", rules::driver_exists},
    Rule{"service-account", rules::service_account},
    Rule{"quota", rules::quota},
    Rule{"name-too-long", rules::name_too_long},
    Rule{"permission", rules::permission},
    Rule{"submission-killed", rules::submission_killed},
    Rule{"submission-failed", rules::submission_failed},
    Rule{"image-pull", rules::image_pull},
    Rule{"container-config", rules::container_config},
    Rule{"unschedulable", rules::unschedulable},
    Rule{"oom-killed", rules::driver_out_of_memory},
    Rule{"oom-killed", rules::executor_out_of_memory},
    Rule{"evicted", rules::evicted},
    Rule{"driver-missing", rules::driver_missing},
    Rule{"driver-exit", rules::driver_exit},
    Rule{"pending-rerun", rules::pending_rerun},
    Rule{"slow-start", rules::slow_start},
    Rule{"failed", rules::failed},
    Rule{"unknown", rules::unknown},
    Rule{"no-executors", rules::no_executors},
    Rule{"last-retry", rules::last_retry},
};

} // namespace

Verdict diagnose(const Facts& facts) {
    for (const Rule& rule : kRules) {
        auto found = rule.find(facts);
        if (!found) continue;
        found->id = rule.id;
        return *std::move(found);
    }
    return {};
}

namespace rules {

const Pod* driver_of(const Facts& facts) {
    const Application& application = facts.application;
    const Pod* best = nullptr;
    for (const Pod& pod : facts.pods) {
        if (pod.role != "driver") continue;
        const bool named = application.driver_pod.empty() || pod.name == application.driver_pod;
        if (!named) continue;
        const auto rank = [](const Pod& p) { return std::pair(!p.being_deleted, p.created); };
        if (best == nullptr || rank(*best) < rank(pod)) best = &pod;
    }
    return best;
}

std::vector<const Pod*> executors_of(const Facts& facts) {
    std::vector<const Pod*> pods;
    for (const Pod& pod : facts.pods) {
        const bool current =
            pod.submission_id.empty() || pod.submission_id == facts.application.submission_id;
        if (pod.role == "executor" && current) pods.push_back(&pod);
    }
    return pods;
}

const ContainerState* main_container(const Pod& pod) {
    for (const auto& container : pod.containers)
        if (container.is_main) return &container;
    return pod.containers.empty() ? nullptr : &pod.containers.front();
}

core::Duration age(const Facts& facts, core::Time since) {
    return facts.now - since;
}

std::string age_text(const Facts& facts, core::Time since) {
    return core::human_duration(age(facts, since));
}

bool has_failed(const Application& application) {
    return application.phase == Phase::Failing || application.phase == Phase::Failed;
}

std::string retry_text(const Application& application, const RetryBudget& budget) {
    if (application.phase != Phase::Failing && application.phase != Phase::SubmissionFailed) {
        return budget.used > 0 ? fmt::format("; all {} retries are used", budget.used) : "";
    }
    if (budget.unlimited) return "; it is started again";
    if (budget.left())
        return fmt::format("; retry {} of {} follows", budget.used + 1, budget.allowed);
    return "; no retry is left";
}

std::string kubectl(const Application& application, std::string_view words) {
    return fmt::format("kubectl -n {} {}", application.name_space, words);
}

Health health_of(const RetryBudget& budget, const Application& application) {
    const bool again =
        application.phase == Phase::Failing || application.phase == Phase::SubmissionFailed;
    return again && budget.left() ? Health::Waiting : Health::Bad;
}

std::vector<const Event*> events_of(const Facts& facts, const Pod& pod) {
    std::vector<const Event*> events;
    for (const Event& event : facts.events)
        if (event.object_kind == "Pod" && event.object_name == pod.name &&
            event.last >= pod.created)
            events.push_back(&event);
    return events;
}

} // namespace rules
} // namespace kspark::spark
