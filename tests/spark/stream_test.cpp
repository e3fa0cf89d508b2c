// SPDX-License-Identifier: Apache-2.0
// Is the stream alive? Would catch: a quiet night taken for a dead stream when batches come hourly,
// gauges that stand still taken for life, a query that was started again taken for a dead one.
#include "core/base/text.hpp"
#include "core/spark/stream.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace kspark;
using namespace std::chrono_literals;
using State = spark::StreamHealth::State;

namespace {

data::Json recorded_page(const std::string& name) {
    return data::Json::parse(test::read_test_file("corpus/ui-live/" + name + ".json"));
}

core::Time at(std::string_view text) {
    return *core::parse_time(text);
}

spark::StreamFacts from_ui() {
    spark::StreamFacts facts;
    add_metrics(facts, recorded_page("stream-state-metrics"));
    add_jobs(facts, recorded_page("stream-state-jobs"));
    return facts;
}

/// A query with one batch at 10:00.
spark::StreamFacts one_query() {
    spark::StreamFacts facts;
    facts.ui_known = true;
    facts.queries.push_back({});
    auto& query = facts.queries.back();
    query.name = "orders";
    query.batch = 81;
    query.last_batch = at("2026-01-01T10:00:00Z");
    query.input_rate = 10;
    query.processed_rate = 100;
    return facts;
}

} // namespace

TEST_CASE("the recorded UI: one query, its batch, its rates, its watermark") {
    const auto facts = from_ui();
    REQUIRE(facts.queries.size() == 1);
    const auto& query = facts.queries[0];
    CHECK(query.name == "sessions");
    CHECK(query.run == "c06e92c1-0241-40a2-80a3-462bd5c23f86");
    CHECK(query.batch == 3);
    CHECK(query.last_batch == at("2026-11-22T10:04:05.349Z"));
    CHECK(*query.input_rate > 19.9);
    CHECK(query.trigger == 758ms);
    CHECK(query.state_rows == 3);
    CHECK(query.watermark == at("2026-11-22T10:03:49.556Z"));
    const auto health = judge_stream(facts, at("2026-11-22T10:04:07Z"), {});
    CHECK(health.state == State::Alive);
    CHECK(health.word == "batch 3, 1s ago, 20.0/s");
    CHECK(health.sentence.empty());
}

TEST_CASE("the recorded log tells the same") {
    spark::StreamFacts facts;
    add_log(facts, core::split(test::read_test_file("corpus/logs/driver-stream-state.log"), '\n'));
    REQUIRE(facts.queries.size() == 1);
    CHECK(facts.queries[0].name == "sessions");
    CHECK(facts.queries[0].batch == 3);
    CHECK(*facts.queries[0].input_rate > 19.9);
    CHECK(facts.queries[0].state_rows == 3);
}

TEST_CASE("no batch for long is STALLED; rates that stand still prove nothing") {
    auto facts = one_query();
    CHECK(judge_stream(facts, at("2026-01-01T10:04:59Z"), {}).state == State::Alive);
    const auto stalled = judge_stream(facts, at("2026-01-01T10:12:00Z"), {});
    CHECK(stalled.state == State::Stalled);
    CHECK(stalled.word == "STALLED 12m (batch 81)");
    CHECK(stalled.sentence.find("made no batch for 12m") != std::string::npos);
    spark::StreamLimits limits;
    limits.stalled_after = 15min;
    CHECK(judge_stream(facts, at("2026-01-01T10:12:00Z"), limits).state == State::Alive);
    facts.queries[0].longest = 1h; // it makes one each hour
    CHECK(judge_stream(facts, at("2026-01-01T11:12:00Z"), {}).state == State::Alive);
    CHECK(judge_stream(facts, at("2026-01-01T13:12:00Z"), {}).state == State::Stalled);
}

TEST_CASE("a batch that does not end is STALLED, and says when nobody works on it") {
    auto facts = one_query();
    facts.queries[0].running_since = at("2026-01-01T10:00:00Z");
    CHECK(judge_stream(facts, at("2026-01-01T10:06:00Z"), {}).sentence ==
          "STALLED: the stream has been at batch 81 for 6m");
    facts.queries[0].without_tasks = true;
    CHECK(judge_stream(facts, at("2026-01-01T10:06:00Z"), {}).sentence.find("no executor works") !=
          std::string::npos);
}

