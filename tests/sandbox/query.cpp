// SPDX-License-Identifier: Apache-2.0
// The streaming query that every driver runs. Its log is the truth: the UI's pages are made from
// the last progress in it, so that both tell the same batch. The pages have the shape of those of
// Spark 3.5 (recorded).
#include "tests/sandbox/query.hpp"

#include "tests/sandbox/pods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
constexpr int kRetainedJobs = 5;

/// Always the same for the same pod: identifiers that survive from page to page.
std::string derived_uuid(const Json& driver, char digit) {
    std::string uuid = driver.at("metadata").at("uid");
    uuid[0] = digit;
    return uuid;
}

std::string query_name(const Json& driver) {
    return label(driver, "spark-app-name");
}

/// "2026-11-22T10:04:05.349GMT"
std::string ui_time(core::Time time) {
    std::string text = core::format_time(time, 3);
    text.pop_back();
    return text + "GMT";
}

std::int64_t milliseconds(core::Time time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

core::Time start_of(const Json& driver, core::Time otherwise) {
    const auto time = core::parse_time(driver.at("status").value("startTime", ""));
    return time ? *time : otherwise;
}

Json applications(const Json& driver, core::Time now) {
    const core::Time start = start_of(driver, now);
    return Json::array(
        {{{"id", label(driver, "spark-app-selector")},
          {"name", query_name(driver)},
          {"attempts", Json::array({{{"startTime", ui_time(start)},
                                     {"endTime", "1969-12-31T23:59:59.999GMT"},
                                     {"lastUpdated", ui_time(start)},
                                     {"duration", milliseconds(now) - milliseconds(start)},
                                     {"sparkUser", "root"},
                                     {"completed", false},
                                     {"appSparkVersion", label(driver, "spark-version")},
                                     {"startTimeEpoch", milliseconds(start)},
                                     {"endTimeEpoch", -1},
                                     {"lastUpdatedEpoch", milliseconds(start)}}})}}});
}

Json job(const Json& driver, const Query& query, int batch, core::Time begun) {
    const std::string run = derived_uuid(driver, 'b');
    const auto took = std::chrono::milliseconds(static_cast<std::int64_t>(query.latency_ms));
    return {{"jobId", batch},
            {"name", "start at NativeMethodAccessorImpl.java:0"},
            {"description", fmt::format("{}\nid = {}\nrunId = {}\nbatch = {}", query_name(driver),
                                        derived_uuid(driver, 'a'), run, batch)},
            {"submissionTime", ui_time(begun)},
            {"completionTime", ui_time(begun + took)},
            {"stageIds", {batch}},
            {"jobGroup", run},
            {"jobTags", Json::array()},
            {"status", "SUCCEEDED"},
            {"numTasks", 1},
            {"numActiveTasks", 0},
            {"numCompletedTasks", 1},
            {"numSkippedTasks", 0},
            {"numFailedTasks", 0},
            {"numKilledTasks", 0},
            {"numCompletedIndices", 1},
            {"numActiveStages", 0},
            {"numCompletedStages", 1},
            {"numSkippedStages", 0},
            {"numFailedStages", 0},
            {"killedTasksSummary", Json::object()}};
}

/// The newest first.
Json jobs(const Json& driver, const Query& query, const std::optional<Json>& progress) {
    Json list = Json::array();
    if (!progress) return list;
    const auto time = core::parse_time(progress->at("timestamp").get<std::string>());
    const int last = progress->at("batchId");
    for (int batch = last; time && batch >= std::max(0, last - kRetainedJobs + 1); --batch)
        list.push_back(job(driver, query, batch, *time - std::chrono::seconds(last - batch)));
    return list;
}

Json executor(const std::string& id, const std::string& host, int cores, core::Time since) {
    return {{"id", id},
            {"hostPort", host},
            {"isActive", true},
            {"rddBlocks", 0},
            {"memoryUsed", 700668},
            {"diskUsed", 0},
            {"totalCores", cores},
            {"maxTasks", cores},
            {"activeTasks", 0},
            {"failedTasks", 0},
            {"completedTasks", 0},
            {"totalTasks", 0},
            {"totalDuration", 0},
            {"totalGCTime", 0},
            {"totalInputBytes", 0},
            {"totalShuffleRead", 0},
            {"totalShuffleWrite", 0},
            {"isBlacklisted", false},
            {"maxMemory", 122644070},
            {"addTime", ui_time(since)},
            {"executorLogs", Json::object()},
            {"isExcluded", false}};
}

Json executors(const Cluster& cluster, const Json& driver) {
    const core::Time now = cluster.clock.now();
    Json list = Json::array(
        {executor("driver", driver.at("metadata").at("name").get<std::string>() + ":7079", 0,
                  start_of(driver, now))});
    for (const ObjectPtr& pod : executors_of(cluster, driver))
        if (pod->value.at("status").value("phase", "") == "Running")
            list.push_back(executor(label(pod->value, "spark-exec-id"),
                                    pod->value.at("status").value("podIP", "") + ":34769", 1,
                                    start_of(pod->value, now)));
    return list;
}

/// Gauges of the query only where the application asks Spark for them.
Json metrics(const Json& application, const Json& driver, const std::optional<Json>& progress) {
    const std::string prefix = label(driver, "spark-app-selector") + ".driver.";
    Json gauges = {{prefix + "DAGScheduler.job.activeJobs", {{"value", 0}}},
                   {prefix + "BlockManager.memory.maxMem_MB", {{"value", 233}}}};
    const Json conf = application.at("spec").value("sparkConf", Json::object());
    if (conf.value("spark.sql.streaming.metricsEnabled", "") == "true") {
        const auto gauge = [&](const char* name, const Json& value) {
            gauges[fmt::format("{}spark.streaming.{}.{}", prefix, query_name(driver), name)] = {
                {"value", value}};
        };
        const Json last = progress.value_or(Json::object());
        const Json event_time = last.value("eventTime", Json::object());
        const auto watermark = core::parse_time(event_time.value("watermark", ""));
        const Json state = last.value("stateOperators", Json::array());
        gauge("inputRate-total", last.value("inputRowsPerSecond", 0.0));
        gauge("processingRate-total", last.value("processedRowsPerSecond", 0.0));
        gauge("latency", last.value("/durationMs/triggerExecution"_json_pointer, 0));
        gauge("eventTime-watermark", watermark ? milliseconds(*watermark) : 0);
        gauge("states-rowsTotal", state.empty() ? Json(0) : state[0].at("numRowsTotal"));
        gauge("states-usedBytes", state.empty() ? Json(0) : state[0].at("memoryUsedBytes"));
    }
    return {{"version", "4.0.0"},         {"gauges", gauges},
            {"counters", Json::object()}, {"histograms", Json::object()},
            {"meters", Json::object()},   {"timers", Json::object()}};
}

/// A Kafka source that is so many offsets behind.
Json source(const Json& driver, const Query& query, int batch) {
    const std::string topic = query_name(driver);
    const auto offset = [&](double value) {
        return Json{{topic, {{"0", static_cast<std::int64_t>(value)}}}};
    };
    const double end = 100.0 * (batch + 1);
    const std::string behind = std::to_string(static_cast<std::int64_t>(query.lag));
    return {{"description", fmt::format("KafkaV2[Subscribe[{}]]", topic)},
            {"startOffset", offset(end - 100)},
            {"endOffset", offset(end)},
            {"latestOffset", offset(end + query.lag)},
            {"numInputRows", 100},
            {"inputRowsPerSecond", query.input_rate},
            {"processedRowsPerSecond", query.processing_rate},
            {"metrics",
             {{"avgOffsetsBehindLatest", fmt::format("{:.1f}", query.lag)},
              {"maxOffsetsBehindLatest", behind},
              {"minOffsetsBehindLatest", behind}}}};
}
} // namespace

