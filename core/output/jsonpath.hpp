// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"

namespace kspark::output {

/// Evaluates a kubectl JSONPath template: text, {.a.b}, {.a[0]}, {.a[-1:]}, {.a[*]}, {..a},
/// {['a','b']}, {.a[?(@.b=="c")]}, {range ...}{end}, quoted literals {"\n"}, escaped dots. A
/// missing key prints nothing. Values print as kubectl prints them (maps and lists as JSON).
core::Result<std::string> evaluate_jsonpath(std::string_view expression, const data::Json& value);

/// Each part of the template as a JSON list of what it finds.
core::Result<std::string> jsonpath_as_json(std::string_view expression, const data::Json& value);

/// All that the template finds, as one list.
core::Result<data::Json> find_jsonpath(std::string_view expression, const data::Json& value);

/// The lax spelling of a path that --sort-by and custom columns take: "metadata.name",
/// ".metadata.name" and "{.metadata.name}" are one.
core::Result<std::string> relaxed_jsonpath(std::string_view text);

} // namespace kspark::output
