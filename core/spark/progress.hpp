// SPDX-License-Identifier: Apache-2.0
// "Streaming query made progress" in a driver's log.
#pragma once

#include "core/base/time.hpp"
#include "core/data/json.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kspark::spark {

/// What a batch of a streaming query did; absent: the log does not say.
struct Progress {
    std::string time, query;
    std::string run; ///< runId: another one after each start of the query
    std::int64_t batch = 0;
    std::optional<core::Time> at, watermark;
    std::optional<std::int64_t> rows, trigger_ms, state_rows;
    std::optional<double> input_rate, processed_rate;
    std::optional<core::Duration> delay; ///< of the watermark behind the batch
    std::optional<std::int64_t> lag;     ///< offsets behind the newest, all sources together
};
/// Nothing for JSON that is no progress.
std::optional<Progress> decode_progress(const data::Json& json);

/// Finds the progress in a log, line by line.
class ProgressFinder {
public:
    explicit ProgressFinder(std::function<void(const Progress&)> sink) : sink_(std::move(sink)) {}
    void read_line(std::string_view line);

private:
    void read_block(std::string_view text);
    void tell(std::string_view json);

    std::function<void(const Progress&)> sink_;
    std::string block_; ///< JSON over several lines, as far as it has come
    int depth_ = 0;
    bool in_block_ = false, in_string_ = false, escaped_ = false;
};

} // namespace kspark::spark
