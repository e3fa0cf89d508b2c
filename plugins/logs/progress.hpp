// SPDX-License-Identifier: Apache-2.0
// "Streaming query made progress" in a driver's log.
#pragma once

#include "core/kube/log_lines.hpp"
#include "core/spark/progress.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace kspark::logs {

using spark::Progress;

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
    explicit ProgressReader(Tell tell);
    ProgressReader(const ProgressReader&) = delete;
    ProgressReader& operator=(const ProgressReader&) = delete;
    void take(const kube::LogPiece& piece);

private:
    void found(const Progress& progress);

    Tell tell_;
    spark::ProgressFinder finder_;
    std::string line_;
    core::Time time_{};
    std::string stamp_;
};

/// Prints a line per batch; `header_told` is shared by all logs of one output.
ProgressReader::Tell progress_lines(kube::LogLines::Sink sink, std::shared_ptr<bool> header_told);

} // namespace kspark::logs
