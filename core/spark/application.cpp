// SPDX-License-Identifier: Apache-2.0
// What the phases mean for somebody who wants to act on an application.
#include "core/spark/application.hpp"

#include <algorithm>

namespace kspark::spark {

std::string_view to_text(Phase phase) {
    switch (phase) {
    case Phase::New:
        return "NEW";
    case Phase::Submitted:
        return "SUBMITTED";
    case Phase::Running:
        return "RUNNING";
    case Phase::Succeeding:
        return "SUCCEEDING";
    case Phase::Completed:
        return "COMPLETED";
    case Phase::Failing:
        return "FAILING";
    case Phase::Failed:
        return "FAILED";
    case Phase::SubmissionFailed:
        return "SUBMISSION_FAILED";
    case Phase::PendingRerun:
        return "PENDING_RERUN";
    case Phase::Invalidating:
        return "INVALIDATING";
    case Phase::Suspending:
        return "SUSPENDING";
    case Phase::Suspended:
        return "SUSPENDED";
    case Phase::Resuming:
        return "RESUMING";
    case Phase::Unknown:
        return "UNKNOWN";
    }
    return "UNKNOWN";
}

bool is_terminal(Phase phase) {
    return has_ended(phase) || phase == Phase::Suspended;
}

bool has_ended(Phase phase) {
    return phase == Phase::Completed || phase == Phase::Failed;
}

bool submission_in_flight(Phase phase) {
    return phase == Phase::New || phase == Phase::PendingRerun || phase == Phase::Invalidating ||
           phase == Phase::Resuming;
}

namespace {

RetryBudget budget(const Application& application, int attempts, std::optional<int> allowed) {
    const RestartPolicy& policy = application.restart_policy;
    RetryBudget result;
    // The apache operator counts each restart, also those of its Always.
    result.unlimited = policy.type == "Always" && application.operator_ == Operator::Kubeflow;
    result.used = std::max(0, attempts - 1);
    result.allowed = policy.type == "Never" ? 0 : allowed.value_or(0);
    return result;
}

} // namespace

RetryBudget run_retries(const Application& application) {
    return budget(application, application.execution_attempts,
                  application.restart_policy.on_failure_retries);
}

RetryBudget submission_retries(const Application& application) {
    return budget(application, application.submission_attempts,
                  application.restart_policy.on_submission_failure_retries);
}

} // namespace kspark::spark
