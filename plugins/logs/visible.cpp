// SPDX-License-Identifier: Apache-2.0
// Everything but colours goes through the one sanitizer of core. At most one unfinished sequence is
// held back between two pieces.
#include "plugins/logs/visible.hpp"

#include "core/output/text.hpp"

#include <algorithm>

namespace kspark::logs {
namespace {

/// Longer ones are no colours.
constexpr std::size_t kLongestColor = 64;
constexpr std::string_view kReset = "\x1b[0m";

/// Where the bytes begin that may be a character cut in the middle.
std::size_t whole_characters(std::string_view text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto c = static_cast<unsigned char>(text[text.size() - back]);
        if (c < 0x80) break;
        if (c < 0xC0) continue;
        const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        return length > back ? text.size() - back : text.size();
    }
    return text.size();
}

enum class Sequence { Color, Other, Unfinished };
struct Found {
    Sequence kind;
    std::size_t length; ///< of a colour
};

/// What begins with the ESC at the start of the text.
Found read_sequence(std::string_view text) {
    if (text.size() == 1) return {Sequence::Unfinished, 0};
    if (text[1] != '[') return {Sequence::Other, 0};
    for (std::size_t i = 2; i < text.size(); ++i) {
        if (text[i] == 'm') return {Sequence::Color, i + 1};
        const bool parameter =
            (text[i] >= '0' && text[i] <= '9') || text[i] == ';' || text[i] == ':';
        if (!parameter || i > kLongestColor) return {Sequence::Other, 0};
    }
    return {Sequence::Unfinished, 0};
}

void append_plain(std::string& out, std::string_view text) {
    for (;;) {
        const std::size_t end = text.find('\r');
        out += output::sanitize(text.substr(0, end), true);
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
        out += '\n';
    }
}

} // namespace

std::string Visible::take(std::string_view piece, bool ends) {
    std::string joined;
    if (!held_.empty()) {
        joined = std::move(held_) + std::string(piece);
        held_.clear();
        piece = joined;
    }
    if (ends && piece.ends_with('\r')) piece.remove_suffix(1);
    std::string out;
    while (!piece.empty()) {
        const std::size_t escape = piece.find('\x1b');
        std::string_view plain = piece.substr(0, escape);
        if (escape == std::string_view::npos && !ends) {
            // A carriage return at the very end may belong to a line end.
            std::size_t whole = whole_characters(plain);
            if (plain.ends_with('\r')) --whole;
            held_ = plain.substr(whole);
            plain = plain.substr(0, whole);
        }
        append_plain(out, plain);
        if (escape == std::string_view::npos) break;
        piece.remove_prefix(escape);
        const Found found = read_sequence(piece);
        if (found.kind == Sequence::Unfinished && !ends) {
            held_ = piece;
            break;
        }
        if (found.kind == Sequence::Color) {
            out += piece.substr(0, found.length);
            colored_ = piece.substr(0, found.length) != kReset;
        } else {
            out += "^[";
        }
        piece.remove_prefix(found.kind == Sequence::Color ? found.length : 1);
    }
    if (ends && colored_) {
        out += kReset;
        colored_ = false;
    }
    return out;
}

} // namespace kspark::logs
