// SPDX-License-Identifier: Apache-2.0
// One log, byte for byte. The server is not asked for its time stamps, which would be a quarter
// more to send and every line to look at: after a cut the log is asked for again from its
// beginning, and what was printed is left out. That it is the same log is known by its first and
// last bytes. With --tail and --since the beginning moves; such a log is resumed by its times.
#include "plugins/logs/copy.hpp"

#include "core/output/text.hpp"
#include "core/spark/labels.hpp"
#include "plugins/logs/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::logs {
namespace {

using namespace std::chrono_literals;
using core::Code;

/// What a log is known by.
constexpr std::size_t kKnownBy = 4096;
constexpr core::Duration kFirstDelay = 200ms, kLongestDelay = 5s;
/// What is there comes at once, from a busy node too.
constexpr core::Duration kUsualSilence = 3s;
/// One after the other without a new byte.
constexpr int kMostFailures = 6;
/// An API server that has just started answers 403 until it knows the roles.
constexpr core::Duration kRightsAreLoading = 15s;

class Copy {
public:
    Copy(kube::Client& client, kube::LogQuery query, Mixer& mixer)
        : client_(client), query_(std::move(query)), mixer_(mixer) {}
    core::Result<bool> run();

private:
    core::Status attempt();
    void take(std::string_view bytes);
    core::Status listen();
    core::Status pause();
    bool may_pass(const core::Error& error) const;
    core::Error broken(const std::string& why) const;

    kube::Client& client_;
    kube::LogQuery query_;
    Mixer& mixer_;
    Replay replay_;
    std::optional<core::Status> end_; ///< of the present connection
    kube::Silence silence_;
    bool began_ = false;   ///< the log was there once
    bool waits_ = false;   ///< nothing comes
    bool another_ = false; ///< what came is not the log that was read before
    int failures_ = 0;
};

void Copy::take(std::string_view bytes) {
    silence_.heard();
    if (another_) return;
    const auto fresh = replay_.take(bytes);
    another_ = !fresh;
    if (!fresh || fresh->empty()) return;
    failures_ = 0;
    mixer_.pass(*fresh);
}

/// One connection to its end; an error: there is no use in another one. How it ended is in end_.
core::Status Copy::attempt() {
    end_.reset();
    http::Handler handler;
    handler.head = [this](const http::Response&) {
        began_ = true;
        silence_.heard();
    };
    handler.data = [this](std::string_view bytes) { take(bytes); };
    handler.done = [this](core::Status status) { end_ = std::move(status); };
    const auto transfer = client_.stream(kube::log_call(query_), std::move(handler));
    while (!end_ && !another_ && !waits_) {
        auto polled = client_.poll(1s);
        if (auto written = mixer_.flush(); polled && !written) polled = std::move(written);
        if (polled) polled = listen();
        if (polled) continue;
        client_.cancel(transfer);
        return polled;
    }
    if (!end_) client_.cancel(transfer);
    return mixer_.flush();
}

/// A silence before the first byte is waited for with a word about it (follower.cpp).
core::Status Copy::listen() {
    const core::Duration silent = silence_.turn(client_.clock().monotonic());
    waits_ = !began_ && silent >= kUsualSilence;
    if (silent < query_.patience) return {};
    return kube::silent_log(query_);
}

core::Status Copy::pause() {
    const core::Duration delay = std::min(kFirstDelay * (1 << failures_), kLongestDelay);
    const core::Duration until = client_.clock().monotonic() + delay;
    while (client_.clock().monotonic() < until) {
        KSPARK_TRY(client_.poll(until - client_.clock().monotonic()));
    }
    return {};
}

bool Copy::may_pass(const core::Error& error) const {
    if (error.code != Code::Forbidden)
        return error.code == Code::Failed || error.code == Code::Unreachable ||
               error.code == Code::Timeout;
    const auto broke = client_.broken_at();
    return broke && client_.clock().monotonic() - *broke <= kRightsAreLoading;
}

core::Error Copy::broken(const std::string& why) const {
    return {Code::Failed, fmt::format("the connection broke after {} bytes of the log of pod \"{}\""
                                      ", and {}",
                                      replay_.handed(), query_.pod, why)};
}

core::Result<bool> Copy::run() {
    for (;;) {
        KSPARK_TRY(attempt());
        if (waits_) return false;
        if (another_ || (*end_ && !replay_.complete()))
            return broken("what comes now is another log (rotated by the node, or of a new "
                          "driver): lines are missing here");
        if (*end_) return true;
        core::Error error = end_->error();
        const bool there = error.code != Code::Invalid && error.code != Code::NotFound;
        if (!began_ && !there && !query_.previous) return false;
        if (!began_) return error;
        if (!there) return broken(error.message);
        if (!may_pass(error) || ++failures_ > kMostFailures) return error;
        replay_.begin_again();
        KSPARK_TRY(pause());
    }
}

/// The same by the lines' times.
class LineCopy {
public:
    LineCopy(kube::Client& client, const kube::LogQuery& query, Mixer& mixer);
    core::Result<bool> run();

private:
    kube::Client& client_;
    Mixer& mixer_;
    Mixer::SourceId source_;
    bool began_ = false, waits_ = false;
    std::optional<kube::LogEnd> end_;
    kube::PodLog log_;
};

LineCopy::LineCopy(kube::Client& client, const kube::LogQuery& query, Mixer& mixer)
    : client_(client), mixer_(mixer), source_(mixer.add("")),
      log_(client, query,
           {[this](const kube::LogPiece& piece) {
                began_ = true;
                mixer_.take(source_, piece);
            },
            [this, pod = query.pod](const kube::LogGap& gap) {
                mixer_.line(std::string(kMarker) + output::sanitize(gap_sentence(pod, gap)));
            },
            [this](const std::string& reason) { waits_ = !reason.empty() && !began_; },
            [this](const kube::LogEnd& end) { end_ = end; }}) {}

core::Result<bool> LineCopy::run() {
    while (!end_ && !waits_) {
        const core::Duration now = client_.clock().monotonic();
        const core::Duration due = log_.due().value_or(now + 1s);
        KSPARK_TRY(client_.poll(std::clamp<core::Duration>(due - now, 0s, 1s)));
        log_.advance();
        KSPARK_TRY(mixer_.flush());
    }
    mixer_.remove(source_);
    if (!end_) return false;
    if (end_->status) return true;
    const core::Error& error = end_->status.error();
    const bool there = error.code != Code::Invalid && error.code != Code::NotFound;
    if (!there && !began_) return false;
    return error;
}

} // namespace

