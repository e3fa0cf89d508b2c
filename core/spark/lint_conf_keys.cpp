// SPDX-License-Identifier: Apache-2.0
// Keys of sparkConf and hadoopConf that do not do what their author thinks, and numbers that
// contradict each other.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

namespace kspark::spark::lint {
namespace {

using data::Json;

struct Twin {
    data::Path field;
    const char* key;
    bool is_memory = false;
};

const std::vector<Twin>& twins() {
    static const std::vector<Twin> kTwins = {
        {{"driver", "cores"}, "spark.driver.cores"},
        {{"driver", "memory"}, "spark.driver.memory", true},
        {{"driver", "memoryOverhead"}, "spark.driver.memoryOverhead", true},
        {{"driver", "javaOptions"}, "spark.driver.extraJavaOptions"},
        {{"driver", "podName"}, "spark.kubernetes.driver.pod.name"},
        {{"executor", "cores"}, "spark.executor.cores"},
        {{"executor", "instances"}, "spark.executor.instances"},
        {{"executor", "memory"}, "spark.executor.memory", true},
        {{"executor", "memoryOverhead"}, "spark.executor.memoryOverhead", true},
        {{"executor", "javaOptions"}, "spark.executor.extraJavaOptions"},
        {{"dynamicAllocation", "enabled"}, "spark.dynamicAllocation.enabled"},
        {{"dynamicAllocation", "minExecutors"}, "spark.dynamicAllocation.minExecutors"},
        {{"dynamicAllocation", "maxExecutors"}, "spark.dynamicAllocation.maxExecutors"},
    };
    return kTwins;
}

bool differs(const Twin& twin, const std::string& field, const std::string& conf) {
    if (!twin.is_memory) return field != conf;
    constexpr double kMebi = 1024.0 * 1024;
    const auto left = parse_spark_memory(field, kMebi, true);
    const auto right = parse_spark_memory(conf, kMebi, true);
    return left && right && *left != *right;
}

/// Milliseconds of Spark's form: "10s", "2min", "500ms"; a number alone counts in `bare`.
std::optional<double> parse_time(const std::string& text, double bare) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (end == text.c_str()) return std::nullopt;
    const std::string_view unit = end;
    for (const auto& [name, factor] : {std::pair<std::string_view, double>{"", bare},
                                       {"ms", 1},
                                       {"s", 1e3},
                                       {"m", 6e4},
                                       {"min", 6e4},
                                       {"h", 36e5},
                                       {"d", 864e5}})
        if (name == unit) return number * factor;
    return std::nullopt;
}

/// Keys of a map of the spec for which `is_wrong` holds.
template <class Wrong, class Tell>
void for_each_key(const Subject& subject, const char* map, Wrong is_wrong, Tell tell) {
    const Json* found = data::find(subject.spec(), {map});
    if (found == nullptr || !found->is_object()) return;
    for (const auto& [key, value] : found->items())
        if (is_wrong(key)) tell(key);
}

} // namespace

void conf_key(const Subject& subject, Report& report) {
    for_each_key(
        subject, "sparkConf",
        [](const std::string& key) { return !key.starts_with("spark.") && !is_template(key); },
        [&](const std::string& key) {
            const bool is_hadoop =
                core::starts_with_any(key, {"fs.", "hive.", "mapreduce.", "dfs."});
            report.warning(subject, {"sparkConf", key},
                           fmt::format("Spark ignores {}: it does not begin with spark.", key),
                           is_hadoop ? fmt::format("write \"spark.hadoop.{}\"", key)
                                     : fmt::format("write \"spark.{}\", and read that", key));
        });
}

void hadoop_conf(const Subject& subject, Report& report) {
    for_each_key(
        subject, "hadoopConf", [](const std::string& key) { return key.starts_with("spark."); },
        [&](const std::string& key) {
            const bool is_doubled = key.starts_with("spark.hadoop.");
            report.warning(subject, {"hadoopConf", key},
                           fmt::format("it becomes spark.hadoop.{}, which nobody reads", key),
                           is_doubled ? fmt::format("write \"{}\"", key.substr(13))
                                      : "put it into sparkConf");
        });
}

void conf_twice(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow) return;
    for (const Twin& twin : twins()) {
        const std::string conf = subject.conf(twin.key);
        const Json* value = data::find(subject.spec(), {twin.field.begin(), twin.field.end()});
        if (conf.empty() || value == nullptr || value->is_null()) continue;
        const std::string field =
            value->is_string() ? value->get<std::string>() : data::dump_json(*value);
        if (!differs(twin, field, conf)) continue;
        report.warning(
            subject, {"sparkConf", twin.key},
            fmt::format("{} says {}, {} says {}", twin.key, conf, data::to_text(twin.field), field),
            "keep one of the two");
    }
}

void heartbeat(const Subject& subject, Report& report) {
    const std::string interval = subject.conf("spark.executor.heartbeatInterval");
    const std::string limit = subject.conf("spark.network.timeout");
    if (interval.empty() && limit.empty()) return;
    const auto often = parse_time(interval.empty() ? "10s" : interval, 1);
    const auto long_ = parse_time(limit.empty() ? "120s" : limit, 1000);
    if (!often || !long_ || *often < *long_) return;
    report.error(subject,
                 {"sparkConf",
                  interval.empty() ? "spark.network.timeout" : "spark.executor.heartbeatInterval"},
                 "spark.network.timeout must be longer than spark.executor.heartbeatInterval: "
                 "Spark refuses to start",
                 "raise spark.network.timeout, or shorten the interval");
}

void ui_disabled(const Subject& subject, Report& report) {
    if (subject.conf("spark.ui.enabled") != "false" || !is_stream(subject)) return;
    report.info(subject, {"sparkConf", "spark.ui.enabled"},
                "without its UI nobody can ask the stream for its progress",
                "leave it on; spark.ui.retainedJobs: \"50\" keeps it small");
}

void executor_bounds(const Subject& subject, Report& report) {
    if (subject.is_kubeflow) return;
    const auto number = [&](const char* field) {
        return data::integer_at(subject.spec(),
                                {"applicationTolerations", "instanceConfig", field});
    };
    const auto least = number("minExecutors"), first = number("initExecutors"),
               most = number("maxExecutors");
    const auto tell = [&](const char* field, const char* other, std::int64_t one,
                          std::int64_t two) {
        report.error(subject, {"applicationTolerations", "instanceConfig", field},
                     fmt::format("{} {} is above {} {}", field, one, other, two),
                     "minExecutors <= initExecutors <= maxExecutors");
    };
    if (least && first && *least > *first) tell("minExecutors", "initExecutors", *least, *first);
    if (first && most && *most > 0 && *first > *most)
        tell("initExecutors", "maxExecutors", *first, *most);
    const std::string instances = subject.conf("spark.executor.instances");
    const bool dynamic = subject.conf("spark.dynamicAllocation.enabled") == "true";
    if (!first || instances.empty() || dynamic) return;
    if (*first > std::atoll(instances.c_str()))
        tell("initExecutors", "spark.executor.instances", *first, std::atoll(instances.c_str()));
}

} // namespace kspark::spark::lint
