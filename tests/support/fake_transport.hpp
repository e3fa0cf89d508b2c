// SPDX-License-Identifier: Apache-2.0
// A Transport without a network. A test says which requests it expects and what each is answered;
// a request that nobody expected and an expectation that nobody met fail the test.
//
//     FakeTransport transport(&clock);
//     transport.on("GET", "/api/v1/pods?limit=500").reply(200, R"({"items":[]})");
//     transport.on("PATCH", "/apis/*/sparkapplications/orders?*")        // * is anything
//         .reply(429, "", {{"Retry-After", "1"}}).reply(200, "{}");      // first, second time
//     auto& log = transport.on("GET", "/api/v1/namespaces/ns/pods/p/log*").stream();
//     log.send("one line\n");                                            // now or later
//     log.end();
#pragma once

#include "core/http/transport.hpp"
#include "tests/support/manual_clock.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kspark::test {

/// An answer in the hands of the test: pieces arrive one per poll(), in order, and wait for the
/// request when they are sent before it.
class FakeStream {
public:
    FakeStream& send(std::string piece);
    /// A clean end, or an error (a connection that was cut). Without it the stream stays open.
    void end(core::Status status = {});
    bool started() const { return started_; }
    bool cancelled() const { return cancelled_; }

private:
    friend class FakeTransport;
    friend class Expectation;
    http::Response head_;
    std::deque<std::string> pieces_;
    bool started_ = false;
    bool cancelled_ = false;
    bool headless_ = false; ///< the connection failed before an answer came
    bool ended_ = false;
    core::Status status_;
};

class Expectation {
public:
    /// Each answer is good for one request; several are given in turn.
    Expectation& reply(int status, std::string body = {}, std::vector<http::Header> headers = {});
    /// No answer at all.
    Expectation& fail(core::Error error);
    /// An answer whose pieces and end the test controls.
    FakeStream& stream(int status = 200, std::vector<http::Header> headers = {});
    /// The last answer is repeated for as many requests as come, also none.
    Expectation& always();
    /// The last answer is given that many times.
    Expectation& times(int count);

private:
    friend class FakeTransport;
    std::function<bool(const http::Request&)> matches_;
    std::string name_;
    bool in_order_ = false;
    bool always_ = false;
    std::size_t used_ = 0;
    std::vector<std::shared_ptr<FakeStream>> answers_;
};

class FakeTransport : public http::Transport {
public:
    /// With a clock, a poll() in which nothing happens moves it by the whole limit.
    explicit FakeTransport(ManualClock* clock = nullptr) : clock_(clock) {}
    ~FakeTransport() override;

    /// `target`: path and query, with * for anything.
    Expectation& on(std::string method, std::string target);
    Expectation& on(std::string name, std::function<bool(const http::Request&)> matches);
    /// Expectations made from now on must be met in the order in which they are made.
    void in_order() { in_order_ = true; }

    /// Everything that was asked for, e.g. to look at bodies.
    std::vector<http::Request> requests;
    /// The targets of the requests: "GET /api/v1/pods".
    std::vector<std::string> log() const;
    std::size_t open_transfers() const { return transfers_.size(); }

    http::TransferId start(http::Request request, http::Handler handler) override;
    void cancel(http::TransferId id) override;
    core::Status poll(core::Duration limit) override;

private:
    struct Transfer {
        http::Handler handler;
        std::shared_ptr<FakeStream> answer;
        bool head_told = false;
    };
    bool step(http::TransferId id);
    std::shared_ptr<FakeStream> answer_to(const http::Request& request);

    ManualClock* clock_;
    bool in_order_ = false;
    std::deque<Expectation> expectations_;
    std::map<http::TransferId, Transfer> transfers_;
    http::TransferId last_id_ = 0;
    int idle_polls_ = 0;
    bool polling_ = false;
};

} // namespace kspark::test
