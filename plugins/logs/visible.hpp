// SPDX-License-Identifier: Apache-2.0
// Log lines made harmless for a terminal while they arrive in pieces cut anywhere.
#pragma once

#include <string>
#include <string_view>

namespace kspark::logs {

/// Control sequences become visible; colours (SGR) stay, and are ended with the line. A carriage
/// return, as progress bars write it, becomes a line end: what was there cannot be written over.
class Visible {
public:
    /// The next piece of a line; `ends`: the last one.
    std::string take(std::string_view piece, bool ends);

private:
    std::string held_; ///< the beginning of a character or a sequence that is not here yet
    bool colored_ = false;
};

} // namespace kspark::logs
