// SPDX-License-Identifier: Apache-2.0
// Troubles of the whole server, on request: what a client must survive and no healthy cluster
// shows.
#include "tests/sandbox/faults.hpp"

#include "tests/sandbox/access.hpp"

namespace kspark::sandbox {

namespace {
/// Takes one of a number of troubles that are left.
bool take(std::atomic<int>& left) {
    int count = left;
    while (count > 0)
        if (left.compare_exchange_weak(count, count - 1)) return true;
    return false;
}

void set_milliseconds(const Json& wish, const char* name, std::atomic<int>& value) {
    if (wish.contains(name)) value = static_cast<int>(wish.at(name).get<double>() * 1000);
}
} // namespace

Answer Faults::handle(Cluster& cluster, const Request& request) {
    const Action action{.verb = "post", .path = request.path};
    if (!allowed(request.user, action)) return {403, forbidden(request.user, action).status.dump()};
    const Json wish = Json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
    if (!wish.is_object()) return {400, bad_request("not a JSON object").status.dump()};
    try {
        too_many_ = wish.value("tooManyRequests", too_many_.load());
        retry_after_ = wish.value("retryAfterSeconds", retry_after_.load());
        errors_ = wish.value("serverErrors", errors_.load());
        set_milliseconds(wish, "delaySeconds", delay_ms_);
        set_milliseconds(wish, "refuseSeconds", refuse_ms_);
        if (wish.value("cutStreams", false)) cut();
        const std::lock_guard lock(cluster.mutex);
        if (wish.value("compact", false)) cluster.store.compact();
        if (wish.value("rotateLogs", false)) cluster.logs.rotate();
    } catch (const Json::exception& error) {
        return {400, bad_request(error.what()).status.dump()};
    }
    cluster.changed.notify_all();
    return {200, Json{{"tooManyRequests", too_many_.load()},
                      {"retryAfterSeconds", retry_after_.load()},
                      {"serverErrors", errors_.load()},
                      {"delaySeconds", delay_ms_ / 1000.0}}
                     .dump()};
}

std::optional<Answer> Faults::instead_of_answer() {
    if (take(too_many_)) {
        Answer answer{429, failed(429, "TooManyRequests",
                                  "the server has received too many requests and has asked us to "
                                  "try again later",
                                  {{"retryAfterSeconds", retry_after_.load()}})
                               .status.dump()};
        answer.headers["Retry-After"] = std::to_string(retry_after_);
        return answer;
    }
    if (take(errors_))
        return Answer{500, failed(500, "InternalError",
                                  "Internal error occurred: the sandbox was told to fail")
                               .status.dump()};
    return std::nullopt;
}

} // namespace kspark::sandbox
