// SPDX-License-Identifier: Apache-2.0
// One application on a cluster that plays API server, operator and kubelet in a few lines: enough
// to see whether a restart, with whatever goes wrong in between, ever lets two runs overlap.
#pragma once

#include "core/base/text.hpp"
#include "core/data/json.hpp"
#include "core/http/transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_date.hpp"
#include "tests/support/manual_clock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace kspark::test {

using data::Json;

class PlayedCluster : public http::Transport {
public:
    explicit PlayedCluster(ManualClock& clock) : clock_(clock) {
        application = {
            {"apiVersion", "sparkoperator.k8s.io/v1beta2"},
            {"kind", "SparkApplication"},
            {"metadata",
             {{"name", "orders"},
              {"namespace", "default"},
              {"uid", "u1"},
              {"labels", {{"team", "bi"}}},
              {"creationTimestamp", "2026-01-01T00:00:00Z"}}},
            {"spec", {{"type", "Scala"}, {"image", "streams:1"}, {"driver", {{"cores", 1}}}}}};
        run();
    }

    // What the test sets.
    Json application; ///< null: not there
    std::vector<Json> pods;
    core::Duration driver_stops = std::chrono::seconds(5), executor_stops = std::chrono::seconds(5);
    core::Duration ahead{}; ///< the server's clock, of ours
    bool knows_suspend = true;
    int lost_restarts = 0; ///< spec changes that the operator does not see
    bool operator_stopped = false;
    std::map<std::string, std::deque<int>>
        answers;                     ///< by method: status instead; 0: done, no answer
    std::set<std::string> forbidden; ///< "PATCH sparkapplications"
    std::function<void()> each_turn = {};

    // What it tells.
    int runs = 0;
    std::vector<std::string> overlaps;
    std::vector<Json> patches;       ///< that were stored
    std::vector<std::string> writes; ///< "PATCH orders"

    Json& status() { return application["status"]; }
    std::string state() { return application["status"]["applicationState"].value("state", ""); }
    void set_state(const std::string& word) {
        status()["applicationState"]["state"] = word;
        touch();
    }
    void touch() { application["metadata"]["resourceVersion"] = std::to_string(++version_); }

    /// A new driver and executor: the moment of the invariant.
    void run() {
        const auto id = fmt::format("s{}", ++runs);
        for (const auto& pod : pods)
            if (pod["status"]["phase"] == "Running" && runs > 1)
                overlaps.push_back(fmt::format("{} beside {}", id, name_of(pod)));
        for (const char* role : {"driver", "executor"}) add_pod(role, id);
        status() = {{"applicationState", {{"state", "RUNNING"}}},
                    {"submissionID", id},
                    {"executionAttempts", 1},
                    {"driverInfo", {{"podName", "orders-driver"}}}};
        seen_ = application["spec"];
        seen_.erase("suspend");
        touch();
    }

    http::TransferId start(http::Request request, http::Handler handler) override {
        waiting_.push_back({++last_, std::move(request), std::move(handler)});
        return last_;
    }
    void cancel(http::TransferId id) override {
        std::erase_if(waiting_, [id](const Waiting& entry) { return entry.id == id; });
    }
    core::Status poll(core::Duration limit) override {
        if (waiting_.empty()) clock_.advance(limit);
        play();
        tell_watcher();
        const auto batch = std::exchange(waiting_, {});
        for (const auto& entry : batch) answer(entry.request, entry.handler);
        return {};
    }

private:
    struct Waiting {
        http::TransferId id;
        http::Request request;
        http::Handler handler;
    };
    void tell_watcher() {
        if (!watcher_ || application.is_null() || told_ == version_) return;
        told_ = version_;
        watcher_->data(Json{{"type", "MODIFIED"}, {"object", application}}.dump() + "\n");
    }
    static std::string name_of(const Json& pod) { return pod["metadata"]["name"]; }

