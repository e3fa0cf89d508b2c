// SPDX-License-Identifier: Apache-2.0
// An operator and a kubelet say the same again and again; what changed is read in the order in
// which it was last said.
#include "core/spark/timeline.hpp"

#include <algorithm>
#include <tuple>

namespace kspark::spark {

std::vector<Event> fold(std::vector<Event> events) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& left, const auto& right) { return left.last < right.last; });
    std::vector<Event> folded;
    for (auto& event : events) {
        const auto key = [](const Event& e) {
            return std::tie(e.type, e.reason, e.object_kind, e.object_name, e.message);
        };
        const auto same = std::find_if(folded.begin(), folded.end(),
                                       [&](const auto& other) { return key(other) == key(event); });
        if (same != folded.end()) {
            event.count += same->count;
            folded.erase(same);
        }
        folded.push_back(std::move(event));
    }
    return folded;
}

std::string event_text(const Event& event) {
    if (event.message.find('\n') == std::string::npos) return event.message;
    return cause_of(event.message);
}

} // namespace kspark::spark
