// SPDX-License-Identifier: Apache-2.0
// Batches come faster than anybody reads; only the last of each query is kept.
#include "plugins/logs/progress_board.hpp"

namespace kspark::logs {

void ProgressBoard::take(const std::string& application, const Progress& progress) {
    latest_[{application, progress.query}] = progress;
    changed_ = true;
}

core::Status ProgressBoard::draw() {
    if (!std::exchange(changed_, false)) return {};
    output::Table table{{{"APPLICATION"}}};
    for (const std::string& header : progress_headers()) table.columns.push_back({header});
    for (std::size_t i = kFirstNumber + 1; i < table.columns.size(); ++i)
        table.columns[i].align_right = true;
    for (const auto& [key, progress] : latest_) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(key.first);
        for (std::string& cell : progress_cells(progress)) row.emplace_back(std::move(cell));
    }
    return live_.draw(table);
}

core::Status ProgressBoard::finish() {
    KSPARK_TRY(draw());
    return live_.finish(false);
}

} // namespace kspark::logs
