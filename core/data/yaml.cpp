// SPDX-License-Identifier: Apache-2.0
// Writes the small part of YAML that all readers agree on. When in doubt, a text is quoted: a
// reader that takes `no` for false or `1:30` for ninety is not ours to change.
#include "core/data/yaml.hpp"

#include "core/data/scalar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iterator>

namespace kspark::data {

namespace {

constexpr std::size_t kLongestSimpleKey =
    900; // a reader may give up on a ":" after 1024 characters

/// The next character of the text, invalid UTF-8 as U+FFFD.
char32_t take_character(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = lead < 0x80 ? lead : lead & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xC0) != 0x80) {
            text.remove_prefix(i);
            return 0xFFFD;
        }
        c = c << 6 | (byte(i) & 0x3F);
    }
    text.remove_prefix(length);
    return c;
}

/// Characters that YAML does not print, that it takes for line ends, or that no eye can see.
bool must_escape(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           c == 0xFFFD || c == 0xFFFE || c == 0xFFFF || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_ascii_text(std::string_view text) {
    for (const char c : text)
        if (c < 0x20 || c == 0x7F) return false;
    return true;
}

bool has_escapes(std::string_view text, bool lines_allowed) {
    if (is_ascii_text(text)) return false;
    while (!text.empty()) {
        const char32_t c = take_character(text);
        if (must_escape(c) && !(lines_allowed && (c == '\n' || c == '\t'))) return true;
    }
    return false;
}

bool can_be_plain(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':')
        return false;
    constexpr std::string_view kIndicators = ",[]{}#&*!|>'\"%@`";
    if (kIndicators.find(text[0]) != text.npos) return false;
    const bool lone = text.size() == 1 || text[1] == ' ';
    if ((text[0] == '-' || text[0] == '?' || text[0] == ':') && lone) return false;
    if (text.starts_with("---") || text.starts_with("...")) return false;
    if (text.find(": ") != text.npos || text.find(" #") != text.npos) return false;
    return surely_string(text) && !has_escapes(text, false);
}

bool can_be_literal(std::string_view text) {
    if (text.find('\n') == text.npos || text[0] == ' ' || text[0] == '\n' || text[0] == '\t')
        return false;
    // Some readers refuse a tab where they look for indentation.
    return text.find("\n\t") == text.npos && !has_escapes(text, true);
}

class Emitter {
public:
    std::string take() && { return std::move(out_); }

    /// `indent` is that of the lines of the value; `inline_` the value begins behind "key:" or "-".
    void value(const Json& value, int indent) {
        if (value.is_object() && !value.empty())
            members(value, indent);
        else if (value.is_array() && !value.empty())
            items(value, indent);
        else
            scalar(value, indent);
    }

private:
    void pad(int indent) { out_.append(static_cast<std::size_t>(indent), ' '); }
    static bool is_block(const Json& value) { return value.is_structured() && !value.empty(); }

    /// The first line is padded already.
    void members(const Json& object, int indent) {
        bool first = true;
        for (const auto& [key, member] : object.get_ref<const Json::object_t&>()) {
            if (!std::exchange(first, false)) pad(indent);
            const bool is_long = key.size() > kLongestSimpleKey;
            if (is_long) out_ += "? ";
            can_be_plain(key) ? void(out_ += key) : quoted(key);
            if (is_long) {
                out_ += '\n';
                pad(indent);
            }
            out_ += ':';
            if (!is_block(member)) {
                out_ += ' ';
                scalar(member, indent + 2);
                continue;
            }
            const int below = member.is_array() ? indent : indent + 2;
            out_ += '\n';
            pad(below);
            value(member, below);
        }
    }

    void items(const Json& array, int indent) {
        bool first = true;
        for (const Json& item : array) {
            if (!std::exchange(first, false)) pad(indent);
            out_ += "- ";
            value(item, indent + 2);
        }
    }

    /// Ends the line.
    void scalar(const Json& value, int indent) {
        if (value.is_string())
            string(value.get_ref<const std::string&>(), indent);
        else if (value.is_object())
            out_ += "{}";
        else if (value.is_array())
            out_ += "[]";
        else if (value.is_number_float())
            number(value.dump());
        else
            out_ += value.dump();
        if (out_.back() != '\n') out_ += '\n';
    }

    /// YAML 1.1 wants a point in a float.
    void number(std::string text) {
        const std::size_t exponent = text.find('e');
        if (exponent != text.npos && text.find('.') == text.npos) text.insert(exponent, ".0");
        out_ += text;
    }

    void string(const std::string& text, int indent) {
        if (can_be_plain(text))
            out_ += text;
        else if (can_be_literal(text))
            literal(text, indent);
        else
            quoted(text);
    }

    void literal(std::string_view text, int indent) {
        const bool ends = text.ends_with('\n');
        out_ += !ends ? "|-\n" : text.ends_with("\n\n") ? "|+\n" : "|\n";
        if (ends) text.remove_suffix(1);
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            if (end > begin) pad(indent);
            out_.append(text.substr(begin, end - begin));
            out_ += '\n';
            begin = end + 1;
        }
    }

    void quoted(std::string_view text) {
        out_ += '"';
        while (!text.empty()) {
            const std::string_view before = text;
            const char32_t c = take_character(text);
            if (c == '"' || c == '\\')
                out_ += {'\\', static_cast<char>(c)};
            else if (c == '\n')
                out_ += "\\n";
            else if (c == '\t')
                out_ += "\\t";
            else if (c == '\r')
                out_ += "\\r";
            else if (must_escape(c))
                fmt::format_to(std::back_inserter(out_), "\\u{:04X}", static_cast<unsigned>(c));
            else
                out_.append(before.substr(0, before.size() - text.size()));
        }
        out_ += '"';
    }

    std::string out_;
};

} // namespace

std::string to_yaml(const Json& value) {
    Emitter emitter;
    emitter.value(value, 0);
    return std::move(emitter).take();
}

} // namespace kspark::data
