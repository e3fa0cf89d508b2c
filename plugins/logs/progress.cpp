// SPDX-License-Identifier: Apache-2.0
// A log as a table of its batches. Lines come in pieces; one that is longer than any progress is
// cut.
#include "plugins/logs/progress.hpp"

#include <fmt/format.h>

#include <array>

namespace kspark::logs {
namespace {

/// Longer lines are no progress.
constexpr std::size_t kLongest = 1u << 20;

template <class T>
std::string shown(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : "-";
}

std::string shown_rate(const std::optional<double>& rate) {
    return rate ? fmt::format("{:.1f}", *rate) : "-";
}

std::string row(const std::vector<std::string>& cells) {
    constexpr std::array kWidths = {20, 16, 7, 9, 9, 9, 9, 9, 10, 8};
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i)
        text += i < kFirstNumber ? fmt::format("{:<{}} ", cells[i], kWidths[i])
                                 : fmt::format("{:>{}} ", cells[i], kWidths[i]);
    text.pop_back();
    return text;
}

} // namespace

std::vector<std::string> progress_headers() {
    return {"TIME",   "QUERY",   "BATCH", "ROWS",       "IN/S",
            "DONE/S", "TRIGGER", "DELAY", "STATE ROWS", "LAG"};
}

std::vector<std::string> progress_cells(const Progress& progress) {
    return {progress.time,
            progress.query,
            fmt::format("{}", progress.batch),
            shown(progress.rows),
            shown_rate(progress.input_rate),
            shown_rate(progress.processed_rate),
            progress.trigger_ms ? fmt::format("{}ms", *progress.trigger_ms) : "-",
            progress.delay ? core::human_duration(*progress.delay) : "-",
            shown(progress.state_rows),
            shown(progress.lag)};
}

std::string progress_header() {
    return row(progress_headers());
}

std::string progress_line(const Progress& progress) {
    return row(progress_cells(progress));
}

ProgressReader::Tell progress_lines(kube::LogLines::Sink sink, std::shared_ptr<bool> header_told) {
    return [sink = std::move(sink), header_told = std::move(header_told)](
               const Progress& progress, const kube::LogPiece& line) {
        kube::LogPiece piece = line;
        piece.stamp = {};
        const std::string header = progress_header(), text = progress_line(progress);
        piece.bytes = header;
        if (!std::exchange(*header_told, true)) sink(piece);
        piece.stamp = line.stamp;
        piece.bytes = text;
        sink(piece);
    };
}

ProgressReader::ProgressReader(Tell tell)
    : tell_(std::move(tell)), finder_([this](const Progress& progress) { found(progress); }) {}

void ProgressReader::take(const kube::LogPiece& piece) {
    if (piece.begins) {
        line_.clear();
        time_ = piece.time;
        stamp_ = piece.stamp;
    }
    if (line_.size() < kLongest) line_ += piece.bytes;
    if (piece.ends) finder_.read_line(line_);
}

void ProgressReader::found(const Progress& progress) {
    tell_(progress, {time_, {}, true, true, stamp_});
}

} // namespace kspark::logs
