// SPDX-License-Identifier: Apache-2.0
// The log of one container, read to its end over any number of connections. A connection that ends,
// however it ends, proves nothing: the pod is asked what became of the container, and the log is
// asked for again until one whole answer came after the container had ended.
#pragma once

#include "core/kube/client.hpp"
#include "core/kube/log_lines.hpp"
#include "core/kube/silence.hpp"

namespace kspark::kube {

/// What is asked for, in the words of `kubectl logs`.
struct LogQuery {
    std::string name_space, pod, container;
    std::string uid = {}; ///< of the pod: another one of that name is another log
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    std::optional<core::Duration> since = {};
    std::optional<core::Time> since_time = {};
    std::optional<long> tail = {};
    std::optional<long> limit_bytes = {};
    /// What is there already comes without a pause: without `follow` a log is given up of which
    /// nothing has come for so long. Zero: never.
    core::Duration patience = core::Duration::zero();
};
Call log_call(const LogQuery& query);
core::Error silent_log(const LogQuery& query);

/// How a log came to its end.
struct LogEnd {
    core::Status status = {}; ///< an error: it could not be read (any further)
    bool whole = true;        ///< false: the pod went away while the connection was broken
};

class PodLog {
public:
    struct Listener {
        LogLines::Sink line;
        LogLines::GapSink gap;
        /// Nothing can be read now, and why; empty: it goes on.
        std::function<void(const std::string&)> waiting;
        std::function<void(const LogEnd&)> ended;
    };
    /// Begins at once. All calls of the listener come from Client::poll() and advance(), none of
    /// them may destroy the PodLog.
    PodLog(Client& client, LogQuery query, Listener listener);
    ~PodLog();
    PodLog(const PodLog&) = delete;
    PodLog& operator=(const PodLog&) = delete;

    /// Does what is due; to be called after every Client::poll().
    void advance();
    /// When advance() must be called though nothing arrives, by the monotonic clock.
    std::optional<core::Duration> due() const;
    /// Somebody saw that the container has ended or that the pod is gone: a connection that stays
    /// open and silent after this is not waited for.
    void container_ended();
    bool over() const { return state_ == State::Over; }

private:
    enum class State { Reading, Asking, Waiting, Over };
    void connect();
    void connection_ended(const core::Status& status);
    void note_empty_beginning();
    void ask();
    void answered(const core::Status& status, const std::string& body);
    void read_pod(const data::Json& pod);
    void wait(std::string reason, core::Duration delay);
    void back_off(std::string reason);
    void end(core::Status status, bool whole = true);
    bool rights_are_loading() const;
    void heard();
    bool given_up();
    core::Duration now() const { return client_.clock().monotonic(); }

    Client& client_;
    LogQuery query_;
    Listener listener_;
    LogLines lines_;
    State state_ = State::Reading;
    std::optional<http::TransferId> transfer_;
    bool container_over_ = false; ///< known before the present connection was made
    bool last_was_whole_ = false; ///< the last connection ended as the server meant it
    bool bytes_came_ = false;     ///< over the present connection
    core::Duration last_heard_{}; ///< when bytes came, or the connection was made
    Silence silence_;
    bool told_silence_ = false;
    std::optional<core::Time> asked_at_; ///< when the first answer began, by the server's clock
    std::optional<core::Time> from_;     ///< where a log begins of which no line has come yet
    std::optional<core::Duration> told_ended_, due_;
    core::Duration delay_{};
    int failures_ = 0; ///< one after the other
};

} // namespace kspark::kube
