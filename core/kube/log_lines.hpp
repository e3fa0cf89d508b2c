// SPDX-License-Identifier: Apache-2.0
// One container's log over any number of connections: every line once. The server is asked for its
// time stamps; after a cut the log is asked for again from the last whole second, and lines that
// were handed on before are known by their time and first bytes, also when hundreds share a time
// stamp.
#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kspark::kube {

/// A line or a piece of one; long lines come in pieces as they arrive, memory stays flat.
struct LogPiece {
    core::Time time{};           ///< the server's, for the whole line
    std::string_view bytes;      ///< without time stamp and line end
    bool begins = true;          ///< the first piece of its line
    bool ends = true;            ///< the last one
    std::string_view stamp = {}; ///< the time as the server wrote it; empty for a line without
};

/// Lines between these times were gone when the log was asked for again (the node rotated it).
struct LogGap {
    core::Time last_seen, next;
};

class LogLines {
public:
    using Sink = std::function<void(const LogPiece&)>;
    using GapSink = std::function<void(const LogGap&)>;
    LogLines(Sink sink, GapSink gap);

    /// Bytes of the current connection, cut anywhere.
    void feed(std::string_view bytes);
    /// The connection ended; the next bytes come from a new one that begins at since().
    void reconnect();
    /// Nothing more will come: ends an unfinished line.
    void finish();
    /// What to ask for next (sinceTime, whole seconds); nothing: from the beginning.
    std::optional<core::Time> since() const;

private:
    enum class State { Stamp, Unstamped, Identify, Pass, Drop };
    /// The line that a cut left in the middle.
    struct Unfinished {
        core::Time time;
        std::string head;    ///< its first bytes
        std::uint64_t bytes; ///< handed on already
    };

    void take(std::string_view part, bool complete);
    void take_content(std::string_view part, bool complete);
    std::string_view read_stamp();
    void begin_content();
    void known_or_new();
    void identify(bool complete);
    void continues_or_closes();
    void emit(std::string_view part, bool ends);
    void remember();

    Sink sink_;
    GapSink gap_;
    State state_ = State::Stamp;
    std::string stamp_;        ///< bytes before the first space
    bool stamped_ = false;     ///< they are a time
    std::string head_;         ///< first bytes of the line; all of it while it is held
    core::Time time_{};        ///< of the line
    std::uint64_t skip_ = 0;   ///< bytes of the line that were handed on before the cut
    std::uint64_t handed_ = 0; ///< bytes of the line handed on, those included
    bool begun_ = false;       ///< the sink has seen the beginning of the line

    std::optional<core::Time> latest_;
    /// The lines of the last seconds, by second: eight bytes each, as there may be many.
    std::map<core::Time, std::deque<std::uint64_t>> recent_;
    std::unordered_map<std::uint64_t, int> expected_; ///< lines that will come again
    std::optional<core::Time> replay_until_;
    bool recognised_ = false;         ///< since the reconnection a known line has come
    std::optional<core::Time> first_; ///< of the first line
    bool older_may_come_ = false;     ///< lines from before it, which were not asked for
    std::optional<Unfinished> unfinished_;
    std::string second_text_; ///< the last stamp up to its seconds, and what it means
    core::Time second_{};
};

} // namespace kspark::kube
