// SPDX-License-Identifier: Apache-2.0
// Is the stream alive? What a driver's UI and its log tell of its streaming queries, and the word
// for it. Pure functions; who fetches is stream_calls.hpp.
#pragma once

#include "core/base/time.hpp"
#include "core/data/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kspark::spark {

/// From when on a stream is said to be ill.
struct StreamLimits {
    core::Duration stalled_after = std::chrono::minutes(5); ///< without a batch
    core::Duration watermark_behind = std::chrono::hours(1);
    std::optional<std::int64_t> lag; ///< offsets behind the newest
};

/// One streaming query, as far as it is known.
struct StreamQuery {
    std::string name, run;
    std::optional<std::int64_t> batch;
    std::optional<core::Time> last_batch;    ///< when it began
    std::optional<core::Duration> longest;   ///< between the beginnings of the last batches
    std::optional<core::Time> running_since; ///< a job of a batch that has not ended
    bool without_tasks = false;              ///< ... and of which no task runs
    std::optional<double> input_rate, processed_rate;
    std::optional<core::Duration> trigger; ///< what the last batch took
    std::optional<core::Time> watermark;
    std::optional<std::int64_t> lag, state_rows;
    std::string behind; ///< Spark's own word that batches take longer than the trigger's interval
    std::string idle;   ///< Spark's own word that there is nothing to do
    bool terminated = false;
    std::string error; ///< why
};

struct StreamFacts {
    std::vector<StreamQuery> queries;
    bool ui_known = false, log_known = false;
    std::string unknown; ///< why the UI could not be asked
};

/// /metrics/json/: rates, latency, watermark (spark.sql.streaming.metricsEnabled).
void add_metrics(StreamFacts& facts, const data::Json& metrics);
/// /api/v1/applications/ID/jobs: batches and their times.
void add_jobs(StreamFacts& facts, const data::Json& jobs);
/// The end of the driver's log.
void add_log(StreamFacts& facts, const std::vector<std::string>& lines);

struct StreamHealth {
    enum class State { Unknown, Alive, Lagging, Stalled, Terminated };
    State state = State::Unknown;
    StreamQuery query;        ///< the one that is worst
    std::string word;         ///< "STALLED 12m (batch 81)", "batch 81, 2s ago, 10.0/s"
    std::string sentence;     ///< empty when alive
    std::string field, value; ///< what shows it
};
StreamHealth judge_stream(const StreamFacts& facts, core::Time now, const StreamLimits& limits);

} // namespace kspark::spark
