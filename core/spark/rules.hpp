// SPDX-License-Identifier: Apache-2.0
// The rules of a diagnosis. Each looks at the facts for one cause and gives a verdict (without its
// id) or nothing. Their order, and with it which cause wins, is the table in diagnosis.cpp.
#pragma once

#include "core/spark/diagnosis.hpp"

namespace kspark::spark::rules {

using Finding = std::optional<Verdict>;

// rules_submission.cpp: nothing runs yet.
Finding ghost_run(const Facts&);
Finding no_status(const Facts&);
Finding slow_submission(const Facts&);
Finding restart_half_done(const Facts&);
Finding suspended(const Facts&);
Finding driver_exists(const Facts&);
Finding service_account(const Facts&);
Finding quota(const Facts&);
Finding name_too_long(const Facts&);
Finding permission(const Facts&);
Finding submission_killed(const Facts&);
Finding submission_failed(const Facts&);
Finding pending_rerun(const Facts&);
Finding cpu_limit(const Facts&);

// rules_operator.cpp: what the operator does not see or does not do.
Finding operator_stopped(const Facts&);
Finding not_watched(const Facts&);
Finding spec_not_applied(const Facts&);
Finding driver_not_known(const Facts&);
Finding earlier_executors(const Facts&);
Finding volumes_missing(const Facts&);

// rules_pods.cpp: a pod does not start.
Finding image_pull(const Facts&);
Finding container_config(const Facts&);
Finding object_missing(const Facts&);
Finding unschedulable(const Facts&);
Finding slow_start(const Facts&);
Finding no_executors(const Facts&);

// rules_losses.cpp: a pod did not live.
Finding node_lost(const Facts&);
Finding driver_out_of_memory(const Facts&);
Finding executor_out_of_memory(const Facts&);
Finding evicted(const Facts&);

// rules_run.cpp: how the run went.
Finding driver_missing(const Facts&);
Finding driver_exit(const Facts&);
Finding retry_interval(const Facts&);
Finding failed(const Facts&);
Finding unknown(const Facts&);
Finding last_retry(const Facts&);

// rules_log.cpp: what the driver's log tells. Their ids are the log's.
Finding log_of_the_end(const Facts&);
Finding log_of_idleness(const Facts&);
Finding query_terminated(const Facts&);
Finding stream_stalled(const Facts&);
Finding stream_lagging(const Facts&);

// What rules have in common.

/// The driver pod of the current run: one that stays rather than one that is being deleted.
const Pod* driver_of(const Facts&);
/// The executors of the current run.
std::vector<const Pod*> executors_of(const Facts&);
const ContainerState* main_container(const Pod&);
/// "the driver" or "an executor".
std::string role_of(const Pod&);
core::Duration age(const Facts&, core::Time since);
/// "5m12s"
std::string age_text(const Facts&, core::Time since);
/// Neither completed nor suspended.
bool needs_pods(const Application&);
/// The run failed, or just does.
bool has_failed(const Application&);
/// "; retry 2 of 3 follows", "; no retry is left", or empty.
std::string retry_text(const Application&, const RetryBudget&);
/// "kubectl -n streams logs orders-driver"
std::string kubectl(const Application&, std::string_view words);
/// Waiting when the operator will try again, else Bad.
Health health_of(const RetryBudget&, const Application&);
Evidence of_pod(const Pod&, std::string field, std::string value,
                std::optional<core::Time> time = {});
Evidence of_application(const Application&, std::string field, std::string value,
                        std::optional<core::Time> time = {});
Evidence of_event(const Event&);
/// No operator has said a word since the application was created.
bool is_ignored(const Facts&);
/// Events of a pod since it was created (an earlier pod may have had its name).
std::vector<const Event*> events_of(const Facts&, const Pod&);

} // namespace kspark::spark::rules
