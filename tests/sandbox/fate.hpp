// SPDX-License-Identifier: Apache-2.0
// What is to become of an application, as its annotations say: `sandbox.kubectl-spark/NAME`. They
// are metadata, so that changing a fate restarts nothing.
#pragma once

#include "tests/sandbox/answers.hpp"

#include <optional>
#include <string>

namespace kspark::sandbox {

/// The streaming query of the driver, as its log and its UI tell of it.
struct Query {
    double input_rate = 10;              ///< input-rate, rows per second
    double processing_rate = 120;        ///< processing-rate
    double latency_ms = 400;             ///< latency-ms, of a batch
    double lag = 0;                      ///< lag: offsets behind the latest of its Kafka topic
    std::optional<double> watermark_age; ///< watermark-age-seconds; without it there is none
    double state_rows = 0;               ///< state-rows
    std::optional<double> batch_age;     ///< batch-age-seconds: there was one batch, so long ago
};

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
    // Written at once when the driver starts:
    int log_lines = 0;                  ///< log-lines
    std::size_t log_bytes = 0;          ///< log-bytes: lines that need no memory, before all others
    std::size_t line_bytes = 0;         ///< line-bytes: one line
    std::string log_file = {};          ///< log-file: PATH: these lines, and nothing else
    std::size_t executor_log_bytes = 0; ///< executor-log-bytes
    bool ui = true;                     ///< ui: "off": nobody listens on the UI's port
    Query query = {};
};

Fate fate_of(const Json& application);

} // namespace kspark::sandbox
