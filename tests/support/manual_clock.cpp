// SPDX-License-Identifier: Apache-2.0
#include "tests/support/manual_clock.hpp"

namespace kspark::test {

ManualClock::ManualClock(std::string_view start) : now_(*core::parse_time(start)) {}

} // namespace kspark::test
