// SPDX-License-Identifier: Apache-2.0
// The table of rules, most telling first: the first that finds something is the verdict. A cause
// stands before its consequence (an image that cannot be pulled before a driver that does not
// start), what is dangerous before what is only broken. Nothing found means healthy.
#include "core/spark/diagnosis.hpp"

#include "core/spark/labels.hpp"
#include "core/spark/log_cause.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

struct Rule {
    std::string_view id; ///< empty: the finding has its own
    rules::Finding (*find)(const Facts&);
};

/// Of objects that were never made.
constexpr std::array<std::string_view, 1> kRefusals = {"webhook-down"};

constexpr std::array kRules = {
    Rule{"ghost-run", rules::ghost_run},
    Rule{"earlier-executors", rules::earlier_executors},
    Rule{"operator-stopped", rules::operator_stopped},
    Rule{"namespace-not-watched", rules::not_watched},
    Rule{"no-status", rules::no_status},
    Rule{"slow-submission", rules::slow_submission},
    Rule{"node-lost", rules::node_lost},
    Rule{"restart-half-done", rules::restart_half_done},
    Rule{"suspended", rules::suspended},
    Rule{"retry-interval", rules::retry_interval},
    Rule{"driver-exists", rules::driver_exists},
    Rule{"service-account", rules::service_account},
    Rule{"quota", rules::quota},
    Rule{"name-too-long", rules::name_too_long},
    Rule{"cpu-limit", rules::cpu_limit},
    Rule{"permission", rules::permission},
    Rule{"submission-killed", rules::submission_killed},
    Rule{"submission-failed", rules::submission_failed},
    Rule{"image-pull", rules::image_pull},
    Rule{"object-missing", rules::object_missing},
    Rule{"container-config", rules::container_config},
    Rule{"unschedulable", rules::unschedulable},
    Rule{"oom-killed", rules::driver_out_of_memory},
    Rule{"oom-killed", rules::executor_out_of_memory},
    Rule{"evicted", rules::evicted},
    Rule{"driver-not-known", rules::driver_not_known},
    Rule{"driver-missing", rules::driver_missing},
    Rule{{}, rules::log_of_the_end},
    Rule{"volumes-missing", rules::volumes_missing},
    Rule{"driver-exit", rules::driver_exit},
    Rule{"pending-rerun", rules::pending_rerun},
    Rule{"slow-start", rules::slow_start},
    Rule{"failed", rules::failed},
    Rule{"unknown", rules::unknown},
    Rule{{}, rules::log_of_idleness},
    Rule{"no-executors", rules::no_executors},
    Rule{"query-terminated", rules::query_terminated},
    Rule{"stream-stalled", rules::stream_stalled},
    Rule{"spec-not-applied", rules::spec_not_applied},
    Rule{"stream-lagging", rules::stream_lagging},
    Rule{"last-retry", rules::last_retry},
};

/// What says no more than that something is wrong is told only when nothing else is known.
constexpr std::array<std::string_view, 7> kVague = {
    "no-status",       "submission-failed", "failed",          "slow-start",
    "slow-submission", "pending-rerun",     "container-config"};

} // namespace

std::vector<Verdict> causes(const Facts& facts) {
    std::vector<Verdict> found;
    for (const Rule& rule : kRules) {
        if (!found.empty() && std::ranges::find(kVague, rule.id) != kVague.end()) continue;
        auto verdict = rule.find(facts);
        if (!verdict) continue;
        if (verdict->id.empty()) verdict->id = rule.id;
        if (std::ranges::find(found, verdict->id, &Verdict::id) == found.end())
            found.push_back(*std::move(verdict));
    }
    return found;
}

Verdict diagnose(const Facts& facts) {
    for (const Rule& rule : kRules) {
        auto found = rule.find(facts);
        if (!found) continue;
        if (found->id.empty()) found->id = rule.id;
        return *std::move(found);
    }
    return {};
}

std::optional<Verdict> diagnose_refusal(std::string_view message) {
    if (message.find("failed calling webhook") == std::string_view::npos) return {};
    Verdict verdict;
    verdict.id = kRefusals[0];
    verdict.health = Health::Bad;
    verdict.sentence = "the operator's webhook does not answer, and the API server takes no "
                       "application without it";
    verdict.evidence.push_back({"API server", "answer", std::string(message)});
    verdict.remedy = "kubectl get pods -A -l app.kubernetes.io/name=spark-operator\n"
                     "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations\n"
                     "kubectl spark doctor   # is it reachable, is its certificate valid?";
    return verdict;
}

std::string help_on(std::string_view id) {
    return fmt::format("kubectl spark help {}", id);
}

std::vector<std::string_view> verdict_ids() {
    std::vector<std::string_view> ids(kRefusals.begin(), kRefusals.end());
    for (const Rule& rule : kRules)
        if (!rule.id.empty() && std::ranges::find(ids, rule.id) == ids.end())
            ids.push_back(rule.id);
    for (const auto id : log_cause_ids())
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    return ids;
}

std::string to_text(const Evidence& evidence) {
    std::string text = evidence.object;
    if (!evidence.field.empty()) text += (text.empty() ? "" : ", ") + evidence.field;
    if (!evidence.value.empty()) text += (text.empty() ? "" : ": ") + evidence.value;
    if (evidence.time && *evidence.time != core::Time{})
        text += " (" + core::format_time(*evidence.time) + ")";
    return text;
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

std::string role_of(const Pod& pod) {
    return pod.role == "driver" ? "the driver" : "an executor";
}

core::Duration age(const Facts& facts, core::Time since) {
    return facts.now - since;
}

std::string age_text(const Facts& facts, core::Time since) {
    return core::human_duration(age(facts, since));
}

bool needs_pods(const Application& application) {
    return application.phase != Phase::Completed && application.phase != Phase::Succeeding &&
           application.phase != Phase::Suspended && application.phase != Phase::Suspending;
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

Evidence of_pod(const Pod& pod, std::string field, std::string value,
                std::optional<core::Time> time) {
    return {"pod " + pod.name, std::move(field), std::move(value), time};
}

Evidence of_application(const Application& application, std::string field, std::string value,
                        std::optional<core::Time> time) {
    return {"sparkapplication " + application.name, std::move(field), std::move(value), time};
}

Evidence of_event(const Event& event) {
    return {"event of " + event.object_name, event.reason, event.message, event.last};
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
