// SPDX-License-Identifier: Apache-2.0
// spark-submit, as the operator runs it: the driver pod is made first and the status is written
// after, by a version read before. Whoever writes in between makes the status update conflict, and
// the operator tries again without knowing that the driver is there.
#include "tests/sandbox/fate.hpp"
#include "tests/sandbox/operator.hpp"
#include "tests/sandbox/pods.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
std::string key_of(const ObjectPtr& application) {
    return object_key(application->value.at("metadata").at("namespace").get<std::string>(),
                      application->value.at("metadata").at("name").get<std::string>());
}

std::string name_of(const ObjectPtr& application) {
    return application->value.at("metadata").at("name");
}

/// What the operator says when spark-submit ends with this on its standard error.
std::string spark_submit_failure(const std::string& text) {
    return text.empty() ? "" : "failed to run spark-submit: " + text + "\n";
}
} // namespace

void Operator::submit(const ObjectPtr& application) {
    const std::string key = key_of(application);
    submissions_[key] = {application->version, state_of(application->value), cluster_.now()};
    agenda_.after(fate_of(application->value).submit_seconds,
                  [this, key] { finish_submission(key); });
}

void Operator::finish_submission(const std::string& key) {
    const auto found = submissions_.find(key);
    if (found == submissions_.end()) return;
    const Submission submission = found->second;
    submissions_.erase(found);
    const ObjectPtr application = find(key);
    if (!application) return;
    const std::string id = cluster_.new_uuid();
    std::string failure = spark_submit_failure(fate_of(application->value).submission_error);
    if (driver_of(application)) failure = "driver pod already exist";
    Json status = status_of(application->value);
    status["submissionID"] = id;
    status["submissionAttempts"] = status.value("submissionAttempts", 0) + 1;
    status["lastSubmissionAttemptTime"] = submission.started;
    status["terminationTime"] = nullptr;
    status["driverInfo"] = {{"podName", driver_pod_name(application->value)}};
    if (failure.empty()) failure = create_driver(application, id);
    if (failure.empty()) {
        status["executionAttempts"] = status.value("executionAttempts", 0) + 1;
        status["applicationState"] = {{"state", "SUBMITTED"}};
    } else {
        status["applicationState"] = {
            {"state", "SUBMISSION_FAILED"},
            {"errorMessage",
             "failed to submit spark application: failed to run spark-submit: " + failure}};
    }
    if (!store_submission(application, submission, std::move(status)))
        retry_submission(application, submission);
}

std::string Operator::create_driver(const ObjectPtr& application, const std::string& id) {
    const std::string spark_id = "spark-" + cluster_.random_word(32, "0123456789abcdef");
    const std::string name_space = application->value.at("metadata").at("namespace");
    try {
        create(cluster_, pod_kind(), name_space, make_driver_pod(application->value, id, spark_id),
               {.manager = "spark"});
        return {};
    } catch (const Refusal& refusal) { // in the words of Spark's client
        const std::string why = refusal.status.at("message");
        return spark_submit_failure(
            fmt::format("Exception in thread \"main\" io.fabric8.kubernetes.client."
                        "KubernetesClientException: Failure executing: POST at: "
                        "https://127.0.0.1/api/v1/namespaces/{}/pods. Message: {}. Received "
                        "status: Status(apiVersion=v1, code={}, kind=Status, message={}, "
                        "reason={}, status=Failure).",
                        name_space, why, refusal.code(), why, refusal.status.value("reason", "")));
    }
}

bool Operator::store_submission(const ObjectPtr& application, const Submission& submission,
                                Json status) {
    if (application->version != submission.version) return false;
    const Json state = status.at("applicationState");
    if (state.at("state") == "SUBMITTED")
        event(application, "Normal", "SparkApplicationSubmitted",
              fmt::format("SparkApplication {} was submitted successfully", name_of(application)));
    else
        tell_failure(application, submission, state.at("errorMessage"));
    set_status(application, std::move(status));
    return true;
}

void Operator::tell_failure(const ObjectPtr& application, const Submission& submission,
                            const std::string& why) {
    const std::string name = name_of(application);
    if (submission.state.empty()) // only then: nobody hears of those that begin well
        event(application, "Normal", "SparkApplicationAdded",
              fmt::format("SparkApplication {} was added, enqueuing it for submission", name));
    event(application, "Warning", "SparkApplicationSubmissionFailed",
          fmt::format("failed to submit SparkApplication {}: {}", name, why));
}

void Operator::retry_submission(const ObjectPtr& application, const Submission& submission) {
    const bool unchanged = state_of(application->value) == submission.state;
    if (unchanged && submission.state != "PENDING_RERUN")
        submit(application); // will find the driver that this very submission made
    else if (!unchanged)
        reconcile(key_of(application));
}

} // namespace kspark::sandbox
