// SPDX-License-Identifier: Apache-2.0
// What only the driver itself tells: its log when it has ended or waits, its UI while it streams.
#include "core/spark/labels.hpp"
#include "core/spark/log_cause.hpp"
#include "core/spark/rules.hpp"

#include <fmt/format.h>

namespace kspark::spark::rules {
namespace {

using namespace std::chrono_literals;

Verdict of_log(const Facts& facts, const LogCause& cause) {
    const Application& application = facts.application;
    const std::string pod = application.driver_pod.empty() ? default_driver_pod(application.name)
                                                           : application.driver_pod;
    Verdict verdict;
    verdict.id = cause.id;
    verdict.sentence = cause.sentence;
    for (const auto& line : cause.lines) verdict.evidence.push_back({"pod " + pod, "log", line});
    verdict.remedy = kubectl(application, fmt::format("logs {} --tail 100", pod));
    if (!cause.remedy.empty()) verdict.remedy += "\n" + std::string(cause.remedy);
    return verdict;
}

std::optional<StreamHealth> stream_health(const Facts& facts, StreamHealth::State state) {
    if (facts.application.phase != Phase::Running || !facts.stream) return {};
    auto health = judge_stream(*facts.stream, facts.now, facts.limits);
    if (health.state != state) return {};
    return health;
}

Verdict of_stream(const Facts& facts, const StreamHealth& stream, Health health) {
    const Application& application = facts.application;
    Verdict verdict;
    verdict.health = health;
    verdict.sentence = stream.sentence;
    verdict.evidence.push_back(
        {"query " + stream.query.name, stream.field, stream.value, stream.query.last_batch});
    if (!stream.query.idle.empty())
        verdict.evidence.push_back({"query " + stream.query.name, "log", stream.query.idle});
    verdict.remedy = fmt::format("kubectl spark logs {} -n {} --progress --tail 500",
                                 application.name, application.name_space);
    return verdict;
}

std::string restart_command(const Application& application) {
    return fmt::format("\nkubectl spark restart {} -n {}", application.name,
                       application.name_space);
}

} // namespace

Finding log_of_the_end(const Facts& facts) {
    if (!has_failed(facts.application) || !facts.log) return {};
    const auto cause = why_ended(*facts.log);
    if (!cause) return {};
    const RetryBudget budget = run_retries(facts.application);
    auto verdict = of_log(facts, *cause);
    verdict.health = health_of(budget, facts.application);
    verdict.sentence += retry_text(facts.application, budget);
    return verdict;
}

Finding log_of_idleness(const Facts& facts) {
    if (facts.application.phase != Phase::Running || !facts.log) return {};
    for (const Pod* pod : executors_of(facts))
        if (pod->phase == "Running") return {};
    const auto cause = why_idle(*facts.log);
    if (!cause) return {};
    auto verdict = of_log(facts, *cause);
    verdict.health = Health::Bad;
    return verdict;
}

Finding query_terminated(const Facts& facts) {
    const auto stream = stream_health(facts, StreamHealth::State::Terminated);
    if (!stream) return {};
    auto verdict = of_stream(facts, *stream, Health::Bad);
    verdict.remedy =
        kubectl(facts.application, "logs " + facts.application.driver_pod + " --tail 200") +
        restart_command(facts.application) +
        "\n# let the program end when a query ends: query.awaitTermination() throws";
    return verdict;
}

Finding stream_stalled(const Facts& facts) {
    const auto stream = stream_health(facts, StreamHealth::State::Stalled);
    if (!stream) return {};
    auto verdict = of_stream(facts, *stream, Health::Bad);
    verdict.remedy +=
        stream->query.running_since
            ? restart_command(facts.application)
            : std::string("\n# has the source new rows? --stalled-after says how long "
                          "it may have none");
    return verdict;
}

/// It works: whether it catches up only time tells.
Finding stream_lagging(const Facts& facts) {
    const auto stream = stream_health(facts, StreamHealth::State::Lagging);
    if (!stream) return {};
    auto verdict = of_stream(facts, *stream, Health::Waiting);
    verdict.remedy += "\n# more executors or partitions, or a faster sink";
    return verdict;
}

} // namespace kspark::spark::rules
