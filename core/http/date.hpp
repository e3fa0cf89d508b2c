// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"

#include <optional>

namespace kspark::http {

/// The value of a Date header, "Sun, 06 Nov 1994 08:49:37 GMT"; nothing for anything else.
std::optional<core::Time> parse_date(std::string_view text);

} // namespace kspark::http
