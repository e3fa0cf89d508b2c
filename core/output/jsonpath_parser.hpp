// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"

#include <memory>

namespace kspark::output::jsonpath {

struct Filter;
struct Step;
/// What stands between braces: each step is applied to all results of the one before.
using Steps = std::vector<Step>;

struct Step {
    enum class Kind { Field, Wildcard, Descend, Slice, Union, Filter, Literal };
    Kind kind;
    std::string text = {};                  ///< the name of a Field; of a Literal
    std::optional<long> begin, end, stride; ///< of a Slice
    bool one = false;                       ///< of a Slice: "[begin]", a single item
    std::vector<Steps> branches = {};       ///< of a Union
    std::shared_ptr<const Filter> filter = {};
    std::shared_ptr<const data::Json> literal = {};
};

/// [?(LEFT OP RIGHT)]; without OP: LEFT exists.
struct Filter {
    Steps left, right;
    std::string op;
};

/// Text as it is, a value, or a range over values with what is done for each.
struct Part {
    enum class Kind { Text, Value, Range };
    Kind kind;
    std::string text = {};
    Steps steps = {};
    std::vector<Part> body = {};
};

/// Errors in kubectl's words: "unclosed action".
core::Result<std::vector<Part>> parse(std::string_view expression);

} // namespace kspark::output::jsonpath
