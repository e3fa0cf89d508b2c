// SPDX-License-Identifier: Apache-2.0
// A line is held until it is whole. A long one is not held but owns the output until its end, while
// the lines of the others gather; when too much has gathered the long line is broken, and goes on
// below with its prefix again: memory has a bound whatever the logs hold.
#include "plugins/logs/mixer.hpp"

#include "core/output/text.hpp"

#include <array>

namespace kspark::logs {
namespace {

constexpr std::size_t kMostHeld = 64u << 10;
constexpr std::size_t kMostPending = 8u << 20;
constexpr std::size_t kWriteAt = 64u << 10;
/// So often others may wait for an unfinished line to which nothing is added.
constexpr int kMostIdleFlushes = 20;

/// The same for the same prefix in every run.
output::Color color_of(std::string_view prefix) {
    static constexpr std::array kColors = {output::Color::Cyan, output::Color::Yellow,
                                           output::Color::Green, output::Color::Blue};
    unsigned sum = 0;
    for (const char c : prefix) sum = sum * 31 + static_cast<unsigned char>(c);
    return kColors[sum % kColors.size()];
}

} // namespace

Mixer::SourceId Mixer::add(const std::string& prefix) {
    Source source;
    if (!prefix.empty())
        source.prefix = output::paint(prefix + " |", color_of(prefix), look_.color) + " ";
    if (owner_ != 0) give_way();
    sources_.emplace(++last_, std::move(source));
    return last_;
}

void Mixer::remove(SourceId source) {
    if (owner_ == source) give_way();
    sources_.erase(source);
}

void Mixer::begin(Source& source, const kube::LogPiece& piece, std::string& to) {
    source.begun = true;
    to += source.prefix;
    if (look_.timestamps && !piece.stamp.empty()) (to += piece.stamp) += ' ';
}

void Mixer::take(SourceId id, const kube::LogPiece& piece) {
    Source& source = sources_.at(id);
    std::string shown;
    std::string_view bytes = piece.bytes;
    if (look_.visible) {
        shown = source.visible.take(piece.bytes, piece.ends);
        if (!source.prefix.empty()) // a carriage return made lines of one
            for (std::size_t at = shown.find('\n'); at != std::string::npos;
                 at = shown.find('\n', at + source.prefix.size()))
                shown.insert(at + 1, source.prefix);
        bytes = shown;
    }
    const bool alone = sources_.size() == 1 || owner_ == id;
    if (!source.begun) begin(source, piece, source.held);
    if (alone) {
        owner_ = id;
        idle_flushes_ = 0;
        if (!source.held.empty()) append(std::exchange(source.held, {}));
        append(bytes);
        if (!piece.ends) return;
        append("\n");
        source.begun = false;
        owner_ = 0;
        append(std::exchange(pending_, {}));
        return;
    }
    source.held += bytes;
    if (piece.ends) {
        source.held += '\n';
        whole_line(source.held);
        source.held.clear();
        source.begun = false;
    } else if (source.held.size() > kMostHeld) {
        if (owner_ != 0 && source.held.size() + pending_.size() > kMostPending) give_way();
        if (owner_ != 0) return;
        owner_ = id;
        append(std::exchange(source.held, {}));
    }
}

void Mixer::whole_line(std::string_view bytes) {
    if (owner_ == 0) return append(bytes);
    pending_ += bytes;
    if (pending_.size() > kMostPending) give_way();
}

/// Breaks the line of the owner for the sake of the others.
void Mixer::give_way() {
    if (const auto found = sources_.find(owner_); found != sources_.end())
        found->second.begun = false;
    owner_ = 0;
    if (!at_line_start_) append("\n");
    append(std::exchange(pending_, {}));
}

void Mixer::pass(std::string_view bytes) {
    if (bytes.size() < kWriteAt) return append(bytes);
    write();
    if (status_) status_ = out_.write(bytes);
    at_line_start_ = bytes.ends_with('\n');
}

void Mixer::line(std::string_view text) {
    if (owner_ != 0) give_way();
    if (!at_line_start_) append("\n");
    append(text);
    append("\n");
}

void Mixer::append(std::string_view bytes) {
    if (bytes.empty() || !status_) return;
    text_ += bytes;
    at_line_start_ = bytes.back() == '\n';
    if (text_.size() >= kWriteAt) write();
}

const core::Status& Mixer::flush() {
    if (!pending_.empty() && ++idle_flushes_ > kMostIdleFlushes) give_way();
    write();
    return status_;
}

void Mixer::write() {
    if (!text_.empty() && status_) status_ = out_.write(text_);
    text_.clear();
}

} // namespace kspark::logs
