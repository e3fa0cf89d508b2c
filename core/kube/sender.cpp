// SPDX-License-Identifier: Apache-2.0
// Adds what every request carries, tells warnings once, and sorts answers: a 2xx one goes to the
// listener piece by piece, of any other the body is kept and becomes an error.
#include "core/kube/sender.hpp"

#include "core/base/text.hpp"
#include "core/http/date.hpp"
#include "core/kube/warning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kspark::kube {
namespace {

/// Enough for a Status with many causes.
constexpr std::size_t kMostOfError = 4u << 20;

bool success(const http::Response& response) {
    return response.status >= 200 && response.status < 300;
}

bool is_json(const http::Response& response) {
    const std::string type = core::lower(response.header("content-type"));
    return type.empty() || type.find("json") != std::string::npos;
}

/// Clocks that differ by less agree.
constexpr core::Duration kSameTime = std::chrono::seconds(2);

core::Duration retry_after(const http::Response& response) {
    const std::string text = response.header("retry-after");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool integer = error == std::errc() && end == text.data() + text.size() && seconds > 0;
    return integer ? std::chrono::seconds(seconds) : core::Duration::zero();
}

core::Error not_json(const http::Response& response) {
    return {
        core::Code::Failed,
        fmt::format("the server answered with {}, not Kubernetes JSON: is this a login page or a "
                    "proxy?",
                    response.header("content-type"))};
}

} // namespace

struct Sender::Exchange {
    Call call;
    Body body;
    Listener listener;
    http::Response response;

    bool wanted() const { return success(response) && (body == Body::Any || is_json(response)); }

    void data(std::string_view piece) {
        if (wanted()) {
            if (listener.data) listener.data(piece);
        } else if (response.body.size() < kMostOfError) {
            response.body += piece.substr(0, kMostOfError - response.body.size());
        }
    }

    End end(core::Status status) {
        End end{std::move(status), response.status, retry_after(response)};
        if (response.status == 0 || wanted()) return end;
        end.status = success(response) ? not_json(response) : error_of(response, call);
        return end;
    }
};

http::TransferId Sender::start(const Call& call, Body body, core::Duration timeout,
                               Listener listener) {
    http::Request request{call.method, target_of(call), options_.headers, call.body, timeout};
    request.headers.push_back({"Accept", body == Body::Json ? "application/json" : "*/*"});
    if (!call.content_type.empty()) request.headers.push_back({"Content-Type", call.content_type});

    Call words = call;
    words.body.clear();
    auto exchange =
        std::make_shared<Exchange>(Exchange{std::move(words), body, std::move(listener), {}});
    http::Handler handler;
    handler.head = [this, exchange](const http::Response& response) {
        exchange->response = response;
        compare_clocks(response);
        tell_warnings(response);
        if (!exchange->wanted()) return;
        answered_ = true;
        if (exchange->listener.head) exchange->listener.head(response);
    };
    handler.data = [exchange](std::string_view piece) { exchange->data(piece); };
    handler.done = [this, exchange](core::Status status) {
        if (!status) broken_at_ = now();
        if (exchange->listener.end) exchange->listener.end(exchange->end(std::move(status)));
    };
    return transport_.start(std::move(request), std::move(handler));
}

/// A Date has whole seconds, and grows old on its way and while we do something else: the answer
/// that puts the server's clock farthest ahead is the one that was read at once.
void Sender::compare_clocks(const http::Response& response) {
    const auto date = http::parse_date(response.header("date"));
    if (!date) return;
    const core::Duration ahead = *date - clock_.now();
    ahead_ = ahead_ ? std::max(*ahead_, ahead) : ahead;
}

core::Duration Sender::skew() const {
    const bool differ = ahead_ && (*ahead_ > kSameTime || *ahead_ < -kSameTime);
    return differ ? *ahead_ : core::Duration::zero();
}

void Sender::tell_warnings(const http::Response& response) {
    if (!options_.warning) return;
    for (const http::Header& header : response.headers) {
        if (core::lower(header.name) != "warning") continue;
        for (const std::string& text : parse_warnings(header.value))
            if (told_warnings_.insert(text).second) options_.warning(text);
    }
}

} // namespace kspark::kube
