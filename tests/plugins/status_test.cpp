// SPDX-License-Identifier: Apache-2.0
// Flags and run. Would catch: a request per application in a fleet, a wrong exit status for a CI
// job, an application of the other operator that is not seen, a drift that is only the server's
// default.
#include "tests/plugins/status_world.hpp"

using namespace kspark;
using namespace kspark::test;
using core::Code;

TEST_CASE("flags") {
    status::Options options;
    core::Flags flags;
    status::declare(flags, options);
    REQUIRE(flags.parse({"orders", "-A", "-l", "a=b", "--field-selector=x=y", "-w", "-o", "wide",
                         "--no-headers", "--exit-code", "sparkapp/payments", "-f", "v.yaml"}));
    CHECK(options.names == std::vector<std::string>{"orders", "sparkapp/payments"});
    CHECK(options.all_namespaces);
    CHECK(options.selector == "a=b");
    CHECK(options.field_selector == "x=y");
    CHECK(options.watch);
    CHECK(options.format.kind == output::Format::Kind::Wide);
    CHECK(options.no_headers);
    CHECK(options.exit_code);
    CHECK(options.inputs.files == std::vector<std::string>{"v.yaml"});
}

TEST_CASE("combinations that say two things are refused") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"a", "-f", "v.yaml"},
                                               {"a", "-A"},
                                               {"a", "-l", "x=y"},
                                               {"-f", "v.yaml", "-A"},
                                               {"-w", "-o", "json"},
                                               {"-w", "-f", "v.yaml"},
                                               {"-o", "xml"},
                                               {"pods/a"}}) {
        StatusWorld world("2026-11-22T10:13:50Z");
        const auto done = world.run(words);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Code::Usage);
        CHECK(world.cluster.requests.empty());
    }
}

TEST_CASE("a fleet costs one list per kind when all is well") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.applications({recorded("app-orders-17-running"), recorded("app-pi-08-completed")});
    REQUIRE(world.run({"--progress=false"}));
    CHECK(world.cluster.requests.size() == 6); // two versions of apache's, three other kinds
    CHECK(world.out.text().find("orders   RUNNING     21s      2      1/1") != std::string::npos);
}

TEST_CASE("ages are counted by the server's clock") {
    StatusWorld world("2026-11-22T09:00:00Z"); // a laptop that is more than an hour behind
    world.cluster.on("GET", std::string(kKubeflow) + "?*")
        .reply(200, list_of({recorded("app-orders-17-running")}),
               {{"Date", "Sun, 22 Nov 2026 10:13:50 GMT"}});
    REQUIRE(world.run({"--progress=false"}));
    CHECK(world.out.text().find("orders   RUNNING   21s ") != std::string::npos);
}

TEST_CASE("suspects cost one more request, not one each") {
    StatusWorld world("2026-11-22T10:05:00Z");
    auto second = recorded("app-bad-image-02-submitted");
    second["metadata"]["name"] = "other";
    world.applications({recorded("app-bad-image-02-submitted"), second});
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?labelSelector=*")
        .reply(200, list_of({recorded("pod-bad-image-driver-12-pending")}));
    REQUIRE(world.run({}));
    CHECK(world.cluster.requests.size() == 7);
    CHECK(world.out.text().find("the image of the driver cannot be pulled: localhost/missing:1") !=
          std::string::npos);
    CHECK(world.out.text().find("the driver has not started in 3m19s") != std::string::npos);
}

TEST_CASE("who may not see pods still sees the fleet") {
    StatusWorld world("2026-11-22T10:05:00Z");
    world.applications({recorded("app-bad-image-02-submitted")});
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?*")
        .reply(403, refusal(403, "Forbidden", "pods is forbidden"));
    REQUIRE(world.run({}));
    CHECK(world.out.text().find("has not started") != std::string::npos);
}

