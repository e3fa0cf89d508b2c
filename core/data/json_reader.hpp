// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/builder.hpp"

namespace kspark::data {

/// Offset is where the problem is; the sentence has no place in it.
struct JsonProblem {
    std::size_t offset = 0;
    std::string message;
    bool is_syntax = false; ///< not JSON at all, where other problems are of JSON that can be read
};
struct JsonParse {
    Json value;
    PositionTree positions;
    std::size_t end = 0; ///< behind the value
    std::optional<JsonProblem> problem;
};
/// Parses the value that begins at an offset. Positions (recorded or of a problem that is not of
/// syntax) cost a slower pass, which is made only then.
JsonParse parse_json_value(std::string_view text, std::size_t begin, Builder::Options options,
                           bool whole_text);

} // namespace kspark::data
