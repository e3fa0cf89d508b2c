// SPDX-License-Identifier: Apache-2.0
// References inside strings: {{ .Values.path }}, {{ .Stream.path }}, {{ .Set.name }}, and, only for
// the variables that --env-subst names, ${VAR}. Other double braces ({{SPARK_VERSION}}) belong to
// the operators and stay.
#pragma once

#include "core/base/system.hpp"
#include "core/data/json.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::spark {

/// What references read.
struct Scope {
    const data::Json* values = nullptr; ///< .Values: the top of the merged file
    const data::Json* stream = nullptr; ///< .Stream: the stream over it; null where there is none
    std::string_view set;               ///< .Set.name
};

/// The string holds a reference: double braces and a dot.
bool has_reference(std::string_view text);

/// The path below .Values when the string is one such reference and nothing else; empty otherwise.
data::Path sole_value(std::string_view text);

/// Replaces the references. A string that is one reference and nothing else takes the value with
/// its type; elsewhere the value is put in as text. The error has no place: the caller knows it.
core::Result<data::Json> interpolate(const std::string& text, const Scope& scope);

/// Replaces ${VAR} for the variables in `names`. A string that is one variable and nothing else is
/// typed as --set types it.
core::Result<data::Json> substitute(const std::string& text, const std::vector<std::string>& names,
                                    const core::Environment& environment);

using Replace = std::function<core::Result<data::Json>(const std::string&)>;
using ReplaceProblem = std::function<void(const data::Path&, const std::string&)>;
/// Calls `replace` for every string of a tree that contains `marker` and puts its result there;
/// says whether there was any. A failure is handed to `problem` with the path of the string.
bool replace_strings(data::Json& tree, std::string_view marker, const Replace& replace,
                     const ReplaceProblem& problem);

} // namespace kspark::spark
