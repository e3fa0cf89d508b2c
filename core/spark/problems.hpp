// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/spark/manifest.hpp"

#include <set>
#include <string>
#include <vector>

namespace kspark::spark {

/// What is wrong with an input, in the order in which it was found, told in one error: whoever
/// mistyped two keys sees both at once. The same sentence about the same place is told once.
class Problems {
public:
    void add(const Place& place, const std::string& sentence);
    void add(std::string sentence);

    bool empty() const { return sentences_.empty(); }
    /// Enough were found: to look for more is a waste.
    bool full() const { return sentences_.size() >= kMost; }
    /// The first is the message, the others are the details; code Invalid.
    core::Status status() const;

private:
    static constexpr std::size_t kMost = 20;
    std::vector<std::string> sentences_;
    std::set<std::string> known_;
    std::size_t left_out_ = 0;
};

} // namespace kspark::spark
