// SPDX-License-Identifier: Apache-2.0
// From SUBMITTED to the end of a run and on to the next: what the pods tell, restart policies,
// suspension, and the time to live.
#include "tests/sandbox/operator.hpp"
#include "tests/sandbox/pods.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
std::string name_of(const ObjectPtr& object) {
    return object->value.at("metadata").at("name");
}

std::string namespace_of(const ObjectPtr& object) {
    return object->value.at("metadata").at("namespace");
}

std::string key_of(const ObjectPtr& object) {
    return object_key(namespace_of(object), name_of(object));
}

bool ended(const std::string& executor_state) {
    return executor_state == "COMPLETED" || executor_state == "FAILED";
}

Json terminated(const Json& pod) {
    const Json statuses = pod.at("status").value("containerStatuses", Json::array());
    if (statuses.empty()) return Json::object();
    return statuses[0].value("state", Json::object()).value("terminated", Json::object());
}

double since(const Cluster& cluster, const Json& time) {
    const auto at = time.is_string() ? core::parse_time(time.get<std::string>())
                                     : core::Result<core::Time>(cluster.clock.now());
    if (!at) return 0;
    return std::chrono::duration<double>(cluster.clock.now() - *at).count();
}

std::string executor_state(const Json& pod) {
    const std::string phase = pod.at("status").value("phase", "");
    return phase == "Succeeded" ? "COMPLETED"
           : phase == "Failed"  ? "FAILED"
           : phase == "Running" ? "RUNNING"
                                : "PENDING";
}
} // namespace

void Operator::offer_ui(const ObjectPtr& application, Json& status) {
    const std::string service = name_of(application) + "-ui-svc";
    ObjectPtr found = cluster_.store.find(service_kind(), namespace_of(application), service);
    if (!found) {
        const std::string address = "10.96." + cluster_.random_word(2, "123456789") + "." +
                                    cluster_.random_word(2, "123456789");
        found = create(cluster_, service_kind(), namespace_of(application),
                       make_ui_service(application->value, address), {.manager = "spark-operator"})
                    .object;
    }
    status["driverInfo"]["webUIServiceName"] = service;
    status["driverInfo"]["webUIPort"] = 4040;
    status["driverInfo"]["webUIAddress"] =
        found->value.at("spec").at("clusterIP").get<std::string>() + ":4040";
}

void Operator::follow_driver(const ObjectPtr& application) {
    Json status = status_of(application->value);
    const std::string before = state_of(application->value);
    const ObjectPtr driver = driver_of(application);
    const auto fail = [&](const std::string& why) {
        status["applicationState"] = {{"state", "FAILING"}, {"errorMessage", why}};
        status["terminationTime"] = cluster_.now();
    };
    const std::string phase =
        driver ? driver->value.at("status").value("phase", "") : std::string();
    if (!driver) {
        if (before == "SUBMITTED" &&
            since(cluster_, status.at("lastSubmissionAttemptTime")) < 10 / agenda_.speed()) {
            agenda_.after(1, [this, key = key_of(application)] { reconcile(key); });
            return;
        }
        fail("driver pod not found");
    } else {
        const std::string pod = name_of(driver);
        if (phase != "Pending") {
            status["sparkApplicationId"] = label(driver->value, "spark-app-selector");
            offer_ui(application, status);
        }
        if (phase == "Running") {
            status["applicationState"] = {{"state", "RUNNING"}};
            if (before != "RUNNING")
                event(application, "Normal", "SparkDriverRunning",
                      fmt::format("Driver {} is running", pod));
        } else if (phase == "Succeeded") {
            status["applicationState"] = {{"state", "SUCCEEDING"}};
            status["terminationTime"] = cluster_.now();
            event(application, "Normal", "SparkDriverCompleted",
                  fmt::format("Driver {} completed", pod));
        } else if (phase == "Failed") {
            const Json end = terminated(driver->value);
            fail(fmt::format("driver container failed with ExitCode: {}, Reason: {}",
                             end.value("exitCode", 1), end.value("reason", "Error")));
            event(application, "Warning", "SparkDriverFailed",
                  fmt::format("Driver {} failed", pod));
        }
    }
    follow_executors(application, status);
    set_status(application, std::move(status));
}

void Operator::follow_executors(const ObjectPtr& application, Json& status) {
    const ObjectPtr driver = driver_of(application);
    Json states = status.value("executorState", Json::object());
    std::map<std::string, ObjectPtr> present;
    if (driver)
        for (const ObjectPtr& executor : executors_of(cluster_, driver->value))
            present[name_of(executor)] = executor;
    for (const auto& [name, executor] : present) {
        const std::string before = states.value(name, "");
        const std::string now = executor_state(executor->value);
        if (before == now) continue;
        states[name] = now;
        const Json end = terminated(executor->value);
        if (now == "FAILED")
            event(application, "Warning", "SparkExecutorFailed",
                  fmt::format("Executor {} failed with ExitCode: {}, Reason: {}, Pod Message: ",
                              name, end.value("exitCode", 1), end.value("reason", "Error")));
        else
            event(application, "Normal",
                  now == "COMPLETED" ? "SparkExecutorCompleted"
                  : now == "RUNNING" ? "SparkExecutorRunning"
                                     : "SparkExecutorPending",
                  fmt::format("Executor {} {}", name,
                              now == "COMPLETED" ? "completed"
                              : now == "RUNNING" ? "is running"
                                                 : "is pending"));
    }
    const std::string state = status.at("applicationState").at("state");
    for (auto& [name, value] : states.items())
        if (!present.contains(name) && !ended(value))
            value = state == "RUNNING" ? "FAILED" : state == "SUCCEEDING" ? "COMPLETED" : "UNKNOWN";
    if (!states.empty()) status["executorState"] = states;
}

