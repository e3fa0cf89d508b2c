// SPDX-License-Identifier: Apache-2.0
// Rules for names, each with the sentence that says which letter is wrong: "invalid name" helps
// nobody.
#include "core/spark/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::spark {

namespace {

constexpr std::size_t kLabelLength = 63;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

std::string label_problem(std::string_view what, std::string_view name, bool digit_first) {
    const auto wrong = [&](std::string_view why) {
        return fmt::format("the {} \"{}\" {}: use small letters, digits and \"-\", begin with a "
                           "{} and do not end with \"-\"",
                           what, name, why, digit_first ? "letter or digit" : "letter");
    };
    if (name.empty()) return fmt::format("the {} is empty", what);
    if (name.size() > kLabelLength)
        return fmt::format("the {} \"{}\" has {} characters: at most {} are allowed", what, name,
                           name.size(), kLabelLength);
    for (const char c : name) {
        if (is_upper(c)) return wrong("has capital letters");
        if (c == '_') return wrong("has an underscore");
        if (!is_lower(c) && !is_digit(c) && c != '-') return wrong("has other characters");
    }
    if (!is_lower(name.front()) && !(digit_first && is_digit(name.front())))
        return wrong("begins wrongly");
    if (name.back() == '-') return wrong("ends with \"-\"");
    return {};
}

} // namespace

std::string name_problem(std::string_view name) {
    return label_problem("name", name, false);
}

std::string namespace_problem(std::string_view name) {
    return label_problem("namespace", name, true);
}

std::string set_name_problem(std::string_view name) {
    const auto inner = [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    };
    const auto outer = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); };
    if (!name.empty() && name.size() <= kLabelLength && outer(name.front()) && outer(name.back()) &&
        std::ranges::all_of(name, inner))
        return {};
    return fmt::format(
        "the name of the set, \"{}\", cannot be a label: write `name:` with at most {} "
        "letters, digits, \"-\", \"_\" and \".\", a letter or digit first and last",
        name, kLabelLength);
}

} // namespace kspark::spark
