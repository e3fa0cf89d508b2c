// SPDX-License-Identifier: Apache-2.0
// What wakes the operator, and which state does what. Like the real one it acts on what it is told
// of: a pod whose submission-id is not the application's is nobody's business.
#include "tests/sandbox/operator.hpp"

#include "tests/sandbox/fate.hpp"
#include "tests/sandbox/pods.hpp"
#include "tests/sandbox/recorder.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
constexpr auto kComponent = "spark-application-controller";

std::string key_of(const Json& object) {
    return object_key(object.at("metadata").value("namespace", ""),
                      object.at("metadata").at("name").get<std::string>());
}

/// Equal for the operator: absent and empty are the same.
Json without_empty(const Json& value) {
    if (!value.is_object()) return value;
    Json result = Json::object();
    for (const auto& [key, member] : value.items()) {
        Json inner = without_empty(member);
        if (!inner.is_null() && !(inner.is_structured() && inner.empty()))
            result[key] = std::move(inner);
    }
    return result;
}
} // namespace

std::string state_of(const Json& application) {
    return status_of(application).value("applicationState", Json::object()).value("state", "");
}

Json status_of(const Json& application) {
    Json status = application.value("status", Json::object());
    if (!status.contains("applicationState")) status["applicationState"] = {{"state", ""}};
    if (!status.contains("driverInfo")) status["driverInfo"] = Json::object();
    return status;
}

Json effective_spec(const Json& application) {
    Json spec = without_empty(application.at("spec"));
    spec.erase("suspend");
    spec.erase("timeToLiveSeconds");
    return spec;
}

void Operator::on_change(const Change& change) {
    if (change.kind == &application_kind()) on_application(change);
    if (change.kind == &pod_kind()) on_pod(change);
}

void Operator::on_application(const Change& change) {
    const Json& application = change.object->value;
    if (fate_of(application).ignored) return;
    const std::string key = key_of(application);
    if (change.type == Change::Type::Deleted) {
        submissions_.erase(key);
        retries_.erase(key);
        return;
    }
    if (change.type != Change::Type::Added && !filter(change)) return;
    reconcile(key);
}

bool Operator::filter(const Change& change) {
    if (effective_spec(change.previous->value) == effective_spec(change.object->value)) return true;
    const ObjectPtr present = find(key_of(change.object->value));
    if (!present) return false;
    if (present->version != change.object->version) { // the restart is lost
        event(present, "Warning", "SparkApplicationSpecUpdateFailed",
              fmt::format("failed to update status of SparkApplication {}: the object has been "
                          "modified; please apply your changes to the latest version and try again",
                          present->value.at("metadata").at("name").get<std::string>()));
        return false;
    }
    Json status = status_of(present->value);
    status["applicationState"] = {{"state", "INVALIDATING"}};
    set_status(present, std::move(status));
    return true;
}

void Operator::on_pod(const Change& change) {
    const Json& pod = change.object->value;
    if (label(pod, "sparkoperator.k8s.io/launched-by-spark-operator") != "true") return;
    const ObjectPtr application = application_of(cluster_, pod);
    if (!application || fate_of(application->value).ignored) return;
    const std::string submission = status_of(application->value).value("submissionID", "");
    if (label(pod, "sparkoperator.k8s.io/submission-id") == submission)
        reconcile(key_of(application->value));
}

void Operator::reconcile(const std::string& key) {
    const ObjectPtr application = find(key);
    if (!application || submissions_.contains(key)) return;
    if (application->value.at("metadata").contains("deletionTimestamp")) {
        delete_resources(application);
        return;
    }
    const std::string state = state_of(application->value);
    const bool suspended = application->value.at("spec").value("suspend", false);
    const bool final = state == "COMPLETED" || state == "FAILED";
    if (suspended && !final && state != "SUSPENDING" && state != "SUSPENDED" &&
        state != "INVALIDATING") {
        Json status = status_of(application->value);
        status["applicationState"] = {{"state", "SUSPENDING"}};
        event(application, "Warning", "SparkApplicationSuspending",
              fmt::format("SparkApplication {} is suspending",
                          application->value.at("metadata").at("name").get<std::string>()));
        set_status(application, std::move(status)); // which wakes it again
        return;
    }
    act(application, state);
}

void Operator::act(const ObjectPtr& application, const std::string& state) {
    if (state.empty())
        submit(application);
    else if (state == "PENDING_RERUN" || state == "RESUMING") {
        if (!driver_of(application)) submit(application); // else: waits to be told that it went
    } else if (state == "SUBMITTED" || state == "RUNNING" || state == "UNKNOWN")
        follow_driver(application);
    else if (state == "SUCCEEDING" || state == "FAILING" || state == "SUBMISSION_FAILED")
        end_run(application, state != "SUCCEEDING");
    else if (state == "INVALIDATING") {
        delete_resources(application);
        rerun(application, true);
    } else if (state == "SUSPENDING" || state == "SUSPENDED")
        suspend(application);
    else if (state == "COMPLETED" || state == "FAILED")
        expire(application);
}

void Operator::set_status(const ObjectPtr& application, Json status) {
    Json next = application->value;
    next["status"] = std::move(status);
    patched(cluster_, application_kind(), application, std::move(next),
            {.manager = "spark-operator", .subresource = "status"});
}

void Operator::event(const ObjectPtr& application, std::string_view type, std::string_view reason,
                     const std::string& message) {
    record_event(cluster_, application->value, kComponent, type, reason, message);
}

ObjectPtr Operator::find(const std::string& key) const {
    const std::size_t slash = key.find('/');
    return cluster_.store.find(application_kind(), key.substr(0, slash), key.substr(slash + 1));
}

ObjectPtr Operator::driver_of(const ObjectPtr& application) const {
    return cluster_.store.find(pod_kind(),
                               application->value.at("metadata").at("namespace").get<std::string>(),
                               driver_pod_name(application->value));
}

} // namespace kspark::sandbox
