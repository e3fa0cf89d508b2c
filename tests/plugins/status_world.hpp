// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/status/status.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/temporary_directory.hpp"

#include <nlohmann/json.hpp>

namespace kspark::test {

inline data::Json recorded(std::string_view name) {
    return data::Json::parse(read_test_file("corpus/status-live/" + std::string(name) + ".json"));
}
inline std::string list_of(std::vector<data::Json> items) {
    return data::Json{{"apiVersion", "v1"},
                      {"kind", "List"},
                      {"metadata", {{"resourceVersion", "7"}}},
                      {"items", std::move(items)}}
        .dump();
}
inline std::string refusal(int code, std::string_view reason, std::string_view message,
                           std::string_view name = {}) {
    data::Json status{{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Failure"},
                      {"code", code},     {"reason", reason},   {"message", message}};
    if (!name.empty()) status["details"] = {{"name", name}, {"kind", "sparkapplications"}};
    return status.dump();
}

constexpr auto kKubeflow =
    "/apis/sparkoperator.k8s.io/v1beta2/namespaces/default/sparkapplications";
constexpr auto kApache = "/apis/spark.apache.org/v1/namespaces/default/sparkapplications";

/// The command, run as from the command line, on a cluster that a test makes up.
struct StatusWorld {
    TemporaryDirectory directory;
    ManualClock clock;
    output::Buffer out, err;
    std::unique_ptr<FakeTransport> made;
    FakeTransport& cluster;
    core::Context context;

    explicit StatusWorld(std::string_view now, bool terminal = false, bool ui = false)
        : clock(now), out(terminal), err(terminal), made(std::make_unique<FakeTransport>(&clock)),
          cluster(*made),
          context({out, err, terminal}, clock, core::Environment(),
                  [this](const kube::Connection&,
                         core::Context&) -> core::Result<std::unique_ptr<http::Transport>> {
                      return {std::move(made)};
                  }) {
        const auto file = directory.path / "config";
        REQUIRE(core::write_file(file,
                                 "current-context: c\n"
                                 "contexts: [{name: c, context: {cluster: c}}]\n"
                                 "clusters: [{name: c, cluster: {server: 'https://kube'}}]\n"));
        context.connection.kubeconfig = file.string();
        if (!ui) without_ui();
    }

    /// The drivers' UIs do not answer and their logs say nothing.
    void without_ui() {
        cluster.on("GET", "/api/v1/namespaces/default/pods/http:*")
            .reply(503, refusal(503, "ServiceUnavailable", "error trying to reach service"))
            .always();
        cluster.on("GET", "/api/v1/namespaces/default/pods/*/log?*").reply(200, "").always();
    }
    /// No apache operator, as on most clusters.
    void without_apache() {
        cluster.on("GET", std::string(kApache) + "*")
            .reply(404,
                   refusal(404, "NotFound", "the server could not find the requested resource"))
            .always();
    }
    void applications(std::vector<data::Json> items) {
        cluster.on("GET", std::string(kKubeflow) + "?*").reply(200, list_of(std::move(items)));
        without_apache();
    }
    std::string write(const std::string& name, std::string_view text) {
        REQUIRE(core::write_file(directory.path / name, text));
        return (directory.path / name).string();
    }

    /// What most clusters have none of; what a test said before this comes first.
    void without_the_rest() {
        without_apache();
        for (const auto* kind : {"scheduledsparkapplications", "sparkconnects", "sparkclusters"})
            cluster.on("GET", "/apis/*/" + std::string(kind) + "*")
                .reply(200, list_of({}))
                .always();
        cluster.on("GET", "/apis/spark.apache.org/v1beta1/*")
            .reply(404,
                   refusal(404, "NotFound", "the server could not find the requested resource"))
            .always();
    }
    /// The error's code and sentence, or "".
    core::Status run(const std::vector<std::string>& arguments) {
        return run(status::make(), arguments);
    }
    core::Status run(const core::Command& command, const std::vector<std::string>& arguments) {
        const auto invocation = command.make();
        KSPARK_TRY(invocation->flags.parse(arguments));
        without_the_rest();
        return invocation->execute(context);
    }
};

} // namespace kspark::test
