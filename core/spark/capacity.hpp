// SPDX-License-Identifier: Apache-2.0
// What an application asks of a cluster, by Spark's own arithmetic: cores, memory with everything
// that Spark adds to it, pods.
#pragma once

#include "core/data/json.hpp"

#include <optional>
#include <string>

namespace kspark::spark {

/// Of one pod. Bytes and cores; what Spark asks for in memory is its limit as well.
struct PodNeed {
    double cpu = 1, memory = 0;
    std::optional<double> cpu_limit = {}, memory_limit = {};
};

struct Need {
    PodNeed driver, executor;
    int executors = 1; ///< that it begins with
    int most = 1;      ///< that dynamic allocation may reach; the same without it
};
/// Of a SparkApplication of either operator, or of the template of a scheduled one. What cannot be
/// read (a typo, a reference) counts as Spark's default.
Need need_of(const data::Json& object);

/// Several pods together.
struct Total {
    double cpu = 0, memory = 0, cpu_limit = 0, memory_limit = 0;
    int pods = 0;
    int without_cpu_limit = 0;

    void add(const PodNeed& pod, int number);
    void subtract(const Total& other);
};
Total total_of(const Need& need);

/// "1500m", "4"; "2.5Gi", "512Mi".
std::string cpu_text(double cores);
std::string memory_text(double bytes);

} // namespace kspark::spark
