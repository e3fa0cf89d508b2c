// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/output/text.hpp"

#include <vector>

namespace kspark::output {

struct Column {
    std::string header; ///< upper case
    bool wide = false;  ///< shown with -o wide only
    bool align_right = false;
    bool flexible = false; ///< cut first when the terminal is narrow; the last column as a rule
};
struct Cell {
    std::string text;
    Color color = Color::None;

    Cell(std::string words = {}, Color paint = Color::None)
        : text(std::move(words)), color(paint) {}
    Cell(const char* words) : text(words) {}
};
struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows = {};
};
struct TableOptions {
    bool wide = false;
    bool headers = true;
    bool color = false;
    int width = 0; ///< cut lines to it; 0: never (pipes, files)
};

/// Columns separated by three spaces, as kubectl's; cells are sanitized and cut at the first line
/// end; no trailing spaces.
std::string render(const Table& table, const TableOptions& options = {});

} // namespace kspark::output
