// SPDX-License-Identifier: Apache-2.0
// Spark's memory strings are Java's (whole numbers, powers of two, one letter); Kubernetes'
// quantities take fractions and tell Gi from G, and their "m" is a thousandth.
#include "core/spark/units.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

namespace kspark::spark {
namespace {

constexpr double kKibi = 1024;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Digits with at most one point, and what follows them.
std::optional<std::pair<double, std::string_view>> split_number(std::string_view text) {
    std::size_t end = 0;
    bool digits = false, point = false;
    for (; end < text.size(); ++end) {
        if (is_digit(text[end]))
            digits = true;
        else if (text[end] == '.' && !point)
            point = true;
        else
            break;
    }
    if (!digits) return std::nullopt;
    return std::pair{std::strtod(std::string(text.substr(0, end)).c_str(), nullptr),
                     text.substr(end)};
}

/// 1024^n for the n-th letter of "bkmgtp"; 0 for any other.
double binary_unit(char letter) {
    const std::size_t power = std::string_view("bkmgtp").find(letter);
    return power == std::string_view::npos ? 0 : std::pow(kKibi, static_cast<double>(power));
}

} // namespace

std::optional<double> parse_spark_memory(std::string_view text, double bare_unit, bool long_units) {
    const auto number = split_number(text);
    if (!number || text.find('.') != text.npos) return std::nullopt;
    const auto& [value, rest] = *number;
    const std::string unit = core::lower(rest);
    if (unit.empty()) return bare_unit > 0 ? std::optional(value * bare_unit) : std::nullopt;
    const double factor = binary_unit(unit[0]);
    const bool is_long = unit == "b" || (unit.size() == 2 && unit[0] != 'b' && unit[1] == 'b');
    if (factor == 0 || (is_long && !long_units) || (!is_long && unit.size() > 1))
        return std::nullopt;
    return value * factor;
}

std::optional<double> parse_quantity(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto number = split_number(text);
    if (!number) return std::nullopt;
    const double value = negative ? -number->first : number->first;
    const std::string_view unit = number->second;
    if (unit.empty()) return value;
    if (unit.size() == 2 && unit[1] == 'i') {
        const std::size_t power = std::string_view("KMGTPE").find(unit[0]);
        if (power == std::string_view::npos) return std::nullopt;
        return value * std::pow(kKibi, static_cast<double>(power) + 1);
    }
    if (unit.size() == 1) {
        constexpr std::string_view kUnits = "numkMGTPE";
        constexpr std::array kFactors = {1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18};
        const std::size_t at = kUnits.find(unit[0]);
        return at == kUnits.npos ? std::nullopt : std::optional(value * kFactors[at]);
    }
    if (unit[0] != 'e' && unit[0] != 'E') return std::nullopt;
    const std::string exponent(unit.substr(1));
    char* end = nullptr;
    const double power = std::strtod(exponent.c_str(), &end);
    return *end == '\0' && std::isfinite(power) ? std::optional(value * std::pow(10.0, power))
                                                : std::nullopt;
}

std::string to_spark_memory(double bytes) {
    const double mebibytes = std::ceil(bytes / kKibi / kKibi);
    if (mebibytes >= 1024 && std::fmod(mebibytes, 1024) == 0)
        return fmt::format("{:.0f}g", mebibytes / 1024);
    return fmt::format("{:.0f}m", mebibytes);
}

std::string suggest_spark_memory(std::string_view text) {
    const auto number = split_number(core::trim(text));
    if (!number) return {};
    const std::string unit = core::lower(core::trim(number->second));
    if (unit.empty()) return to_spark_memory(number->first * kKibi * kKibi);
    const double factor = binary_unit(unit[0]);
    const std::string_view rest = std::string_view(unit).substr(1);
    const bool is_known = rest.empty() || rest == "b" || rest == "i" || rest == "ib";
    return factor > 0 && is_known ? to_spark_memory(number->first * factor) : std::string();
}

} // namespace kspark::spark
