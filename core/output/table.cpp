// SPDX-License-Identifier: Apache-2.0
// Tables as kubectl prints them. On a terminal a line never wraps: flexible columns give way first,
// then the line is cut. In a pipe nothing is ever cut.
#include "core/output/table.hpp"

#include <algorithm>

namespace kspark::output {
namespace {

constexpr int kGap = 3;

std::string one_line(std::string_view text) {
    const auto end = text.find_first_of("\n\f\r");
    if (end == std::string_view::npos) return sanitize(text);
    return sanitize(text.substr(0, end)) + "...";
}

/// The columns that are shown, with every cell ready to print.
struct Layout {
    std::vector<const Column*> columns;
    std::vector<int> widths;
    std::vector<std::vector<Cell>> lines;

    Layout(const Table& table, const TableOptions& options);
    void add(const Table& table, const TableOptions& options, const std::vector<Cell>& row);
    void fit(int width);
};

Layout::Layout(const Table& table, const TableOptions& options) {
    for (const Column& column : table.columns)
        if (options.wide || !column.wide) columns.push_back(&column);
    widths.assign(columns.size(), 0);
    if (options.headers) {
        std::vector<Cell> header;
        for (const Column& column : table.columns) header.emplace_back(column.header);
        add(table, options, header);
    }
    for (const auto& row : table.rows) add(table, options, row);
    if (options.width > 0) fit(options.width);
}

void Layout::add(const Table& table, const TableOptions& options, const std::vector<Cell>& row) {
    std::vector<Cell> line;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].wide && !options.wide) continue;
        Cell cell = i < row.size() ? row[i] : Cell();
        cell.text = one_line(cell.text);
        int& width = widths[line.size()];
        width = std::max(width, display_width(cell.text));
        line.push_back(std::move(cell));
    }
    lines.push_back(std::move(line));
}

void Layout::fit(int width) {
    int total = kGap * (static_cast<int>(columns.size()) - 1);
    for (const int w : widths) total += w;
    for (std::size_t i = columns.size(); i-- > 0 && total > width;) {
        if (!columns[i]->flexible) continue;
        const int least = display_width(columns[i]->header);
        const int kept = std::max(least, widths[i] - (total - width));
        if (kept >= widths[i]) continue;
        total -= widths[i] - kept;
        widths[i] = kept;
    }
}

std::string line_of(const Layout& layout, const std::vector<Cell>& cells,
                    const TableOptions& options) {
    std::string line;
    int at = 0;      // column of the terminal where the line has got to
    int pending = 0; // spaces that are owed: never at the end of a line
    for (std::size_t i = 0; i < cells.size(); ++i) {
        int width = layout.widths[i];
        if (options.width > 0) width = std::min(width, options.width - at - pending);
        if (width <= 0) break;
        const std::string text = cut(cells[i].text, width);
        const int blank = width - display_width(text);
        const bool right = layout.columns[i]->align_right;
        if (!text.empty()) {
            const int before = pending + (right ? blank : 0);
            line.append(static_cast<std::size_t>(before), ' ');
            line += paint(text, cells[i].color, options.color);
            at += before + display_width(text);
            pending = right ? 0 : blank;
        } else {
            pending += blank;
        }
        pending += kGap;
    }
    return line + '\n';
}

} // namespace

std::string render(const Table& table, const TableOptions& options) {
    const Layout layout(table, options);
    std::string text;
    for (const auto& line : layout.lines) text += line_of(layout, line, options);
    return text;
}

} // namespace kspark::output
