// SPDX-License-Identifier: Apache-2.0
// Pods that were killed, and pods on nodes of which nobody knows.
#include "core/base/text.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;

bool out_of_memory(const Pod& pod) {
    const ContainerState* container = main_container(pod);
    return container != nullptr &&
           (container->reason == "OOMKilled" || container->last_reason == "OOMKilled");
}

} // namespace

Finding node_lost(const Facts& facts) {
    if (!needs_pods(facts.application) || has_failed(facts.application)) return {};
    std::vector<const Pod*> lost;
    for (const Pod& pod : facts.pods) {
        const bool overdue = pod.being_deleted && pod.stops_by != core::Time{} &&
                             age(facts, pod.stops_by) > kPatience;
        const bool alive = pod.phase == "Running" || pod.phase == "Pending";
        if (alive && (pod.node_lost || (overdue && !pod.node.empty()))) lost.push_back(&pod);
    }
    if (lost.empty()) return {};
    const Pod& pod = *lost.front();
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence =
        pod.node_lost
            ? fmt::format("node {} does not answer: nobody knows whether {} on it still runs",
                          pod.node, role_of(pod))
            : fmt::format("pod {} should have been gone for {}: node {} does not confirm it",
                          pod.name, age_text(facts, pod.stops_by), pod.node);
    for (const Pod* one : lost)
        if (verdict.evidence.size() < 5)
            verdict.evidence.push_back(of_pod(*one, "spec.nodeName", one->node));
    verdict.remedy =
        fmt::format("kubectl describe node {}\n# when the machine is off for good:\n{}", pod.node,
                    kubectl(facts.application,
                            fmt::format("delete pod {} --grace-period=0 --force", pod.name)));
    return verdict;
}

Finding driver_out_of_memory(const Facts& facts) {
    const Application& application = facts.application;
    if (!has_failed(application)) return {};
    const Pod* driver = driver_of(facts);
    const bool told = application.message.find("OOMKilled") != std::string::npos;
    if (!told && (driver == nullptr || !out_of_memory(*driver))) return {};
    const RetryBudget budget = run_retries(application);
    Verdict verdict;
    verdict.health = health_of(budget, application);
    verdict.sentence = "the driver was killed: out of memory" + retry_text(application, budget);
    verdict.evidence.push_back(
        told ? of_application(application, "errorMessage", cause_of(application.message))
             : of_pod(*driver, "state.terminated.reason", "OOMKilled"));
    verdict.remedy = "# raise driver.memory, or driver.memoryOverhead for Python and native memory";
    return verdict;
}

Finding executor_out_of_memory(const Facts& facts) {
    const Application& application = facts.application;
    if (!needs_pods(application)) return {};
    std::vector<const Pod*> killed;
    bool any_runs = false;
    for (const Pod* pod : executors_of(facts)) {
        if (out_of_memory(*pod)) killed.push_back(pod);
        any_runs = any_runs || pod->phase == "Running";
    }
    if (killed.empty()) return {};
    const RetryBudget budget = run_retries(application);
    Verdict verdict;
    verdict.health = has_failed(application) ? health_of(budget, application)
                     : any_runs              ? Health::Waiting
                                             : Health::Bad;
    verdict.sentence = fmt::format("{} killed: out of memory{}",
                                   core::count(killed.size(), "executor was", "executors were"),
                                   has_failed(application) ? retry_text(application, budget) : "");
    for (const Pod* pod : killed)
        if (verdict.evidence.size() < 5)
            verdict.evidence.push_back(of_pod(*pod, "state.terminated.reason", "OOMKilled",
                                              main_container(*pod)->finished));
    verdict.remedy =
        "# raise executor.memory, or executor.memoryOverhead for Python and native memory";
    return verdict;
}

Finding evicted(const Facts& facts) {
    if (!needs_pods(facts.application)) return {};
    const Pod* driver = driver_of(facts);
    if (driver == nullptr || driver->reason.empty()) return {};
    Verdict verdict;
    verdict.health = health_of(run_retries(facts.application), facts.application);
    verdict.sentence = fmt::format("the driver lost its place: {}", driver->reason) +
                       (has_failed(facts.application)
                            ? retry_text(facts.application, run_retries(facts.application))
                            : std::string());
    verdict.evidence.push_back(of_pod(
        *driver, "status.reason",
        fmt::format("{} on node {}", driver->message.empty() ? driver->reason : driver->message,
                    driver->node)));
    verdict.remedy = fmt::format("kubectl describe node {}", driver->node);
    return verdict;
}

} // namespace kspark::spark::rules
