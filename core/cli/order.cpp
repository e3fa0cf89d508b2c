// SPDX-License-Identifier: Apache-2.0
// The order of --sort-by. What is compared is found once per object, not once per comparison.
#include "core/cli/order.hpp"

#include "core/output/jsonpath.hpp"
#include "core/spark/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace kspark::core {
namespace {

using data::Json;

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// The digits from `at` on, without leading zeros.
std::string_view number_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    while (at + 1 < end && text[at] == '0') ++at;
    return text.substr(at, end - at);
}

std::size_t after_number(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// "a9" before "a10".
bool natural_less(std::string_view left, std::string_view right) {
    std::size_t i = 0, j = 0;
    while (i < left.size() && j < right.size()) {
        if (!is_digit(left[i]) || !is_digit(right[j])) {
            if (left[i] != right[j]) return left[i] < right[j];
            ++i, ++j;
            continue;
        }
        const auto a = number_at(left, i), b = number_at(right, j);
        if (a.size() != b.size()) return a.size() < b.size();
        if (a != b) return a < b;
        i = after_number(left, i), j = after_number(right, j);
    }
    return left.size() - i < right.size() - j;
}

bool less(const Json& left, const Json& right) {
    if (left.is_string() && right.is_string()) {
        const auto &a = left.get_ref<const std::string&>(),
                   &b = right.get_ref<const std::string&>();
        const auto x = spark::parse_quantity(a), y = spark::parse_quantity(b);
        return x && y ? *x < *y : natural_less(a, b);
    }
    return left < right;
}

} // namespace

Status sort_by(std::string_view path, std::vector<Json>& objects) {
    KSPARK_ASSIGN(const std::string expression, output::relaxed_jsonpath(path));
    struct Keyed {
        Json key; ///< null without the field
        Json object;
    };
    std::vector<Keyed> keyed;
    bool any = false;
    for (Json& object : objects) {
        KSPARK_ASSIGN(Json found, output::find_jsonpath(expression, object));
        any = any || !found.empty();
        keyed.push_back({found.empty() ? Json() : std::move(found.front()), std::move(object)});
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const Keyed& left, const Keyed& right) {
        return less(left.key, right.key);
    });
    objects.clear();
    for (Keyed& one : keyed) objects.push_back(std::move(one.object));
    if (any || objects.empty()) return {};
    return Error{Code::Usage, fmt::format("--sort-by: no object has the field \"{}\"", expression)};
}

} // namespace kspark::core
