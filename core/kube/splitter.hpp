// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::kube {

/// Cuts the JSON text of a list into its items while it arrives, so that no page is ever held as a
/// tree. White space and the keys in `drop`, with their values, are left out on the way.
class ItemSplitter {
public:
    /// `item` gets the text of each item as soon as its last byte is here.
    ItemSplitter(std::vector<std::string> drop, std::function<void(std::string)> item)
        : drop_(std::move(drop)), tell_(std::move(item)) {}

    void feed(std::string_view bytes);

    /// The list without its items, after the last byte; an error when the text is not a whole list.
    core::Result<std::string> envelope() const;

private:
    void string_byte(char c);
    void structural(char c);
    void open(char c);
    void close(char c);
    void end_string();
    bool in_item_list() const { return items_open_ && stack_.size() == 2; }

    std::vector<std::string> drop_;
    std::function<void(std::string)> tell_;
    std::string stack_; ///< the open brackets
    std::string envelope_;
    std::string item_;
    std::string* out_ = &envelope_;
    std::size_t string_begin_ = 0;
    std::size_t skip_depth_ = 0; ///< of the map whose value is being left out
    bool skipping_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    bool expects_key_ = false;
    bool is_key_ = false;
    bool items_key_ = false; ///< the last key was the list's "items"
    bool items_open_ = false;
    bool complete_ = false;
    bool broken_ = false;
};

} // namespace kspark::kube
