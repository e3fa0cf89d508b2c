// SPDX-License-Identifier: Apache-2.0
// A cluster for the tests of submit: applications as the operator would show them, and an observer
// that plays the operator while the deployment runs.
#pragma once

#include "plugins/submit/deployment.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::test {

inline constexpr std::string_view kApplications =
    "/apis/sparkoperator.k8s.io/v1beta2/namespaces/streams/sparkapplications";

/// What a user wrote.
inline data::Json desired(const std::string& name) {
    return {{"apiVersion", "sparkoperator.k8s.io/v1beta2"},
            {"kind", "SparkApplication"},
            {"metadata",
             {{"name", name}, {"namespace", "streams"}, {"labels", {{"kubectl-spark/set", "bi"}}}}},
            {"spec", {{"type", "Scala"}, {"executor", {{"memory", "2g"}}}}}};
}

/// The same as the server has it; state "" is none.
inline data::Json live(const std::string& name, const std::string& state,
                       const std::string& submission, int version = 1) {
    auto object = desired(name);
    object["metadata"]["uid"] = "uid-" + name;
    object["metadata"]["resourceVersion"] = std::to_string(version);
    object["metadata"]["creationTimestamp"] = "2026-01-02T03:04:00Z";
    if (!state.empty()) object["status"]["applicationState"]["state"] = state;
    if (!submission.empty()) object["status"]["submissionID"] = submission;
    return object;
}

inline submit::Item item(const data::Json& before, const data::Json& wanted) {
    submit::Item item;
    item.desired = wanted;
    item.live = before;
    item.reference = {kube::kubeflow_applications(), "streams",
                      data::string_at(wanted, {"metadata", "name"})};
    item.stored = wanted;
    if (!before.is_null()) {
        item.stored = before;
        item.stored["spec"] = wanted["spec"];
    }
    item.change = spark::compare(before, item.stored);
    return item;
}

inline std::string event(const std::string& type, const data::Json& object) {
    return data::dump_json({{"type", type}, {"object", object}}) + "\n";
}

/// Calls the script once per turn of the deployment.
class Script : public submit::Observer {
public:
    using Turn = std::function<void(const std::vector<submit::Track>&, int turn)>;
    explicit Script(Turn turn = {}) : turn_(std::move(turn)) {}
    void progress(const std::vector<submit::Track>& tracks, core::Duration) override {
        if (turn_) turn_(tracks, ++turns_);
    }

private:
    Turn turn_;
    int turns_ = 0;
};

struct World {
    ManualClock clock;
    FakeTransport transport{&clock};
    kube::Client client{transport, clock};
    FakeStream* watch = nullptr;

    /// The list and the watch of one namespace; what is there is told first.
    void watched(const std::vector<data::Json>& objects = {}) {
        const data::Json list = {{"kind", "SparkApplicationList"},
                                 {"metadata", {{"resourceVersion", "10"}}},
                                 {"items", objects}};
        watch = &transport
                     .on("watch",
                         [](const http::Request& request) {
                             return request.method == "GET" &&
                                    request.target.find("watch=true") != std::string::npos;
                         })
                     .stream();
        transport
            .on("list",
                [](const http::Request& request) {
                    return request.method == "GET" &&
                           request.target.starts_with(std::string(kApplications) + "?") &&
                           request.target.find("watch=true") == std::string::npos;
                })
            .reply(200, data::dump_json(list));
    }

    Expectation& apply(const std::string& name) {
        return transport.on("apply " + name, [name](const http::Request& request) {
            return request.method == "PATCH" &&
                   request.target.find("/" + name + "?") != std::string::npos &&
                   request.target.find("dryRun") == std::string::npos;
        });
    }
    Expectation& dry_run(const std::string& name) {
        return transport.on("dry run " + name, [name](const http::Request& request) {
            return request.method == "PATCH" &&
                   request.target.find("/" + name + "?dryRun=All") != std::string::npos;
        });
    }
    Expectation& get(const std::string& name) {
        return transport.on("GET", std::string(kApplications) + "/" + name);
    }
    /// Pods and events, which nobody asks for in vain.
    void nothing_else() {
        transport.on("GET", "/api/v1/*").reply(200, R"({"kind":"List","items":[]})").always();
    }

    std::vector<submit::Track> deploy(std::vector<submit::Item> items,
                                      submit::DeployOptions options, Script::Turn turn = {}) {
        Script script(std::move(turn));
        return submit::Deployment(client, options, std::move(items), script).run();
    }

    std::vector<data::Json> written() const {
        std::vector<data::Json> bodies;
        for (const auto& request : transport.requests)
            if (request.method != "GET" && request.target.find("dryRun") == std::string::npos)
                bodies.push_back(data::Json::parse(request.body));
        return bodies;
    }
};

inline std::string status(int code, const std::string& reason, const std::string& message,
                          const data::Json& details = data::Json::object()) {
    return data::dump_json({{"kind", "Status"},
                            {"status", "Failure"},
                            {"code", code},
                            {"reason", reason},
                            {"message", message},
                            {"details", details}});
}

} // namespace kspark::test
