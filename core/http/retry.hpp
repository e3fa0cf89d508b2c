// SPDX-License-Identifier: Apache-2.0
// When a request is sent once more: client-go's rules as pure functions.
#pragma once

#include "core/http/transport.hpp"

#include <optional>

namespace kspark::http {

inline constexpr int kMostRetries = 10;

/// How long to wait before the request is repeated because of this answer: 429 or 5xx with
/// Retry-After in whole seconds. Nothing: it is not repeated.
std::optional<core::Duration> retry_delay(const Response& response, int retries_so_far);

/// The same for a connection that broke before an answer came: reading requests, once.
std::optional<core::Duration> retry_delay_after_break(std::string_view method, int breaks_so_far);

} // namespace kspark::http
