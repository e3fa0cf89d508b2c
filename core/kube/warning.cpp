// SPDX-License-Identifier: Apache-2.0
// The API server says in Warning headers what it will stop to accept, or has just ignored.
#include "core/kube/warning.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <optional>

namespace kspark::kube {
namespace {

/// The word up to the next blank, removed from the text.
std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// A quoted string with its \ escapes resolved, removed from the text.
std::optional<std::string> take_quoted(std::string_view& text) {
    if (text.empty() || text.front() != '"') return std::nullopt;
    std::string content;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return content;
        }
        if (text[i] == '\\' && ++i == text.size()) break;
        content += text[i];
    }
    return std::nullopt;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

std::vector<std::string> parse_warnings(std::string_view header) {
    std::vector<std::string> texts;
    for (std::string_view rest = core::trim(header); !rest.empty();) {
        const std::string_view code = take_word(rest);
        take_word(rest); // the agent
        auto text = take_quoted(rest);
        if (!text) break;
        rest = core::trim(rest);
        if (take_quoted(rest)) rest = core::trim(rest); // a date
        if (code == "299" && !text->empty() && !has_control(*text))
            texts.push_back(*std::move(text));
        if (rest.empty() || rest.front() != ',') break;
        rest = core::trim(rest.substr(1));
    }
    return texts;
}

} // namespace kspark::kube
