// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kspark::core {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes);
std::string lower(std::string_view text);

/// The candidate nearest to a mistyped word, or empty when none is near enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
/// "; did you mean \"orders\"?" or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Standard base64; white space is skipped. The error gives the byte where it is wrong.
Result<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

/// Percent-encodes everything but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);

/// "1 application", "3 applications".
std::string count(std::size_t number, std::string_view singular, std::string_view plural = {});

} // namespace kspark::core
