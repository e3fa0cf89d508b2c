// SPDX-License-Identifier: Apache-2.0
// An answer after which the request may be sent again (401, 429, 5xx with Retry-After) is held back
// until its end, where that is decided; any other is handed on as it comes.
#include "core/http/exchange.hpp"

#include "core/http/retry.hpp"

namespace kspark::http {
namespace {

using core::Duration;

/// Of an answer that is perhaps not handed on.
constexpr std::size_t kMostHeldBack = 1u << 20;

Duration now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

} // namespace

Exchange::Exchange(const Surroundings& around, Request request, Handler handler, std::string url)
    : around_(around), request_(std::move(request)), handler_(std::move(handler)),
      url_(std::move(url)), begun_(now()), due_(begun_) {}

std::optional<Duration> Exchange::time_left() const {
    if (request_.timeout <= Duration::zero()) return std::nullopt;
    return begun_ + request_.timeout - now();
}

core::Status Exchange::begin() {
    KSPARK_TRY(check_request(request_));
    if (!refreshed_ && around_.credentials) {
        KSPARK_ASSIGN(credentials_, around_.credentials(false));
    }
    KSPARK_TRY(check_credentials(credentials_));
    head_ = {};
    held_back_.clear();
    return {};
}

bool Exchange::take_line(std::string_view line) {
    if (cancelled_ || !head_.line(line)) return false;
    if (head_.complete() && !handed_on_ && !may_be_repeated()) tell_head();
    return true;
}

bool Exchange::take_data(std::string_view piece) {
    if (cancelled_) return false;
    around_.tracer.body(url_, piece);
    if (!handed_on_)
        held_back_ += piece.substr(0, kMostHeldBack - held_back_.size());
    else if (handler_.data)
        handler_.data(piece);
    return true;
}

/// Whether repeats() may decide for another attempt after the answer that begins.
bool Exchange::may_be_repeated() const {
    const Response& response = head_.response();
    if (response.status == 401) return !refreshed_ && around_.credentials != nullptr;
    return retry_delay(response, retries_).has_value();
}

bool Exchange::repeats(const core::Status& status, bool broke) {
    if (handed_on_) return false;
    std::optional<Duration> delay;
    if (status)
        delay = delay_after(head_.response());
    else if (broke)
        delay = retry_delay_after_break(request_.method, breaks_++);
    const auto left = time_left();
    if (!delay || (left && *delay >= *left)) return false;
    due_ = now() + *delay;
    return true;
}

std::optional<Duration> Exchange::delay_after(const Response& response) {
    if (response.status == 401 && !refreshed_ && around_.credentials) return delay_after_refusal();
    return retry_delay(response, retries_++);
}

/// With other credentials, if there are any.
std::optional<Duration> Exchange::delay_after_refusal() {
    refreshed_ = true;
    auto fresh = around_.credentials(true);
    const bool same = !fresh || (fresh->authorization == credentials_.authorization &&
                                 fresh->certificate_pem == credentials_.certificate_pem);
    if (same) return std::nullopt;
    credentials_ = *std::move(fresh);
    return Duration::zero();
}

void Exchange::conclude(const core::Status& status) {
    if (!status) return around_.tracer.failure(request_.method, url_, status.error().message);
    if (handed_on_) return;
    tell_head();
    if (!held_back_.empty() && handler_.data && !cancelled_) handler_.data(held_back_);
}

void Exchange::tell_head() {
    handed_on_ = true;
    const Response& response = head_.response();
    around_.tracer.answer(request_.method, url_, response, now() - begun_);
    if (handler_.head) handler_.head(response);
}

void Exchange::tell_done(core::Status status) const {
    if (!cancelled_ && handler_.done) handler_.done(std::move(status));
}

} // namespace kspark::http
