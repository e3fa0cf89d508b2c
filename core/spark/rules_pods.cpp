// SPDX-License-Identifier: Apache-2.0
// What pods wait for, which the operator's status does not show: it maps no waiting container to a
// state, so an application whose image cannot be pulled is SUBMITTED for ever.
#include "core/base/text.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;
constexpr auto kExecutorPatience = 120s;

/// The driver first, then the executors of the run, without those that are being deleted.
std::vector<const Pod*> pods_of(const Facts& facts) {
    std::vector<const Pod*> pods;
    if (const Pod* driver = driver_of(facts); driver != nullptr) pods.push_back(driver);
    for (const Pod* pod : executors_of(facts)) pods.push_back(pod);
    std::erase_if(pods, [](const Pod* pod) { return pod->being_deleted; });
    return pods;
}

struct Waiting {
    const Pod* pod;
    const ContainerState* container;
};
template <class Reasons>
std::optional<Waiting> find_waiting(const Facts& facts, const Reasons& reasons) {
    if (!needs_pods(facts.application)) return {};
    for (const Pod* pod : pods_of(facts))
        for (const auto& container : pod->containers)
            if (container.state == "waiting" &&
                std::find(reasons.begin(), reasons.end(), container.reason) != reasons.end())
                return Waiting{pod, &container};
    return {};
}

std::string describe(const Facts& facts, const Pod& pod) {
    return kubectl(facts.application, "describe pod " + pod.name);
}

/// 'secret "db"' of 'secret "db" not found', 'persistentvolumeclaim "data" not found', ...
std::string missing_object(std::string_view message) {
    for (const std::string_view kind : {"secret", "configmap", "persistentvolumeclaim"}) {
        const std::string begin = std::string(kind) + " \"";
        const auto at = message.find(begin);
        if (at == std::string_view::npos) continue;
        const auto name = message.substr(at + begin.size());
        const auto end = name.find('"');
        if (end == std::string_view::npos || !name.substr(end).starts_with("\" not found"))
            continue;
        return fmt::format("{} {}", kind, name.substr(0, end));
    }
    return {};
}

} // namespace

Finding image_pull(const Facts& facts) {
    static constexpr std::array<std::string_view, 6> kReasons = {
        "ErrImagePull",      "ImagePullBackOff",  "InvalidImageName",
        "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"};
    const auto found = find_waiting(facts, kReasons);
    if (!found) return {};
    const Pod& pod = *found->pod;
    Verdict verdict;
    verdict.health = Health::Bad;
    const std::string image = facts.application.image;
    verdict.sentence = fmt::format("the image of {} cannot be pulled{}{}", role_of(pod),
                                   image.empty() ? "" : ": ", image);
    verdict.evidence.push_back(of_pod(pod, "state.waiting",
                                      fmt::format("{}{}{}", found->container->reason,
                                                  found->container->message.empty() ? "" : ": ",
                                                  found->container->message)));
    for (const Event* event : events_of(facts, pod))
        if (event->reason == "Failed" && event->message.starts_with("Failed to pull image") &&
            found->container->message.empty())
            verdict.evidence.push_back(of_event(*event));
    verdict.remedy =
        describe(facts, pod) +
        "\n# correct the image and its tag; for a private registry set imagePullSecrets";
    return verdict;
}

