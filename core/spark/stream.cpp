// SPDX-License-Identifier: Apache-2.0
// The gauges of a query keep their last values when nothing happens any more, so rates prove no
// life; the times of its batches do. They come from the jobs: each batch runs under a job group
// whose description names query and batch. A query that has ended has no gauges and no new jobs;
// only the log says that it ended, and why.
#include "core/spark/stream.hpp"

#include "core/base/text.hpp"
#include "core/spark/log_cause.hpp"
#include "core/spark/progress.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace kspark::spark {
namespace {

using data::Json;
using namespace std::chrono_literals;
using State = StreamHealth::State;

/// A query that processes less than this part of what comes in falls behind.
constexpr double kKeepsUp = 0.95;
/// A stream that makes a batch each hour is not stalled after five minutes.
constexpr int kGaps = 3;
constexpr std::size_t kLongestError = 300;

StreamQuery& query_of(StreamFacts& facts, const std::string& name, const std::string& run) {
    for (auto& query : facts.queries)
        if ((!run.empty() && query.run == run) ||
            ((run.empty() || query.run.empty()) && query.name == name)) {
            if (query.run.empty()) query.run = run;
            if (query.name.empty()) query.name = name;
            return query;
        }
    facts.queries.push_back({});
    facts.queries.back().name = name;
    facts.queries.back().run = run;
    return facts.queries.back();
}

std::string_view text_after(std::string_view text, std::string_view words, std::string_view end) {
    const auto at = text.find(words);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + words.size());
    return text.substr(0, text.find_first_of(end));
}

/// "2026-11-22T10:04:05.349GMT"
std::optional<core::Time> ui_time(const Json& job, std::string_view key) {
    std::string text = data::string_at(job, {key});
    if (!text.ends_with("GMT")) return std::nullopt;
    text.replace(text.size() - 3, 3, "Z");
    const auto time = core::parse_time(text);
    if (!time) return std::nullopt;
    return *time;
}

/// A batch of a query, by the description of its jobs.
struct Batch {
    std::string name, run;
    std::int64_t number = 0;
};
std::optional<Batch> batch_of(const Json& job) {
    const std::string text = data::string_at(job, {"description"});
    const auto number = text_after(text, "\nbatch = ", "\n");
    Batch batch;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), batch.number);
    if (number.empty() || error != std::errc()) return std::nullopt;
    batch.run = text_after(text, "\nrunId = ", "\n");
    batch.name = text.substr(0, text.find("\nid = "));
    if (text.starts_with("id = ")) batch.name = text_after(text, "id = ", "\n").substr(0, 8);
    return batch;
}

void set_gauge(StreamQuery& query, std::string_view gauge, double value) {
    if (gauge == "inputRate-total") query.input_rate = value;
    if (gauge == "processingRate-total") query.processed_rate = value;
    if (gauge == "states-rowsTotal" && value > 0)
        query.state_rows = static_cast<std::int64_t>(value);
    const auto time = std::chrono::milliseconds(static_cast<std::int64_t>(value));
    if (gauge == "latency" && value > 0) query.trigger = time;
    if (gauge == "eventTime-watermark" && value > 0) query.watermark = core::Time(time);
}

void take(StreamQuery& query, const Progress& progress) {
    if (query.batch && *query.batch > progress.batch) return;
    query.batch = progress.batch;
    if (progress.at && query.last_batch && *progress.at > *query.last_batch)
        query.longest = std::max(query.longest.value_or(0s), *progress.at - *query.last_batch);
    if (progress.at) query.last_batch = std::max(progress.at, query.last_batch);
    query.input_rate = progress.input_rate;
    query.processed_rate = progress.processed_rate;
    if (progress.trigger_ms) query.trigger = std::chrono::milliseconds(*progress.trigger_ms);
    if (progress.watermark) query.watermark = progress.watermark;
    query.lag = progress.lag;
    query.state_rows = progress.state_rows;
    query.behind.clear();
    query.idle.clear();
}

