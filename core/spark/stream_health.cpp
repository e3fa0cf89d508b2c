// SPDX-License-Identifier: Apache-2.0
// The worst of a stream's queries is the stream's health: one that has ended, one that makes no
// batches, one that does not keep up.
#include "core/base/text.hpp"
#include "core/spark/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;
using State = StreamHealth::State;

/// A query that processes less than this part of what comes in falls behind.
constexpr double kKeepsUp = 0.95;
/// A stream that makes a batch each hour is not stalled after five minutes.
constexpr int kGaps = 3;

double rate(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? *value : 0;
}

std::string rates_text(const StreamQuery& query) {
    return fmt::format("{:.1f} rows/s in, {:.1f} rows/s done", rate(query.input_rate),
                       rate(query.processed_rate));
}

std::string batch_text(const StreamQuery& query) {
    return query.batch ? fmt::format("batch {}", *query.batch) : std::string("no batch");
}

std::string called(const StreamQuery& query, const StreamFacts& facts) {
    return facts.queries.size() == 1 || query.name.empty() ? std::string("the stream")
                                                           : "query " + query.name;
}

bool falls_behind(const StreamQuery& query) {
    return rate(query.input_rate) > 0 && rate(query.processed_rate) > 0 &&
           *query.processed_rate < kKeepsUp * *query.input_rate;
}

void say_stalled(StreamHealth& health, const StreamFacts& facts, core::Time now) {
    const StreamQuery& query = health.query;
    const bool busy = query.running_since.has_value();
    const core::Time since = busy ? *query.running_since : *query.last_batch;
    const std::string age = core::human_duration(now - since);
    health.state = State::Stalled;
    health.word = fmt::format("STALLED {} ({})", age, batch_text(query));
    if (busy && query.without_tasks)
        health.sentence = fmt::format("STALLED: {} waits in {} for {}: no executor works on it",
                                      called(query, facts), batch_text(query), age);
    else if (busy)
        health.sentence = fmt::format("STALLED: {} has been at {} for {}", called(query, facts),
                                      batch_text(query), age);
    else
        health.sentence = fmt::format("STALLED: {} has made no batch for {} (last: {}){}",
                                      called(query, facts), age, batch_text(query),
                                      query.idle.empty() ? "" : ": its source gives no new rows");
    health.field = busy ? "jobs[].submissionTime" : "time of the last batch";
    health.value = core::format_time(since);
}

void say_lagging(StreamHealth& health, const StreamFacts& facts, std::string numbers,
                 std::string field) {
    health.state = State::Lagging;
    health.word = fmt::format("LAGGING {} ({})", numbers, batch_text(health.query));
    health.sentence =
        fmt::format("LAGGING: {} falls behind: {}", called(health.query, facts), numbers);
    health.field = std::move(field);
    health.value = std::move(numbers);
}

bool is_stalled(const StreamQuery& query, core::Time now, const StreamLimits& limits) {
    const core::Duration patience =
        std::max(limits.stalled_after, kGaps * query.longest.value_or(0s));
    if (query.running_since) return now - *query.running_since > patience;
    return query.last_batch && now - *query.last_batch > patience;
}

StreamHealth judge_query(const StreamQuery& query, const StreamFacts& facts, core::Time now,
                         const StreamLimits& limits) {
    StreamHealth health;
    health.query = query;
    if (query.terminated) {
        health.state = State::Terminated;
        health.word = "QUERY TERMINATED";
        health.sentence = fmt::format("QUERY TERMINATED: {} has ended and its driver lives on{}{}",
                                      query.name.empty() ? "a query" : "query " + query.name,
                                      query.error.empty() ? "" : ": ", query.error);
        health.field = "log";
        health.value = query.error;
    } else if (is_stalled(query, now, limits)) {
        say_stalled(health, facts, now);
    } else if (falls_behind(query)) {
        say_lagging(health, facts, rates_text(query), "inputRate-total, processingRate-total");
    } else if (limits.lag && query.lag && *query.lag > *limits.lag) {
        say_lagging(health, facts, fmt::format("{} offsets behind", *query.lag),
                    "sources[].latestOffset");
    } else if (query.watermark && query.last_batch &&
               *query.last_batch - *query.watermark > limits.watermark_behind) {
        say_lagging(health, facts,
                    fmt::format("its watermark stands {} behind",
                                core::human_duration(*query.last_batch - *query.watermark)),
                    "eventTime-watermark");
    } else if (!query.behind.empty()) {
        say_lagging(health, facts, query.behind, "log");
    } else if (query.last_batch || query.batch) {
        health.state = State::Alive;
        health.word = batch_text(query);
        if (query.last_batch)
            health.word += fmt::format(", {} ago", core::human_duration(std::max(
                                                       core::Duration{}, now - *query.last_batch)));
        if (query.input_rate) health.word += fmt::format(", {:.1f}/s", rate(query.input_rate));
    }
    return health;
}

} // namespace

StreamHealth judge_stream(const StreamFacts& facts, core::Time now, const StreamLimits& limits) {
    StreamHealth worst;
    for (const auto& query : facts.queries) {
        auto health = judge_query(query, facts, now, limits);
        if (health.state > worst.state) worst = std::move(health);
    }
    return worst;
}

} // namespace kspark::spark
