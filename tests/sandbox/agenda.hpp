// SPDX-License-Identifier: Apache-2.0
// What will happen later: tasks in the order of their times, run when somebody looks at the clock.
#pragma once

#include "core/base/time.hpp"

#include <functional>
#include <map>

namespace kspark::sandbox {

class Agenda {
public:
    using Task = std::function<void()>;

    /// All durations are divided by the speed.
    Agenda(core::Clock& clock, double speed) : clock_(clock), speed_(speed) {}

    void after(double seconds, Task task) {
        const auto delay =
            std::chrono::nanoseconds(static_cast<std::int64_t>(seconds / speed_ * 1e9));
        tasks_.emplace(clock_.monotonic() + delay, std::move(task));
    }
    /// Runs one task that is due; false when there is none.
    bool run_one() {
        if (tasks_.empty() || tasks_.begin()->first > clock_.monotonic()) return false;
        const Task task = std::move(tasks_.begin()->second);
        tasks_.erase(tasks_.begin());
        task();
        return true;
    }
    /// Until the next task; an hour when there is none.
    core::Duration idle() const {
        if (tasks_.empty()) return std::chrono::hours(1);
        return std::max(core::Duration::zero(), tasks_.begin()->first - clock_.monotonic());
    }
    double speed() const { return speed_; }

private:
    core::Clock& clock_;
    double speed_;
    std::multimap<core::Duration, Task> tasks_;
};

} // namespace kspark::sandbox
