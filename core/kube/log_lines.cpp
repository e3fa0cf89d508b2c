// SPDX-License-Identifier: Apache-2.0
// A line is known by its time and its first 4 KiB, counted: two equal lines of one time are two.
// While lines that were seen may come again, a line is held until it is known (4 KiB at most);
// otherwise its bytes pass at once. stdout and stderr are stamped apart, so times may step back a
// little: a second more than needed is asked for. What a kubelet has to say itself ("unable to
// retrieve container logs for ...") stands at the end of an answer without a time and a line end:
// it is no line of the container.
#include "core/kube/log_lines.hpp"

#include <algorithm>
#include <utility>

namespace kspark::kube {
namespace {

constexpr std::size_t kHead = 4096;
constexpr std::size_t kSeconds = std::string_view("2026-01-02T03:04:05").size();
constexpr std::size_t kLongestStamp = 40;
constexpr core::Duration kMargin = std::chrono::seconds(1);

std::uint64_t identity(core::Time time, std::string_view head) {
    const auto ticks = static_cast<std::uint64_t>(time.time_since_epoch().count());
    return std::hash<std::string_view>{}(head) ^ (ticks * 0x9e3779b97f4a7c15ULL);
}

} // namespace

LogLines::LogLines(Sink sink, GapSink gap) : sink_(std::move(sink)), gap_(std::move(gap)) {}

std::optional<core::Time> LogLines::since() const {
    if (!latest_) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*latest_ - kMargin);
}

void LogLines::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t newline = bytes.find('\n');
        const bool complete = newline != std::string_view::npos;
        take(bytes.substr(0, newline), complete);
        if (!complete) return;
        bytes.remove_prefix(newline + 1);
    }
}

void LogLines::take(std::string_view part, bool complete) {
    if (state_ == State::Stamp) {
        const std::size_t space = part.find(' ');
        stamp_ += part.substr(0, space);
        const bool whole = space != std::string_view::npos || stamp_.size() > kLongestStamp;
        if (!whole && !complete) return;
        part.remove_prefix(std::min(space, part.size()));
        const std::string_view content = read_stamp();
        if (content.empty() && !part.empty()) part.remove_prefix(1);
        begin_content();
        if (!content.empty()) take_content(content, false);
    }
    take_content(part, complete);
    if (!complete) return;
    if (state_ == State::Pass) remember();
    state_ = State::Stamp;
    stamp_.clear();
}

/// Sets the line's time; what is no time stamp is content and is returned.
std::string_view LogLines::read_stamp() {
    const std::string_view stamp = stamp_;
    stamped_ = true;
    if (second_text_.empty() || !stamp.starts_with(second_text_)) {
        const auto time = core::parse_time(stamp);
        if (!time) {
            time_ = latest_.value_or(core::Time{});
            stamped_ = false;
            return stamp;
        }
        second_text_ = stamp.substr(0, kSeconds);
        second_ = std::chrono::floor<std::chrono::seconds>(*time);
        time_ = *time;
        return {};
    }
    // Same second as the line before: only the fraction is read.
    std::int64_t fraction = 0, unit = 100'000'000;
    for (std::size_t i = kSeconds + 1; i < stamp.size() && stamp[i] >= '0' && stamp[i] <= '9';
         ++i) {
        fraction += unit * (stamp[i] - '0');
        unit /= 10;
    }
    time_ = second_ + core::Duration(fraction);
    return {};
}

void LogLines::begin_content() {
    head_.clear();
    skip_ = handed_ = 0;
    begun_ = false;
    if (stamped_) return known_or_new();
    state_ = State::Unstamped;
}

void LogLines::known_or_new() {
    const bool may_be_known = replay_until_ && time_ <= *replay_until_;
    state_ = may_be_known ? State::Identify : State::Pass;
    if (!may_be_known) continues_or_closes();
}

void LogLines::take_content(std::string_view part, bool complete) {
    if (state_ == State::Unstamped) {
        head_ += part;
        if (!complete && head_.size() < kHead) return;
        const std::string held = std::exchange(head_, {});
        known_or_new();
        return take_content(held, complete);
    }
    if (state_ == State::Identify) {
        head_ += part;
        if (complete || head_.size() >= kHead) identify(complete);
        return;
    }
    if (state_ != State::Pass) return;
    if (head_.size() < kHead) head_ += part.substr(0, kHead - head_.size());
    emit(part, complete);
}

/// Decides about the held line: known, the rest of an unfinished one, or new.
void LogLines::identify(bool complete) {
    const std::string_view head = std::string_view(head_).substr(0, kHead);
    const auto known = expected_.find(identity(time_, head));
    if (known != expected_.end() && known->second > 0) {
        --known->second;
        recognised_ = true;
        state_ = State::Drop;
        return;
    }
    state_ = State::Pass;
    const bool continues =
        unfinished_ && unfinished_->time == time_ && head.starts_with(unfinished_->head);
    if (older_may_come_ && !recognised_ && !continues) {
        state_ = State::Drop;
        return;
    }
    if (continues) {
        recognised_ = begun_ = true;
        skip_ = unfinished_->bytes;
        unfinished_.reset();
    }
    continues_or_closes();
    const std::string held = std::exchange(head_, std::string(head));
    emit(held, complete);
}

/// Before a new line: says what is missing, and ends the line that nobody will continue.
void LogLines::continues_or_closes() {
    if (begun_) return;
    if (unfinished_) {
        sink_({unfinished_->time, {}, false, true});
        unfinished_.reset();
    }
    if (!replay_until_ || recognised_ || time_ <= *replay_until_) return;
    gap_({*replay_until_, time_});
    recognised_ = true;
}

void LogLines::emit(std::string_view part, bool ends) {
    const auto left_out = std::min<std::uint64_t>(skip_, part.size());
    part.remove_prefix(left_out);
    skip_ -= left_out;
    handed_ += left_out + part.size();
    if (part.empty() && !ends) return;
    sink_({time_, part, !begun_, ends, stamped_ ? std::string_view(stamp_) : std::string_view()});
    begun_ = true;
}

void LogLines::remember() {
    if (!first_) first_ = time_;
    if (!latest_ || time_ > *latest_) latest_ = time_;
    const core::Time second = std::chrono::floor<std::chrono::seconds>(time_);
    recent_[second].push_back(identity(time_, std::string_view(head_).substr(0, kHead)));
    recent_.erase(recent_.begin(), recent_.lower_bound(*since()));
}

void LogLines::reconnect() {
    if (state_ == State::Pass && begun_) unfinished_ = Unfinished{time_, head_, handed_};
    if (state_ == State::Pass && (!latest_ || time_ > *latest_)) latest_ = time_;
    if (unfinished_ && !first_) first_ = time_;
    // Whole seconds are asked for, and a tail begins within one.
    older_may_come_ = first_ && *first_ >= *since();
    state_ = State::Stamp;
    stamp_.clear();
    expected_.clear();
    for (const auto& [second, lines] : recent_)
        for (const std::uint64_t line : lines) ++expected_[line];
    replay_until_ = latest_;
    recognised_ = recent_.empty() && !unfinished_;
}

void LogLines::finish() {
    if (state_ == State::Stamp && !stamp_.empty())
        take({}, true);
    else if (state_ == State::Identify || (state_ == State::Pass && begun_))
        take({}, true);
    if (unfinished_) sink_({unfinished_->time, {}, false, true});
    unfinished_.reset();
}

} // namespace kspark::kube