Json progress_of(const Json& driver, const Query& query, int batch, core::Time time) {
    Json event_time = Json::object();
    if (query.watermark_age)
        event_time["watermark"] = core::format_time(
            time - std::chrono::seconds(static_cast<std::int64_t>(*query.watermark_age)), 3);
    Json state = Json::array();
    if (query.state_rows > 0)
        state.push_back({{"operatorName", "stateStoreSave"},
                         {"numRowsTotal", static_cast<std::int64_t>(query.state_rows)},
                         {"memoryUsedBytes", static_cast<std::int64_t>(query.state_rows * 547)}});
    return {{"id", derived_uuid(driver, 'a')},
            {"runId", derived_uuid(driver, 'b')},
            {"name", query_name(driver)},
            {"timestamp", core::format_time(time, 3)},
            {"batchId", batch},
            {"numInputRows", 100},
            {"inputRowsPerSecond", query.input_rate},
            {"processedRowsPerSecond", query.processing_rate},
            {"durationMs", {{"triggerExecution", static_cast<std::int64_t>(query.latency_ms)}}},
            {"eventTime", event_time},
            {"stateOperators", state},
            {"sources", Json::array({source(driver, query, batch)})},
            {"sink", {{"description", "FileSink"}, {"numOutputRows", -1}}}};
}

std::optional<Json> last_progress(const Cluster& cluster, const Json& driver) {
    const auto& lines = cluster.logs.of(driver.at("metadata").at("uid")).lines;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        const std::size_t at = line->text.find(kProgressMarker);
        if (at == std::string::npos) continue;
        return Json::parse(line->text.substr(at + kProgressMarker.size()));
    }
    return std::nullopt;
}

std::optional<Json> driver_page(const Cluster& cluster, const Json& application, const Json& driver,
                                std::string_view path) {
    const std::string root = "/api/v1/applications";
    const std::string own = root + "/" + label(driver, "spark-app-selector");
    if (path == "/metrics/json/")
        return metrics(application, driver, last_progress(cluster, driver));
    if (path == root) return applications(driver, cluster.clock.now());
    if (path == own) return applications(driver, cluster.clock.now())[0];
    if (path == own + "/jobs")
        return jobs(driver, fate_of(application).query, last_progress(cluster, driver));
    if (path == own + "/executors" || path == own + "/allexecutors")
        return executors(cluster, driver);
    return std::nullopt;
}

} // namespace kspark::sandbox
