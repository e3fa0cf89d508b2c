// SPDX-License-Identifier: Apache-2.0
// Would catch: trailing spaces, columns that wide characters or colors push out of line, a line
// that wraps on a terminal, a value that is cut in a pipe, a cell that breaks the table in two.
#include "core/output/table.hpp"
#include "tests/support/catch.hpp"

using namespace kspark::output;

namespace {

Table fleet() {
    Table table{{{"NAME"},
                 {"STATE"},
                 {"RUNS", false, true},
                 {"AGE", true},
                 {"VERDICT", false, false, true}}};
    table.rows.push_back({"orders", Cell("RUNNING", Color::Green), "1", "5m", ""});
    table.rows.push_back({"ümlaut", "FAILED", "12", "3h", "the driver ended with exit code 1"});
    return table;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

} // namespace

TEST_CASE("columns line up, three spaces apart, without trailing spaces") {
    CHECK(render(fleet()) == "NAME     STATE     RUNS   VERDICT\n"
                             "orders   RUNNING      1\n"
                             "ümlaut   FAILED      12   the driver ended with exit code 1\n");
}

TEST_CASE("wide columns only when asked, headers only when wanted") {
    CHECK(lines_of(render(fleet(), {true}))[0] == "NAME     STATE     RUNS   AGE   VERDICT");
    CHECK(lines_of(render(fleet(), {false, false}))[0] == "orders   RUNNING    1");
}

TEST_CASE("colors do not move columns") {
    const auto plain = render(fleet());
    auto painted = render(fleet(), {false, true, true});
    CHECK(painted.find("\x1b[32mRUNNING\x1b[0m") != std::string::npos);
    for (const std::string code : {"\x1b[32m", "\x1b[0m"})
        if (const auto at = painted.find(code); at != std::string::npos)
            painted.erase(at, code.size());
    CHECK(painted == plain);
}

TEST_CASE("on a terminal no line is wider than it") {
    for (int width = 1; width < 80; ++width)
        for (const auto& line : lines_of(render(fleet(), {false, true, false, width})))
            CHECK(display_width(line) <= width);
    CHECK(lines_of(render(fleet(), {false, true, false, 40}))[2] ==
          "ümlaut   FAILED      12   the driver en…");
}

TEST_CASE("a flexible column in the middle gives way before the last ones are lost") {
    Table table{{{"MESSAGE", false, false, true}, {"STATE"}}};
    table.rows.push_back({"a sentence that is rather long", "FAILED"});
    CHECK(lines_of(render(table, {false, true, false, 25}))[1] == "a sentence that…   FAILED");
}

TEST_CASE("a cell is one harmless line") {
    Table table{{{"NAME"}, {"MESSAGE"}}};
    table.rows.push_back({"a\x1b[2Jb", "first\nsecond"});
    CHECK(render(table) == "NAME      MESSAGE\na^[[2Jb   first...\n");
}

TEST_CASE("a row that is too short has empty cells") {
    Table table{{{"A"}, {"B"}}};
    table.rows.push_back({"1"});
    CHECK(render(table) == "A   B\n1\n");
}
