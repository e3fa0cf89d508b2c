// SPDX-License-Identifier: Apache-2.0
// The proxy of the API server reaches the UI where the user has pods/proxy and the control plane
// reaches pods; where not, the log is left. Its final paths are asked for, since the proxy turns
// a redirect into one that leads nowhere.
#include "core/spark/stream_calls.hpp"

#include "core/base/text.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::spark {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kPatience = 2s;
/// After it no further UI is asked.
constexpr core::Duration kWholePatience = 5s;
/// Of a fleet whose UIs do not answer.
constexpr std::size_t kMostLogs = 20;
constexpr int kShortLog = 200;
constexpr std::size_t kMostLogBytes = 512u << 10;

std::string driver_of(const Application& application) {
    return application.driver_pod.empty() ? default_driver_pod(application.name)
                                          : application.driver_pod;
}

kube::Call log_call(const Application& application, int lines) {
    const std::string pod = driver_of(application);
    kube::Call call;
    call.method = "GET";
    call.path = kube::path_of({kube::pods(), application.name_space, pod}, "log");
    call.query.add("container", std::string(kDriverContainer))
        .add("tailLines", fmt::format("{}", lines))
        .add("limitBytes", fmt::format("{}", kMostLogBytes));
    call.what = fmt::format("reading the log of pod \"{}\"", pod);
    return call;
}

kube::Call ui_call(const Application& application, const std::string& path) {
    const std::string pod = driver_of(application);
    kube::Call call;
    call.method = "GET";
    call.path =
        fmt::format("{}/http:{}:{}/proxy{}", kube::path_of({kube::pods(), application.name_space}),
                    core::percent_encode(pod), application.ui_port, path);
    call.what = fmt::format("asking the UI of pod \"{}\"", pod);
    return call;
}

struct LogTail {
    kube::Call call;
    http::TransferId transfer{};
    std::string text;
    std::optional<core::Status> end;
};

std::string jobs_path(const std::string& application_id) {
    return fmt::format("/api/v1/applications/{}/jobs", application_id);
}

std::vector<core::Result<data::Json>> ask_until(core::Duration deadline, kube::Client& client,
                                                const std::vector<kube::Call>& calls) {
    return client.call_all(
        calls, 32, [&](std::size_t, const auto&) { return client.clock().monotonic() < deadline; });
}

/// Spark's id of those whose status does not tell it, by their UI.
std::vector<std::string> ids_of(kube::Client& client, const std::vector<Application>& applications,
                                core::Duration deadline) {
    std::vector<std::string> ids;
    std::vector<kube::Call> calls;
    std::vector<std::size_t> asked;
    for (const auto& application : applications) {
        ids.push_back(application.application_id);
        if (!ids.back().empty()) continue;
        asked.push_back(ids.size() - 1);
        calls.push_back(ui_call(application, "/api/v1/applications"));
    }
    const auto answers = ask_until(deadline, client, calls);
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i] && answers[i]->is_array() && !answers[i]->empty())
            ids[asked[i]] = data::string_at(answers[i]->front(), {"id"});
    return ids;
}

} // namespace

std::vector<StreamFacts> ask_streams(kube::Client& client,
                                     const std::vector<Application>& applications) {
    std::vector<StreamFacts> streams(applications.size());
    const auto usual = client.set_request_timeout(kPatience);
    const auto deadline = client.clock().monotonic() + kWholePatience;
    const auto ids = ids_of(client, applications, deadline);
    std::vector<kube::Call> calls;
    for (std::size_t i = 0; i < applications.size(); ++i) {
        calls.push_back(ui_call(applications[i], "/metrics/json/"));
        calls.push_back(ui_call(applications[i], jobs_path(ids[i])));
    }
    const auto answers = ask_until(deadline, client, calls);
    client.set_request_timeout(usual);
    for (std::size_t i = 0; i < applications.size(); ++i) {
        if (answers[2 * i]) add_metrics(streams[i], *answers[2 * i]);
        const auto& jobs = answers[2 * i + 1];
        if (jobs) add_jobs(streams[i], *jobs);
        if (!jobs) streams[i].unknown = jobs.error().message;
    }
    return streams;
}

bool needs_log(const StreamFacts& facts, core::Time now, const StreamLimits& limits) {
    if (facts.log_known) return false;
    if (!facts.ui_known) return true;
    for (const auto& query : facts.queries) {
        // The gauges of a query go when it ends.
        const bool silent = query.last_batch && now - *query.last_batch > limits.stalled_after / 10;
        if (silent || query.running_since) return true;
    }
    return false;
}

std::vector<DriverLog> driver_logs(kube::Client& client,
                                   const std::vector<Application>& applications, int lines) {
    std::vector<LogTail> tails(applications.size());
    std::size_t open = applications.size();
    for (std::size_t i = 0; i < applications.size(); ++i) {
        tails[i].call = log_call(applications[i], lines);
        http::Handler handler;
        handler.data = [&tail = tails[i]](std::string_view piece) {
            if (tail.text.size() < kMostLogBytes) tail.text += piece;
        };
        handler.done = [&tail = tails[i], &open](const core::Status& status) {
            tail.end = status;
            --open;
        };
        tails[i].transfer = client.stream(tails[i].call, std::move(handler));
    }
    const auto deadline = client.clock().monotonic() + 2 * kPatience;
    core::Status moved;
    while (moved && open > 0 && client.clock().monotonic() < deadline) moved = client.poll(100ms);
    std::vector<DriverLog> logs;
    for (auto& tail : tails) {
        if (!tail.end) client.cancel(tail.transfer);
        if (!tail.end)
            logs.emplace_back(moved
                                  ? core::Error{core::Code::Timeout, tail.call.what + ": no answer"}
                                  : moved.error());
        else if (!*tail.end)
            logs.emplace_back(tail.end->error());
        else
            logs.emplace_back(core::split(tail.text, '\n'));
    }
    return logs;
}

std::vector<StreamFacts> follow_up_streams(kube::Client& client,
                                           const std::vector<Application>& applications,
                                           const StreamLimits& limits) {
    auto streams = ask_streams(client, applications);
    std::vector<Application> silent;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < streams.size() && silent.size() < kMostLogs; ++i)
        if (needs_log(streams[i], client.clock().now(), limits)) {
            silent.push_back(applications[i]);
            places.push_back(i);
        }
    const auto logs = driver_logs(client, silent, kShortLog);
    for (std::size_t i = 0; i < logs.size(); ++i)
        if (logs[i]) add_log(streams[places[i]], *logs[i]);
    return streams;
}

} // namespace kspark::spark
