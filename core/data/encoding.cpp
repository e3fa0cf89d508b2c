// SPDX-License-Identifier: Apache-2.0
// From bytes to text that every reader behind can take for granted: valid UTF-8, no control
// characters, one kind of line end. Line ends are normalized one for one, so that positions stay
// true.
#include "core/data/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::data {

namespace {

using Byte = unsigned char;

/// Length of the well-formed UTF-8 sequence at the begin of the text; 0 when it is none.
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? Byte(text[i]) : Byte(0); };
    const auto follows = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
    const Byte lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead < 0xF0) {
        const bool overlong = lead == 0xE0 && at(1) < 0xA0;
        const bool surrogate = lead == 0xED && at(1) >= 0xA0;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead < 0xF0 || lead > 0xF4) return 0;
    const bool out_of_range = (lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) >= 0x90);
    return follows(1) && follows(2) && follows(3) && !out_of_range ? 4 : 0;
}

bool is_control(Byte c) {
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

core::Status check(std::string_view name, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Byte c = Byte(text[i]);
        if (c < 0x80 && !is_control(c)) {
            ++i;
            continue;
        }
        if (is_control(c))
            return error_at(
                name, position_of(text, i),
                fmt::format("control character U+{:04X}; remove it, or write it as \\x{:02x} "
                            "in double quotes",
                            c, c));
        const std::size_t length = sequence_length(text.substr(i));
        if (length == 0)
            return error_at(name, position_of(text, i),
                            fmt::format("byte 0x{:02X} is not UTF-8; save the file as UTF-8", c));
        i += length;
    }
    return {};
}

void append_utf8(std::string& out, char32_t c) {
    const auto byte = [&](char32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
        byte(0xC0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            byte(0xE0 | (c >> 12));
        } else {
            byte(0xF0 | (c >> 18));
            byte(0x80 | ((c >> 12) & 0x3F));
        }
        byte(0x80 | ((c >> 6) & 0x3F));
    }
    byte(0x80 | (c & 0x3F));
}

/// Half a surrogate pair becomes U+FFFD; an odd last byte is left out.
std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](std::size_t i) {
        const char32_t a = Byte(bytes[i]), b = Byte(bytes[i + 1]);
        return big_endian ? a << 8 | b : b << 8 | a;
    };
    std::string text;
    text.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t c = unit(i);
        if (c >= 0xD800 && c < 0xE000) {
            const char32_t low = c < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
            const bool pair = low >= 0xDC00 && low < 0xE000;
            c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
            if (pair) i += 2;
        }
        append_utf8(text, c);
    }
    return text;
}

void normalize_line_ends(std::string& text) {
    if (text.find('\r') == std::string::npos) return;
    std::size_t out = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        text[out++] = c == '\r' ? '\n' : c;
    }
    text.resize(out);
}

} // namespace

core::Result<std::string> decode_text(std::string_view name, std::string bytes) {
    const std::string_view view = bytes;
    if (view.starts_with("\xFF\xFE"))
        bytes = from_utf16(view.substr(2), false);
    else if (view.starts_with("\xFE\xFF"))
        bytes = from_utf16(view.substr(2), true);
    else if (view.starts_with("\xEF\xBB\xBF"))
        bytes.erase(0, 3);
    normalize_line_ends(bytes);
    KSPARK_TRY(check(name, bytes));
    return bytes;
}

Position position_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t line_end = before.rfind('\n');
    const std::string_view line = line_end == before.npos ? before : before.substr(line_end + 1);
    const auto is_lead = [](char c) { return (Byte(c) & 0xC0) != 0x80; };
    return {1 + static_cast<int>(std::ranges::count(before, '\n')),
            1 + static_cast<int>(std::ranges::count_if(line, is_lead))};
}

core::Error error_at(std::string_view name, Position position, std::string_view message) {
    return {core::Code::Invalid,
            fmt::format("{}:{}:{}: {}", name, position.line, position.column, message)};
}

} // namespace kspark::data
