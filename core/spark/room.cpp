// SPDX-License-Identifier: Apache-2.0
// A quota refuses pods one by one: drivers come first and get their share, executors wait for what
// is left. So a sum that does not fit is told apart from drivers that do not.
#include "core/spark/room.hpp"

#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark {
namespace {

using data::Json;

std::optional<double> amount(const Json& map, std::string_view key) {
    const Json* value = data::find(map, {key});
    if (value == nullptr) return std::nullopt;
    return value->is_number() ? std::optional(value->get<double>())
                              : parse_quantity(value->is_string() ? value->get<std::string>() : "");
}

struct Kind {
    std::string_view key;
    double Total::*member;
    bool is_memory;
};
constexpr std::array kKinds = {
    Kind{"requests.cpu", &Total::cpu, false},
    Kind{"cpu", &Total::cpu, false},
    Kind{"requests.memory", &Total::memory, true},
    Kind{"memory", &Total::memory, true},
    Kind{"limits.cpu", &Total::cpu_limit, false},
    Kind{"limits.memory", &Total::memory_limit, true},
};

std::string text(double value, bool is_memory) {
    return is_memory ? memory_text(value) : cpu_text(value);
}

Total sum(const std::vector<NamedNeed>& needs, bool drivers_only, int executors_each) {
    Total total;
    for (const NamedNeed& one : needs) {
        total.add(one.need.driver, 1);
        if (!drivers_only)
            total.add(one.need.executor, executors_each > 0
                                             ? std::min(executors_each, one.need.executors)
                                             : one.need.executors);
    }
    return total;
}

/// A quota with scopes counts some pods only; which, is not ours to guess.
bool has_scope(const Json& quota) {
    return data::find(quota, {"spec", "scopes"}) || data::find(quota, {"spec", "scopeSelector"});
}

struct Judge {
    const std::vector<NamedNeed>& needs;
    const Total& taken;
    const Json& quota;
    bool count_used;
    std::vector<RoomProblem>& problems;

    std::string name() const { return data::string_at(quota, {"metadata", "name"}); }

    void compare(std::string_view key, const auto& need, bool is_memory) const {
        const auto hard = amount(*data::find(quota, {"spec", "hard"}), key);
        if (!hard) return;
        const Json* used_map = data::find(quota, {"status", "used"});
        const double used = count_used && used_map ? amount(*used_map, key).value_or(0) : 0;
        const double held = std::min(need(taken), used);
        const double room = *hard - used + held;
        const double all = need(sum(needs, false, 0)), drivers = need(sum(needs, true, 0)),
                     some = need(sum(needs, false, 1));
        if (all <= room) return;
        const std::string where =
            fmt::format("quota {}: {} {}", name(), key, text(*hard, is_memory)) +
            (used > held ? fmt::format(", {} used by others", text(used - held, is_memory)) : "");
        const std::string wanted = fmt::format("{} would be asked for", text(all, is_memory));
        if (drivers > room)
            problems.push_back({{},
                                fmt::format("{}; {}, {} for the drivers alone", where, wanted,
                                            text(drivers, is_memory)),
                                "raise the quota, or run fewer applications in this namespace"});
        else if (some > room)
            problems.push_back(
                {{},
                 fmt::format("{}; {}: the drivers would start, and leave {} without "
                             "any executor",
                             where, wanted, needs.size() == 1 ? "the application" : "some"),
                 "raise the quota, or ask for less"});
        else
            problems.push_back({{},
                                fmt::format("{}; {}: not all executors would start", where, wanted),
                                "raise the quota, or ask for fewer executors",
                                false});
    }
};

} // namespace

std::vector<RoomProblem> quota_problems(const std::vector<NamedNeed>& needs, const Total& taken,
                                        const std::vector<Json>& quotas, bool count_used) {
    std::vector<RoomProblem> problems;
    for (const Json& quota : quotas) {
        const Json* hard = data::find(quota, {"spec", "hard"});
        if (hard == nullptr || has_scope(quota)) continue;
        const Judge judge{needs, taken, quota, count_used, problems};
        for (const Kind& kind : kKinds)
            judge.compare(
                kind.key, [&](const Total& total) { return total.*kind.member; }, kind.is_memory);
        for (const char* key : {"pods", "count/pods"})
            judge.compare(
                key, [](const Total& total) { return static_cast<double>(total.pods); }, false);
        if (!hard->contains("limits.cpu")) continue;
        for (const NamedNeed& one : needs)
            if (!one.need.driver.cpu_limit || !one.need.executor.cpu_limit)
                problems.push_back(
                    {one.name,
                     fmt::format("quota {} counts limits.cpu: a pod without coreLimit is refused",
                                 judge.name()),
                     "write coreLimit for driver and executor"});
    }
    return problems;
}

std::vector<RoomProblem> limit_range_problems(const std::vector<NamedNeed>& needs,
                                              const std::vector<Json>& ranges) {
    std::vector<RoomProblem> problems;
    for (const Json& range : ranges) {
        const Json* limits = data::find(range, {"spec", "limits"});
        if (limits == nullptr || !limits->is_array()) continue;
        const std::string name = data::string_at(range, {"metadata", "name"});
        for (const Json& limit : *limits) {
            const std::string type = data::string_at(limit, {"type"});
            if (type != "Container" && type != "Pod") continue;
            for (const NamedNeed& one : needs)
                for (const bool is_driver : {true, false}) {
                    const PodNeed& pod = is_driver ? one.need.driver : one.need.executor;
                    const auto tell = [&](const std::string& what) {
                        problems.push_back(
                            {one.name,
                             fmt::format("limit range {}: {} of the {}", name, what,
                                         is_driver ? "driver" : "executors"),
                             "ask for an amount within its bounds, or have it changed"});
                    };
                    for (const bool is_memory : {false, true}) {
                        const std::string_view key = is_memory ? "memory" : "cpu";
                        const double asked = is_memory ? pod.memory : pod.cpu;
                        const double limited = is_memory ? pod.memory_limit.value_or(asked)
                                                         : pod.cpu_limit.value_or(asked);
                        const Json* most = data::find(limit, {"max"});
                        const Json* least = data::find(limit, {"min"});
                        if (const auto top = most ? amount(*most, key) : std::nullopt;
                            top && limited > *top)
                            tell(fmt::format("{} at most {}, not the {}", key,
                                             text(*top, is_memory), text(limited, is_memory)));
                        if (const auto bottom = least ? amount(*least, key) : std::nullopt;
                            bottom && asked < *bottom)
                            tell(fmt::format("{} at least {}, not the {}", key,
                                             text(*bottom, is_memory), text(asked, is_memory)));
                    }
                    const Json* preset = data::find(limit, {"default"});
                    const auto given = preset ? amount(*preset, "cpu") : std::nullopt;
                    if (given && !pod.cpu_limit && pod.cpu > *given)
                        tell(fmt::format("its default limit cpu {} is below the request {}",
                                         cpu_text(*given), cpu_text(pod.cpu)));
                }
        }
    }
    return problems;
}

} // namespace kspark::spark
