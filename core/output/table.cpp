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

/// The columns that are shown and their widths. Cells are not copied: a fleet has many.
struct Layout {
    std::vector<std::size_t> columns; ///< indices into the table's
    std::vector<int> widths;

    Layout(const Table& table, const TableOptions& options);
    void measure(const std::vector<Cell>& row);
    void fit(const Table& table, int width);
};

const Cell& cell_at(const std::vector<Cell>& row, std::size_t column) {
    static const Cell empty;
    return column < row.size() ? row[column] : empty;
}

std::vector<Cell> header_of(const Table& table) {
    std::vector<Cell> header;
    for (const Column& column : table.columns) header.emplace_back(column.header);
    return header;
}

Layout::Layout(const Table& table, const TableOptions& options) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (options.wide || !table.columns[i].wide) columns.push_back(i);
    widths.assign(columns.size(), 0);
    if (options.headers) measure(header_of(table));
    for (const auto& row : table.rows) measure(row);
    if (options.width > 0) fit(table, options.width);
}

void Layout::measure(const std::vector<Cell>& row) {
    for (std::size_t i = 0; i < columns.size(); ++i)
        widths[i] = std::max(widths[i], display_width(one_line(cell_at(row, columns[i]).text)));
}

void Layout::fit(const Table& table, int width) {
    int total = kGap * (static_cast<int>(columns.size()) - 1);
    for (const int w : widths) total += w;
    for (std::size_t i = columns.size(); i-- > 0 && total > width;) {
        const Column& column = table.columns[columns[i]];
        if (!column.flexible) continue;
        const int least = display_width(column.header);
        const int kept = std::max(least, widths[i] - (total - width));
        if (kept >= widths[i]) continue;
        total -= widths[i] - kept;
        widths[i] = kept;
    }
}

std::string line_of(const Table& table, const Layout& layout, const std::vector<Cell>& row,
                    const TableOptions& options) {
    std::string line;
    int at = 0;      // column of the terminal where the line has got to
    int pending = 0; // spaces that are owed: never at the end of a line
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
        const Cell& cell = cell_at(row, layout.columns[i]);
        int width = layout.widths[i];
        if (options.width > 0) width = std::min(width, options.width - at - pending);
        if (width <= 0) break;
        const std::string text = cut(one_line(cell.text), width);
        const int blank = width - display_width(text);
        const bool right = table.columns[layout.columns[i]].align_right;
        if (!text.empty()) {
            const int before = pending + (right ? blank : 0);
            line.append(static_cast<std::size_t>(before), ' ');
            line += paint(text, cell.color, options.color);
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
    if (options.headers) text += line_of(table, layout, header_of(table), options);
    for (const auto& row : table.rows) text += line_of(table, layout, row, options);
    return text;
}

} // namespace kspark::output
