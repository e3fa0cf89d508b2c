// SPDX-License-Identifier: Apache-2.0
// The Date header. Would catch: a month that is read as another, a time taken from a text that is
// none.
#include "core/http/date.hpp"
#include "tests/support/catch.hpp"

using namespace kspark;

TEST_CASE("a Date header is a time") {
    const auto time = http::parse_date("Sun, 06 Nov 1994 08:49:37 GMT");
    REQUIRE(time);
    CHECK(core::format_time(*time) == "1994-11-06T08:49:37Z");
    CHECK(core::format_time(*http::parse_date("Fri, 02 Jan 2026 03:04:05 GMT")) ==
          "2026-01-02T03:04:05Z");
}

TEST_CASE("anything else is none") {
    for (const char* text : {"", "now", "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 36 Nov 1994 08:49:37 GMT",
                             "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994     "})
        CHECK_FALSE(http::parse_date(text));
}
