// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace kspark::output {

/// A unified diff of two texts with three lines of context, or empty when they are equal.
std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name, bool color);

} // namespace kspark::output
