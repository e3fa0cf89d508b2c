// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"

namespace kspark::data {

/// Block-style YAML that every reader, YAML 1.1 or 1.2, reads back as the same JSON: strings that
/// look like something else are quoted, text of several lines is a literal block. Sequences are not
/// indented, as kubectl prints them. Ends with a newline; no document separator.
std::string to_yaml(const Json& value);

} // namespace kspark::data
