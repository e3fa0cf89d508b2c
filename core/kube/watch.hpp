// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/list.hpp"

#include <map>
#include <random>

namespace kspark::kube {

/// Grows from 0.8 s to 30 s, each time up to twice as long by chance, so that many clients do not
/// come back together.
class Backoff {
public:
    explicit Backoff(std::mt19937& random) : random_(random) {}
    core::Duration next();
    void reset() { delay_ = kFirst; }

private:
    static constexpr core::Duration kFirst = std::chrono::milliseconds(800);
    std::mt19937& random_;
    core::Duration delay_ = kFirst;
};

/// One watch: lists, watches, and starts again where it was, for ever. Handlers of the network only
/// store bytes; advance() does the rest.
class Watch {
public:
    Watch(Sender& sender, std::mt19937& random, Reference reference, Selection selection,
          WatchHandler handler);
    ~Watch();

    /// Reads what has arrived, and begins what is due.
    void advance();
    /// When advance() must be called though nothing arrives; nothing: only then.
    std::optional<core::Duration> due() const;
    /// It has told Failed, or it was stopped: nothing more comes.
    bool over() const { return over_; }
    void stop();

private:
    struct Known {
        std::string uid;
        std::string skeleton;   ///< what is told of it when it has gone unseen
        std::uint64_t seen = 0; ///< the round of listing
    };
    void list();
    void drain_list();
    void follow();
    void drain_lines();
    bool read_event(std::string_view line);
    /// Decides when to go on, or that it is over.
    void ended(const End& end);
    void wait(core::Duration delay) { due_ = sender_.now() + delay; }
    void give_up(const core::Error& error);
    void tell(WatchEvent::Kind kind, const data::Json* object);
    void tell_present(const data::Json& object);
    void tell_deleted(const data::Json& object);
    void sweep();
    std::uint64_t round() const { return round_ + (lister_ && lister_->restarted() ? 1 : 0); }

    Sender& sender_;
    std::mt19937& random_;
    Reference reference_;
    Selection selection_;
    WatchHandler handler_;
    Backoff backoff_;

    std::unique_ptr<Lister> lister_;
    std::optional<http::TransferId> stream_;
    std::string buffer_;     ///< bytes of the stream that are not yet read
    std::optional<End> end_; ///< of the stream
    std::string version_;    ///< to go on from; empty: list first
    std::map<std::string, Known> known_;
    std::uint64_t round_ = 0;
    bool lines_came_ = false;
    std::optional<core::Duration> due_;
    std::optional<core::Duration> broken_at_; ///< when a connection failed last
    bool over_ = false;
};

} // namespace kspark::kube
