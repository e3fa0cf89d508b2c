// SPDX-License-Identifier: Apache-2.0
// A cluster without sockets on a clock that the test moves.
#pragma once

#include "tests/sandbox/api.hpp"
#include "tests/sandbox/pods.hpp"
#include "tests/sandbox/scenery.hpp"
#include "tests/sandbox/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

namespace kspark::sandbox {

struct World {
    test::ManualClock clock;
    Cluster cluster{clock};
    Simulation simulation{cluster};

    World() { build_scenery(cluster, 0); }

    Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
               const std::string& type = "application/json",
               std::map<std::string, std::string> query = {}) {
        return handle(cluster, {.method = method,
                                .path = path,
                                .query = std::move(query),
                                .body = body,
                                .content_type = type,
                                .user_agent = "test/1",
                                .user = "admin"});
    }
    Answer apply(const Json& object, const std::string& manager, bool force = false,
                 bool dry_run = false) {
        std::map<std::string, std::string> query = {{"fieldManager", manager}};
        if (force) query["force"] = "true";
        if (dry_run) query["dryRun"] = "All";
        return ask("PATCH", path(object), object.dump(), "application/apply-patch+yaml", query);
    }
    Answer merge(const std::string& name, const Json& patch) {
        return ask("PATCH", kApplications + ("/" + name), patch.dump(),
                   "application/merge-patch+json");
    }
    /// Moves the clock in small steps, so that things happen in their order.
    void run(double seconds) {
        for (int i = 0; i < static_cast<int>(seconds * 100); ++i) {
            simulation.step();
            clock.advance(std::chrono::milliseconds(10));
        }
        simulation.step();
    }
    Json application(const std::string& name = "orders") {
        const ObjectPtr found = cluster.store.find(application_kind(), "default", name);
        return found ? found->value : Json();
    }
    std::string state(const std::string& name = "orders") {
        const Json object = application(name);
        return object.is_null() ? "gone" : state_of(object);
    }
    Json driver(const std::string& name = "orders-driver") {
        const ObjectPtr found = cluster.store.find(pod_kind(), "default", name);
        return found ? found->value : Json();
    }

    static constexpr auto kApplications =
        "/apis/sparkoperator.k8s.io/v1beta2/namespaces/default/sparkapplications";
    static std::string path(const Json& object) {
        return kApplications + ("/" + object.at("metadata").at("name").get<std::string>());
    }
    static Json manifest(const Json& annotations = Json::object()) {
        return {{"apiVersion", "sparkoperator.k8s.io/v1beta2"},
                {"kind", "SparkApplication"},
                {"metadata", {{"name", "orders"}, {"annotations", annotations}}},
                {"spec",
                 {{"type", "Scala"},
                  {"mode", "cluster"},
                  {"sparkVersion", "3.5.6"},
                  {"image", "spark:3.5.6"},
                  {"mainApplicationFile", "local:///a.jar"},
                  {"driver", {{"cores", 1}, {"memory", "512m"}}},
                  {"executor", {{"cores", 1}, {"instances", 1}, {"memory", "512m"}}}}}};
    }
};

} // namespace kspark::sandbox
