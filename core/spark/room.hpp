// SPDX-License-Identifier: Apache-2.0
// Whether a namespace has room: what applications need against its ResourceQuotas and LimitRanges.
// Pure functions over what was read.
#pragma once

#include "core/spark/capacity.hpp"

#include <vector>

namespace kspark::spark {

struct NamedNeed {
    std::string name;
    Need need;
};

/// What does not fit, as sentences for people.
struct RoomProblem {
    std::string application; ///< empty: all of them together
    std::string message, remedy;
    bool certain = true; ///< false: it starts, but not with all executors
};

/// `taken` is what these applications hold already (of runs that they replace). A quota's use of
/// others counts only when `count_used`.
std::vector<RoomProblem> quota_problems(const std::vector<NamedNeed>& needs, const Total& taken,
                                        const std::vector<data::Json>& quotas, bool count_used);
std::vector<RoomProblem> limit_range_problems(const std::vector<NamedNeed>& needs,
                                              const std::vector<data::Json>& ranges);

} // namespace kspark::spark
