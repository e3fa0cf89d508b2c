// SPDX-License-Identifier: Apache-2.0
// Would catch: a cursor movement or a carriage return in a CI log, a change that is lost behind a
// redraw, a table that eats the lines above it.
#include "core/output/live.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace kspark;
using namespace kspark::output;

namespace {

Table table_of(std::vector<std::string> names) {
    Table table{{{"NAME"}}};
    for (auto& name : names) table.rows.push_back({Cell(std::move(name))});
    return table;
}

class SmallTerminal : public Buffer {
public:
    SmallTerminal() : Buffer(true, 40) {}
    int height() const override { return 4; }
};

} // namespace

TEST_CASE("in a pipe: one line per change, nothing drawn") {
    Buffer out;
    const test::ManualClock clock;
    Live live(out, clock, false);
    REQUIRE(live.draw(table_of({"orders"})));
    REQUIRE(live.note("orders: RUNNING\x1b[2J"));
    REQUIRE(live.finish(true));
    CHECK(out.text() == "2026-01-02T03:04:05Z orders: RUNNING^[[2J\n");
}

TEST_CASE("on a terminal the table is drawn over itself and changes stay above it") {
    Buffer out(true);
    const test::ManualClock clock;
    Live live(out, clock, false);
    REQUIRE(live.draw(table_of({"orders"})));
    REQUIRE(live.draw(table_of({"orders"}))); // the same: nothing to do
    REQUIRE(live.draw(table_of({"orders", "payments"})));
    REQUIRE(live.note("orders: RUNNING"));
    REQUIRE(live.finish(true));
    CHECK(out.text() == "NAME\norders\n"
                        "\x1b[2A\x1b[J"
                        "NAME\norders\npayments\n"
                        "\x1b[3A\x1b[J"
                        "2026-01-02T03:04:05Z orders: RUNNING\nNAME\norders\npayments\n"
                        "\x1b[3A\x1b[J");
}

TEST_CASE("the last table can stay") {
    Buffer out(true);
    const test::ManualClock clock;
    Live live(out, clock, false);
    REQUIRE(live.draw(table_of({"orders"})));
    REQUIRE(live.finish(false));
    REQUIRE(live.note("done"));
    CHECK(out.text() == "NAME\norders\n2026-01-02T03:04:05Z done\n");
}

TEST_CASE("a table higher than the terminal is shortened: it could not be erased") {
    SmallTerminal out;
    const test::ManualClock clock;
    Live live(out, clock, false);
    REQUIRE(live.draw(table_of({"a", "b", "c", "d"})));
    CHECK(out.text() == "NAME\na\n... and 3 more\n");
}
