// SPDX-License-Identifier: Apache-2.0
// A server that is overloaded says when it wants to be asked again; without its word nothing is
// repeated. Writing requests are never repeated after a break: whether they arrived is not known.
#include "core/http/retry.hpp"

#include <charconv>

namespace kspark::http {

std::optional<core::Duration> retry_delay(const Response& response, int retries_so_far) {
    if (retries_so_far >= kMostRetries) return std::nullopt;
    if (response.status != 429 && response.status < 500) return std::nullopt;
    const std::string text = response.header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

std::optional<core::Duration> retry_delay_after_break(std::string_view method, int breaks_so_far) {
    if (method != "GET" || breaks_so_far > 0) return std::nullopt;
    return std::chrono::seconds(1);
}

} // namespace kspark::http
