// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.hpp"
#include "tests/support/catch.hpp"

using namespace kspark::core;
using namespace std::chrono_literals;

TEST_CASE("Kubernetes' times are read to the nanosecond and in any zone") {
    const auto time = parse_time("2026-01-02T03:04:05Z");
    REQUIRE(time);
    CHECK(format_time(*time) == "2026-01-02T03:04:05Z");
    CHECK(*parse_time("2026-01-02T05:04:05+02:00") == *time);
    CHECK(*parse_time("2026-01-01T22:34:05-04:30") == *time);
    CHECK(*parse_time("2026-01-02T03:04:05.123456789Z") == *time + 123456789ns);
    CHECK(*parse_time("2026-01-02T03:04:05.5Z") == *time + 500ms);
    CHECK(format_time(*time + 1234567ns, 3) == "2026-01-02T03:04:05.001Z");
}

TEST_CASE("what is no time is refused") {
    for (const auto* text : {"", "yesterday", "2026-01-02", "2026-13-02T03:04:05Z",
                             "2026-02-30T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T25:04:05Z",
                             "2026-01-02T03:04:05Zx", "9999-01-02T03:04:05Z"}) {
        INFO(text);
        CHECK_FALSE(parse_time(text));
    }
}

TEST_CASE("durations have Go's syntax") {
    CHECK(*parse_duration("1h30m") == 90min);
    CHECK(*parse_duration("90s") == 90s);
    CHECK(*parse_duration("1.5h") == 90min);
    CHECK(*parse_duration("500ms") == 500ms);
    CHECK(*parse_duration("-1s") == -1s);
    CHECK(*parse_duration("0") == 0s);
    for (const auto* text : {"", "5", "s", "5 s", "1d", "1h30", ".s", "1.2.3s", "999999999h"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("ages are kubectl's") {
    CHECK(human_duration(-5s) == "<invalid>");
    CHECK(human_duration(0s) == "0s");
    CHECK(human_duration(119s) == "119s");
    CHECK(human_duration(120s) == "2m");
    CHECK(human_duration(5min + 12s) == "5m12s");
    CHECK(human_duration(10min + 12s) == "10m");
    CHECK(human_duration(3h) == "3h");
    CHECK(human_duration(7h + 5min) == "7h5m");
    CHECK(human_duration(9h + 5min) == "9h");
    CHECK(human_duration(50h) == "2d2h");
    CHECK(human_duration(24h * 9) == "9d");
    CHECK(human_duration(24h * 365 * 3) == "3y");
}
