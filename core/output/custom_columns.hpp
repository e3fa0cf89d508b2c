// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"
#include "core/output/table.hpp"

namespace kspark::output {

/// -o custom-columns: "NAME:.metadata.name,AGE:.metadata.creationTimestamp", a row per object,
/// "<none>" where it has no such field. Usage errors in kubectl's words.
core::Result<Table> custom_columns(std::string_view specification,
                                   const std::vector<data::Json>& objects);
core::Status check_columns(std::string_view specification);

/// The two lines of -o custom-columns-file (headers, then paths below them) as such a text.
core::Result<std::string> columns_of_file(std::string_view text);

} // namespace kspark::output
