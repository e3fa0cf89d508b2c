// SPDX-License-Identifier: Apache-2.0
// Collected problems. A file of ten thousand streams with one wrong key in each must not give ten
// thousand lines: the first twenty are told, the others counted.
#include "core/spark/problems.hpp"

#include "core/base/text.hpp"

namespace kspark::spark {

void Problems::add(const Place& place, const std::string& sentence) {
    add(to_text(place) + ": " + sentence);
}

void Problems::add(std::string sentence) {
    if (!known_.insert(sentence).second) return;
    if (full())
        ++left_out_;
    else
        sentences_.push_back(std::move(sentence));
}

core::Status Problems::status() const {
    if (sentences_.empty()) return {};
    core::Error error{core::Code::Invalid, sentences_.front(), {}};
    error.details.assign(sentences_.begin() + 1, sentences_.end());
    if (left_out_ > 0) error.details.push_back("and " + core::count(left_out_, "further problem"));
    return error;
}

} // namespace kspark::spark