    void add_pod(const std::string& role, const std::string& id) {
        const auto name = role == "driver" ? "orders-driver" : fmt::format("orders-{}-exec-1", id);
        pods.push_back({{"metadata",
                         {{"name", name},
                          {"namespace", "default"},
                          {"uid", fmt::format("{}-{}", name, id)},
                          {"creationTimestamp", core::format_time(server_now())},
                          {"labels",
                           {{"sparkoperator.k8s.io/app-name", "orders"},
                            {"sparkoperator.k8s.io/submission-id", id},
                            {"spark-role", role}}}}},
                        {"spec", {{"nodeName", "node-1"}}},
                        {"status", {{"phase", "Running"}}}});
    }
    void stop(Json& pod) {
        if (pod["metadata"].contains("deletionTimestamp")) return;
        const bool driver = pod["metadata"]["labels"]["spark-role"] == "driver";
        pod["metadata"]["deletionTimestamp"] =
            core::format_time(server_now() + (driver ? driver_stops : executor_stops), 3);
    }
    bool has_driver() const {
        return std::ranges::any_of(pods, [](const Json& pod) {
            return pod["metadata"]["labels"]["spark-role"] == "driver";
        });
    }

    void play() {
        if (each_turn) each_turn();
        std::erase_if(pods, [this](const Json& pod) {
            const auto at = core::parse_time(
                data::string_at(pod, {"metadata", "deletionTimestamp"}, "2200-01-01T00:00:00Z"));
            return *at <= server_now();
        });
        if (!has_driver())
            for (auto& pod : pods) stop(pod); // the collector
        if (application.is_null() || operator_stopped) return;
        if (application["metadata"].contains("deletionTimestamp")) {
            for (auto& pod : pods) stop(pod);
            return;
        }
        operate();
    }
    void operate() {
        auto spec = application["spec"];
        const bool suspend = spec.value("suspend", false);
        spec.erase("suspend");
        if (spec != seen_) {
            seen_ = spec;
            if (lost_restarts-- > 0) return;
            stop_driver();
            return set_state("PENDING_RERUN");
        }
        const auto now = state();
        if (now == "PENDING_RERUN" && !has_driver()) return run();
        const bool ended = now == "COMPLETED" || now == "FAILED" || now == "SUSPENDED";
        if (suspend && !ended) {
            stop_driver();
            set_state(now == "SUSPENDING" ? "SUSPENDED" : "SUSPENDING");
        }
    }
    void stop_driver() {
        for (auto& pod : pods)
            if (pod["metadata"]["labels"]["spark-role"] == "driver") stop(pod);
    }

