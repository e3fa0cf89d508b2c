// SPDX-License-Identifier: Apache-2.0
// Memory and cores: amounts that Spark, the Java machine and Kubernetes each read in their own way.
#include "core/spark/lint_rules.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark::lint {
namespace {

using data::Json;

constexpr double kMebi = 1024.0 * 1024;
constexpr std::array<std::string_view, 2> kRoles = {"driver", "executor"};

/// A memory amount in the spec, by field or by configuration key.
struct Amount {
    data::Path path;
    std::string text;
    bool is_heap; ///< handed on to the Java machine
};

std::vector<Amount> amounts(const Subject& subject) {
    std::vector<Amount> found;
    const auto take = [&](std::vector<std::string_view> path, bool is_heap) {
        if (std::string text = subject.text(path); !text.empty())
            found.push_back({data::Path(path.begin(), path.end()), std::move(text), is_heap});
    };
    for (const std::string_view role : kRoles) {
        take({role, "memory"}, true);
        take({role, "memoryOverhead"}, false);
        const std::string key = fmt::format("spark.{}.memory", role);
        take({"sparkConf", key}, true);
        take({"sparkConf", key + "Overhead"}, false);
    }
    return found;
}

std::optional<double> bytes_of(const Amount& amount) {
    return parse_spark_memory(amount.text, amount.is_heap ? 0 : kMebi, !amount.is_heap);
}

std::optional<double> quantity_at(const Subject& subject, std::string_view role,
                                  std::string_view field) {
    const Json* value = data::find(subject.spec(), {role, field});
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->get<double>();
    return value->is_string() ? parse_quantity(value->get_ref<const std::string&>()) : std::nullopt;
}

std::string shown(const Subject& subject, std::string_view role, std::string_view field) {
    const Json* value = data::find(subject.spec(), {role, field});
    return value->is_string() ? value->get<std::string>() : data::dump_json(*value);
}

data::Path below(std::string_view role, std::string_view field) {
    return {std::string(role), std::string(field)};
}

} // namespace

void memory_unit(const Subject& subject, Report& report) {
    for (const Amount& amount : amounts(subject)) {
        if (bytes_of(amount) || is_template(amount.text)) continue;
        const std::string suggestion = suggest_spark_memory(amount.text);
        report.error(subject, amount.path,
                     fmt::format("\"{}\" is no amount of memory for Spark", amount.text),
                     fmt::format("write a whole number and one of k, m, g, t, p{}",
                                 suggestion.empty() ? ": \"512m\", \"2g\""
                                                    : fmt::format(": \"{}\"", suggestion)));
    }
}

void memory_low(const Subject& subject, Report& report) {
    // Spark's memory manager wants one and a half times the 300 MiB that it keeps for itself.
    constexpr double kLeast = 450 * kMebi;
    for (const Amount& amount : amounts(subject)) {
        const auto bytes = bytes_of(amount);
        if (!amount.is_heap || !bytes || *bytes >= kLeast) continue;
        report.warning(
            subject, amount.path,
            fmt::format("with {} of memory Spark refuses to start: it needs 450m at least",
                        amount.text),
            "write \"512m\" or more");
    }
}

void memory_overhead(const Subject& subject, Report& report) {
    constexpr double kLeast = 384 * kMebi, kShare = 0.1;
    const bool has_factor = !subject.text({"memoryOverheadFactor"}).empty();
    int explicit_ones = 0;
    for (const Amount& amount : amounts(subject)) {
        const auto bytes = amount.is_heap ? std::nullopt : bytes_of(amount);
        if (!bytes) continue;
        ++explicit_ones;
        const bool in_conf = amount.path.front() == "sparkConf";
        const std::string role =
            in_conf ? amount.path.back().substr(6, amount.path.back().find('.', 6) - 6)
                    : amount.path.front();
        std::string memory = subject.text({role, "memory"});
        if (memory.empty()) memory = subject.conf(fmt::format("spark.{}.memory", role));
        const double least =
            std::max(kLeast, kShare * parse_spark_memory(memory, 0, false).value_or(0));
        if (*bytes >= least) continue;
        report.warning(
            subject, amount.path,
            fmt::format("an overhead of {} is less than the {} that Spark itself would "
                        "take: the pod may be killed with exit code 137",
                        amount.text, to_spark_memory(least)),
            fmt::format("write \"{}\" or more, or leave it out", to_spark_memory(least)));
    }
    if (has_factor && explicit_ones >= 2)
        report.warning(subject, {"memoryOverheadFactor"},
                       "memoryOverheadFactor has no effect where memoryOverhead is given",
                       "keep one of the two");
}

