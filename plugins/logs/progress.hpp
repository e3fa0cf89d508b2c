// SPDX-License-Identifier: Apache-2.0
// "Streaming query made progress" in a driver's log.
#pragma once

#include "core/data/json.hpp"
#include "core/kube/log_lines.hpp"

#include <functional>
#include <memory>
#include <vector>

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

/// TIME, QUERY, then numbers.
std::vector<std::string> progress_headers();
inline constexpr std::size_t kFirstNumber = 2;
std::vector<std::string> progress_cells(const Progress& progress);
/// The same as lines whose columns stand below each other.
std::string progress_header();
std::string progress_line(const Progress& progress);

/// Finds the batches in a log; all other lines are left out.
class ProgressReader {
public:
    /// `line`: a piece without bytes, with the time of the log's line.
    using Tell = std::function<void(const Progress& progress, const kube::LogPiece& line)>;
    explicit ProgressReader(Tell tell) : tell_(std::move(tell)) {}
    void take(const kube::LogPiece& piece);

private:
    void read_line(std::string_view line);
    void read_block(std::string_view text);
    void tell(std::string_view json);

    Tell tell_;
    std::string line_;
    std::string block_; ///< JSON over several lines, as far as it has come
    int depth_ = 0;
    bool in_block_ = false, in_string_ = false, escaped_ = false;
    core::Time time_{};
    std::string stamp_;
};

/// Prints a line per batch; `header_told` is shared by all logs of one output.
ProgressReader::Tell progress_lines(kube::LogLines::Sink sink, std::shared_ptr<bool> header_told);

} // namespace kspark::logs
