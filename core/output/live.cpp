// SPDX-License-Identifier: Apache-2.0
// Progress of long work. Only on a terminal is anything ever drawn over; in a pipe or a CI log a
// change is a line of its own with its time, and no byte moves a cursor.
#include "core/output/live.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::output {
namespace {

/// The first `lines` lines, and how many more there are: what has scrolled away cannot be redrawn.
std::string shorten(const std::string& text, int lines) {
    const auto all = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    if (all <= lines) return text;
    std::size_t end = 0;
    for (int i = 0; i + 1 < lines; ++i) end = text.find('\n', end) + 1;
    return text.substr(0, end) + fmt::format("... and {} more\n", all - std::max(0, lines - 1));
}

} // namespace

Live::Live(Stream& stream, const core::Clock& clock, bool color)
    : stream_(stream), clock_(clock), color_(color) {}

core::Status Live::draw(const Table& table) {
    if (!stream_.is_terminal()) return {};
    TableOptions options;
    options.color = color_;
    options.width = stream_.width();
    const std::string text = shorten(render(table, options), stream_.height() - 1);
    if (text == drawn_) return {};
    KSPARK_TRY(erase_drawn());
    drawn_ = text;
    drawn_lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    return stream_.write(drawn_);
}

core::Status Live::note(std::string_view line) {
    const std::string text =
        fmt::format("{} {}\n", core::format_time(clock_.now()), sanitize(line));
    if (drawn_lines_ == 0) return stream_.write(text);
    const std::string table = drawn_;
    KSPARK_TRY(erase_drawn());
    KSPARK_TRY(stream_.write(text + table));
    drawn_ = table;
    drawn_lines_ = static_cast<int>(std::count(table.begin(), table.end(), '\n'));
    return {};
}

core::Status Live::finish(bool erase) {
    if (erase) KSPARK_TRY(erase_drawn());
    drawn_.clear();
    drawn_lines_ = 0;
    return {};
}

core::Status Live::erase_drawn() {
    if (drawn_lines_ == 0) return {};
    const std::string up = fmt::format("\x1b[{}A\x1b[J", drawn_lines_);
    drawn_.clear();
    drawn_lines_ = 0;
    return stream_.write(up);
}

} // namespace kspark::output