TEST_CASE("--exit-code: 4 for a bad verdict only") {
    StatusWorld bad("2026-11-22T10:05:00Z");
    bad.applications({recorded("app-fail-exit-08-failed")});
    auto done = bad.run({"--exit-code"});
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::ApplicationFailed);
    CHECK(done.error().message.empty());
    CHECK(bad.out.text().find("exit code 3") != std::string::npos);

    StatusWorld good("2026-11-22T10:13:50Z");
    good.applications({recorded("app-orders-17-running"), recorded("app-sessions-03-suspended")});
    CHECK(good.run({"--exit-code"}));
    StatusWorld silent("2026-11-22T10:05:00Z");
    silent.applications({recorded("app-fail-exit-08-failed")});
    CHECK(silent.run({}));
}

TEST_CASE("applications of the apache operator, with and without the other") {
    StatusWorld world("2026-11-22T12:05:00Z");
    world.cluster.on("GET", std::string(kKubeflow) + "?*")
        .reply(404, refusal(404, "NotFound", "the server could not find the requested resource"));
    world.cluster.on("GET", std::string(kApache) + "?*")
        .reply(200, list_of({recorded("apache-app-orders-05-RunningHealthy")}));
    // Its status names no executors.
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?*")
        .reply(200, list_of({data::Json::parse(R"({"metadata": {"name": "orders-1f-exec-1",
            "namespace": "apache", "labels": {"spark.operator/spark-app-name": "orders",
            "spark-role": "executor"}}, "status": {"phase": "Running"}})")}));
    REQUIRE(world.run({"--progress=false"}));
    CHECK(world.out.text().find("1/2") != std::string::npos);
    CHECK(world.out.text().find("RunningHealthy") != std::string::npos);
}

TEST_CASE("schedules and servers follow the applications, and stand alone without any") {
    for (const bool alone : {false, true}) {
        StatusWorld world("2026-11-22T10:13:50Z");
        const std::string apis = "/apis/sparkoperator.k8s.io/";
        world.cluster.on("GET", apis + "v1beta2/namespaces/default/scheduledsparkapplications*")
            .reply(200, list_of({data::Json::parse(R"({"metadata": {"name": "nightly"},
                "spec": {"schedule": "@every 10m", "timeZone": "Europe/Berlin"},
                "status": {"scheduleState": "Scheduled", "lastRun": "2026-11-22T10:08:50Z",
                           "nextRun": "2026-11-22T10:18:50Z"}})")}));
        world.cluster.on("GET", apis + "v1alpha1/namespaces/default/sparkconnects*")
            .reply(200, list_of({data::Json::parse(R"({"metadata": {"name": "notebooks"},
                "status": {"state": "Ready"}})")}));
        world.applications(alone ? std::vector<data::Json>{}
                                 : std::vector<data::Json>{recorded("app-orders-17-running")});
        REQUIRE(world.run({}));
        INFO(world.out.text());
        CHECK((world.out.text().find("orders") == std::string::npos) == alone);
        CHECK(world.out.text().find("nightly") != std::string::npos);
        CHECK(world.out.text().find("@every 10m (Europe/Berlin)   5m ago     in 5m") !=
              std::string::npos);
        CHECK(world.out.text().find("SparkConnect                Ready") != std::string::npos);
        CHECK(world.err.text().empty());
    }
}

TEST_CASE("a schedule's page names its runs and what can be done") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.cluster
        .on("GET", "/apis/sparkoperator.k8s.io/v1beta2/namespaces/default/"
                   "scheduledsparkapplications/nightly")
        .reply(200, R"({"apiVersion": "sparkoperator.k8s.io/v1beta2",
                        "kind": "ScheduledSparkApplication",
                        "metadata": {"name": "nightly", "namespace": "default"},
                        "spec": {"schedule": "@daily", "suspend": true}})");
    world.cluster.on("GET", std::string(kKubeflow) + "?labelSelector=*")
        .reply(200, list_of({recorded("app-orders-17-running")}));
    REQUIRE(world.run({"scheduledsparkapp/nightly"}));
    INFO(world.out.text());
    CHECK(world.out.text().find("suspended") != std::string::npos);
    CHECK(world.out.text().find("orders  RUNNING") != std::string::npos);
    CHECK(world.out.text().find("--from scheduledsparkapp/nightly") != std::string::npos);
    CHECK(world.out.text().find("{\"suspend\":false}") != std::string::npos);
}

TEST_CASE("a name that both operators have needs its group") {
    StatusWorld world("2026-11-22T12:05:00Z");
    world.cluster.on("GET", std::string(kKubeflow) + "/orders")
        .reply(200, recorded("app-orders-17-running").dump());
    world.cluster.on("GET", std::string(kApache) + "/orders")
        .reply(200, recorded("apache-app-orders-05-RunningHealthy").dump());
    const auto done = world.run({"orders"});
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Invalid);
    CHECK(done.error().message.find("sparkapplications.spark.apache.org/orders") !=
          std::string::npos);
}

TEST_CASE("a name that is in no cluster of either version ends in one sentence") {
    StatusWorld world("2026-11-22T12:05:00Z");
    world.cluster.on("GET", std::string(kKubeflow) + "/order")
        .reply(404, refusal(404, "NotFound", "\"order\" not found", "order"));
    world.cluster.on("GET", std::string(kKubeflow) + "?*")
        .reply(200, list_of({recorded("app-orders-17-running")}));
    CHECK_FALSE(world.run({"order"}));
    CHECK(world.err.text().find("did you mean \"orders\"") != std::string::npos);
}

TEST_CASE("an apache operator before its first release serves v1beta1") {
    StatusWorld world("2026-11-22T12:05:00Z");
    auto object = recorded("apache-app-orders-05-RunningHealthy");
    object["apiVersion"] = "spark.apache.org/v1beta1";
    world.cluster.on("GET", std::string(kKubeflow) + "?*")
        .reply(404, refusal(404, "NotFound", "the server could not find the requested resource"));
    world.cluster.on("GET", "/apis/spark.apache.org/v1beta1/namespaces/default/sparkapplications?*")
        .reply(200, list_of({object}));
    world.cluster.on("GET", "/api/v1/namespaces/default/pods?*").reply(200, list_of({}));
    REQUIRE(world.run({"--progress=false"}));
    CHECK(world.out.text().find("RunningHealthy") != std::string::npos);
}

TEST_CASE("neither operator is there") {
    StatusWorld world("2026-11-22T12:05:00Z");
    world.cluster.on("GET", "/apis/*")
        .reply(404, refusal(404, "NotFound", "the server could not find the requested resource"))
        .always();
    const auto done = world.run({});
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::NotFound);
    CHECK(done.error().message.find("operator installed") != std::string::npos);
}

TEST_CASE("rights for the namespace are missing") {
    StatusWorld world("2026-11-22T12:05:00Z");
    world.cluster.on("GET", "/apis/*")
        .reply(403, refusal(403, "Forbidden", "is forbidden"))
        .always();
    const auto done = world.run({});
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::Forbidden);
    // Both operators' kinds are forbidden: that the name is not there, nobody has said.
    StatusWorld one("2026-11-22T12:05:00Z");
    one.cluster.on("GET", "/apis/*")
        .reply(403, refusal(403, "Forbidden", "sparkapplications \"orders\" is forbidden"))
        .always();
    const auto named = one.run({"orders"});
    REQUIRE_FALSE(named);
    CHECK(named.error().message.find("is forbidden") != std::string::npos);
}

