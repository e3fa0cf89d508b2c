// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/sender.hpp"
#include "core/kube/splitter.hpp"

#include <deque>
#include <optional>

namespace kspark::kube {

/// One list, page by page. The next page is asked for as soon as the last byte of one is here,
/// while the items of that one are still being read.
class Lister {
public:
    Lister(Sender& sender, Call call, std::vector<std::string> drop);
    ~Lister();
    Lister(const Lister&) = delete;
    Lister& operator=(const Lister&) = delete;

    /// Hands over what has arrived, at most `most` objects; not to be called from a handler.
    core::Status drain(const std::function<core::Status(data::Json)>& item, std::size_t most);
    bool has_items() const { return !items_.empty(); }
    /// Whether so much waits to be drained that the network should wait.
    bool full() const;
    /// Everything was drained, or it ended with an error.
    bool finished() const { return !transfer_ && items_.empty(); }
    /// How it ended.
    const End& end() const { return end_; }
    const ListResult& result() const { return result_; }
    /// The continue token had expired: all objects come again, from the first on.
    bool restarted() const { return restarted_; }

private:
    void ask();
    void page_ended(End end);
    core::Status read_envelope();

    Sender& sender_;
    Call call_;
    std::vector<std::string> drop_;
    std::unique_ptr<ItemSplitter> splitter_;
    std::deque<std::string> items_;
    std::size_t item_bytes_ = 0;
    std::optional<http::TransferId> transfer_;
    std::string token_; ///< of the page that is being asked for; empty: the first
    bool restarted_ = false;
    ListResult result_;
    End end_;
};

/// A GET on a collection with its selectors: what list and watch have in common.
Call collection_call(const Reference& reference, const Selection& selection, std::string_view verb);

} // namespace kspark::kube
