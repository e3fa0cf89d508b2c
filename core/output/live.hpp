// SPDX-License-Identifier: Apache-2.0
// Progress of long work: on a terminal a table that is drawn again in place, elsewhere one line per
// change with a time stamp and never a carriage return.
#pragma once

#include "core/base/time.hpp"
#include "core/output/table.hpp"

namespace kspark::output {

class Live {
public:
    Live(Stream& stream, const core::Clock& clock, bool color);
    /// Draws the table again, over the last one; does nothing when the stream is no terminal.
    core::Status draw(const Table& table);
    /// A change: "2026-01-02T03:04:05Z orders: RUNNING". On a terminal it stays above the table.
    core::Status note(std::string_view line);
    /// Takes the table away (erase) or leaves it as the last word; the cursor ends below.
    core::Status finish(bool erase);

private:
    core::Status erase_drawn();

    Stream& stream_;
    const core::Clock& clock_;
    bool color_;
    int drawn_lines_ = 0;
    std::string drawn_ = {};
};

} // namespace kspark::output
