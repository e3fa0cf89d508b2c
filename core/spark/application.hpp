// SPDX-License-Identifier: Apache-2.0
// What commands know of a Spark application, whichever operator runs it. No JSON here: codec.hpp
// reads the operators' objects into it.
#pragma once

#include "core/base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kspark::spark {

enum class Operator { Kubeflow, Apache };

/// The vocabulary of both operators; the operator's own word is Application::state.
enum class Phase {
    New,              ///< no status yet
    Submitted,        ///< the driver pod exists, it does not run yet
    Running,          ///<
    Succeeding,       ///< the driver ended well, the operator tidies up
    Completed,        ///<
    Failing,          ///< the driver failed; retried, or Failed soon
    Failed,           ///<
    SubmissionFailed, ///< spark-submit failed; retried, or Failed soon
    PendingRerun,     ///< the old driver goes, a new submission follows
    Invalidating,     ///< the spec changed, the old run is being deleted
    Suspending,       ///<
    Suspended,        ///<
    Resuming,         ///<
    Unknown,          ///<
};
std::string_view to_text(Phase phase);

/// Nothing will happen any more without somebody's doing.
bool is_terminal(Phase phase);
/// Completed or failed for good: suspended is not over.
bool has_ended(Phase phase);
/// A submission may be under way: any write to the object now can give a ghost run or a twin driver
/// (see ARCHITECTURE.md, "Safety").
bool submission_in_flight(Phase phase);

struct RestartPolicy {
    std::string type = "Never"; ///< Never, Always, OnFailure
    std::optional<int> on_failure_retries, on_submission_failure_retries;
    std::optional<long> on_failure_interval, on_submission_failure_interval; ///< seconds
};

struct Application {
    Operator operator_ = Operator::Kubeflow;
    std::string name, name_space, uid, resource_version;
    std::map<std::string, std::string> labels, annotations;
    core::Time created{};
    bool being_deleted = false;
    std::vector<std::string> finalizers;
    std::string schedule; ///< the ScheduledSparkApplication that made it

    // spec
    std::string type, image, spark_version;
    int executor_instances = 1;
    bool dynamic_allocation = false;
    bool suspend = false;
    RestartPolicy restart_policy;
    // What the driver pod should look like, to find out whether the run is of this spec.
    std::map<std::string, std::string> driver_annotations;
    std::vector<std::string> arguments, driver_mounts;
    int ui_port = 4040;

    // status
    Phase phase = Phase::New;
    std::string state;   ///< the operator's word, "" for New
    std::string message; ///< whole, may be many KB
    std::string submission_id, application_id;
    std::string driver_pod, ui_service, ui_address, ui_ingress;
    int execution_attempts = 0, submission_attempts = 0;
    std::optional<core::Time> submitted, terminated;
    std::map<std::string, std::string> executors; ///< pod name -> PENDING, RUNNING, ...
};

/// How often the operator tries again, and how often it has.
struct RetryBudget {
    bool unlimited = false;
    int used = 0, allowed = 0;
    bool left() const { return unlimited || used < allowed; }
};
/// After the driver failed, and after spark-submit failed.
RetryBudget run_retries(const Application& application);
RetryBudget submission_retries(const Application& application);

} // namespace kspark::spark
