// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/document.hpp"

namespace kspark::data {

/// UTF-8 with "\n" line ends and without byte order mark, from UTF-8 or UTF-16 with any line ends.
core::Result<std::string> decode_text(std::string_view name, std::string bytes);

/// Line and column (in characters) of a byte.
Position position_of(std::string_view text, std::size_t offset);
/// "NAME:LINE:COLUMN: MESSAGE", code Invalid.
core::Error error_at(std::string_view name, Position position, std::string_view message);

} // namespace kspark::data