std::optional<std::string_view> Replay::take(std::string_view bytes) {
    const auto again =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), handed_ - at_));
    if (!known(bytes.substr(0, again))) return std::nullopt;
    at_ += again;
    bytes.remove_prefix(again);
    if (!bytes.empty()) remember(bytes);
    return bytes;
}

/// Whether these bytes, at_ from the beginning, are the ones that were there before, as far as they
/// are remembered.
bool Replay::known(std::string_view bytes) const {
    const auto same = [&](const std::string& part, std::uint64_t begin) {
        const std::uint64_t from = std::max(begin, at_);
        const std::uint64_t to = std::min(begin + part.size(), at_ + bytes.size());
        return from >= to || bytes.substr(from - at_, to - from) ==
                                 std::string_view(part).substr(from - begin, to - from);
    };
    return same(head_, 0) && same(tail_, handed_ - tail_.size());
}

void Replay::remember(std::string_view bytes) {
    handed_ += bytes.size();
    at_ = handed_;
    if (head_.size() < kKnownBy) head_ += bytes.substr(0, kKnownBy - head_.size());
    if (bytes.size() >= kKnownBy) {
        tail_ = bytes.substr(bytes.size() - kKnownBy);
        return;
    }
    tail_ += bytes;
    if (tail_.size() > kKnownBy) tail_.erase(0, tail_.size() - kKnownBy);
}

core::Result<bool> copy_log(kube::Client& client, kube::LogQuery query, const Options& options,
                            const spark::Application& application, Mixer& mixer) {
    if (application.driver_pod.empty()) return false;
    query.pod = application.driver_pod;
    query.container =
        options.container.empty() ? std::string(spark::kDriverContainer) : options.container;
    query.timestamps = options.timestamps;
    if (options.limit_bytes > 0) query.limit_bytes = options.limit_bytes;
    const bool beginning_moves = query.tail || query.since;
    if (beginning_moves && !query.previous && !query.limit_bytes)
        return LineCopy(client, query, mixer).run();
    return Copy(client, std::move(query), mixer).run();
}

} // namespace kspark::logs
