// SPDX-License-Identifier: Apache-2.0
// RFC 9110 knows two more forms, which no server has sent for thirty years.
#include "core/http/date.hpp"

#include <fmt/format.h>

namespace kspark::http {

std::optional<core::Time> parse_date(std::string_view text) {
    constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != kForm.size() || !text.ends_with(" GMT")) return std::nullopt;
    const std::size_t month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    const auto time =
        core::parse_time(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                     text.substr(5, 2), text.substr(17, 8)));
    if (!time) return std::nullopt;
    return *time;
}

} // namespace kspark::http
