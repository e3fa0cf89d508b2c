// SPDX-License-Identifier: Apache-2.0
// What `logs` says itself, and how it reads what was asked: pure functions.
#pragma once

#include "core/kube/log_lines.hpp"
#include "core/spark/diagnosis.hpp"
#include "plugins/logs/logs.hpp"

namespace kspark::logs {

/// How lines of ours begin among those of the logs.
inline constexpr std::string_view kMarker = "=== kubectl-spark: ";

/// The containers of a pod whose logs are wanted, init containers first; empty while the pod has
/// none yet. A container of -c that is not there is simply not there.
std::vector<spark::ContainerState> chosen_containers(const spark::Pod& pod, const Options& options);

/// "run 2 of orders ended: exit code 1 (Error) after 3m12s, submission 4f1c, application FAILING".
std::string run_ended(const spark::Application& application, const spark::Pod& driver, int run);
std::string run_begins(const spark::Application& application, const spark::Pod& driver, int run);
/// Of runs whose pods came and went unread, e.g. while the connection was broken.
std::string runs_unseen(const spark::Application& application, int first, int last);
std::string gap_sentence(const std::string& pod, const kube::LogGap& gap);
std::string lost_end_sentence(const spark::Pod& pod);

/// Why the wanted container of a pod has no log yet.
std::string not_started(const spark::Pod& pod);
/// Why a log that is open says nothing: the node of its pod does not answer.
std::string node_silent(const spark::Pod& pod);
/// Whether the cluster has marked the pod for that: not ready, though all its containers are.
bool has_silent_node(const data::Json& pod);
/// Why there is no pod to read; `again`: there was one before.
std::string no_pod(const spark::Application& application, const Options& options, bool again);

/// -c names a container that the pod does not have.
std::optional<core::Error> no_such_container(const spark::Pod& pod, const Options& options);
/// Why there never will be anything to read without --follow; nothing: it may still come.
std::optional<core::Error> nothing_to_read(const spark::Application& application,
                                           std::vector<std::string> executors,
                                           const Options& options);
/// What an application that has ended makes of the exit status; nothing: it ended well.
std::optional<core::Error> outcome_of(const spark::Application& application);

} // namespace kspark::logs