void Operator::end_run(const ObjectPtr& application, bool retry) {
    Json status = status_of(application->value);
    const std::string state = state_of(application->value);
    const bool submission = state == "SUBMISSION_FAILED";
    const Json policy = application->value.at("spec").value("restartPolicy", Json::object());
    const std::string type = policy.value("type", "Never");
    const int attempts = status.value(submission ? "submissionAttempts" : "executionAttempts", 0);
    const int allowed =
        policy.value(submission ? "onSubmissionFailureRetries" : "onFailureRetries", -1);
    if (type == "Always" || (retry && type == "OnFailure" && attempts <= allowed)) {
        const std::string interval_name =
            submission ? "onSubmissionFailureRetryInterval" : "onFailureRetryInterval";
        if (retry && !policy.contains(interval_name)) return; // an error for ever, in its log only
        const double interval =
            retry ? policy.at(interval_name).get<double>() * status.value("submissionAttempts", 1)
                  : 0;
        const double left =
            interval -
            since(cluster_, status.value("lastSubmissionAttemptTime", Json())) * agenda_.speed();
        const std::string id = status.value("submissionID", "");
        if (left > 0) {
            if (std::exchange(retries_[key_of(application)], id + state) != id + state)
                agenda_.after(left + 0.01, [this, key = key_of(application)] { reconcile(key); });
            return;
        }
        const bool clean = delete_resources(application);
        if (!submission)
            rerun(application, false);
        else if (clean)
            submit(application);
        else // the leftover driver has to go first, and nobody tells of a twin's end
            agenda_.after(0.2, [this, key = key_of(application)] { reconcile(key); });
        return;
    }
    follow_executors(application, status);
    if (!retry) {
        status["applicationState"] = {{"state", "COMPLETED"}};
    } else {
        status["applicationState"]["state"] = "FAILED";
        if (!submission && status.value("terminationTime", Json()).is_null())
            status["terminationTime"] = cluster_.now();
        if (submission) // of a run that failed the driver's event tells
            event(application, "Warning", "SparkApplicationFailed",
                  fmt::format("SparkApplication {} failed: {}", name_of(application),
                              status.at("applicationState").value("errorMessage", "")));
    }
    set_status(application, std::move(status));
}

void Operator::rerun(const ObjectPtr& application, bool forget) {
    Json status = status_of(application->value);
    for (const auto* field : {"sparkApplicationId", "executorState"}) status.erase(field);
    if (forget) {
        status.erase("executionAttempts");
        status.erase("submissionAttempts");
        status["lastSubmissionAttemptTime"] = nullptr;
    }
    status["driverInfo"] = Json::object();
    status["terminationTime"] = nullptr;
    status["applicationState"] = {{"state", "PENDING_RERUN"}};
    event(application, "Warning", "SparkApplicationPendingRerun",
          fmt::format("SparkApplication {} is pending rerun", name_of(application)));
    set_status(application, std::move(status));
}

void Operator::suspend(const ObjectPtr& application) {
    Json status = status_of(application->value);
    if (state_of(application->value) == "SUSPENDING") {
        delete_resources(application);
        for (const auto* field : {"sparkApplicationId", "executorState"}) status.erase(field);
        status["driverInfo"] = Json::object();
        if (!status.contains("lastSubmissionAttemptTime"))
            status["lastSubmissionAttemptTime"] = nullptr;
        status["terminationTime"] = nullptr;
        status["applicationState"] = {{"state", "SUSPENDED"}};
        event(application, "Warning", "SparkApplicationSuspended",
              fmt::format("SparkApplication {} is suspended", name_of(application)));
    } else {
        if (application->value.at("spec").value("suspend", false)) return;
        if (driver_of(application)) { // not gone yet
            agenda_.after(0.1, [this, key = key_of(application)] { reconcile(key); });
            return;
        }
        status["applicationState"] = {{"state", "RESUMING"}};
        event(application, "Warning", "SparkApplicationResuming",
              fmt::format("SparkApplication {} is resuming", name_of(application)));
    }
    set_status(application, std::move(status));
}

void Operator::expire(const ObjectPtr& application) {
    const Json ttl = application->value.at("spec").value("timeToLiveSeconds", Json());
    const Json ended_at = status_of(application->value).value("terminationTime", Json());
    if (!ttl.is_number() || !ended_at.is_string()) return;
    const double left = ttl.get<double>() - since(cluster_, ended_at) * agenda_.speed();
    if (left <= 0)
        remove(cluster_, application_kind(), application, Json::object());
    else
        agenda_.after(left + 0.01, [this, key = key_of(application)] { reconcile(key); });
}

bool Operator::delete_resources(const ObjectPtr& application) {
    const ObjectPtr driver = driver_of(application);
    if (driver) remove(cluster_, pod_kind(), driver, Json::object());
    const ObjectPtr service = cluster_.store.find(service_kind(), namespace_of(application),
                                                  name_of(application) + "-ui-svc");
    if (service) remove(cluster_, service_kind(), service, Json::object());
    return !driver;
}

} // namespace kspark::sandbox
