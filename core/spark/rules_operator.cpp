// SPDX-License-Identifier: Apache-2.0
// What the operator does not see, or has lost: it stores what it knows in one status, and what
// happened beside it shows only when pods and spec are held against that.
#include "core/base/text.hpp"
#include "core/spark/fence.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

/// After this a change of the spec should have been acted on.
constexpr auto kPatience = 60s;

constexpr std::string_view kOperatorPods =
    "kubectl get pods -A -l app.kubernetes.io/name=spark-operator";

bool is_subset(const std::map<std::string, std::string>& part,
               const std::map<std::string, std::string>& whole) {
    return std::ranges::all_of(part, [&](const auto& entry) {
        const auto found = whole.find(entry.first);
        return found != whole.end() && found->second == entry.second;
    });
}

bool ends_with(const std::vector<std::string>& whole, const std::vector<std::string>& end) {
    return whole.size() >= end.size() && std::equal(end.rbegin(), end.rend(), whole.rbegin());
}

/// The first thing in which the running driver is not what the spec says.
std::optional<Evidence> difference(const Application& application, const Pod& driver) {
    const auto of_spec = [&](std::string field, std::string value) {
        return of_application(application, std::move(field), std::move(value));
    };
    if (!application.image.empty() && !driver.image.empty() && driver.image != application.image)
        return of_spec("spec.image", application.image + ", the driver runs " + driver.image);
    if (!driver.arguments.empty() && !ends_with(driver.arguments, application.arguments))
        return of_spec("spec.arguments",
                       core::join(application.arguments, " ") + ", the driver runs with others");
    if (!is_subset(application.driver_annotations, driver.annotations))
        return of_spec("spec.driver.annotations", "not all of them are on the driver");
    return {};
}

/// The driver that the status means, alive.
const Pod* living_driver(const Facts& facts) {
    const Pod* driver = driver_of(facts);
    const bool alive = driver != nullptr && !driver->being_deleted && driver->phase == "Running";
    return alive ? driver : nullptr;
}

} // namespace

Finding operator_stopped(const Facts& facts) {
    if (!is_ignored(facts) || !facts.operators || facts.operators->acted_later) return {};
    const OperatorFacts& operators = *facts.operators;
    const bool ready = std::ranges::any_of(operators.seen, &OperatorFacts::Seen::ready);
    const bool gone = operators.seen.empty() && operators.pods_known && operators.acted_here;
    if (ready || (operators.seen.empty() && !gone)) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence = fmt::format("the operator does not run: nobody has looked at it in {}",
                                   age_text(facts, facts.application.created));
    for (const auto& seen : operators.seen)
        verdict.evidence.push_back({"pod " + seen.pod, "status.conditions.Ready", "False"});
    if (gone)
        verdict.evidence.push_back(
            {"pods", "app.kubernetes.io/name=spark-operator",
             "none in the cluster, though other applications of this namespace were run"});
    verdict.remedy = std::string(kOperatorPods) +
                     " -o wide\nkubectl logs -A -l app.kubernetes.io/name=spark-operator --tail 50";
    return verdict;
}

Finding not_watched(const Facts& facts) {
    if (!is_ignored(facts) || !facts.operators) return {};
    const Application& application = facts.application;
    const OperatorFacts& operators = *facts.operators;
    std::vector<Evidence> evidence;
    const bool elsewhere = operators.acted_later && !operators.acted_here;
    if (elsewhere)
        evidence.push_back({"sparkapplication " + operators.acted_on,
                            "status.lastSubmissionAttemptTime", "was submitted since then",
                            operators.acted_later});
    bool watched = false;
    for (const auto& seen : operators.seen) {
        if (!seen.ready) continue;
        const bool here =
            seen.name_spaces.empty() ||
            std::ranges::find(seen.name_spaces, application.name_space) != seen.name_spaces.end();
        watched = watched || here;
        if (!here)
            evidence.push_back(
                {"pod " + seen.pod, "--namespaces", core::join(seen.name_spaces, ", ")});
    }
    if (evidence.empty() || (watched && !elsewhere)) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        fmt::format("the operator runs and does not watch namespace {}", application.name_space);
    verdict.evidence = std::move(evidence);
    verdict.remedy =
        fmt::format("# Helm: --set 'spark.jobNamespaces={{{}}}' (and the others), or use a "
                    "namespace that it watches\n{}",
                    application.name_space, kOperatorPods);
    return verdict;
}

