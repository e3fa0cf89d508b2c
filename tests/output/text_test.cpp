// SPDX-License-Identifier: Apache-2.0
// Would catch: an escape sequence that reaches a terminal in any of its spellings, columns that do
// not line up with foreign names, colors where a pipe or NO_COLOR forbids them.
#include "core/output/text.hpp"
#include "core/output/utf8.hpp"
#include "tests/support/catch.hpp"

using namespace kspark;
using namespace kspark::output;

TEST_CASE("control characters become visible") {
    CHECK(sanitize("plain text") == "plain text");
    CHECK(sanitize("\x1b[31mred\x1b[0m") == "^[[31mred^[[0m");
    CHECK(sanitize("a\rb") == "a\\rb");
    CHECK(sanitize("bell\a back\b del\x7f") == "bell^G back^H del^?");
    CHECK(sanitize(std::string_view("nul\0.", 5)) == "nul^@.");
    CHECK(sanitize("\u009b31m") == "\\u009b31m"); // C1 CSI as UTF-8
    CHECK(sanitize("\x9b"
                   "31m") == "\uFFFD"
                             "31m");                      // and as a raw byte
    CHECK(sanitize("abc\u202Edcba") == "abc\\u202edcba"); // right-to-left override
    CHECK(sanitize("\u2066x") == "\\u2066x");
}

TEST_CASE("what is no UTF-8 is replaced, what is stays") {
    CHECK(sanitize("größe 日本 🚀") == "größe 日本 🚀");
    CHECK(sanitize("\xc3(") == "\uFFFD(");
    CHECK(sanitize("\xc0\xaf") == "\uFFFD\uFFFD");           // overlong slash
    CHECK(sanitize("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD"); // surrogate
    CHECK(sanitize("\xf4\x90\x80\x80").find("\uFFFD") == 0); // beyond Unicode
    CHECK(sanitize("end\xe2\x82") == "end\uFFFD\uFFFD");
}

TEST_CASE("lines and tabs") {
    CHECK(sanitize("a\n\tb") == "a  b");
    CHECK(sanitize("a\n\tb", true) == "a\n\tb");
    CHECK(sanitize("a\r\nb", true) == "a\nb");
    CHECK(sanitize("a\rb\x1b\n", true) == "a\\rb^[\n");
}

TEST_CASE("display width counts columns, not bytes") {
    CHECK(display_width("orders") == 6);
    CHECK(display_width("größe") == 5);
    CHECK(display_width("日本") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("🚀") == 2);
    CHECK(display_width("") == 0);
}

TEST_CASE("cut never passes the width") {
    CHECK(cut("orders", 6) == "orders");
    CHECK(cut("orders", 4) == "ord…");
    CHECK(cut("orders", 1) == "…");
    CHECK(cut("orders", 0) == "");
    CHECK(cut("日本語", 4) == "日…");
    CHECK(display_width(cut("日本語", 4)) <= 4);
}

TEST_CASE("code points survive a round trip") {
    for (const char32_t value : {U'a', U'é', U'€', U'🚀'}) {
        std::string text;
        append_utf8(text, value);
        const CodePoint point = decode_utf8(text);
        CHECK(point.valid);
        CHECK(point.value == value);
        CHECK(point.length == text.size());
    }
}

TEST_CASE("colors") {
    const Buffer terminal(true), pipe;
    const core::Environment empty, dumb({{"TERM", "dumb"}}), no_color({{"NO_COLOR", ""}});
    CHECK(use_color(ColorMode::Auto, terminal, empty));
    CHECK_FALSE(use_color(ColorMode::Auto, pipe, empty));
    CHECK_FALSE(use_color(ColorMode::Auto, terminal, dumb));
    CHECK_FALSE(use_color(ColorMode::Auto, terminal, no_color));
    CHECK(use_color(ColorMode::Always, pipe, no_color));
    CHECK_FALSE(use_color(ColorMode::Never, terminal, empty));
    CHECK(paint("x", Color::Red, true) == "\x1b[31mx\x1b[0m");
    CHECK(paint("x", Color::Red, false) == "x");
    CHECK(paint("", Color::Red, true).empty());
}
