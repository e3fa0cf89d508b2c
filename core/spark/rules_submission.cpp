// SPDX-License-Identifier: Apache-2.0
// Causes before a driver runs: nobody acts on the application, or spark-submit failed. What
// spark-submit says is told by its text alone; the operator keeps no code of it.
#include "core/base/text.hpp"
#include "core/spark/fence.hpp"
#include "core/spark/labels.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

/// An operator that watches answers within seconds; ten submissions at once took 20 s.
constexpr auto kPatience = 30s;
constexpr auto kLongPatience = 60s;
/// A restart under way has its pods' grace periods to wait for.
constexpr auto kRestartPatience = 2min;

bool submission_broke(const Application& application) {
    if (application.phase == Phase::SubmissionFailed) return true;
    if (!has_failed(application)) return false;
    return application.message.find("spark-submit") != std::string::npos ||
           application.message.find("Failed to request driver") != std::string::npos;
}

bool says(const Application& application, std::string_view words) {
    return submission_broke(application) && application.message.find(words) != std::string::npos;
}

Verdict submission_verdict(const Application& application, std::string_view sentence) {
    const RetryBudget budget = submission_retries(application);
    Verdict verdict;
    verdict.health = health_of(budget, application);
    verdict.sentence = std::string(sentence) + retry_text(application, budget);
    verdict.evidence.push_back(
        of_application(application, "errorMessage", cause_of(application.message)));
    return verdict;
}

/// The text between two marks, e.g. serviceaccount "spark" not found.
std::string between(std::string_view text, std::string_view before, std::string_view behind) {
    const auto at = text.find(before);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + before.size());
    const auto end = text.find(behind);
    return end == std::string_view::npos ? std::string() : std::string(text.substr(0, end));
}

bool is_new(const Facts& facts) {
    return facts.application.phase == Phase::New &&
           age(facts, facts.application.created) > kPatience;
}

bool operator_spoke(const Facts& facts) {
    return std::any_of(facts.events.begin(), facts.events.end(),
                       [](const Event& event) { return event.object_kind == "SparkApplication"; });
}

} // namespace

bool is_ignored(const Facts& facts) {
    return is_new(facts) && !operator_spoke(facts);
}

Finding ghost_run(const Facts& facts) {
    const Application& application = facts.application;
    if (application.submission_id.empty()) return {};
    for (const Pod& pod : facts.pods) {
        const bool alive = pod.phase == "Running" || pod.phase == "Pending";
        if (pod.role != "driver" || pod.being_deleted || !alive || pod.submission_id.empty())
            continue;
        if (pod.submission_id == application.submission_id) continue;
        // A submission under way has its driver before the status knows of it.
        if (age(facts, pod.created) < kLongPatience) continue;
        Verdict verdict;
        verdict.health = Health::Bad;
        verdict.sentence = fmt::format("driver {} runs, but the operator does not know of it: its "
                                       "submission is not the status's",
                                       pod.name);
        verdict.evidence = {
            of_pod(pod, "submission-id", pod.submission_id, pod.created),
            of_application(application, "status.submissionID",
                           fmt::format("{}, state {}", application.submission_id,
                                       application.state.empty() ? "(none)" : application.state))};
        verdict.remedy =
            kubectl(application, "delete pod " + pod.name) + "\n" +
            kubectl(application, fmt::format("annotate sparkapplications.sparkoperator.k8s.io "
                                             "{} kubectl-spark/nudge=\"$(date +%s)\" --overwrite",
                                             application.name));
        return verdict;
    }
    return {};
}