TEST_CASE(
    "LAGGING: rows come faster than they are processed, offsets, an old watermark, Spark's word") {
    const auto now = at("2026-01-01T10:00:05Z");
    auto facts = one_query();
    facts.queries[0].processed_rate = 6.2;
    CHECK(judge_stream(facts, now, {}).word ==
          "LAGGING 10.0 rows/s in, 6.2 rows/s done (batch 81)");
    facts.queries[0].processed_rate = 9.8; // rates are never exact
    CHECK(judge_stream(facts, now, {}).state == State::Alive);

    facts = one_query();
    facts.queries[0].lag = 5000;
    CHECK(judge_stream(facts, now, {}).state == State::Alive);
    spark::StreamLimits limits;
    limits.lag = 1000;
    CHECK(judge_stream(facts, now, limits).word == "LAGGING 5000 offsets behind (batch 81)");

    facts = one_query();
    facts.queries[0].watermark = at("2026-01-01T08:00:00Z");
    CHECK(judge_stream(facts, now, {}).sentence.find("watermark stands 120m behind") !=
          std::string::npos);

    facts = one_query();
    facts.queries[0].behind =
        "The trigger interval is 5000 milliseconds, but spent 20005 milliseconds";
    CHECK(judge_stream(facts, now, {}).state == State::Lagging);
}

TEST_CASE("a query that ended while its driver lives, and one that was started again") {
    const std::string end =
        "26/11/22 10:43:55 ERROR MicroBatchExecution: Query orders [id = i, runId = "
        "r1] terminated with error";
    const auto batch = [](const std::string& run, int number) {
        return fmt::format(
            "26/11/22 10:43:50 INFO MicroBatchExecution: Streaming query made progress: "
            "{{\"id\":\"i\",\"runId\":\"{}\",\"name\":\"orders\",\"batchId\":{},"
            "\"timestamp\":\"2026-11-22T10:43:50.000Z\",\"sources\":[]}}",
            run, number);
    };
    spark::StreamFacts facts;
    add_log(facts, {batch("r1", 7), end, "java.lang.RuntimeException: the sink is full"});
    const auto health = judge_stream(facts, at("2026-11-22T10:44:00Z"), {});
    CHECK(health.state == State::Terminated);
    CHECK(health.word == "QUERY TERMINATED");
    CHECK(health.sentence == "QUERY TERMINATED: query orders has ended and its driver lives on: "
                             "java.lang.RuntimeException: the sink is full");
    // What ends a query in Python's foreachBatch stands in the traceback inside py4j's exception.
    spark::StreamFacts python;
    add_log(python,
            {end,
             "py4j.Py4JException: An exception was raised by the Python Proxy. Return Message: "
             "Traceback (most recent call last):",
             "  File \"/opt/apps/orders.py\", line 19, in take",
             "    raise RuntimeError(\"no room\")", "RuntimeError: no room", "",
             "\tat py4j.Protocol.getReturnValue(Protocol.java:476)",
             "26/11/22 10:43:56 INFO SparkContext: Invoking stop()",
             "Caused by: java.lang.InterruptedException"});
    CHECK(python.queries.at(0).error == "RuntimeError: no room");
    spark::StreamFacts again;
    add_log(again, {batch("r1", 7), end, "java.lang.RuntimeException: x", batch("r2", 8)});
    CHECK(judge_stream(again, at("2026-11-22T10:44:00Z"), {}).state == State::Alive);
}

TEST_CASE("the worst of several queries; an application that does not stream has no word") {
    auto facts = one_query();
    facts.queries.push_back(facts.queries[0]);
    facts.queries[1].name = "clicks";
    facts.queries[1].last_batch = at("2026-01-01T09:00:00Z");
    const auto health = judge_stream(facts, at("2026-01-01T10:01:00Z"), {});
    CHECK(health.sentence.find("query clicks has made no batch") != std::string::npos);
    CHECK(spark::judge_stream({}, at("2026-01-01T10:01:00Z"), {}).word.empty());
}
