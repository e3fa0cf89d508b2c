// SPDX-License-Identifier: Apache-2.0
// Events of an application and its pods as one time line.
#pragma once

#include "core/spark/diagnosis.hpp"

namespace kspark::spark {

/// Events in the order of their times, the same one told only once with its count.
std::vector<Event> fold(std::vector<Event> events);

/// The message on one line; of a failed submission its cause only.
std::string event_text(const Event& event);

} // namespace kspark::spark