TEST_CASE("selectors and all namespaces go to the server") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.cluster
        .on("GET", "/apis/sparkoperator.k8s.io/v1beta2/sparkapplications?fieldSelector=a%3Db&"
                   "labelSelector=team%3Dbi*")
        .reply(200, list_of({recorded("app-orders-17-running")}));
    world.cluster.on("GET", "/apis/spark.apache.org/v1/sparkapplications?*")
        .reply(404, "")
        .always();
    REQUIRE(world.run({"-A", "-l", "team=bi", "--field-selector", "a=b"}));
    CHECK(world.out.text().starts_with("NAMESPACE   NAME"));
}

TEST_CASE("nothing there: kubectl's sentence, on stderr, exit 0") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.applications({});
    REQUIRE(world.run({}));
    CHECK(world.out.text().empty());
    CHECK(world.err.text() == "No resources found in default namespace.\n");
}

TEST_CASE("an unknown name comes with the nearest") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.cluster.on("GET", std::string(kKubeflow) + "/ordes")
        .reply(404, refusal(404, "NotFound",
                            "sparkapplications.sparkoperator.k8s.io \"ordes\" not found", "ordes"));
    world.applications({recorded("app-orders-17-running"), recorded("app-pi-08-completed")});
    const auto done = world.run({"sparkapplication/ordes"});
    INFO(world.err.text());
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::NotFound);
    CHECK(
        world.err.text().find("sparkapplications.sparkoperator.k8s.io \"ordes\" not found; did you "
                              "mean \"orders\"?") != std::string::npos);
}

