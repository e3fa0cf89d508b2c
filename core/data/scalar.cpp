// SPDX-License-Identifier: Apache-2.0
// The rules were taken from the behaviour of kubectl (a table of inputs and outputs, see
// tests/data/scalar_test.cpp), which follows go-yaml v2: the words of YAML 1.1 in three spellings
// each, Go's integer prefixes with underscores anywhere, no sexagesimals, dates stay strings.
#include "core/data/scalar.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace kspark::data {

namespace {

using Kind = Scalar::Kind;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words)
        if (text == word) return true;
    return false;
}

bool is_null(std::string_view text) {
    return text.empty() || one_of(text, {"~", "null", "Null", "NULL"});
}

bool is_true(std::string_view text) {
    return one_of(text, {"true", "True", "TRUE"});
}
bool is_false(std::string_view text) {
    return one_of(text, {"false", "False", "FALSE"});
}
bool is_true_1_1(std::string_view text) {
    return is_true(text) || one_of(text, {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"});
}
bool is_false_1_1(std::string_view text) {
    return is_false(text) || one_of(text, {"n", "N", "no", "No", "NO", "off", "Off", "OFF"});
}

Scalar boolean(bool value) {
    Scalar scalar;
    scalar.kind = Kind::Bool;
    scalar.boolean = value;
    return scalar;
}

Scalar real(double value) {
    Scalar scalar;
    if (std::isfinite(value) && value == std::floor(value) && std::fabs(value) < 9.2e18) {
        scalar.kind = Kind::Integer;
        scalar.integer = static_cast<std::int64_t>(value);
    } else {
        scalar.kind = Kind::Float;
        scalar.real = value;
    }
    return scalar;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t begin = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return i - begin;
    };
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const bool whole = digits() > 0;
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (digits() == 0 && !whole) return false;
    } else if (!whole) {
        return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
        if (digits() == 0) return false;
    }
    return i == text.size();
}

/// Digits of that base, with a sign taken off before; kept exact to 64 bits.
bool parse_digits(std::string_view digits, int base, bool negative, Scalar& out) {
    if (digits.empty()) return false;
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, value, base);
    if (error != std::errc() || at != end) return false;
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
    if (value < kLimit || (negative && value == kLimit)) {
        out.kind = Kind::Integer;
        out.integer = static_cast<std::int64_t>(negative ? 0 - value : value);
        return true;
    }
    if (negative) return false;
    out.kind = Kind::Unsigned;
    out.natural = value;
    return true;
}

/// Takes the sign off; true for '-'.
bool take_sign(std::string_view& text) {
    if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
    const bool negative = text[0] == '-';
    text.remove_prefix(1);
    return negative;
}

/// Go's ParseInt with base 0.
bool parse_go_integer(std::string_view text, Scalar& out) {
    const bool negative = take_sign(text);
    int base = 10;
    if (text.size() > 1 && text[0] == '0') {
        const char prefix = text[1];
        base = prefix == 'x' || prefix == 'X' ? 16 : prefix == 'b' || prefix == 'B' ? 2 : 8;
        const bool has_letter = base != 8 || prefix == 'o' || prefix == 'O';
        text.remove_prefix(has_letter ? 2 : 1);
    }
    return parse_digits(text, base, negative, out);
}

bool parse_float(std::string_view text, Scalar& out) {
    if (!looks_like_float(text)) return false;
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(value)) return false;
    out = real(value);
    return true;
}

bool parse_special_float(std::string_view text, Scalar& out) {
    if (one_of(text, {".nan", ".NaN", ".NAN"})) {
        out = real(std::nan(""));
        return true;
    }
    const bool negative = take_sign(text);
    if (!one_of(text, {".inf", ".Inf", ".INF"})) return false;
    out = real(negative ? -HUGE_VAL : HUGE_VAL);
    return true;
}

/// Digits with the separators of dates and of base 60, which full YAML 1.1 readers understand.
bool looks_like_date_or_sexagesimal(std::string_view text) {
    bool separated = false;
    take_sign(text);
    if (text.empty() || !is_digit(text[0])) return false;
    for (const char c : text) {
        if (c == ':' || c == '-')
            separated = true;
        else if (!is_digit(c) && c != '_' && c != '.' && c != 'T' && c != 't' && c != 'Z' &&
                 c != ' ' && c != '+')
            return false;
    }
    return separated;
}

} // namespace

bool operator==(const Scalar& a, const Scalar& b) {
    const bool same_real = a.real == b.real || (std::isnan(a.real) && std::isnan(b.real));
    return a.kind == b.kind && a.boolean == b.boolean && a.integer == b.integer &&
           a.natural == b.natural && same_real;
}

Scalar resolve_kubernetes(std::string_view text) {
    Scalar scalar;
    if (is_null(text)) {
        scalar.kind = Kind::Null;
        return scalar;
    }
    const char first = text[0];
    if (first == '.' || first == '+' || first == '-' || is_digit(first)) {
        if (parse_special_float(text, scalar)) return scalar;
        if (first == '.') {
            parse_float(text, scalar);
            return scalar;
        }
        if (text.find('_') == std::string_view::npos) {
            if (!parse_go_integer(text, scalar)) parse_float(text, scalar);
            return scalar;
        }
        std::string plain;
        for (const char c : text)
            if (c != '_') plain += c;
        if (!parse_go_integer(plain, scalar)) parse_float(plain, scalar);
        return scalar;
    }
    if (text.size() > 5) return scalar;
    if (is_true_1_1(text)) return boolean(true);
    if (is_false_1_1(text)) return boolean(false);
    return scalar;
}

Scalar resolve_core(std::string_view text) {
    Scalar scalar;
    if (is_null(text)) {
        scalar.kind = Kind::Null;
        return scalar;
    }
    if (is_true(text)) return boolean(true);
    if (is_false(text)) return boolean(false);
    if (text.substr(0, 2) == "0o" || text.substr(0, 2) == "0x") {
        parse_digits(text.substr(2), text[1] == 'o' ? 8 : 16, false, scalar);
        return scalar;
    }
    if (parse_special_float(text, scalar)) return scalar;
    std::string_view digits = text;
    const bool negative = take_sign(digits);
    if (!digits.empty() && is_digit(digits[0]) && parse_digits(digits, 10, negative, scalar))
        return scalar;
    parse_float(text, scalar);
    return scalar;
}

bool surely_string(std::string_view text) {
    // Of the words with a letter first only yes, no, null, true, false, on, off, y, n and nan mean
    // something, to any reader: the others need no closer look.
    const auto first = static_cast<unsigned char>(text.empty() ? 0 : text[0]);
    if (std::isalpha(first) != 0 && std::string_view("yYnNtTfFoO").find(text[0]) == text.npos)
        return true;
    return resolve_kubernetes(text).kind == Kind::String &&
           resolve_core(text).kind == Kind::String && !looks_like_float(text) &&
           !looks_like_date_or_sexagesimal(text) && text != "=" && text != "<<";
}

} // namespace kspark::data
