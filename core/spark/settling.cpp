// SPDX-License-Identifier: Apache-2.0
// The operator runs spark-submit first and writes the status after it. Whatever is written to the
// object in between makes it submit twice or lose track of the driver, and neither state nor
// resourceVersion tells that spark-submit runs: for a new application and for a repeated submission
// only the clock does.
#include "core/spark/settling.hpp"

#include <fmt/format.h>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;

/// How long a submission may take before nobody is at it any more: ten at once take 20 s on two
/// cores.
constexpr core::Duration kSubmission = 60s;
/// Before a repeated submission is due it is too late to write.
constexpr core::Duration kMargin = 5s;

bool may_be_submitted_again(const Application& application, core::Time now) {
    if (!retries_left(application) || !application.submitted) return false;
    const auto& policy = application.restart_policy;
    const auto interval = std::chrono::seconds(policy.on_submission_failure_interval.value_or(0));
    const auto due = *application.submitted + interval * application.submission_attempts;
    return now > due - kMargin && now < due + kSubmission;
}

} // namespace

bool retries_left(const Application& application) {
    return application.phase == Phase::SubmissionFailed ? submission_retries(application).left()
                                                        : run_retries(application).left();
}

std::string unsettled(const Application& application, core::Time now) {
    if (application.being_deleted) return "is being deleted";
    if (application.operator_ == Operator::Apache) return {};
    switch (application.phase) {
    case Phase::New:
        if (now - application.created >= kSubmission) return {};
        return "was just created: its first submission may be under way";
    case Phase::SubmissionFailed:
        if (!may_be_submitted_again(application, now)) return {};
        return "is about to be submitted again";
    case Phase::PendingRerun:
    case Phase::Invalidating:
    case Phase::Suspending:
    case Phase::Resuming:
        return fmt::format("is in {}: its next submission may be under way", application.state);
    default:
        return {};
    }
}

} // namespace kspark::spark