TEST_CASE("one of two names is missing: the other is shown, the exit status tells") {
    StatusWorld world("2026-11-22T10:13:50Z");
    world.cluster.on("GET", std::string(kKubeflow) + "/orders")
        .reply(200, recorded("app-orders-17-running").dump());
    world.cluster.on("GET", std::string(kKubeflow) + "/x")
        .reply(404, refusal(404, "NotFound",
                            "sparkapplications.sparkoperator.k8s.io \"x\" not found", "x"));
    world.applications({});
    world.cluster.on("GET", "/api/v1/namespaces/default/*").reply(200, list_of({})).always();
    const auto done = world.run({"orders", "x"});
    REQUIRE_FALSE(done);
    CHECK(world.out.text().find("Name:         orders") == 0);
}

TEST_CASE("objects for other programs") {
    StatusWorld json("2026-11-22T10:13:50Z");
    json.applications({recorded("app-orders-17-running"), recorded("app-pi-08-completed")});
    REQUIRE(json.run({"-o", "jsonpath={.items[*].metadata.name}"}));
    CHECK(json.out.text() == "orders pi");

    StatusWorld one("2026-11-22T10:13:50Z");
    one.cluster.on("GET", std::string(kKubeflow) + "/orders")
        .reply(200, recorded("app-orders-17-running").dump());
    REQUIRE(one.run({"orders", "-o", "name"}));
    CHECK(one.out.text() == "sparkapplication.sparkoperator.k8s.io/orders\n");
    CHECK(one.cluster.requests.size() == 2); // the other operator may have that name, too
}

TEST_CASE("-f: same, drifted, missing, extra; a default of the server is no drift") {
    StatusWorld world("2026-11-22T10:13:50Z");
    auto drifted = recorded("app-orders-17-running");
    const auto manifest = [](const std::string& name, const std::string& memory) {
        return "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"
               "metadata: {name: " +
               name +
               "}\n"
               "spec: {type: Python, image: 'localhost/spark:3.5.6', executor: {memory: " +
               memory + "}}\n---\n";
    };
    auto same = drifted;
    same["metadata"]["name"] = "same";
    world.applications({drifted, same, recorded("app-pi-08-completed")});
    const auto file = world.write("apps.yaml", manifest("orders", "2g") + manifest("same", "512m") +
                                                   manifest("gone", "1g"));
    const auto done = world.run({"-f", file, "--exit-code"});
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::ChangesPending);
    const std::string text = world.out.text();
    CHECK(text.find("drifted: spec.executor.memory is \"512m\", not \"2g\"") != std::string::npos);
    CHECK(text.find("\nsame ") != std::string::npos);
    CHECK(text.find("\ngone ") != std::string::npos);
    CHECK(text.find("missing") != std::string::npos);
    CHECK(text.find("\npi ") == std::string::npos);
}