Finding no_status(const Facts& facts) {
    const Application& application = facts.application;
    if (!is_ignored(facts)) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        fmt::format("no operator has looked at it in {}: none runs, or none watches namespace {}",
                    age_text(facts, application.created), application.name_space);
    verdict.evidence.push_back(of_application(application, "status", "empty", application.created));
    if (facts.events_known)
        verdict.evidence.push_back(of_application(application, "events", "none of the operator"));
    verdict.remedy = fmt::format(
        "kubectl get pods -A -l app.kubernetes.io/name=spark-operator   # does it run?\n"
        "# does it watch {}? Helm: --set 'spark.jobNamespaces={{{}}}'",
        application.name_space, application.name_space);
    if (application.operator_ == Operator::Apache)
        verdict.remedy = "kubectl get pods -A -l app.kubernetes.io/name=spark-kubernetes-operator  "
                         " # does it run?";
    return verdict;
}

Finding slow_submission(const Facts& facts) {
    if (!is_new(facts)) return {};
    Verdict verdict;
    verdict.health = Health::Waiting;
    verdict.sentence = fmt::format("the operator has been submitting it for {}",
                                   age_text(facts, facts.application.created));
    verdict.remedy = "kubectl logs -A -l app.kubernetes.io/name=spark-operator --tail 50 --prefix";
    return verdict;
}

Finding restart_half_done(const Facts& facts) {
    const std::string half = half_done(facts.application);
    if (half.empty()) return {};
    const auto begun = restart_record(facts.application)->at;
    Verdict verdict;
    verdict.health = age(facts, begun) < kRestartPatience ? Health::Waiting : Health::Bad;
    verdict.sentence = half + ": nothing runs until it is finished";
    std::vector<Pod> alive;
    std::ranges::copy_if(facts.pods, std::back_inserter(alive), may_run_code);
    if (!alive.empty())
        verdict.evidence.push_back({"pods", "", "still there: " + pods_text(alive, facts.now)});
    verdict.remedy = fmt::format("kubectl spark restart {} -n {}", facts.application.name,
                                 facts.application.name_space);
    return verdict;
}

Finding suspended(const Facts& facts) {
    const Application& application = facts.application;
    if (application.phase != Phase::Suspended && application.phase != Phase::Suspending) return {};
    Verdict verdict;
    verdict.health = Health::Waiting;
    verdict.sentence = "suspended: nothing runs until it is resumed";
    const auto alive = std::count_if(facts.pods.begin(), facts.pods.end(), [](const Pod& pod) {
        return pod.phase == "Running" || pod.phase == "Pending";
    });
    if (alive > 0)
        verdict.evidence.push_back(
            {"pods", "",
             core::count(static_cast<std::size_t>(alive), "pod") + " of the last run still there"});
    verdict.remedy = kubectl(
        application, fmt::format("patch sparkapplications.sparkoperator.k8s.io {} --type merge -p "
                                 "'{{\"spec\":{{\"suspend\":false}}}}'",
                                 application.name));
    return verdict;
}

Finding driver_exists(const Facts& facts) {
    const Application& application = facts.application;
    if (!says(application, "already exist")) return {};
    auto verdict = submission_verdict(
        application,
        "the driver pod of another submission was there: it was submitted twice, or the "
        "last run was not gone");
    const std::string pod = application.driver_pod.empty() ? default_driver_pod(application.name)
                                                           : application.driver_pod;
    if (const Pod* driver = driver_of(facts); driver != nullptr)
        verdict.evidence.push_back(of_pod(
            *driver, "status.phase",
            driver->phase + (driver->being_deleted ? ", being deleted" : ""), driver->created));
    verdict.remedy =
        kubectl(application, fmt::format("get pod {} -o wide   # does it still run?", pod)) + "\n" +
        kubectl(application, fmt::format("delete pod {}   # then submit again", pod));
    return verdict;
}

Finding service_account(const Facts& facts) {
    const Application& application = facts.application;
    const std::string name = between(application.message, "serviceaccount \"", "\" not found");
    if (name.empty() || !says(application, "not found")) return {};
    auto verdict =
        submission_verdict(application, fmt::format("service account {} is not in namespace {}",
                                                    name, application.name_space));
    verdict.remedy =
        kubectl(application, "get serviceaccounts   # is there another for Spark?") +
        "\n# set driver.serviceAccount, or create it with the right to create pods:\n" +
        kubectl(application, "create serviceaccount " + name);
    return verdict;
}

