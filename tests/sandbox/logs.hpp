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

/// What the containers wrote, by the uid of their pod.
class Logs {
public:
    void append(const std::string& pod_uid, core::Time time, std::string text) {
        lines_[pod_uid].push_back({time, std::move(text)});
    }
    const std::vector<LogLine>& lines(const std::string& pod_uid) const {
        static const std::vector<LogLine> none;
        const auto found = lines_.find(pod_uid);
        return found == lines_.end() ? none : found->second;
    }
    void forget(const std::string& pod_uid) { lines_.erase(pod_uid); }

private:
    std::map<std::string, std::vector<LogLine>> lines_;
};

} // namespace kspark::sandbox
