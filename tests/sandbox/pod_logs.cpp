// SPDX-License-Identifier: Apache-2.0
// GET .../pods/NAME/log: what a container has written, from where and up to where it was asked for,
// and with follow until the container or its pod is gone.
#include "tests/sandbox/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace kspark::sandbox {

namespace {
struct Wish {
    std::string container;
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    std::optional<core::Time> since;
    std::size_t tail = std::numeric_limits<std::size_t>::max();
    std::size_t limit = std::numeric_limits<std::size_t>::max();
};

std::optional<std::int64_t> number(const Request& request, const std::string& name,
                                   std::int64_t least, const std::string& pod) {
    const std::string text = request.parameter(name);
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text));
    if (value < least)
        throw invalid("PodLogOptions", "", pod,
                      {{"FieldValueInvalid",
                        fmt::format("Invalid value: {}: must be greater than {}", value,
                                    least == 0 ? "or equal to 0" : "0"),
                        name}});
    return value;
}

Wish parse_wish(const Cluster& cluster, const std::string& pod, const Request& request) {
    Wish wish{request.parameter("container"), request.asks("follow"), request.asks("previous"),
              request.asks("timestamps")};
    if (!request.parameter("sinceSeconds").empty() && !request.parameter("sinceTime").empty())
        throw invalid(
            "PodLogOptions", "", pod,
            {{"FieldValueForbidden",
              "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified", "[]"}});
    if (const auto seconds = number(request, "sinceSeconds", 1, pod))
        wish.since = cluster.clock.now() - std::chrono::seconds(*seconds);
    if (const std::string since = request.parameter("sinceTime"); !since.empty()) {
        const auto time = core::parse_time(since);
        if (!time)
            throw bad_request(fmt::format("parsing time \"{0}\" as \"2006-01-02T15:04:05Z07:00\": "
                                          "cannot parse \"{0}\" as \"2006\"",
                                          since));
        wish.since = std::chrono::floor<std::chrono::seconds>(*time);
    }
    if (const auto tail = number(request, "tailLines", 0, pod))
        wish.tail = static_cast<std::size_t>(*tail);
    if (const auto limit = number(request, "limitBytes", 1, pod))
        wish.limit = static_cast<std::size_t>(*limit);
    return wish;
}

class Log : public Stream {
public:
    Log(Cluster& cluster, const Json& pod, Wish wish)
        : cluster_(cluster), wish_(std::move(wish)), uid_(pod.at("metadata").at("uid")),
          name_space_(pod.at("metadata").at("namespace")), name_(pod.at("metadata").at("name")) {
        const PodText& text = cluster_.logs.of(uid_);
        next_ = text.first_kept;
        next_ = std::max(next_, text.size() - std::min(text.size(), wish_.tail));
        if (wish_.since)
            while (next_ < text.size() && text.time(next_) < *wish_.since) ++next_;
    }

    std::string read() override {
        constexpr std::size_t kPiece = 256 * 1024;
        const PodText& text = cluster_.logs.of(uid_);
        std::string out;
        while (next_ < text.size() && out.size() < kPiece)
            text.append(out, next_++, wish_.timestamps);
        if (out.size() >= wish_.limit) {
            out.resize(wish_.limit);
            ended_ = true;
        }
        wish_.limit -= std::min(out.size(), wish_.limit);
        if (next_ >= text.size() && (!wish_.follow || !running())) ended_ = true;
        return out;
    }

    bool ended() const override { return ended_; }

private:
    bool running() const {
        const ObjectPtr pod = cluster_.store.find(pod_kind(), name_space_, name_);
        return pod && pod->value.at("metadata").at("uid") == uid_ &&
               pod->value.at("status").value("phase", "") == "Running";
    }

    Cluster& cluster_;
    Wish wish_;
    std::string uid_;
    std::string name_space_;
    std::string name_;
    std::size_t next_ = 0;
    bool ended_ = false;
};

/// Throws when the container has not started: there is nothing to read yet.
void check_started(const Json& pod, const std::string& container) {
    const Json statuses = pod.at("status").value("containerStatuses", Json::array());
    if (statuses.empty()) return;
    const Json state = statuses[0].value("state", Json::object());
    if (!state.contains("waiting")) return;
    const std::string reason = state.at("waiting").value("reason", "");
    const std::string why = reason == "ErrImagePull"       ? "image can't be pulled"
                            : reason == "ImagePullBackOff" ? "trying and failing to pull image"
                                                           : reason;
    throw bad_request(fmt::format("container \"{}\" in pod \"{}\" is waiting to start: {}",
                                  container, pod.at("metadata").at("name").get<std::string>(),
                                  why));
}
} // namespace

Answer pod_log(Cluster& cluster, const Target& target, const Request& request) {
    const ObjectPtr pod = cluster.store.find(pod_kind(), target.name_space, target.name);
    if (!pod) throw not_found(pod_kind(), target.name);
    Wish wish = parse_wish(cluster, target.name, request);
    const Json& containers = pod->value.at("spec").at("containers");
    if (wish.container.empty()) wish.container = containers[0].at("name");
    if (std::none_of(containers.begin(), containers.end(),
                     [&](const Json& one) { return one.at("name") == wish.container; }))
        throw bad_request(
            fmt::format("container {} is not valid for pod {}", wish.container, target.name));
    if (wish.previous)
        throw bad_request(fmt::format("previous terminated container \"{}\" in pod \"{}\" not "
                                      "found",
                                      wish.container, target.name));
    check_started(pod->value, wish.container);
    auto log = std::make_shared<Log>(cluster, pod->value, wish);
    return {.content_type = "text/plain", .stream = log};
}

} // namespace kspark::sandbox