Finding container_config(const Facts& facts) {
    static constexpr std::array<std::string_view, 3> kReasons = {
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError"};
    const auto found = find_waiting(facts, kReasons);
    if (!found) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence = fmt::format("the container of {} cannot be made: {}", role_of(*found->pod),
                                   found->container->message.empty() ? found->container->reason
                                                                     : found->container->message);
    verdict.evidence.push_back(of_pod(*found->pod, "state.waiting", found->container->reason));
    verdict.remedy = describe(facts, *found->pod);
    return verdict;
}

Finding object_missing(const Facts& facts) {
    if (!needs_pods(facts.application) || has_failed(facts.application)) return {};
    for (const Pod* pod : pods_of(facts)) {
        if (pod->phase != "Pending") continue;
        Evidence evidence;
        auto object = missing_object(pod->scheduling_problem);
        if (!object.empty()) evidence = of_pod(*pod, "PodScheduled", pod->scheduling_problem);
        for (const auto& container : pod->containers)
            if (object.empty() && container.reason == "CreateContainerConfigError") {
                object = missing_object(container.message);
                evidence =
                    of_pod(*pod, "state.waiting", container.reason + ": " + container.message);
            }
        // Spark makes the driver's ConfigMaps after the pod: one that is not found at first is
        // normal.
        for (const Event* event : events_of(facts, *pod))
            if (object.empty() && event->reason == "FailedMount" &&
                event->last >= pod->created + kPatience / 2) {
                object = missing_object(event->message);
                evidence = of_event(*event);
            }
        if (object.empty()) continue;
        Verdict verdict;
        verdict.health = Health::Bad;
        verdict.sentence = fmt::format("{} is not in namespace {}, and {} cannot start without it",
                                       object, facts.application.name_space, role_of(*pod));
        verdict.evidence.push_back(std::move(evidence));
        verdict.remedy =
            kubectl(facts.application, fmt::format("get {}s   # create it, or correct the name",
                                                   object.substr(0, object.find(' '))));
        return verdict;
    }
    return {};
}

Finding unschedulable(const Facts& facts) {
    if (!needs_pods(facts.application) || has_failed(facts.application)) return {};
    std::vector<const Pod*> stuck;
    bool any_executor_runs = false;
    for (const Pod* pod : pods_of(facts)) {
        if (pod->phase == "Pending" && !pod->scheduling_problem.empty()) stuck.push_back(pod);
        any_executor_runs =
            any_executor_runs || (pod->role == "executor" && pod->phase == "Running");
    }
    if (stuck.empty()) return {};
    const Pod& pod = *stuck.front();
    const bool driver = pod.role == "driver";
    // A cluster that grows needs a while, and a stream with some of its executors does work.
    const bool bad = age(facts, pod.created) > kPatience && !any_executor_runs;
    Verdict verdict;
    verdict.health = bad ? Health::Bad : Health::Waiting;
    // "0/3 nodes are available: 3 Insufficient cpu. no new claims ..., preemption: ..."
    const std::string cause = pod.scheduling_problem.substr(0, pod.scheduling_problem.find(". "));
    verdict.sentence = fmt::format(
        "no node has room for {}: {}",
        driver ? std::string("the driver") : core::count(stuck.size(), "executor"), cause);
    verdict.evidence.push_back(
        of_pod(pod, "PodScheduled", "False for " + age_text(facts, pod.created), pod.created));
    verdict.remedy =
        fmt::format("{}\n# ask for less (cores, coreRequest, memory, nodeSelector), or add nodes",
                    describe(facts, pod));
    return verdict;
}

Finding slow_start(const Facts& facts) {
    const Application& application = facts.application;
    if (application.phase != Phase::Submitted) return {};
    const core::Time since = application.submitted.value_or(application.created);
    if (age(facts, since) < kPatience) return {};
    Verdict verdict;
    verdict.health = Health::Waiting;
    verdict.sentence = fmt::format("the driver has not started in {}", age_text(facts, since));
    verdict.remedy =
        kubectl(application, "get pods -l sparkoperator.k8s.io/app-name=" + application.name);
    const Pod* driver = driver_of(facts);
    if (driver == nullptr) return verdict;
    verdict.remedy = describe(facts, *driver);
    const ContainerState* container = main_container(*driver);
    if (container != nullptr && !container->reason.empty())
        verdict.evidence.push_back(of_pod(*driver, "state." + container->state, container->reason));
    // Spark makes the driver's ConfigMaps after the pod: one that is not found at first is normal.
    for (const Event* event : events_of(facts, *driver)) {
        if (event->reason != "FailedMount" && event->reason != "FailedAttachVolume") continue;
        if (event->last < driver->created + kPatience / 2) continue;
        verdict.health = Health::Bad;
        verdict.sentence = "a volume of the driver cannot be mounted: " + event->message;
    }
    return verdict;
}

Finding no_executors(const Facts& facts) {
    const Application& application = facts.application;
    if (application.phase != Phase::Running || !facts.pods_known) return {};
    if (application.dynamic_allocation || application.executor_instances == 0) return {};
    if (!application.submitted || age(facts, *application.submitted) < kExecutorPatience) return {};
    for (const Pod* pod : executors_of(facts))
        if (pod->phase == "Running" || pod->phase == "Pending") return {};
    const Pod* driver = driver_of(facts);
    if (driver == nullptr || driver->being_deleted) return {};
    Verdict verdict;
    verdict.health = Health::Bad;
    verdict.sentence = fmt::format("the driver runs without an executor; {} wanted",
                                   application.executor_instances == 1
                                       ? std::string("1 is")
                                       : fmt::format("{} are", application.executor_instances));
    verdict.remedy =
        kubectl(application, fmt::format("logs {} --tail 100   # quota, rights, or lost executors",
                                         driver->name));
    return verdict;
}

} // namespace kspark::spark::rules
