// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"

#include <string_view>
#include <vector>

namespace kspark::core {

/// --sort-by: orders by what stands at a path, as kubectl does: numbers by value, quantities by
/// amount, other texts by their bytes, objects without the field first. An error when no object has
/// it.
Status sort_by(std::string_view path, std::vector<data::Json>& objects);

} // namespace kspark::core
