// SPDX-License-Identifier: Apache-2.0
// Spark on Kubernetes asks for memory + overhead, where the overhead is given or a share of the
// memory (a tenth; four tenths where Python or R run beside the JVM) of at least 384 MiB; executors
// get memory off the heap and Python's own on top.
#include "core/spark/capacity.hpp"

#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace kspark::spark {
namespace {

using data::Json;

constexpr double kMebi = 1024.0 * 1024, kGibi = 1024 * kMebi;

/// A spec, with its fields and the keys of sparkConf that say the same.
class Spec {
public:
    explicit Spec(const Json& spec) : spec_(spec) {}

    std::string conf(const std::string& key) const {
        return data::string_at(spec_, {"sparkConf", key});
    }
    /// The field, or the key: fields win, since the operator hands them on last.
    std::string text(std::string_view role, std::string_view field, const std::string& key) const {
        const Json* value = data::find(spec_, {role, field});
        if (value != nullptr && value->is_string()) return value->get<std::string>();
        if (value != nullptr && value->is_number()) return data::dump_json(*value);
        return conf(key);
    }
    double memory(std::string_view role, std::string_view field, const std::string& key,
                  double otherwise) const {
        return parse_spark_memory(text(role, field, key), kMebi, true).value_or(otherwise);
    }
    bool runs_beside_jvm() const {
        const std::string type = data::string_at(spec_, {"type"});
        return type == "Python" || type == "R" || !data::string_at(spec_, {"pyFiles"}).empty() ||
               !data::string_at(spec_, {"sparkRFiles"}).empty();
    }
    bool is_python() const {
        return data::string_at(spec_, {"type"}) == "Python" ||
               !data::string_at(spec_, {"pyFiles"}).empty();
    }
    const Json& json() const { return spec_; }

private:
    const Json& spec_;
};

double number(const std::string& text, double otherwise) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return text.empty() || *end != '\0' ? otherwise : value;
}

double overhead(const Spec& spec, const std::string& role, double memory) {
    const std::string key = "spark." + role + ".memoryOverhead";
    if (const auto given = parse_spark_memory(spec.text(role, "memoryOverhead", key), kMebi, true))
        return *given;
    std::string factor = spec.conf(key + "Factor");
    if (factor.empty()) factor = data::string_at(spec.json(), {"memoryOverheadFactor"});
    if (factor.empty()) factor = spec.conf("spark.kubernetes.memoryOverheadFactor");
    const double share = number(factor, spec.runs_beside_jvm() ? 0.4 : 0.1);
    const double least =
        parse_spark_memory(spec.conf("spark." + role + ".minMemoryOverhead"), kMebi, true)
            .value_or(384 * kMebi);
    return std::max(std::floor(share * memory / kMebi) * kMebi, least);
}

PodNeed pod(const Spec& spec, const std::string& role) {
    PodNeed need;
    const double cores = number(spec.text(role, "cores", "spark." + role + ".cores"), 1);
    const std::string kubernetes = "spark.kubernetes." + role;
    need.cpu = parse_quantity(spec.text(role, "coreRequest", kubernetes + ".request.cores"))
                   .value_or(cores);
    need.cpu_limit = parse_quantity(spec.text(role, "coreLimit", kubernetes + ".limit.cores"));
    const double memory = spec.memory(role, "memory", "spark." + role + ".memory", kGibi);
    need.memory = memory + overhead(spec, role, memory);
    if (role == "executor") {
        if (spec.conf("spark.memory.offHeap.enabled") == "true")
            need.memory +=
                parse_spark_memory(spec.conf("spark.memory.offHeap.size"), 1, true).value_or(0);
        if (spec.is_python())
            need.memory +=
                parse_spark_memory(spec.conf("spark.executor.pyspark.memory"), kMebi, true)
                    .value_or(0);
    }
    need.memory_limit = need.memory;
    if (const std::string limit = spec.text(role, "memoryLimit", ""); !limit.empty()) {
        const auto bytes = parse_spark_memory(limit, 0, false);
        need.memory_limit = bytes ? bytes : parse_quantity(limit);
    }
    return need;
}

const Json& spec_of(const Json& object) {
    static const Json kNone = Json::object();
    const Json* spec = data::find(object, {"spec", "template"});
    if (spec == nullptr) spec = data::find(object, {"spec"});
    return spec != nullptr ? *spec : kNone;
}

} // namespace

Need need_of(const Json& object) {
    const Spec spec(spec_of(object));
    Need need;
    need.driver = pod(spec, "driver");
    need.executor = pod(spec, "executor");
    const auto count = [&](const char* field, const char* key, int otherwise) {
        const std::string text = spec.text("dynamicAllocation", field, key);
        return static_cast<int>(number(text, otherwise));
    };
    need.executors = static_cast<int>(
        number(spec.text("executor", "instances", "spark.executor.instances"),
               data::string_at(object, {"apiVersion"}).starts_with("spark.apache.org") ? 2 : 1));
    need.most = need.executors;
    const bool is_dynamic = data::bool_at(spec.json(), {"dynamicAllocation", "enabled"}) ||
                            spec.conf("spark.dynamicAllocation.enabled") == "true";
    if (!is_dynamic) return need;
    const int least = count("minExecutors", "spark.dynamicAllocation.minExecutors", 0);
    need.executors = std::max(
        least, count("initialExecutors", "spark.dynamicAllocation.initialExecutors", least));
    need.most =
        std::max(need.executors, count("maxExecutors", "spark.dynamicAllocation.maxExecutors", 0));
    return need;
}

void Total::add(const PodNeed& pod, int number) {
    cpu += pod.cpu * number;
    memory += pod.memory * number;
    cpu_limit += pod.cpu_limit.value_or(0) * number;
    memory_limit += pod.memory_limit.value_or(pod.memory) * number;
    pods += number;
    if (!pod.cpu_limit) without_cpu_limit += number;
}

void Total::subtract(const Total& other) {
    cpu -= other.cpu;
    memory -= other.memory;
    cpu_limit -= other.cpu_limit;
    memory_limit -= other.memory_limit;
    pods -= other.pods;
}

Total total_of(const Need& need) {
    Total total;
    total.add(need.driver, 1);
    total.add(need.executor, need.executors);
    return total;
}

std::string cpu_text(double cores) {
    const double milli = std::round(cores * 1000);
    return std::fmod(milli, 1000) == 0 ? fmt::format("{:.0f}", milli / 1000)
                                       : fmt::format("{:.0f}m", milli);
}

std::string memory_text(double bytes) {
    if (bytes < kGibi) return fmt::format("{:.0f}Mi", std::ceil(bytes / kMebi));
    const double gibi = std::round(bytes / kGibi * 10) / 10;
    return std::fmod(gibi, 1) == 0 ? fmt::format("{:.0f}Gi", gibi) : fmt::format("{:.1f}Gi", gibi);
}

} // namespace kspark::spark