TEST_CASE("-f with values: an application of the set that the file does not name is extra") {
    StatusWorld world("2026-11-22T10:13:50Z");
    auto extra = recorded("app-pi-08-completed");
    extra["metadata"]["labels"]["kubectl-spark/set"] = "clicks";
    world.applications({extra, recorded("app-orders-17-running")});
    const auto file = world.write("clicks.yaml", "spark: {version: 3.5.6, image: 'repo/spark:1'}\n"
                                                 "mainClass: a.B\napplicationFile: local:///a.jar\n"
                                                 "streams: [{name: first}]\n");
    REQUIRE(world.run({"-f", file}));
    CHECK(world.out.text().find("extra") != std::string::npos);
    CHECK(world.out.text().find("first") != std::string::npos);
    CHECK(world.out.text().find("orders") == std::string::npos);
}

namespace {

constexpr auto kDriver = "/api/v1/namespaces/default/pods/http:orders-driver:4040/proxy";

/// The fleet with one application whose driver shows a page of jobs.
std::string fleet_with_jobs(std::string_view now, const std::vector<std::string>& arguments) {
    StatusWorld world(now, false, true);
    world.applications({recorded("app-orders-17-running")});
    world.cluster.on("GET", std::string(kDriver) + "/metrics/json/")
        .reply(200, read_test_file("corpus/ui-live/stream-state-metrics.json"));
    world.cluster.on("GET", std::string(kDriver) + "/api/v1/applications/*/jobs")
        .reply(200, read_test_file("corpus/ui-live/stream-state-jobs.json"));
    world.cluster.on("GET", "/api/v1/namespaces/default/pods/orders-driver/log?*")
        .reply(200, "nothing of interest")
        .always();
    static_cast<void>(world.run(arguments).has_value());
    return world.out.text();
}

} // namespace

TEST_CASE("PROGRESS: the last batch of a running stream, by the driver's UI") {
    CHECK(fleet_with_jobs("2026-11-22T10:04:07Z", {}).find("batch 3, 1s ago, 20.0/s") !=
          std::string::npos);
    const auto stalled = fleet_with_jobs("2026-11-22T10:16:07Z", {});
    CHECK(stalled.find("STALLED 12m (batch 3)") != std::string::npos);
    CHECK(stalled.find("has made no batch for 12m") != std::string::npos);
    CHECK(fleet_with_jobs("2026-11-22T10:16:07Z", {"--stalled-after", "1h"}).find("STALLED") ==
          std::string::npos);
}

TEST_CASE("of a large fleet it is said whose drivers were not asked") {
    std::vector<data::Json> fleet;
    for (int i = 0; i < 102; ++i) {
        fleet.push_back(recorded("app-orders-17-running"));
        fleet.back()["metadata"]["name"] = "orders-" + std::to_string(i);
    }
    for (const bool ask : {true, false}) {
        StatusWorld world("2026-11-22T10:13:50Z");
        world.applications(fleet);
        REQUIRE(world.run(ask ? std::vector<std::string>{}
                              : std::vector<std::string>{"--progress=false"}));
        const std::string text = world.out.text();
        std::size_t count = 0;
        for (auto at = text.find("not asked"); at != text.npos; at = text.find("not asked", at + 1))
            ++count;
        CHECK(count == (ask ? 2u : 0u));
        CHECK((world.err.text().find("warning: 2 more drivers were not asked") != text.npos) ==
              ask);
    }
}

TEST_CASE("a stalled stream is a bad verdict, a driver without UI and log is none") {
    StatusWorld world("2026-11-22T10:24:00Z");
    world.applications({recorded("app-orders-17-running")});
    CHECK(world.run({"--exit-code"}));
    CHECK(world.out.text().find("RUNNING") != std::string::npos);
    for (const auto* wrong : {"x", "-1", "1.5"}) {
        StatusWorld other("2026-11-22T10:24:00Z");
        CHECK_FALSE(other.run({"--lag-over", wrong}));
    }
}
