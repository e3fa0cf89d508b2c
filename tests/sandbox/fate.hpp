// SPDX-License-Identifier: Apache-2.0
// What is to become of an application, as its annotations say: `sandbox.kubectl-spark/NAME`. They
// are metadata, so that changing a fate restarts nothing.
#pragma once

#include "tests/sandbox/answers.hpp"

#include <optional>
#include <string>

namespace kspark::sandbox {

struct Fate {
    bool ignored = false;                   ///< ignore: "true": the operator does not watch it
    double submit_seconds = 0.5;            ///< submit-seconds
    std::string submission_error = {};      ///< submission-error: TEXT
    bool unschedulable = false;             ///< unschedulable: "true": the driver fits nowhere
    bool image_missing = false;             ///< image-pull-error: "true", or the image's name
    double start_seconds = 0.5;             ///< start-seconds, of each pod
    double stop_seconds = 0.2;              ///< stop-seconds, of each pod
    std::optional<double> run_seconds = {}; ///< run-seconds; without it a driver runs for ever
    int exit_code = 0;                      ///< exit-code, after run-seconds
    std::string exit_reason = {};           ///< exit-reason, e.g. OOMKilled
    bool executors_pending = false;         ///< executors-pending: "true": they fit nowhere
    bool executor_oom = false;              ///< executor-oom: "true": killed again and again
    int log_lines = 0;                      ///< log-lines: written at once when the driver starts
};

Fate fate_of(const Json& application);

} // namespace kspark::sandbox
