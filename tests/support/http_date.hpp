// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"

#include <fmt/format.h>

namespace kspark::test {

/// "Fri, 02 Jan 2026 03:04:05 GMT" of a day in January; the day of the week is never looked at.
inline std::string http_date(core::Time time) {
    const std::string iso = core::format_time(time);
    return fmt::format("Fri, {} Jan {} {} GMT", iso.substr(8, 2), iso.substr(0, 4),
                       iso.substr(11, 8));
}

} // namespace kspark::test
