// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/yaml_reader.hpp"

namespace kspark::data {

/// Reads YAML of which every line is a comment, "key:", "key: scalar" or an item of a list; nothing
/// for any other text, right or wrong: read_yaml() has the word then. The result is the same.
std::optional<std::vector<ReadDocument>>
read_yaml_lines(const Source& source, const ReadOptions& options, bool record_positions);

} // namespace kspark::data
