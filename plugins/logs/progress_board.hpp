// SPDX-License-Identifier: Apache-2.0
// The streaming queries as one live table: a row each, with the batch that was done last.
#pragma once

#include "core/output/live.hpp"
#include "plugins/logs/progress.hpp"

#include <map>

namespace kspark::logs {

class ProgressBoard {
public:
    ProgressBoard(output::Stream& out, const core::Clock& clock, bool color)
        : live_(out, clock, color) {}

    void take(const std::string& application, const Progress& progress);
    /// A line of ours, which stays above the table.
    core::Status note(std::string_view line) { return live_.note(line); }
    /// Draws what has changed.
    core::Status draw();
    /// The table is left as it is.
    core::Status finish();

private:
    output::Live live_;
    std::map<std::pair<std::string, std::string>, Progress> latest_; ///< by application and query
    bool changed_ = false;
};

} // namespace kspark::logs
