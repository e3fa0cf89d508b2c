// SPDX-License-Identifier: Apache-2.0
// Which lines of a log are shown: --level, --grep and the lines around a match.
#pragma once

#include "core/kube/log_lines.hpp"
#include "plugins/logs/level.hpp"
#include "plugins/logs/pattern.hpp"

namespace kspark::logs {

struct Choice {
    std::optional<Level> level = {};
    std::shared_ptr<const Pattern> pattern = {};
    bool invert = false;
    std::size_t before = 0, after = 0;

    bool everything() const { return !level && !pattern; }
};

/// Passes on the lines of one log that are chosen. A long line is judged by its beginning, and is
/// not held as a whole.
class Selector {
public:
    Selector(Choice choice, kube::LogLines::Sink sink);
    void take(const kube::LogPiece& piece);

private:
    struct Line {
        core::Time time;
        std::string stamp, bytes;
    };
    bool chosen(std::string_view head);
    void decide(bool ends);
    void pass_on(const Line& line, bool ends);
    void separate();

    Choice choice_;
    kube::LogLines::Sink sink_;
    std::size_t enough_; ///< bytes that a line is judged by
    Line line_;          ///< the one that is being gathered
    enum class State { Gathering, Passing, Dropping } state_ = State::Gathering;
    Level last_level_; ///< of the entry that lines without a level belong to
    std::deque<Line> before_;
    std::size_t after_ = 0;  ///< lines still to be shown after a match
    bool shown_any_ = false; ///< a line was passed on
    bool left_out_ = false;  ///< since then one was not
};

} // namespace kspark::logs
