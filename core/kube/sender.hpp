// SPDX-License-Identifier: Apache-2.0
// How a Call becomes a transfer: what every part of the client stands on.
#pragma once

#include "core/kube/client.hpp"

#include <optional>
#include <set>

namespace kspark::kube {

struct End {
    core::Status status = {};                            ///< an answer other than 2xx is an error
    int http_status = 0;                                 ///< 0: no answer came
    core::Duration retry_after = core::Duration::zero(); ///< what the server asked for
};

/// Called from poll() only; nothing after end().
struct Listener {
    std::function<void(const http::Response&)> head = {}; ///< status 2xx only
    std::function<void(std::string_view)> data = {};      ///< of a 2xx answer only
    std::function<void(End)> end = {};
};

enum class Body : bool { Json, Any };

class Sender {
public:
    Sender(http::Transport& transport, core::Clock& clock, ClientOptions options)
        : transport_(transport), clock_(clock), options_(std::move(options)) {}

    http::TransferId start(const Call& call, Body body, core::Duration timeout, Listener listener);
    void cancel(http::TransferId id) { transport_.cancel(id); }
    core::Status poll(core::Duration limit) { return transport_.poll(limit); }
    core::Duration now() const { return clock_.monotonic(); }
    core::Duration request_timeout() const { return options_.request_timeout; }
    void set_request_timeout(core::Duration timeout) { options_.request_timeout = timeout; }
    /// Whether the server ever answered with success.
    bool answered() const { return answered_; }
    /// When a connection failed last.
    std::optional<core::Duration> broken_at() const { return broken_at_; }
    /// How much the server's clock is ahead of ours.
    core::Duration skew() const;

private:
    struct Exchange;
    void compare_clocks(const http::Response& response);
    void tell_warnings(const http::Response& response);

    http::Transport& transport_;
    core::Clock& clock_;
    ClientOptions options_;
    std::set<std::string> told_warnings_;
    bool answered_ = false;
    std::optional<core::Duration> ahead_; ///< the server's clock, of ours
    std::optional<core::Duration> broken_at_;
};

} // namespace kspark::kube