Finding spec_not_applied(const Facts& facts) {
    const Application& application = facts.application;
    const Pod* driver = living_driver(facts);
    if (driver == nullptr || application.phase != Phase::Running || application.suspend ||
        application.operator_ != Operator::Kubeflow || age(facts, driver->created) < kPatience)
        return {};
    const auto differs = difference(application, *driver);
    if (!differs) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        "the spec was changed and the run is of the old one: the operator has lost the "
        "restart";
    verdict.evidence.push_back(*differs);
    verdict.evidence.push_back(
        of_pod(*driver, "creationTimestamp", "still the old run", driver->created));
    verdict.remedy = fmt::format("kubectl spark restart {} -n {} --wait", application.name,
                                 application.name_space);
    return verdict;
}

Finding driver_not_known(const Facts& facts) {
    const Application& application = facts.application;
    const Pod* driver = living_driver(facts);
    if (driver == nullptr || !has_failed(application) || driver->launched_by_operator ||
        application.operator_ != Operator::Kubeflow)
        return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        fmt::format("driver {} runs, and the operator says that it failed: it does not see the pod",
                    driver->name);
    verdict.evidence = {of_pod(*driver, "label launched-by-spark-operator", "is not there"),
                        of_application(application, "state", application.state)};
    verdict.remedy =
        kubectl(application,
                fmt::format("label pod {} sparkoperator.k8s.io/launched-by-spark-operator=true",
                            driver->name)) +
        "   # or delete it before the next submission";
    return verdict;
}

Finding earlier_executors(const Facts& facts) {
    const Application& application = facts.application;
    const Pod* driver = living_driver(facts);
    if (driver == nullptr || application.phase != Phase::Running) return {};
    std::vector<Pod> old;
    for (const Pod& pod : facts.pods)
        if (pod.role == "executor" && pod.submission_id != driver->submission_id &&
            !pod.submission_id.empty() && !driver->submission_id.empty() && may_run_code(pod))
            old.push_back(pod);
    if (old.empty()) return {};
    Verdict verdict;
    verdict.health = age(facts, driver->created) > kPatience ? Health::Bad : Health::Waiting;
    verdict.sentence = fmt::format("{} of an earlier run may still work beside the new driver",
                                   core::count(old.size(), "executor"));
    verdict.evidence.push_back({"pods", "submission-id", pods_text(old, facts.now)});
    verdict.evidence.push_back(
        of_pod(*driver, "submission-id", driver->submission_id, driver->created));
    std::string names;
    for (const Pod& pod : old) names += " " + pod.name;
    verdict.remedy = kubectl(application, "delete pod" + names);
    return verdict;
}

Finding volumes_missing(const Facts& facts) {
    const Application& application = facts.application;
    const Pod* driver = driver_of(facts);
    if (driver == nullptr || driver->arguments.empty()) return {};
    const auto missing = std::ranges::find_if(application.driver_mounts, [&](const auto& name) {
        return std::ranges::find(driver->mounts, name) == driver->mounts.end();
    });
    if (missing == application.driver_mounts.end()) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence = fmt::format("volume {} is not in the driver pod: the operator's webhook did "
                                   "not change the pod",
                                   *missing);
    verdict.evidence = {
        of_application(application, "spec.driver.volumeMounts", *missing),
        of_pod(*driver, "volumeMounts", core::join(driver->mounts, ", "), driver->created)};
    verdict.remedy = "kubectl get mutatingwebhookconfigurations   # is there one of the operator?\n"
                     "# Helm: --set webhook.enable=true; then restart the application";
    return verdict;
}

} // namespace kspark::spark::rules
