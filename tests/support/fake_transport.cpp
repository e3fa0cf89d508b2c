// SPDX-License-Identifier: Apache-2.0
// Answers are delivered from poll() only and one step at a time (head, a piece, the end), as a real
// connection would: a test on it notices code that relies on more.
#include "tests/support/fake_transport.hpp"

#include "core/base/interrupt.hpp"
#include "tests/support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace kspark::test {
namespace {

/// A loop that waits for an answer that the test never sends is a mistake to report, not to hang
/// in.
constexpr int kMostIdlePolls = 10000;

bool glob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() != '*')
        return !text.empty() && pattern.front() == text.front() &&
               glob(pattern.substr(1), text.substr(1));
    for (std::size_t begin = 0; begin <= text.size(); ++begin)
        if (glob(pattern.substr(1), text.substr(begin))) return true;
    return false;
}

} // namespace

FakeStream& FakeStream::send(std::string piece) {
    pieces_.push_back(std::move(piece));
    return *this;
}

void FakeStream::end(core::Status status) {
    ended_ = true;
    status_ = std::move(status);
}

Expectation& Expectation::reply(int status, std::string body, std::vector<http::Header> headers) {
    FakeStream& answer = stream(status, std::move(headers));
    if (!body.empty()) answer.send(std::move(body));
    answer.end();
    return *this;
}

Expectation& Expectation::fail(core::Error error) {
    FakeStream& answer = stream();
    answer.headless_ = true;
    answer.end(std::move(error));
    return *this;
}

FakeStream& Expectation::stream(int status, std::vector<http::Header> headers) {
    answers_.push_back(std::make_shared<FakeStream>());
    answers_.back()->head_ = {status, std::move(headers), {}};
    return *answers_.back();
}

Expectation& Expectation::always() {
    always_ = true;
    return *this;
}

Expectation& Expectation::times(int count) {
    const FakeStream last = *answers_.back();
    for (int i = 1; i < count; ++i) answers_.push_back(std::make_shared<FakeStream>(last));
    return *this;
}

FakeTransport::~FakeTransport() {
    if (std::uncaught_exceptions() > 0) return;
    for (const Expectation& expectation : expectations_)
        if (!expectation.always_ && expectation.used_ < expectation.answers_.size())
            FAIL_CHECK(fmt::format("expected {} times, but came {} times: {}",
                                   expectation.answers_.size(), expectation.used_,
                                   expectation.name_));
}

Expectation& FakeTransport::on(std::string method, std::string target) {
    std::string name = method + " " + target;
    return on(std::move(name), [method = std::move(method),
                                target = std::move(target)](const http::Request& request) {
        return request.method == method && glob(target, request.target);
    });
}

Expectation& FakeTransport::on(std::string name,
                               std::function<bool(const http::Request&)> matches) {
    Expectation& expectation = expectations_.emplace_back();
    expectation.name_ = std::move(name);
    expectation.matches_ = std::move(matches);
    expectation.in_order_ = in_order_;
    return expectation;
}

std::vector<std::string> FakeTransport::log() const {
    std::vector<std::string> lines;
    for (const http::Request& request : requests)
        lines.push_back(request.method + " " + request.target);
    return lines;
}

http::TransferId FakeTransport::start(http::Request request, http::Handler handler) {
    auto answer = answer_to(request);
    requests.push_back(std::move(request));
    answer->started_ = true;
    transfers_.emplace(++last_id_, Transfer{std::move(handler), std::move(answer)});
    return last_id_;
}

void FakeTransport::cancel(http::TransferId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    found->second.answer->cancelled_ = true;
    transfers_.erase(found);
}

core::Status FakeTransport::poll(core::Duration limit) {
    if (core::interrupted()) return core::Error{core::Code::Interrupted, "interrupted"};
    if (polling_) FAIL("a handler of a transfer must not poll");
    std::vector<http::TransferId> ids;
    for (const auto& [id, transfer] : transfers_) ids.push_back(id);
    polling_ = true;
    const auto moved = std::count_if(ids.begin(), ids.end(), [&](auto id) { return step(id); });
    polling_ = false;
    if (moved > 0) {
        idle_polls_ = 0;
        return {};
    }
    if (++idle_polls_ > kMostIdlePolls)
        FAIL("nothing happens any more: the code waits for an answer that the test does not send");
    if (clock_ != nullptr) clock_->advance(limit);
    return {};
}

/// Whether something happened. Handlers may start and cancel transfers, this one too.
bool FakeTransport::step(http::TransferId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return false;
    const http::Handler handler = found->second.handler;
    const auto answer = found->second.answer;
    if (!found->second.head_told && !answer->headless_) {
        found->second.head_told = true;
        if (handler.head) handler.head(answer->head_);
        return true;
    }
    if (!answer->pieces_.empty()) {
        const std::string piece = std::move(answer->pieces_.front());
        answer->pieces_.pop_front();
        if (handler.data) handler.data(piece);
        return true;
    }
    if (!answer->ended_) return false;
    transfers_.erase(found);
    if (handler.done) handler.done(answer->status_);
    return true;
}

std::shared_ptr<FakeStream> FakeTransport::answer_to(const http::Request& request) {
    bool order_blocked = false;
    for (Expectation& expectation : expectations_) {
        const bool exhausted = expectation.used_ >= expectation.answers_.size();
        if (exhausted && !expectation.always_) continue;
        if (!(expectation.in_order_ && order_blocked) && expectation.matches_(request)) {
            const std::size_t last = expectation.answers_.size() - 1;
            const auto& answer = expectation.answers_[std::min(expectation.used_++, last)];
            return expectation.always_ ? std::make_shared<FakeStream>(*answer) : answer;
        }
        if (expectation.in_order_ && !expectation.always_) order_blocked = true;
    }
    std::string message = fmt::format("unexpected request: {} {}", request.method, request.target);
    if (!request.body.empty()) message += "\n  body: " + request.body.substr(0, 2000);
    for (const Expectation& expectation : expectations_)
        if (expectation.always_ || expectation.used_ < expectation.answers_.size())
            message += "\n  expected: " + expectation.name_;
    FAIL(message);
    return nullptr;
}

} // namespace kspark::test
