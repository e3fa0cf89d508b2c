// SPDX-License-Identifier: Apache-2.0
// A line is gathered until it ends or enough of it is here to judge by; from then on its bytes pass
// or are dropped as they come. Lines around a match are separated by "--", as grep does it.
#include "plugins/logs/selector.hpp"

#include <limits>
#include <utility>

namespace kspark::logs {
namespace {

/// What a match is looked for in.
constexpr std::size_t kSearched = 1u << 20;
/// Where a level is looked for.
constexpr std::size_t kLevelHead = 64u << 10;
/// What is kept of a line for the sake of a later match.
constexpr std::size_t kKeptBefore = 64u << 10;

} // namespace

Selector::Selector(Choice choice, kube::LogLines::Sink sink)
    : choice_(std::move(choice)), sink_(std::move(sink)),
      enough_(choice_.pattern ? kSearched : kLevelHead),
      // What comes before the first entry is shown: it says why there is none.
      last_level_(Level::Fatal) {}

void Selector::take(const kube::LogPiece& piece) {
    if (piece.begins) {
        state_ = State::Gathering;
        line_ = {piece.time, std::string(piece.stamp), {}};
    }
    if (state_ == State::Gathering) {
        line_.bytes += piece.bytes;
        if (piece.ends || line_.bytes.size() >= enough_) decide(piece.ends);
    } else if (state_ == State::Passing) {
        sink_({line_.time, piece.bytes, false, piece.ends, line_.stamp});
    }
}

bool Selector::chosen(std::string_view head) {
    if (choice_.level) {
        if (const auto level = level_of(head)) last_level_ = *level;
        if (last_level_ < *choice_.level) return false;
    }
    return !choice_.pattern || choice_.pattern->found_in(head) != choice_.invert;
}

void Selector::decide(bool ends) {
    const bool match = chosen(line_.bytes);
    state_ = match || after_ > 0 ? State::Passing : State::Dropping;
    if (state_ == State::Dropping) {
        left_out_ = left_out_ || choice_.before == 0;
        if (choice_.before == 0) return;
        before_.push_back(std::move(line_));
        before_.back().bytes.resize(std::min(before_.back().bytes.size(), kKeptBefore));
        if (before_.size() > choice_.before) {
            before_.pop_front();
            left_out_ = true;
        }
        return;
    }
    after_ = match ? choice_.after : after_ - 1;
    if (match) separate();
    for (const Line& line : std::exchange(before_, {})) pass_on(line, true);
    pass_on(line_, ends);
}

void Selector::separate() {
    const bool around = choice_.before > 0 || choice_.after > 0;
    if (around && shown_any_ && left_out_) sink_({line_.time, "--", true, true});
    left_out_ = false;
}

void Selector::pass_on(const Line& line, bool ends) {
    shown_any_ = true;
    sink_({line.time, line.bytes, true, ends, line.stamp});
}

} // namespace kspark::logs
