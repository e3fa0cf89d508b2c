// SPDX-License-Identifier: Apache-2.0
// Why a driver ended, or cannot work, by the end of its log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::spark {

struct LogCause {
    std::string_view id;
    std::string sentence;
    std::vector<std::string> lines = {}; ///< the telling ones, as they stand in the log
    std::string_view remedy = {};
};

/// Of a driver that has ended.
std::optional<LogCause> why_ended(const std::vector<std::string>& lines);
/// What ended the query of lines[at] ("Query ... terminated with error"): the deepest cause of its
/// stack trace; empty when there is none.
std::string why_query_ended(const std::vector<std::string>& lines, std::size_t at);
/// Of a driver that runs: why it gets no executors.
std::optional<LogCause> why_idle(const std::vector<std::string>& lines);

/// The ids that these can give.
std::vector<std::string_view> log_cause_ids();

} // namespace kspark::spark
