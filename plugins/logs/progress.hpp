// SPDX-License-Identifier: Apache-2.0
// "Streaming query made progress" in a driver's log, one line per batch.
#pragma once

#include "core/data/json.hpp"
#include "core/kube/log_lines.hpp"

#include <memory>

namespace kspark::logs {

/// What a batch of a streaming query did; absent: the log does not say.
struct Progress {
    std::string time, query;
    std::int64_t batch = 0;
    std::optional<std::int64_t> rows, trigger_ms, state_rows;
    std::optional<double> input_rate, processed_rate;
    std::optional<core::Duration> delay; ///< of the watermark behind the batch
    std::optional<std::int64_t> lag;     ///< offsets behind the newest, all sources together
};
/// Nothing for JSON that is no progress.
std::optional<Progress> decode_progress(const data::Json& json);

std::string progress_header();
std::string progress_line(const Progress& progress);

/// Turns a log into a table of its batches; all other lines are left out.
class ProgressReader {
public:
    /// `header_told` is shared by the readers of one output.
    ProgressReader(kube::LogLines::Sink sink, std::shared_ptr<bool> header_told)
        : sink_(std::move(sink)), header_told_(std::move(header_told)) {}
    void take(const kube::LogPiece& piece);

private:
    void read_line(std::string_view line);
    void read_block(std::string_view text);
    void tell(std::string_view json);

    kube::LogLines::Sink sink_;
    std::shared_ptr<bool> header_told_;
    std::string line_;
    std::string block_; ///< JSON over several lines, as far as it has come
    int depth_ = 0;
    bool in_block_ = false, in_string_ = false, escaped_ = false;
    core::Time time_{};
    std::string stamp_;
};

} // namespace kspark::logs
