// SPDX-License-Identifier: Apache-2.0
// Operator 1.0.0 allows itself few looks at an application in a while: between the end of a
// container and a status that knows of it lie 5 s as a rule and up to half a minute.
#include "core/spark/apache_pods.hpp"

#include "core/base/text.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::spark {
namespace {

const Pod* newest_driver(const std::vector<Pod>& pods) {
    const Pod* newest = nullptr;
    for (const Pod& pod : pods) {
        if (pod.role != "driver") continue;
        const auto rank = [](const Pod& p) { return std::pair(!p.being_deleted, p.created); };
        if (newest == nullptr || rank(*newest) < rank(pod)) newest = &pod;
    }
    return newest;
}

std::string executor_state(const Pod& pod) {
    if (pod.phase == "Running") return "RUNNING";
    if (pod.phase == "Succeeded") return "COMPLETED";
    return pod.phase == "Failed" ? "FAILED" : "PENDING";
}

void take_end(Application& application, const Pod& driver) {
    for (const auto& container : driver.containers) {
        if (!container.is_main || container.state != "terminated" || !container.exit_code) continue;
        application.terminated = container.finished;
        const bool well = *container.exit_code == 0;
        application.phase = well ? Phase::Succeeding : Phase::Failing;
        if (!well)
            application.message =
                fmt::format("driver container failed with ExitCode: {}, Reason: {}",
                            *container.exit_code, container.reason);
    }
}

/// What speaks against a run that is said to go on.
std::string doubt_of(const Application& application, const std::vector<Pod>& pods) {
    const Pod* driver = newest_driver(pods);
    if (driver == nullptr || driver->being_deleted || driver->phase != "Running")
        return fmt::format("its driver pod is {}; the operator has not noticed yet",
                           driver == nullptr       ? "gone"
                           : driver->being_deleted ? "being deleted"
                                                   : core::lower(driver->phase));
    if (application.dynamic_allocation || application.executor_instances == 0) return {};
    const bool any = std::ranges::any_of(pods, [](const Pod& pod) {
        return pod.role == "executor" && pod.phase == "Running" && !pod.being_deleted;
    });
    return any ? "" : "the driver is ready, no executor runs yet";
}

} // namespace

void take_pods(Application& application, const std::vector<Pod>& pods) {
    if (application.operator_ != Operator::Apache) return;
    application.executors.clear();
    for (const Pod& pod : pods)
        if (pod.role == "executor") application.executors[pod.name] = executor_state(pod);
    const Pod* driver = newest_driver(pods);
    if (driver == nullptr) return;
    application.driver_pod = driver->name;
    const bool runs = application.phase == Phase::Running || application.phase == Phase::Submitted;
    if (runs && !driver->being_deleted) take_end(application, *driver);
}

std::string take_run(Application& application, const std::vector<Pod>& pods) {
    take_pods(application, pods);
    if (application.operator_ != Operator::Apache || application.phase != Phase::Running) return {};
    std::string doubt = doubt_of(application, pods);
    if (!doubt.empty()) application.phase = Phase::Submitted;
    return doubt;
}

} // namespace kspark::spark
