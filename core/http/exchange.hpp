// SPDX-License-Identifier: Apache-2.0
// One request and its answer over any number of attempts: which attempt's answer is handed on, and
// when the request is sent again. What moves the bytes is none of its business.
#pragma once

#include "core/http/curl_transport.hpp"
#include "core/http/trace.hpp"
#include "core/http/wire.hpp"

#include <optional>

namespace kspark::http {

/// What all exchanges of a transport share.
struct Surroundings {
    CredentialSource credentials;
    Tracer tracer;
};

class Exchange {
public:
    Exchange(const Surroundings& around, Request request, Handler handler, std::string url);

    const Request& request() const { return request_; }
    const std::string& url() const { return url_; }
    const Credentials& credentials() const { return credentials_; }
    /// When to begin the next attempt.
    core::Duration due() const { return due_; }
    /// Of the request's time; nothing: it has no limit.
    std::optional<core::Duration> time_left() const;
    /// The head of the present attempt's answer is here.
    bool answered() const { return head_.complete(); }
    /// The handler has been told something: there is no other attempt.
    bool handed_on() const { return handed_on_; }
    /// The handler is told nothing more.
    void cancel() { cancelled_ = true; }
    bool cancelled() const { return cancelled_; }

    /// Before each attempt; an error: it cannot be sent.
    core::Status begin();
    /// A line of the answer's head, a piece of its body. False: no more is wanted.
    bool take_line(std::string_view line);
    bool take_data(std::string_view piece);
    /// The attempt is over; `broke`: the connection was lost before an answer came. True: there
    /// will be another one.
    bool repeats(const core::Status& status, bool broke);
    /// There will be none: hands on what was held back.
    void conclude(const core::Status& status);
    void tell_done(core::Status status) const;

private:
    bool may_be_repeated() const;
    std::optional<core::Duration> delay_after(const Response& response);
    std::optional<core::Duration> delay_after_refusal();
    void tell_head();

    const Surroundings& around_;
    Request request_;
    Handler handler_;
    std::string url_;
    Credentials credentials_ = {};
    core::Duration begun_, due_;
    int retries_ = 0, breaks_ = 0;
    bool refreshed_ = false; ///< the credentials, after a 401
    bool cancelled_ = false, handed_on_ = false;
    HeadReader head_ = {};
    std::string held_back_ = {}; ///< body of an answer that may not be the last
};

} // namespace kspark::http
