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
#include <map>
#include <set>

namespace kspark::spark {
namespace {

using data::Json;
using namespace std::chrono_literals;

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

} // namespace kspark::spark