    void reply(const http::Handler& handler, int code, const std::string& body) {
        http::Response response{code, {{"Date", http_date(server_now())}}, {}};
        if (handler.head) handler.head(response);
        if (handler.data) handler.data(body);
        handler.done({});
    }
    void refuse(const http::Handler& handler, int code, const std::string& reason,
                const std::string& message) {
        reply(handler, code,
              Json{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}}
                  .dump());
    }

    void answer(const http::Request& request, const http::Handler& handler) {
        const auto target = request.target.substr(0, request.target.find('?'));
        const auto parts = core::split(target, '/');
        if (request.target.find("watch=true") != std::string::npos) {
            watcher_ = handler;
            return watcher_->head(http::Response{200, {}, {}});
        }
        if (target.find("selfsubjectaccessreviews") != std::string::npos)
            return review(request, handler);
        if (target.find("spark.apache.org") != std::string::npos)
            return refuse(handler, 404, "NotFound",
                          "the server could not find the requested resource");
        if (target.find("/nodes/") != std::string::npos)
            return refuse(handler, 403, "Forbidden", "nodes is forbidden");
        const std::string kind =
            target.find("/pods") != std::string::npos ? "pods" : "sparkapplications";
        if (forbidden.contains(request.method + " " + kind))
            return refuse(handler, 403, "Forbidden",
                          fmt::format("{} is forbidden: User \"eve\" cannot", kind));
        const bool dry = request.target.find("dryRun=All") != std::string::npos;
        auto& scripted = answers[request.method];
        int code = 200;
        if (!scripted.empty() && !dry) {
            code = scripted.front();
            scripted.pop_front();
        }
        if (code == 409) return refuse(handler, 409, "Conflict", "the object has been modified");
        if (code >= 500) return refuse(handler, code, "ServiceUnavailable", "not now");
        if (kind == "pods" || target.find("/events") != std::string::npos)
            return pods_answer(request, parts, handler);
        if (request.method != "GET" && !dry) writes.push_back(request.method + " " + parts.back());
        if (code == 0) {
            static_cast<void>(serve(request, dry));
            return handler.done(core::Error{core::Code::Failed, "the connection was cut"});
        }
        const auto [status_code, body] = serve(request, dry);
        if (status_code < 300) return reply(handler, status_code, body.dump());
        refuse(handler, status_code, status_code == 404 ? "NotFound" : "Conflict", body);
    }
    void review(const http::Request& request, const http::Handler& handler) {
        const auto asked = Json::parse(request.body)["spec"]["resourceAttributes"];
        const std::map<std::string, std::string> methods = {
            {"patch", "PATCH"}, {"list", "GET"}, {"delete", "DELETE"}, {"create", "POST"}};
        const auto key = methods.at(asked["verb"]) + " " + std::string(asked["resource"]);
        reply(handler, 201, Json{{"status", {{"allowed", !forbidden.contains(key)}}}}.dump());
    }
    void pods_answer(const http::Request& request, const std::vector<std::string>& parts,
                     const http::Handler& handler) {
        if (request.method == "DELETE") {
            const bool at_once = Json::parse(request.body).value("gracePeriodSeconds", 30) == 0;
            for (auto& pod : pods) {
                if (name_of(pod) != parts.back()) continue;
                stop(pod);
                if (at_once) pod["metadata"]["deletionTimestamp"] = core::format_time(server_now());
            }
            writes.push_back("DELETE " + parts.back());
            return reply(handler, 200, "{}");
        }
        Json list = {
            {"kind", "List"}, {"metadata", {{"resourceVersion", "1"}}}, {"items", Json::array()}};
        if (request.target.find("/events") == std::string::npos) list["items"] = pods;
        reply(handler, 200, list.dump());
    }
    /// The API server's part for the application.
    std::pair<int, Json> serve(const http::Request& request, bool dry) {
        const bool list = request.target.find("/sparkapplications?") != std::string::npos;
        if (request.method == "POST") {
            application = Json::parse(request.body);
            application["metadata"]["uid"] = fmt::format("u{}", ++uids_);
            application["metadata"]["creationTimestamp"] = core::format_time(server_now());
            run();
            status()["applicationState"]["state"] = "RUNNING";
            return {201, application};
        }
        if (list && request.method == "GET")
            return {200, Json{{"kind", "List"},
                              {"metadata", {{"resourceVersion", "1"}}},
                              {"items", application.is_null() ? Json::array()
                                                              : Json::array({application})}}};
        if (application.is_null() || request.target.find("/orders") == std::string::npos)
            return {404, "sparkapplications.sparkoperator.k8s.io \"x\" not found"};
        if (request.method == "GET") return {200, application};
        if (request.method == "DELETE") {
            application["metadata"]["deletionTimestamp"] = core::format_time(server_now());
            touch();
            return {200, Json::object()};
        }
        auto patch = Json::parse(request.body);
        const auto version = data::string_at(patch, {"metadata", "resourceVersion"});
        if (!version.empty() && version != application["metadata"]["resourceVersion"])
            return {409, "the object has been modified"};
        if (!dry) patches.push_back(patch);
        Json changed = application;
        data::merge(changed, patch);
        if (!knows_suspend) changed["spec"].erase("suspend");
        if (dry) return {200, changed};
        application = changed;
        touch();
        const Json finalizers = application["metadata"].value("finalizers", Json::array());
        if (application["metadata"].contains("deletionTimestamp") && finalizers.empty())
            application = nullptr;
        return {200, changed};
    }

    core::Time server_now() const { return clock_.now() + ahead; }

    ManualClock& clock_;
    Json seen_;
    int version_ = 100, uids_ = 1;
    http::TransferId last_ = 0;
    std::vector<Waiting> waiting_;
    std::optional<http::Handler> watcher_;
    int told_ = 0;
};

} // namespace kspark::test
