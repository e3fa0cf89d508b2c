// SPDX-License-Identifier: Apache-2.0
// Reads the objects of both operators into the one model. The kubeflow operator says in its status
// what it does; the apache operator's terminal states do not tell success from failure, so the
// outcome is taken from the state before.
#include "core/spark/codec.hpp"

#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

using data::Json;

std::optional<core::Time> time_at(const Json& object, const std::vector<std::string_view>& path) {
    const auto time = core::parse_time(data::string_at(object, path));
    if (!time) return std::nullopt;
    return *time;
}

std::optional<int> int_at(const Json& object, const std::vector<std::string_view>& path) {
    const auto value = data::integer_at(object, path);
    if (!value) return std::nullopt;
    return static_cast<int>(std::clamp<std::int64_t>(*value, -1, 1'000'000'000));
}

std::optional<long> seconds_at(const Json& object, const std::vector<std::string_view>& path) {
    const auto value = data::integer_at(object, path);
    if (!value) return std::nullopt;
    return static_cast<long>(std::clamp<std::int64_t>(*value, 0, 1'000'000'000));
}

std::map<std::string, std::string> strings_at(const Json& object,
                                              const std::vector<std::string_view>& path) {
    std::map<std::string, std::string> result;
    const Json* map = data::find(object, path);
    if (map == nullptr || !map->is_object()) return result;
    for (const auto& [key, value] : map->items())
        if (value.is_string()) result[key] = value.get<std::string>();
    return result;
}

std::vector<std::string> texts_at(const Json& object, const std::vector<std::string_view>& path) {
    std::vector<std::string> result;
    if (const Json* list = data::find(object, path); list != nullptr && list->is_array())
        for (const Json& item : *list)
            if (item.is_string()) result.push_back(item);
    return result;
}

/// A number that Spark's configuration holds as text.
std::optional<int> conf_number(const Json& object, std::string_view key) {
    const std::string text = data::string_at(object, {"spec", "sparkConf", key});
    if (text.empty() || text.size() > 9) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return std::stoi(text);
}

Application decode_common(const Json& object) {
    Application application;
    application.name = data::string_at(object, {"metadata", "name"});
    application.name_space = data::string_at(object, {"metadata", "namespace"});
    application.uid = data::string_at(object, {"metadata", "uid"});
    application.resource_version = data::string_at(object, {"metadata", "resourceVersion"});
    application.labels = strings_at(object, {"metadata", "labels"});
    application.annotations = strings_at(object, {"metadata", "annotations"});
    application.created = time_at(object, {"metadata", "creationTimestamp"}).value_or(core::Time{});
    application.being_deleted = data::find(object, {"metadata", "deletionTimestamp"}) != nullptr;
    application.finalizers = texts_at(object, {"metadata", "finalizers"});
    application.ui_port = conf_number(object, "spark.ui.port").value_or(application.ui_port);
    application.schedule = data::string_at(object, {"metadata", "labels", kScheduleLabel});
    application.dynamic_allocation =
        data::bool_at(object, {"spec", "dynamicAllocation", "enabled"}) ||
        data::string_at(object, {"spec", "sparkConf", "spark.dynamicAllocation.enabled"}) == "true";
    return application;
}

Phase kubeflow_phase(const std::string& state) {
    if (state.empty()) return Phase::New;
    for (const Phase phase :
         {Phase::Submitted, Phase::Running, Phase::Succeeding, Phase::Completed, Phase::Failing,
          Phase::Failed, Phase::SubmissionFailed, Phase::PendingRerun, Phase::Invalidating,
          Phase::Suspending, Phase::Suspended, Phase::Resuming})
        if (state == to_text(phase)) return phase;
    return Phase::Unknown;
}

void decode_kubeflow_spec(const Json& object, Application& application) {
    application.type = data::string_at(object, {"spec", "type"});
    application.image = data::string_at(object, {"spec", "driver", "image"},
                                        data::string_at(object, {"spec", "image"}));
    application.spark_version = data::string_at(object, {"spec", "sparkVersion"});
    application.suspend = data::bool_at(object, {"spec", "suspend"});
    application.executor_instances =
        int_at(object, {"spec", "executor", "instances"})
            .value_or(conf_number(object, "spark.executor.instances").value_or(1));
    application.driver_annotations = strings_at(object, {"spec", "driver", "annotations"});
    application.arguments = texts_at(object, {"spec", "arguments"});
    if (const Json* mounts = data::find(object, {"spec", "driver", "volumeMounts"});
        mounts != nullptr && mounts->is_array())
        for (const Json& mount : *mounts)
            application.driver_mounts.push_back(data::string_at(mount, {"name"}));
    RestartPolicy& policy = application.restart_policy;
    policy.type = data::string_at(object, {"spec", "restartPolicy", "type"}, "Never");
    policy.on_failure_retries = int_at(object, {"spec", "restartPolicy", "onFailureRetries"});
    policy.on_submission_failure_retries =
        int_at(object, {"spec", "restartPolicy", "onSubmissionFailureRetries"});
    policy.on_failure_interval =
        seconds_at(object, {"spec", "restartPolicy", "onFailureRetryInterval"});
    policy.on_submission_failure_interval =
        seconds_at(object, {"spec", "restartPolicy", "onSubmissionFailureRetryInterval"});
}

void decode_kubeflow_status(const Json& object, Application& application) {
    application.state = data::string_at(object, {"status", "applicationState", "state"});
    application.phase = kubeflow_phase(application.state);
    application.message = data::string_at(object, {"status", "applicationState", "errorMessage"});
    application.submission_id = data::string_at(object, {"status", "submissionID"});
    application.application_id = data::string_at(object, {"status", "sparkApplicationId"});
    application.driver_pod = data::string_at(object, {"status", "driverInfo", "podName"});
    application.ui_service = data::string_at(object, {"status", "driverInfo", "webUIServiceName"});
    application.ui_address = data::string_at(object, {"status", "driverInfo", "webUIAddress"});
    application.ui_ingress =
        data::string_at(object, {"status", "driverInfo", "webUIIngressAddress"});
    application.execution_attempts = int_at(object, {"status", "executionAttempts"}).value_or(0);
    application.submission_attempts = int_at(object, {"status", "submissionAttempts"}).value_or(0);
    application.submitted = time_at(object, {"status", "lastSubmissionAttemptTime"});
    application.terminated = time_at(object, {"status", "terminationTime"});
    application.executors = strings_at(object, {"status", "executorState"});
}

/// The states of the apache operator. Its terminal states are not here.
struct ApacheState {
    std::string_view name;
    Phase phase;
};
constexpr std::array kApacheStates = {
    ApacheState{"Submitted", Phase::Submitted},
    ApacheState{"DriverRequested", Phase::Submitted},
    ApacheState{"DriverStarted", Phase::Submitted},
    ApacheState{"DriverReady", Phase::Submitted},
    ApacheState{"InitializedBelowThresholdExecutors", Phase::Running},
    ApacheState{"RunningHealthy", Phase::Running},
    ApacheState{"RunningWithPartialCapacity", Phase::Running},
    ApacheState{"RunningWithBelowThresholdExecutors", Phase::Running},
    ApacheState{"Succeeded", Phase::Succeeding},
    ApacheState{"Failed", Phase::Failing},
    ApacheState{"SchedulingFailure", Phase::Failing},
    ApacheState{"DriverEvicted", Phase::Failing},
    ApacheState{"DriverStartTimedOut", Phase::Failing},
    ApacheState{"DriverReadyTimedOut", Phase::Failing},
    ApacheState{"ExecutorsStartTimedOut", Phase::Failing},
    ApacheState{"ScheduledToRestart", Phase::PendingRerun},
};

bool ends_all(std::string_view state) {
    return state == "ResourceReleased" || state == "TerminatedWithoutReleaseResources";
}

Phase apache_phase(std::string_view state) {
    const auto found = std::find_if(kApacheStates.begin(), kApacheStates.end(),
                                    [&](const ApacheState& s) { return s.name == state; });
    if (found != kApacheStates.end()) return found->phase;
    return state.empty() ? Phase::New : Phase::Unknown;
}

/// The entries of status.stateTransitionHistory in their order: its keys are numbers as text.
std::vector<const Json*> apache_history(const Json& object) {
    std::vector<std::pair<std::string, const Json*>> entries;
    if (const Json* history = data::find(object, {"status", "stateTransitionHistory"});
        history != nullptr && history->is_object())
        for (const auto& [key, entry] : history->items()) entries.emplace_back(key, &entry);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.size(), a.first) < std::pair(b.first.size(), b.first);
    });
    std::vector<const Json*> result;
    for (const auto& [key, entry] : entries) result.push_back(entry);
    return result;
}

void decode_apache_spec(const Json& object, Application& application) {
    application.operator_ = Operator::Apache;
    application.spark_version =
        data::string_at(object, {"spec", "runtimeVersions", "sparkVersion"});
    application.image =
        data::string_at(object, {"spec", "sparkConf", "spark.kubernetes.container.image"});
    if (const auto at = application.image.find("{{SPARK_VERSION}}"); at != std::string::npos)
        application.image.replace(at, 17, application.spark_version);
    application.type = data::string_at(object, {"spec", "pyFiles"}).empty() ? "Java" : "Python";
    application.executor_instances = conf_number(object, "spark.executor.instances").value_or(2);
    const std::vector<std::string_view> restart = {"spec", "applicationTolerations",
                                                   "restartConfig"};
    const auto inside = [&](std::string_view key) {
        auto path = restart;
        path.push_back(key);
        return path;
    };
    RestartPolicy& policy = application.restart_policy;
    policy.type = data::string_at(object, inside("restartPolicy"), "Never");
    policy.on_failure_retries = int_at(object, inside("maxRestartAttempts")).value_or(3);
    policy.on_failure_interval =
        seconds_at(object, inside("restartBackoffMillis")).value_or(30'000) / 1000;
}

/// Its driver's end as the driver's node told it; the status itself is late.
std::optional<core::Time> apache_end(const Json& entry) {
    const Json* containers = data::find(entry, {"lastObservedDriverStatus", "containerStatuses"});
    if (containers != nullptr && containers->is_array())
        for (const Json& container : *containers)
            if (data::string_at(container, {"name"}) == kDriverContainer)
                if (const auto at = time_at(container, {"state", "terminated", "finishedAt"}))
                    return at;
    return time_at(entry, {"lastTransitionTime"});
}

/// Restarts that the policy does not make for what has happened are none that are left.
void bound_retries(RestartPolicy& policy, std::string_view failure) {
    const bool infrastructure = failure == "DriverStartTimedOut" ||
                                failure == "ExecutorsStartTimedOut" ||
                                failure == "SchedulingFailure";
    if (policy.type == "OnInfrastructureFailure" && !infrastructure) policy.on_failure_retries = 0;
}

/// Why a run failed, in the kubeflow operator's words where the driver's end is told.
std::string apache_failure(const Json& entry) {
    const Json* containers = data::find(entry, {"lastObservedDriverStatus", "containerStatuses"});
    if (containers != nullptr && containers->is_array())
        for (const Json& container : *containers) {
            const auto code = int_at(container, {"state", "terminated", "exitCode"});
            if (data::string_at(container, {"name"}) != kDriverContainer || !code) continue;
            return fmt::format("driver container failed with ExitCode: {}, Reason: {}", *code,
                               data::string_at(container, {"state", "terminated", "reason"}));
        }
    return data::string_at(entry, {"message"});
}

void decode_apache_status(const Json& object, Application& application) {
    if (data::find(object, {"status", "currentState"}) == nullptr) return;
    const Json* current = data::find(object, {"status", "currentState"});
    application.state = data::string_at(*current, {"currentStateSummary"});
    application.phase = apache_phase(application.state);
    for (const Json* entry : apache_history(object)) {
        const std::string state = data::string_at(*entry, {"currentStateSummary"});
        const auto time = time_at(*entry, {"lastTransitionTime"});
        const Phase phase = apache_phase(state);
        if (!application.submitted && phase == Phase::Submitted) application.submitted = time;
        if (phase != Phase::Succeeding && phase != Phase::Failing) continue;
        application.terminated = apache_end(*entry);
        if (phase == Phase::Failing) {
            application.message = apache_failure(*entry);
            bound_retries(application.restart_policy, state);
        }
        if (!ends_all(application.state)) continue;
        application.phase = phase == Phase::Succeeding ? Phase::Completed : Phase::Failed;
    }
    // Ended without success or failure: somebody deleted it while it ran.
    if (ends_all(application.state) && application.phase == Phase::Unknown)
        application.phase = Phase::Completed;
    const int attempt =
        int_at(object, {"status", "currentAttemptSummary", "attemptInfo", "id"}).value_or(0);
    application.execution_attempts = application.submission_attempts = attempt + 1;
    application.application_id = fmt::format("{}-{}", application.name, attempt);
    // It names its submissions nowhere; object and attempt together tell one from another.
    application.submission_id = fmt::format("{}/{}", application.uid, attempt);
    // Longer names are hashed by the operator.
    if (application.application_id.size() <= 46)
        application.driver_pod = default_driver_pod(application.application_id);
}

} // namespace

core::Result<Application> decode_application(const data::Json& object) {
    const std::string version = data::string_at(object, {"apiVersion"});
    const std::string kind = data::string_at(object, {"kind"});
    const bool kubeflow = version.starts_with("sparkoperator.k8s.io/");
    const bool apache = version.starts_with("spark.apache.org/");
    if (kind != "SparkApplication" || (!kubeflow && !apache))
        return core::Error{core::Code::Invalid,
                           fmt::format("{} {} is no SparkApplication of sparkoperator.k8s.io or "
                                       "spark.apache.org",
                                       version.empty() ? "an object without apiVersion" : version,
                                       kind.empty() ? "without kind" : kind)};
    Application application = decode_common(object);
    if (kubeflow) {
        decode_kubeflow_spec(object, application);
        decode_kubeflow_status(object, application);
    } else {
        decode_apache_spec(object, application);
        decode_apache_status(object, application);
    }
    return application;
}

} // namespace kspark::spark
