// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"

#include <algorithm>

namespace kspark::kube {

/// How long a connection has been silent, as a loop sees it that waits a second at most. A turn in
/// which we were busy ourselves (whoever reads our output is slow) says nothing about the server
/// and counts for no more than that.
class Silence {
public:
    void heard() { length_ = {}; }
    core::Duration turn(core::Duration now) {
        length_ += std::clamp<core::Duration>(now - last_turn_, {}, kLongestTurn);
        last_turn_ = now;
        return length_;
    }

private:
    static constexpr core::Duration kLongestTurn = std::chrono::milliseconds(1200);
    core::Duration length_{}, last_turn_{};
};

} // namespace kspark::kube
