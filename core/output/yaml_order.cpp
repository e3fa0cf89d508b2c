// SPDX-License-Identifier: Apache-2.0
// The order in which Go's YAML library, and so kubectl, writes the keys of a map; in JSON keys are
// ordered by their bytes.
#include "core/output/yaml_order.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace kspark::output {
namespace {

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Beyond ASCII nearly everything in a key is a letter.
bool is_letter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalpha(byte) != 0;
}

/// The number at `at` without leading zeros, unless digits stand before it: then zeros count.
std::string_view number_at(std::string_view text, std::size_t at, bool inside) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    while (!inside && at < end && text[at] == '0') ++at;
    return text.substr(at, end - at);
}

/// Digits other than zeros stand directly before `at`.
bool inside_number(std::string_view text, std::size_t at) {
    while (at > 0 && is_digit(text[at - 1]))
        if (text[--at] != '0') return true;
    return false;
}

} // namespace

bool yaml_key_less(std::string_view left, std::string_view right) {
    const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (a == left.end() || b == right.end()) return left.size() < right.size();
    if (is_letter(*a) || is_letter(*b)) {
        if (is_letter(*a) && is_letter(*b))
            return static_cast<unsigned char>(*a) < static_cast<unsigned char>(*b);
        return is_letter(*b);
    }
    const auto at = static_cast<std::size_t>(a - left.begin());
    const bool inside = inside_number(left, at);
    const auto x = number_at(left, at, inside), y = number_at(right, at, inside);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
    return static_cast<unsigned char>(*a) < static_cast<unsigned char>(*b);
}

} // namespace kspark::output
