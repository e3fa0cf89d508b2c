// SPDX-License-Identifier: Apache-2.0
// The one sanitizer that every string from a cluster passes before a person sees it. Names, labels,
// events and error messages are written by whoever may write to the cluster; a terminal obeys what
// is in them (CVE-2021-25743). Nothing that moves the cursor, sets a title, or turns the writing
// direction gets through, in any of the forms that terminals know: C0, C1, and C1 as raw bytes.
#include "core/output/text.hpp"

#include "core/output/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::output {
namespace {

bool turns_direction(char32_t c) {
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

void append_visible(std::string& out, char32_t c) {
    if (c == '\r')
        out += "\\r";
    else if (c < 0x20)
        (out += '^') += static_cast<char>(c + 0x40);
    else if (c == 0x7F)
        out += "^?";
    else
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

} // namespace

std::string sanitize(std::string_view text, bool keep_lines) {
    if (is_plain(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        const char32_t c = point.value;
        const bool line_end = c == '\r' && text.size() > 1 && text[1] == '\n';
        if (c == '\n' || c == '\t')
            out += keep_lines ? static_cast<char>(c) : ' ';
        else if (line_end)
            ; // the line feed that follows stands for both
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || turns_direction(c))
            append_visible(out, c);
        else
            append_utf8(out, c);
        text.remove_prefix(point.length);
    }
    return out;
}

int display_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        width += width_of(point.value);
        text.remove_prefix(point.length);
    }
    return width;
}

std::string cut(std::string_view text, int width) {
    if (width <= 0) return {};
    if (display_width(text) <= width) return std::string(text);
    std::size_t end = 0;
    for (int used = 0; end < text.size();) {
        const CodePoint point = decode_utf8(text.substr(end));
        used += width_of(point.value);
        if (used > width - 1) break;
        end += point.length;
    }
    return std::string(text.substr(0, end)) + "…";
}

bool use_color(ColorMode mode, const Stream& stream, const core::Environment& environment) {
    if (mode != ColorMode::Auto) return mode == ColorMode::Always;
    return stream.is_terminal() && environment.value("TERM") != "dumb" &&
           !environment.get("NO_COLOR");
}

std::string paint(std::string_view text, Color color, bool enabled) {
    std::string_view code;
    switch (color) {
    case Color::None:
        break;
    case Color::Red:
        code = "31";
        break;
    case Color::Green:
        code = "32";
        break;
    case Color::Yellow:
        code = "33";
        break;
    case Color::Blue:
        code = "34";
        break;
    case Color::Cyan:
        code = "36";
        break;
    case Color::Bold:
        code = "1";
        break;
    case Color::Dim:
        code = "2";
        break;
    }
    if (!enabled || code.empty() || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

} // namespace kspark::output
