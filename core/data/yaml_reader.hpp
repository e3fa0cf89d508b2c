// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/builder.hpp"
#include "core/data/document.hpp"

namespace kspark::data {

struct ReadDocument {
    Json value;
    int index = 0;
    std::vector<Warning> warnings = {};
    PositionTree positions = {};
};
/// Reads every document of a YAML text that decode_text() made; empty ones are left out. Errors
/// read "NAME:LINE:COLUMN: sentence (in PATH)".
core::Result<std::vector<ReadDocument>> read_yaml(const Source& source, const ReadOptions& options,
                                                  bool record_positions);

} // namespace kspark::data