Finding quota(const Facts& facts) {
    const Application& application = facts.application;
    if (!says(application, "exceeded quota")) return {};
    const std::string name = between(application.message, "exceeded quota: ", ",");
    auto verdict =
        submission_verdict(application, fmt::format("quota {} has no room for the driver", name));
    verdict.remedy = kubectl(application, "describe resourcequota " + name);
    return verdict;
}

Finding name_too_long(const Facts& facts) {
    const Application& application = facts.application;
    if (!says(application, "must be no more than 63 characters")) return {};
    auto verdict = submission_verdict(
        application,
        fmt::format("the name is too long: {} characters, and labels and services made "
                    "of it may have 63",
                    application.name.size()));
    verdict.remedy = "# give it a name of at most 40 characters";
    return verdict;
}

Finding cpu_limit(const Facts& facts) {
    const Application& application = facts.application;
    if (!says(application, "must be less than or equal to")) return {};
    auto verdict = submission_verdict(application, "a pod asks for more than its own limit allows");
    verdict.remedy = "# raise driver.coreLimit or executor.coreLimit, or set coreRequest below it";
    return verdict;
}

Finding permission(const Facts& facts) {
    const Application& application = facts.application;
    if (!says(application, "cannot create resource") && !says(application, "is forbidden"))
        return {};
    auto verdict = submission_verdict(application, "the cluster forbids the submission");
    verdict.remedy = kubectl(application, "get rolebindings   # who may create pods here?");
    return verdict;
}

Finding submission_killed(const Facts& facts) {
    if (!says(facts.application, "signal: killed")) return {};
    auto verdict = submission_verdict(
        facts.application, "spark-submit was killed: the operator's pod has too little memory");
    verdict.remedy = "# Helm: --set controller.resources.limits.memory=1Gi";
    return verdict;
}

Finding submission_failed(const Facts& facts) {
    const Application& application = facts.application;
    if (!submission_broke(application)) return {};
    const std::string cause = cause_of(application.message);
    auto verdict =
        submission_verdict(application, cause.empty() ? "spark-submit failed and left no message"
                                                      : "spark-submit failed: " + cause);
    verdict.evidence.clear();
    verdict.remedy = "kubectl logs -A -l app.kubernetes.io/name=spark-operator --tail 200 --prefix";
    return verdict;
}

Finding pending_rerun(const Facts& facts) {
    const Application& application = facts.application;
    if (application.phase != Phase::PendingRerun) return {};
    Verdict verdict;
    verdict.health = Health::Waiting;
    verdict.sentence = "it waits to be submitted again";
    if (application.operator_ == Operator::Apache) return verdict;
    if (const Pod* driver = driver_of(facts); driver != nullptr && driver->being_deleted) {
        verdict.sentence +=
            fmt::format(": driver {} of the last run is still being stopped", driver->name);
        verdict.remedy = kubectl(application, "describe pod " + driver->name);
        return verdict;
    }
    const auto& since = facts.status_written;
    const bool stuck = facts.pods_known && driver_of(facts) == nullptr && since &&
                       age(facts, *since) > kLongPatience;
    if (!stuck) return verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        fmt::format("the operator forgot to submit it again: PENDING_RERUN for {} although the "
                    "old driver is gone",
                    age_text(facts, *since));
    verdict.evidence.push_back({"pod " + default_driver_pod(application.name), "", "is not there"});
    verdict.evidence.push_back(
        {"sparkapplication " + application.name, "status", "last written", since});
    verdict.remedy =
        kubectl(application, fmt::format("annotate sparkapplications.sparkoperator.k8s.io {} "
                                         "kubectl-spark/nudge=\"$(date +%s)\" --overwrite",
                                         application.name));
    return verdict;
}

} // namespace kspark::spark::rules
