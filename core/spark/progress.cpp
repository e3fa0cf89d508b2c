// SPDX-License-Identifier: Apache-2.0
// Spark 3 and 4 print the progress as JSON over many lines behind the words; the JSON layout puts
// the same text, escaped, into "msg". Numbers may come as text (Kafka's metrics), and offsets in
// any shape a source likes: their lag is the sum of the differences of all numbers in them.
#include "core/spark/progress.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {
namespace {

using data::Json;

constexpr std::string_view kWords = "made progress: {";
/// Longer blocks and lines are no progress.
constexpr std::size_t kLongest = 1u << 20;

std::optional<double> number_at(const Json& json, const std::vector<std::string_view>& path) {
    const Json* value = data::find(json, path);
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->get<double>();
    if (!value->is_string()) return std::nullopt;
    // Not from_chars: libc++ has none for fractions before version 20.
    const Json number = Json::parse(value->get_ref<const std::string&>(), nullptr, false);
    if (!number.is_number()) return std::nullopt;
    return number.get<double>();
}

/// Of offsets of the same shape; nothing: they hold no numbers.
std::optional<std::int64_t> difference(const Json& newer, const Json& older) {
    if (newer.is_number_integer() && older.is_number_integer())
        return newer.get<std::int64_t>() - older.get<std::int64_t>();
    if (!newer.is_object() || !older.is_object()) return std::nullopt;
    std::optional<std::int64_t> sum;
    for (const auto& [key, value] : newer.items())
        if (const Json* other = data::find(older, {key}))
            if (const auto part = difference(value, *other)) sum = sum.value_or(0) + *part;
    return sum;
}

std::optional<std::int64_t> lag_of(const Json& source) {
    const Json* latest = data::find(source, {"latestOffset"});
    const Json* end = data::find(source, {"endOffset"});
    if (latest != nullptr && end != nullptr)
        if (const auto lag = difference(*latest, *end)) return std::max<std::int64_t>(*lag, 0);
    if (const auto most = number_at(source, {"metrics", "maxOffsetsBehindLatest"}))
        return static_cast<std::int64_t>(*most);
    return std::nullopt;
}

std::optional<std::int64_t> sum_over(const Json& json, std::string_view list,
                                     std::optional<std::int64_t> (*part)(const Json&)) {
    const Json* items = data::find(json, {list});
    std::optional<std::int64_t> sum;
    if (items == nullptr || !items->is_array()) return sum;
    for (const Json& item : *items)
        if (const auto value = part(item)) sum = sum.value_or(0) + *value;
    return sum;
}

std::optional<core::Duration> watermark_delay(const Json& json) {
    const auto time = core::parse_time(data::string_at(json, {"timestamp"}));
    const auto watermark = core::parse_time(data::string_at(json, {"eventTime", "watermark"}));
    if (!time || !watermark || watermark->time_since_epoch() <= core::Duration::zero())
        return std::nullopt;
    return *time - *watermark;
}

} // namespace

std::optional<Progress> decode_progress(const Json& json) {
    const auto batch = data::integer_at(json, {"batchId"});
    if (!batch || data::find(json, {"sources"}) == nullptr) return std::nullopt;
    Progress progress;
    progress.batch = *batch;
    const auto time = core::parse_time(data::string_at(json, {"timestamp"}));
    progress.time = time ? core::format_time(*time) : "-";
    if (time) progress.at = *time;
    progress.run = data::string_at(json, {"runId"});
    progress.query = data::string_at(json, {"name"});
    if (progress.query.empty()) progress.query = data::string_at(json, {"id"}).substr(0, 8);
    progress.rows = data::integer_at(json, {"numInputRows"});
    progress.trigger_ms = data::integer_at(json, {"durationMs", "triggerExecution"});
    progress.input_rate = number_at(json, {"inputRowsPerSecond"});
    progress.processed_rate = number_at(json, {"processedRowsPerSecond"});
    progress.delay = watermark_delay(json);
    if (progress.at && progress.delay) progress.watermark = *progress.at - *progress.delay;
    progress.lag = sum_over(json, "sources", lag_of);
    progress.state_rows = sum_over(json, "stateOperators", [](const Json& state) {
        return data::integer_at(state, {"numRowsTotal"});
    });
    return progress;
}

void ProgressFinder::read_line(std::string_view line) {
    const std::size_t at = line.find(kWords);
    if (at != std::string_view::npos && line.starts_with('{')) {
        const auto entry = data::parse_json(line, "log line");
        if (!entry) return;
        for (const std::string_view key : {"msg", "message"}) {
            const std::string text = data::string_at(*entry, {key});
            if (const std::size_t begin = text.find(kWords); begin != std::string::npos)
                return tell(std::string_view(text).substr(begin + kWords.size() - 1));
        }
        return;
    }
    if (at != std::string_view::npos) {
        block_.clear();
        depth_ = 0;
        in_block_ = true;
        in_string_ = escaped_ = false;
        line.remove_prefix(at + kWords.size() - 1);
    }
    if (in_block_) read_block(line);
}

/// Up to the brace that closes the first.
void ProgressFinder::read_block(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (escaped_)
            escaped_ = false;
        else if (in_string_ && c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_string_ = !in_string_;
        else if (!in_string_ && c == '{')
            ++depth_;
        else if (!in_string_ && c == '}' && --depth_ == 0) {
            in_block_ = false;
            block_ += text.substr(0, i + 1);
            return tell(block_);
        }
    }
    block_ += text;
    block_ += '\n';
    if (block_.size() > kLongest) in_block_ = false;
}

void ProgressFinder::tell(std::string_view text) {
    const auto json = data::parse_json(text, "progress");
    if (!json) return;
    if (const auto progress = decode_progress(*json)) sink_(*progress);
}

} // namespace kspark::spark
