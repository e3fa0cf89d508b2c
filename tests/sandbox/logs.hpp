// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace kspark::sandbox {

struct LogLine {
    core::Time time;
    std::string text;
};

/// Log lines of one length that are made when they are read, so that a log of gigabytes needs no
/// memory. The last one was written at `end`, 20,000 of them a second.
struct BulkLines {
    static constexpr std::size_t kLength = 120; ///< with its line end
    std::size_t count = 0;
    core::Time end{};

    core::Time time(std::size_t index) const;
    void append(std::string& out, std::size_t index, bool stamp) const;
};

/// What one container wrote: first the lines in bulk, then the single ones.
class PodText {
public:
    std::size_t size() const { return bulk.count + lines.size(); }
    core::Time time(std::size_t index) const;
    /// A line with its line end.
    void append(std::string& out, std::size_t index, bool stamp) const;

    BulkLines bulk;
    std::vector<LogLine> lines;
    std::size_t first_kept = 0; ///< the node has rotated those before away
};

/// What the containers wrote, by the uid of their pod.
class Logs {
public:
    void append(const std::string& pod_uid, core::Time time, std::string text) {
        texts_[pod_uid].lines.push_back({time, std::move(text)});
    }
    void append(const std::string& pod_uid, BulkLines bulk) { texts_[pod_uid].bulk = bulk; }
    const PodText& of(const std::string& pod_uid) const {
        static const PodText none;
        const auto found = texts_.find(pod_uid);
        return found == texts_.end() ? none : found->second;
    }
    void forget(const std::string& pod_uid) { texts_.erase(pod_uid); }
    /// As a node does it with large logs: from now on only what comes is there.
    void rotate() {
        for (auto& [uid, text] : texts_) text.first_kept = text.size();
    }

private:
    std::map<std::string, PodText> texts_;
};

} // namespace kspark::sandbox
