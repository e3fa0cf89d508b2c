// SPDX-License-Identifier: Apache-2.0
// The page of the documentation that explains each verdict, without a network: a table with a row
// for each, which a terminal is too narrow for. The list shows two of its columns, `help ID` a row.
#include "cmd/troubleshooting.hpp"

#include "cmd/help/troubleshooting.hpp"
#include "core/base/text.hpp"
#include "core/cli/help.hpp"

#include <fmt/format.h>

namespace kspark::app {

namespace {

constexpr std::string_view kRow = "| <a id=\"";

struct Row {
    std::string id, looks_like, cause, remedy;
};

/// Of `| <a id="ID"></a>`ID` | looks like | cause | remedy |`.
Row parse(std::string line) {
    std::erase(line, '`');
    auto cells = core::split(line, '|');
    for (auto& cell : cells) cell = core::trim(cell);
    return {cells[1].substr(cells[1].rfind('>') + 1), cells[2], cells[3], cells[4]};
}

} // namespace

std::string troubleshooting_text() {
    std::string page;
    bool in_table = false;
    for (const auto& line : core::split(kTroubleshootingTopic, '\n')) {
        const bool row = line.starts_with(kRow);
        if (line.starts_with('|') && !row) continue; // the table's head
        if (row != in_table) page += "```\n";
        if (in_table && !row) page += "\nUse \"kubectl spark help ID\" for its cause and remedy.\n";
        in_table = row;
        if (row) {
            const Row verdict = parse(line);
            page += fmt::format("{:<24} {}\n", verdict.id, verdict.looks_like);
        } else {
            page += line + "\n";
        }
    }
    return core::plain_text(page);
}

std::optional<std::string> verdict_text(const std::string& id) {
    const auto begin = fmt::format("{}{}\"", kRow, id);
    for (const auto& line : core::split(kTroubleshootingTopic, '\n')) {
        if (!line.starts_with(begin)) continue;
        const Row verdict = parse(line);
        return fmt::format("{}\n\nLooks like:  {}\nCause:       {}\nRemedy:      {}\n\n"
                           "All verdicts: kubectl spark help troubleshooting\n",
                           verdict.id, verdict.looks_like, verdict.cause, verdict.remedy);
    }
    return std::nullopt;
}

} // namespace kspark::app