void memory_limit(const Subject& subject, Report& report) {
    for (const std::string_view role : kRoles) {
        const std::string text = subject.text({role, "memoryLimit"});
        if (text.empty() || is_template(text)) continue;
        const auto spark = parse_spark_memory(text, 0, false);
        const auto limit = spark ? spark : parse_quantity(text);
        if (!limit) {
            report.error(subject, below(role, "memoryLimit"),
                         fmt::format("\"{}\" is no amount of memory", text),
                         "write a Kubernetes quantity: \"2Gi\"");
            continue;
        }
        const auto memory = parse_spark_memory(subject.text({role, "memory"}), 0, false);
        if (!memory) continue;
        const auto given = parse_spark_memory(subject.text({role, "memoryOverhead"}), kMebi, true);
        const double overhead = given.value_or(std::max(*memory * 0.1, 384 * kMebi));
        if (*limit >= *memory + overhead) continue;
        report.error(
            subject, below(role, "memoryLimit"),
            fmt::format("the limit {} is below what the pod asks for: memory {} and overhead {}",
                        text, to_spark_memory(*memory), to_spark_memory(overhead)),
            fmt::format("write \"{:.0f}Mi\" or more, or leave it out",
                        (*memory + overhead) / kMebi));
    }
}

void cores(const Subject& subject, Report& report) {
    for (const std::string_view role : kRoles) {
        const Json* value = data::find(subject.spec(), {role, "cores"});
        if (value == nullptr || !value->is_number()) continue;
        const double number = value->get<double>();
        if (value->is_number_integer() && number >= 1) continue;
        report.error(subject, below(role, "cores"),
                     fmt::format("cores must be a whole number of at least 1, not {}",
                                 data::dump_json(*value)),
                     number > 0
                         ? fmt::format("write cores: 1 and coreRequest: \"{:.0f}m\"", number * 1000)
                         : "write 1 or more");
    }
}

void core_limit(const Subject& subject, Report& report) {
    for (const std::string_view role : kRoles) {
        for (const std::string_view field : {"coreRequest", "coreLimit"}) {
            const std::string text = subject.text({role, field});
            if (text.empty() || is_template(text) || parse_quantity(text)) continue;
            report.error(subject, below(role, field),
                         fmt::format("\"{}\" is no amount of cores", text),
                         "write a Kubernetes quantity: \"1\", \"500m\"");
        }
        const auto limit = quantity_at(subject, role, "coreLimit");
        const bool has_request = data::find(subject.spec(), {role, "coreRequest"}) != nullptr;
        const std::string_view asked = has_request ? "coreRequest" : "cores";
        const auto request = quantity_at(subject, role, asked);
        if (!limit || !request || *limit >= *request) continue;
        report.error(subject, below(role, "coreLimit"),
                     fmt::format("the limit {} is below {} {}: Kubernetes refuses such a pod",
                                 shown(subject, role, "coreLimit"), asked,
                                 shown(subject, role, asked)),
                     has_request ? "raise coreLimit, or lower coreRequest"
                                 : "raise coreLimit, or set coreRequest below it");
    }
}

void dynamic_allocation(const Subject& subject, Report& report) {
    const Json& spec = subject.spec();
    if (!data::bool_at(spec, {"dynamicAllocation", "enabled"})) return;
    const auto least = data::integer_at(spec, {"dynamicAllocation", "minExecutors"});
    const auto most = data::integer_at(spec, {"dynamicAllocation", "maxExecutors"});
    if (least && most && *least > *most)
        report.error(subject, {"dynamicAllocation", "minExecutors"},
                     fmt::format("minExecutors {} is above maxExecutors {}", *least, *most),
                     "lower minExecutors, or raise maxExecutors");
    const auto instances = data::integer_at(spec, {"executor", "instances"});
    if (!instances) return;
    report.warning(
        subject, {"executor", "instances"},
        "with dynamic allocation instances is no fixed number, only the one to begin with",
        "remove it, or write dynamicAllocation.initialExecutors instead");
}

void shuffle_tracking(const Subject& subject, Report& report) {
    const auto on = [&](std::string_view key) { return subject.conf(key) == "true"; };
    if (on("spark.shuffle.service.enabled") ||
        (on("spark.decommission.enabled") &&
         on("spark.storage.decommission.shuffleBlocks.enabled")))
        return;
    const std::string sentence = "dynamic allocation without shuffle tracking or a shuffle "
                                 "service: Spark refuses to start";
    const Json* field = data::find(subject.spec(), {"dynamicAllocation", "shuffleTrackingEnabled"});
    if (data::bool_at(subject.spec(), {"dynamicAllocation", "enabled"})) {
        if (field != nullptr && *field == false)
            report.error(subject, {"dynamicAllocation", "shuffleTrackingEnabled"}, sentence,
                         "remove it, or write true");
        return;
    }
    if (!on("spark.dynamicAllocation.enabled")) return;
    const std::string tracking = subject.conf("spark.dynamicAllocation.shuffleTracking.enabled");
    const std::vector<int> version =
        version_numbers(subject.is_kubeflow ? subject.text({"sparkVersion"})
                                            : subject.text({"runtimeVersions", "sparkVersion"}));
    if (tracking == "false" || (tracking.empty() && version < std::vector{3, 4}))
        report.error(subject, {"sparkConf", "spark.dynamicAllocation.enabled"}, sentence,
                     "write \"spark.dynamicAllocation.shuffleTracking.enabled\": \"true\"");
}

} // namespace kspark::spark::lint
