// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace kspark::core {

using Duration = std::chrono::nanoseconds;
/// Wall-clock time, UTC.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

/// The seam for time; tests use a clock that they move themselves.
class Clock {
public:
    virtual ~Clock();
    virtual Time now() const = 0;
    /// Never goes backwards; for time-outs and intervals.
    virtual Duration monotonic() const = 0;
    /// Returns early when the user interrupts (core/base/interrupt.hpp).
    virtual void sleep(Duration) = 0;
};
Clock& system_clock();

/// RFC 3339 with any fraction and offset, as Kubernetes writes it.
Result<Time> parse_time(std::string_view text);
/// "2026-01-02T03:04:05Z"; with digits of a fraction when asked (3: milliseconds).
std::string format_time(Time time, int fraction_digits = 0);

/// Go's duration syntax: "1h30m", "90s", "1.5h", "500ms", "-1s", "0". A bare number other than 0
/// is an error.
Result<Duration> parse_duration(std::string_view text);
/// An age as kubectl prints it: "45s", "5m12s", "3h", "2d4h", "7d" (apimachinery's HumanDuration).
std::string human_duration(Duration duration);

} // namespace kspark::core
