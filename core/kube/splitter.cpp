// SPDX-License-Identifier: Apache-2.0
// A scanner that knows just enough of JSON: brackets, strings and which strings are keys. It does
// not judge the text: each item is parsed afterwards, and what is wrong shows there. Lists of ten
// thousand objects pass here byte by byte, so the inside of strings is copied in runs.
#include "core/kube/splitter.hpp"

#include <algorithm>
#include <utility>

namespace kspark::kube {
namespace {

constexpr std::size_t kMostNested = 200;

} // namespace

core::Result<std::string> ItemSplitter::envelope() const {
    if (broken_ || !complete_)
        return core::Error{core::Code::Failed, "the server's list is not whole JSON"};
    return envelope_;
}

void ItemSplitter::feed(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size() && !broken_; ++i) {
        if (!in_string_) {
            structural(bytes[i]);
            continue;
        }
        std::size_t run = i;
        while (!escaped_ && run < bytes.size() && bytes[run] != '"' && bytes[run] != '\\') ++run;
        if (!skipping_) out_->append(bytes.substr(i, run - i));
        i = run;
        if (i < bytes.size()) string_byte(bytes[i]);
    }
}

void ItemSplitter::string_byte(char c) {
    if (!skipping_) *out_ += c;
    if (escaped_)
        escaped_ = false;
    else if (c == '\\')
        escaped_ = true;
    else if (c == '"')
        end_string();
}

void ItemSplitter::end_string() {
    in_string_ = false;
    if (!is_key_ || skipping_) return;
    const std::string_view key = std::string_view(*out_).substr(string_begin_ + 1);
    const std::string_view name = key.substr(0, key.size() - 1);
    items_key_ = stack_.size() == 1 && name == "items";
    if (std::find(drop_.begin(), drop_.end(), name) == drop_.end()) return;
    out_->resize(string_begin_);
    skipping_ = true;
    skip_depth_ = stack_.size();
}

void ItemSplitter::structural(char c) {
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return;
    case '"':
        in_string_ = true;
        is_key_ = expects_key_;
        expects_key_ = false;
        string_begin_ = out_->size();
        break;
    case '{':
    case '[':
        open(c);
        break;
    case '}':
    case ']':
        close(c);
        return;
    case ',':
        expects_key_ = !stack_.empty() && stack_.back() == '{';
        if (skipping_ && stack_.size() == skip_depth_) {
            skipping_ = false;
            return;
        }
        if (in_item_list()) return;
        break;
    default:
        break;
    }
    if (!skipping_) *out_ += c;
}

void ItemSplitter::open(char c) {
    if (stack_.size() >= kMostNested || complete_) {
        broken_ = true;
        return;
    }
    if (!skipping_ && c == '{' && in_item_list()) out_ = &item_;
    if (!skipping_ && c == '[' && items_key_ && stack_.size() == 1) items_open_ = true;
    stack_ += c;
    expects_key_ = c == '{';
}

void ItemSplitter::close(char c) {
    if (stack_.empty() || stack_.back() != (c == '}' ? '{' : '[')) {
        broken_ = true;
        return;
    }
    if (skipping_ && stack_.size() == skip_depth_) {
        skipping_ = false;
        if (!out_->empty() && out_->back() == ',') out_->pop_back();
    }
    if (!skipping_) *out_ += c;
    if (in_item_list()) items_open_ = false;
    stack_.pop_back();
    expects_key_ = false;
    complete_ = stack_.empty();
    if (out_ != &item_ || !in_item_list()) return;
    out_ = &envelope_;
    tell_(std::exchange(item_, {}));
}

} // namespace kspark::kube
