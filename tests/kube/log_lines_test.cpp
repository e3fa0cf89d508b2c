// SPDX-License-Identifier: Apache-2.0
#include "core/kube/log_lines.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace kspark;
using kube::LogGap;
using kube::LogLines;
using kube::LogPiece;

namespace {

/// Collects what comes out: the text as it would be printed, and the gaps.
struct Reader {
    std::string text;
    std::vector<LogGap> gaps;
    LogLines lines{[this](const LogPiece& piece) {
                       text += piece.bytes;
                       if (piece.ends) text += '\n';
                   },
                   [this](const LogGap& gap) { gaps.push_back(gap); }};
};

const std::string kA = "2026-01-02T03:04:05.100000000Z a\n";
const std::string kB = "2026-01-02T03:04:05.200000000Z b\n";
const std::string kC = "2026-01-02T03:04:06.300000000Z c\n";
const std::string kD = "2026-01-02T03:04:09.400000000Z d\n";

} // namespace

TEST_CASE("time stamps are taken off, whatever the borders of the chunks") {
    for (std::size_t size = 1; size < 40; ++size) {
        Reader reader;
        const std::string log = kA + kB + "no stamp at all\n\n" + kC;
        for (std::size_t i = 0; i < log.size(); i += size) reader.lines.feed(log.substr(i, size));
        CHECK(reader.text == "a\nb\nno stamp at all\n\nc\n");
    }
}

TEST_CASE("what the kubelet says at the end of an answer is no line of the container") {
    const std::string word = "unable to retrieve container logs for containerd://f8e9d08eae1f";
    Reader reader;
    reader.lines.feed(kA + kB);
    reader.lines.reconnect();
    reader.lines.feed(word);
    reader.lines.reconnect();
    reader.lines.feed(kB + kC + word);
    reader.lines.finish();
    CHECK(reader.text == "a\nb\nc\n");
    Reader empty;
    empty.lines.feed(word);
    empty.lines.finish();
    CHECK(empty.text.empty());
}

TEST_CASE("after a cut no line is lost and none comes twice") {
    Reader reader;
    reader.lines.feed(kA + kB + kC);
    REQUIRE(core::format_time(*reader.lines.since()) == "2026-01-02T03:04:05Z");
    reader.lines.reconnect();
    reader.lines.feed(kA + kB + kC + kD);
    CHECK(reader.text == "a\nb\nc\nd\n");
    CHECK(reader.gaps.empty());
}

TEST_CASE("hundreds of lines of one time stamp, equal ones among them") {
    std::string log;
    for (int i = 0; i < 600; ++i)
        log += "2026-01-02T03:04:05.100000000Z " + std::to_string(i % 7) + "\n";
    const std::size_t cut = log.size() / 600 * 250;
    Reader reader, whole;
    reader.lines.feed(log.substr(0, cut));
    reader.lines.reconnect();
    reader.lines.feed(log);
    whole.lines.feed(log);
    CHECK(reader.text == whole.text);
}

TEST_CASE("a line that was cut in the middle goes on where it stopped") {
    const std::string longer =
        "2026-01-02T03:04:07.000000000Z " + std::string(100'000, 'x') + "y\n";
    for (const std::size_t cut : {10UL, 31UL, 40UL, 5'000UL, 60'000UL, 100'031UL}) {
        Reader reader;
        reader.lines.feed(kC + longer.substr(0, cut));
        reader.lines.reconnect();
        reader.lines.feed(kC + longer + kD);
        CHECK(reader.text == "c\n" + std::string(100'000, 'x') + "y\nd\n");
    }
}

TEST_CASE("lines that step back in time by a little are not lost") {
    Reader reader;
    reader.lines.feed(kB + kC);
    reader.lines.reconnect();
    // Written meanwhile by the other stream, with an earlier stamp.
    reader.lines.feed(kB + kC + "2026-01-02T03:04:06.100000000Z late\n");
    CHECK(reader.text == "b\nc\nlate\n");
}

TEST_CASE("a rotated log is a gap that names its times; an intact one is none") {
    Reader reader;
    reader.lines.feed(kA + kB);
    reader.lines.reconnect();
    reader.lines.feed(kC + kD);
    REQUIRE(reader.gaps.size() == 1);
    CHECK(core::format_time(reader.gaps[0].last_seen, 1) == "2026-01-02T03:04:05.2Z");
    CHECK(core::format_time(reader.gaps[0].next, 1) == "2026-01-02T03:04:06.3Z");
    CHECK(reader.text == "a\nb\nc\nd\n");
    reader.lines.reconnect();
    reader.lines.feed(kD);
    CHECK(reader.gaps.size() == 1);
}

TEST_CASE("the last line of a container may have no end") {
    Reader reader;
    reader.lines.feed(kA + "2026-01-02T03:04:05.200000000Z unfinished");
    reader.lines.finish();
    CHECK(reader.text == "a\nunfinished\n");
    reader.lines.reconnect();
    reader.lines.finish();
    CHECK(reader.text == "a\nunfinished\n");
}

TEST_CASE("any log cut anywhere any number of times comes out whole") {
    std::mt19937 random(4);
    std::string log, expected;
    long nanos = 0;
    std::vector<std::size_t> begins;
    for (int i = 0; i < 400; ++i) {
        nanos += static_cast<long>(random() % 3) * 17'000'000;
        char stamp[64];
        std::snprintf(stamp, sizeof stamp, "2026-01-02T03:04:%02ld.%09ldZ ", nanos / 1'000'000'000,
                      nanos % 1'000'000'000);
        const std::string line(random() % 60, static_cast<char>('a' + random() % 3));
        begins.push_back(log.size());
        log += stamp + line + "\n";
        expected += line + "\n";
    }
    for (int round = 0; round < 50; ++round) {
        Reader reader;
        std::size_t reached = 0;
        while (reached < log.size()) {
            reached = std::min(log.size(), reached + 1 + random() % 4000);
            // The server answers from sinceTime on: whole lines of that second and later.
            std::size_t from = 0;
            if (const auto since = reader.lines.since())
                for (const std::size_t begin : begins)
                    if (*core::parse_time(log.substr(begin, log.find(' ', begin) - begin)) < *since)
                        from = log.find('\n', begin) + 1;
            reader.lines.feed(log.substr(from, reached - from));
            if (reached < log.size()) reader.lines.reconnect();
        }
        REQUIRE(reader.text == expected);
        REQUIRE(reader.gaps.empty());
    }
}
