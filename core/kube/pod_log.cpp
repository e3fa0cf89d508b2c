// SPDX-License-Identifier: Apache-2.0
// connect -> bytes -> end of the connection -> ask for the pod -> connect again, or done. Only a
// connection that was made after the container had ended, and that ended as the server meant it, is
// the last one. The log endpoint knows pods by name only, and a driver's name is the same in every
// run: asking for the pod first keeps the lines of two runs apart.
#include "core/kube/pod_log.hpp"

#include "core/http/date.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <utility>

namespace kspark::kube {
namespace {

using namespace std::chrono_literals;
using core::Code;

constexpr core::Duration kFirstDelay = 200ms, kLongestDelay = 5s;
/// How soon a container that is being created is looked at again.
constexpr core::Duration kLookAgain = 1s;
/// An open connection may be silent for so long after the container's end.
constexpr core::Duration kSilence = 2s;
/// What is there comes at once, from a busy node too.
constexpr core::Duration kUsualSilence = 3s;
/// The server's clock and the node's, which stamps the lines.
constexpr core::Duration kClocksMayDiffer = 1s;
/// An API server that has just started answers 403 until it knows the roles.
constexpr core::Duration kRightsAreLoading = 15s;
/// Without --follow a log that cannot be read is an error sooner or later.
constexpr int kMostFailures = 5;
constexpr std::size_t kMostOfPod = 4u << 20;

const data::Json* status_of(const data::Json& pod, const std::string& container) {
    for (const auto* list :
         {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
        const data::Json* statuses = data::find(pod, {"status", list});
        if (statuses == nullptr || !statuses->is_array()) continue;
        for (const data::Json& status : *statuses)
            if (data::string_at(status, {"name"}) == container) return &status;
    }
    return nullptr;
}

bool is_not_started(const core::Error& error) {
    return error.code == Code::Invalid &&
           error.message.find("is waiting to start") != std::string::npos;
}

} // namespace

Call log_call(const LogQuery& query) {
    Call call;
    call.method = "GET";
    call.path = path_of({pods(), query.name_space, query.pod}, "log");
    call.what = fmt::format("reading the log of pod \"{}\"", query.pod);
    if (!query.container.empty()) call.query.add("container", query.container);
    if (query.follow) call.query.add("follow", "true");
    if (query.limit_bytes) call.query.add("limitBytes", fmt::format("{}", *query.limit_bytes));
    if (query.previous) call.query.add("previous", "true");
    if (query.since_time)
        call.query.add("sinceTime", core::format_time(*query.since_time));
    else if (query.since)
        call.query.add(
            "sinceSeconds",
            fmt::format("{}",
                        std::max<std::int64_t>(
                            1, std::chrono::ceil<std::chrono::seconds>(*query.since).count())));
    if (query.tail) call.query.add("tailLines", fmt::format("{}", *query.tail));
    if (query.timestamps) call.query.add("timestamps", "true");
    return call;
}

core::Error silent_log(const LogQuery& query) {
    return {Code::Timeout,
            fmt::format("nothing has come of the log of pod \"{}\" for {}: does its node answer?",
                        query.pod, core::human_duration(query.patience))};
}

PodLog::PodLog(Client& client, LogQuery query, Listener listener)
    : client_(client), query_(std::move(query)), listener_(std::move(listener)),
      lines_(listener_.line, listener_.gap) {
    query_.timestamps = true;
    // The next run's driver has the same name, and a log cannot be asked for by UID.
    query_.uid.empty() || !query_.follow ? connect() : ask();
}

PodLog::~PodLog() {
    if (transfer_) client_.cancel(*transfer_);
}

void PodLog::connect() {
    LogQuery query = query_;
    if (const auto since = lines_.since()) {
        query.since_time = since;
        query.since.reset();
        query.tail.reset();
    } else if (from_) {
        query.since_time = from_;
        query.tail.reset();
    }
    if (container_over_) query.follow = false;
    state_ = State::Reading;
    due_.reset();
    bytes_came_ = false;
    last_heard_ = now();
    http::Handler handler;
    handler.head = [this](const http::Response& response) {
        heard();
        if (!asked_at_) asked_at_ = http::parse_date(response.header("date"));
        listener_.waiting("");
    };
    handler.data = [this](std::string_view bytes) {
        bytes_came_ = true;
        heard();
        failures_ = 0;
        delay_ = {};
        lines_.feed(bytes);
    };
    handler.done = [this](core::Status status) { connection_ended(status); };
    transfer_ = client_.stream(log_call(query), std::move(handler));
}

void PodLog::connection_ended(const core::Status& status) {
    transfer_.reset();
    // A followed log ends with its container; a pod that is gone before it could be asked for once
    // more takes nothing away from that.
    const bool gone = !status && status.error().code == Code::NotFound;
    last_was_whole_ = status.has_value() || (gone && container_over_ && last_was_whole_);
    note_empty_beginning();
    if (status) {
        if (container_over_ || !query_.follow) return end({});
        lines_.reconnect();
        return ask();
    }
    const core::Error& error = status.error();
    lines_.reconnect();
    const bool answer_is_final = error.code == Code::Invalid || error.code == Code::Unauthorized ||
                                 (error.code == Code::NotFound && query_.uid.empty());
    if (query_.previous || (answer_is_final && !is_not_started(error))) return end(error);
    if (error.code == Code::Forbidden && !rights_are_loading()) return end(error);
    if (error.code == Code::Forbidden) return wait(error.message, kLookAgain);
    if (!is_not_started(error) && error.code != Code::NotFound) {
        if (++failures_ > kMostFailures && !query_.follow) return end(error);
        if (failures_ > 1) return back_off(error.message);
    }
    ask();
}

/// A tail that was empty when it was asked for begins at that time: asked for again as it was it
/// would leave out what has been written since.
void PodLog::note_empty_beginning() {
    const bool empty = query_.tail && (*query_.tail == 0 || now() - last_heard_ >= kSilence);
    if (empty && asked_at_ && !lines_.since()) from_ = *asked_at_ - kClocksMayDiffer;
}

/// What became of the container?
void PodLog::ask() {
    state_ = State::Asking;
    due_.reset();
    const auto body = std::make_shared<std::string>();
    http::Handler handler;
    handler.data = [body](std::string_view bytes) {
        if (body->size() < kMostOfPod) *body += bytes;
    };
    handler.done = [this, body](core::Status status) {
        transfer_.reset();
        answered(status, *body);
    };
    transfer_ =
        client_.stream(get_call({pods(), query_.name_space, query_.pod}), std::move(handler));
}

void PodLog::answered(const core::Status& status, const std::string& body) {
    if (status) {
        const auto pod = data::parse_json(body, "the server's answer");
        if (!pod) return back_off(pod.error().message);
        return read_pod(*pod);
    }
    const core::Error& error = status.error();
    if (error.code == Code::NotFound) return end({}, last_was_whole_);
    if (error.code == Code::Unauthorized) return end(error);
    if (error.code == Code::Forbidden && !rights_are_loading()) return end(error);
    if (error.code == Code::Forbidden) return wait(error.message, kLookAgain);
    if (++failures_ > kMostFailures && !query_.follow) return end(error);
    back_off(error.message);
}

void PodLog::read_pod(const data::Json& pod) {
    const std::string uid = data::string_at(pod, {"metadata", "uid"});
    if (!query_.uid.empty() && uid != query_.uid) return end({}, last_was_whole_);
    query_.uid = uid;
    const data::Json* status = status_of(pod, query_.container);
    const std::string phase = data::string_at(pod, {"status", "phase"});
    const bool terminated = status != nullptr && data::find(*status, {"state", "terminated"});
    if (terminated || phase == "Succeeded" || phase == "Failed") {
        container_over_ = true;
        return connect();
    }
    if (status == nullptr || data::find(*status, {"state", "running"}) == nullptr) {
        std::string reason =
            status == nullptr ? "" : data::string_at(*status, {"state", "waiting", "reason"});
        return wait(reason.empty() ? "the container has not started" : reason, kLookAgain);
    }
    // Whatever cuts idle connections must not be answered with a flood of new ones.
    if (!bytes_came_ && last_was_whole_ && now() - last_heard_ < kLookAgain) return back_off("");
    connect();
}

void PodLog::wait(std::string reason, core::Duration delay) {
    state_ = State::Waiting;
    due_ = now() + delay;
    if (!reason.empty()) listener_.waiting(reason);
}

void PodLog::back_off(std::string reason) {
    delay_ = std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
    wait(std::move(reason), delay_);
}

bool PodLog::rights_are_loading() const {
    const auto broken = client_.broken_at();
    return broken && now() - *broken <= kRightsAreLoading;
}

void PodLog::container_ended() {
    if (!told_ended_) told_ended_ = now();
}

std::optional<core::Duration> PodLog::due() const {
    if (state_ == State::Waiting) return due_;
    if (state_ == State::Reading && told_ended_ && query_.follow && !container_over_)
        return std::max(*told_ended_, last_heard_) + kSilence;
    return std::nullopt;
}

void PodLog::heard() {
    last_heard_ = now();
    silence_.heard();
    if (std::exchange(told_silence_, false)) listener_.waiting("");
}

/// Whoever does not follow waits for nothing but the answer.
bool PodLog::given_up() {
    if (query_.follow || query_.patience == 0s) return false;
    if (state_ != State::Reading && state_ != State::Asking) return false;
    const core::Duration silent = silence_.turn(now());
    if (silent >= kUsualSilence && !std::exchange(told_silence_, true))
        listener_.waiting("nothing comes; does its node answer?");
    if (silent < query_.patience) return false;
    if (transfer_) client_.cancel(*transfer_);
    transfer_.reset();
    lines_.reconnect(); // half a time stamp is no line
    end(silent_log(query_));
    return true;
}

void PodLog::advance() {
    if (given_up()) return;
    const auto due_now = due();
    if (!due_now || now() < *due_now) return;
    if (state_ == State::Waiting) return ask();
    client_.cancel(*transfer_);
    transfer_.reset();
    last_was_whole_ = true;
    note_empty_beginning();
    lines_.reconnect();
    ask();
}

void PodLog::end(core::Status status, bool whole) {
    lines_.finish();
    state_ = State::Over;
    due_.reset();
    listener_.ended({std::move(status), whole});
}

} // namespace kspark::kube