/// "Query orders [id = ..., runId = ...] terminated with error"
StreamQuery* take_end(StreamFacts& facts, std::string_view line) {
    const std::string run(text_after(line, "runId = ", "]"));
    std::string name(text_after(line, ": Query ", "["));
    if (run.empty()) return nullptr;
    name = std::string(core::trim(name));
    if (name.empty()) name = std::string(text_after(line, "id = ", ",")).substr(0, 8);
    StreamQuery& query = query_of(facts, name, run);
    query.terminated = true;
    return &query;
}

/// A query that was started again runs under the same name: its earlier end is the past.
void forget_earlier_runs(StreamFacts& facts) {
    std::set<std::string> alive;
    for (const auto& query : facts.queries)
        if (!query.terminated) alive.insert(query.name);
    std::erase_if(facts.queries, [&](const StreamQuery& query) {
        return query.terminated && !query.name.empty() && alive.contains(query.name);
    });
}

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

void add_metrics(StreamFacts& facts, const Json& metrics) {
    constexpr std::string_view kMark = ".driver.spark.streaming.";
    const Json* gauges = data::find(metrics, {"gauges"});
    if (gauges == nullptr || !gauges->is_object()) return;
    facts.ui_known = true;
    for (const auto& [key, gauge] : gauges->items()) {
        const auto at = key.find(kMark);
        const auto dot = key.rfind('.');
        const Json* value = data::find(gauge, {"value"});
        if (at == std::string::npos || dot < at + kMark.size() || value == nullptr ||
            !value->is_number())
            continue;
        const auto begin = at + kMark.size();
        set_gauge(query_of(facts, key.substr(begin, dot - begin), {}), key.substr(dot + 1),
                  value->get<double>());
    }
}

void add_jobs(StreamFacts& facts, const Json& jobs) {
    if (!jobs.is_array()) return;
    facts.ui_known = true;
    std::map<std::string, std::map<std::int64_t, core::Time>> begun;
    for (const Json& job : jobs) {
        const auto batch = batch_of(job);
        const auto submitted = ui_time(job, "submissionTime");
        if (!batch || !submitted) continue;
        StreamQuery& query = query_of(facts, batch->name, batch->run);
        query.batch = std::max(query.batch.value_or(0), batch->number);
        auto& first = begun[query.run].try_emplace(batch->number, *submitted).first->second;
        first = std::min(first, *submitted);
        if (data::string_at(job, {"status"}) == "RUNNING") {
            query.running_since = *submitted;
            query.without_tasks = data::integer_at(job, {"numActiveTasks"}).value_or(1) == 0;
        }
    }
    for (auto& query : facts.queries) {
        const auto& times = begun[query.run];
        for (auto it = times.begin(); it != times.end(); ++it) {
            query.last_batch = std::max(query.last_batch.value_or(it->second), it->second);
            if (const auto next = std::next(it); next != times.end())
                query.longest = std::max(query.longest.value_or(0s), next->second - it->second);
        }
    }
}

void add_log(StreamFacts& facts, const std::vector<std::string>& lines) {
    facts.log_known = true;
    std::optional<std::size_t> last; // a place: the list grows
    const auto place = [&](const StreamQuery& query) {
        return static_cast<std::size_t>(&query - facts.queries.data());
    };
    ProgressFinder finder([&](const Progress& progress) {
        StreamQuery& query = query_of(facts, progress.query, progress.run);
        take(query, progress);
        last = place(query);
    });
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        finder.read_line(line);
        if (line.find("] terminated with error") != std::string::npos)
            if (StreamQuery* query = take_end(facts, line))
                query->error = why_query_ended(lines, i).substr(0, kLongestError);
        if (facts.queries.empty()) continue;
        StreamQuery& one = facts.queries[last.value_or(0)];
        if (line.find("Current batch is falling behind") != std::string::npos)
            one.behind = std::string(text_after(line, "falling behind. ", "\n"));
        if (line.find("has been idle and waiting for new data") != std::string::npos)
            one.idle = line;
    }
    forget_earlier_runs(facts);
}

StreamHealth judge_stream(const StreamFacts& facts, core::Time now, const StreamLimits& limits) {
    StreamHealth worst;
    for (const auto& query : facts.queries) {
        auto health = judge_query(query, facts, now, limits);
        if (health.state > worst.state) worst = std::move(health);
    }
    return worst;
}

} // namespace kspark::spark
