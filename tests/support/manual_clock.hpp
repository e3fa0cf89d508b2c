// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"

namespace kspark::test {

/// Stands still until somebody sleeps on it or moves it.
class ManualClock : public core::Clock {
public:
    explicit ManualClock(std::string_view start = "2026-01-02T03:04:05Z");
    core::Time now() const override { return now_; }
    core::Duration monotonic() const override { return now_.time_since_epoch(); }
    void sleep(core::Duration duration) override { now_ += duration; }
    void advance(core::Duration duration) { now_ += duration; }

private:
    core::Time now_;
};

} // namespace kspark::test
