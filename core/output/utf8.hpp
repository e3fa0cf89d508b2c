// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kspark::output {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
    char32_t value = kReplacement;
    std::size_t length = 1; ///< bytes taken
    bool valid = false;
};
/// The code point at the start of a text that is not empty. What is no UTF-8 (overlong forms and
/// surrogates included) is one invalid byte.
CodePoint decode_utf8(std::string_view text);
void append_utf8(std::string& text, char32_t value);
/// 0 for combining and invisible characters, 2 for East Asian wide ones and emoji, else 1.
int width_of(char32_t value);

} // namespace kspark::output
