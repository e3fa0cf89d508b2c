// SPDX-License-Identifier: Apache-2.0
// The table of docs/troubleshooting.md row by row: each verdict has a situation that gives it, and
// a row, and none has only one of the two. "F.." are failures that users have reported.
#include "core/base/text.hpp"
#include "tests/spark/status_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <set>

using namespace kspark;
using namespace std::chrono_literals;
using spark::Facts;
using spark::Health;

namespace {

Facts running() {
    return test::facts("app-orders-17-running", {"pod-orders-driver-17-running"},
                       "2026-11-22T10:13:50Z");
}
Facts submitted() {
    auto facts = test::facts("app-bad-image-02-submitted", {"pod-bad-image-driver-03-pending"},
                             "2026-11-22T10:05:00Z");
    facts.pods[0].containers.clear();
    return facts;
}
Facts ignored() {
    auto facts = test::facts("app-bad-image-01-new", {}, "2026-11-22T10:08:00Z");
    facts.events.clear();
    return facts;
}
/// A submission that failed with these words of spark-submit.
Facts refused(std::string words) {
    Facts facts;
    facts.application = test::application("app-bad-account-03-failed");
    facts.application.message = "failed to run spark-submit: " + std::move(words);
    return facts;
}
/// A driver that ended with 1 after these lines.
Facts ended(std::vector<std::string> lines) {
    auto facts = test::facts("app-fail-exit-08-failed", {"pod-fail-exit-driver-06-failed"},
                             "2026-11-22T10:06:00Z");
    facts.log = std::move(lines);
    return facts;
}
Facts threw(const std::string& cause) {
    return ended(
        {"Exception in thread \"main\" org.apache.spark.SparkException: x", "Caused by: " + cause});
}
Facts ended_with_log(const std::string& name) {
    return ended(core::split(test::read_test_file("corpus/" + name), '\n'));
}
Facts waiting_with_log(std::string name) {
    auto facts = running();
    facts.log = core::split(test::read_test_file("corpus/" + std::move(name)), '\n');
    return facts;
}
spark::StreamFacts stream_of(Facts& facts) {
    spark::StreamFacts stream;
    stream.queries.push_back({});
    stream.queries[0].name = "orders";
    stream.queries[0].batch = 7;
    stream.queries[0].last_batch = facts.now - 2s;
    return stream;
}

struct Situation {
    std::string id, origin;
    std::function<Facts()> facts;
};

const std::vector<Situation>& situations() {
    static const std::vector<Situation> kAll = {
        {"ghost-run", "finding 2",
         [] {
             return test::facts("app-orders-13-pending_rerun", {"pod-orders-driver-17-running"},
                                "2026-11-22T10:20:00Z");
         }},
        {"earlier-executors", "finding 18",
         [] {
             auto facts = running();
             auto old = facts.pods[0];
             old.role = "executor", old.name = "orders-1-exec-1", old.submission_id = "earlier";
             facts.pods.push_back(old);
             return facts;
         }},
        {"operator-stopped", "F06",
         [] {
             auto facts = ignored();
             facts.operators.emplace();
             facts.operators->pods_known = facts.operators->acted_here = true;
             return facts;
         }},
        {"operator-stopped", "F06, its pod is not ready",
         [] {
             auto facts = ignored();
             facts.operators.emplace();
             facts.operators->pods_known = true;
             facts.operators->seen = {{"spark-operator/controller", false, {}}};
             return facts;
         }},
        {"namespace-not-watched", "F06",
         [] {
             auto facts = ignored();
             facts.operators.emplace();
             facts.operators->acted_later = facts.application.created + 1min;
             facts.operators->acted_on = "streams/orders";
             return facts;
         }},
        {"namespace-not-watched", "F06, by its flag",
         [] {
             auto facts = ignored();
             facts.operators.emplace();
             facts.operators->seen = {{"spark-operator/controller", true, {"streams", "batch"}}};
             return facts;
         }},
        {"no-status", "F06, F25", ignored},
        {"slow-submission", "finding 16",
         [] {
             auto facts = ignored();
             facts.events.push_back({facts.now, "Normal", "SparkApplicationAdded", "was added",
                                     "SparkApplication", "bad-image", "", 1});
             return facts;
         }},
        {"node-lost", "F14",
         [] {
             auto facts = running();
             facts.pods[0].node_lost = true;
             return facts;
         }},
        {"node-lost", "F14, a pod that does not go",
         [] {
             auto facts = running();
             facts.pods[0].being_deleted = true;
             facts.pods[0].stops_by = facts.now - 36min;
             return facts;
         }},
        {"restart-half-done", "",
         [] {
             Facts facts;
             facts.application = test::application("app-sessions-03-suspended");
             facts.application.suspend = true;
             facts.application.annotations["kubectl-spark/restart"] =
                 R"({"step":"suspended","by":"ann","at":"2026-11-22T10:00:00Z","from":"s1"})";
             facts.now = *core::parse_time("2026-11-22T10:20:00Z");
             return facts;
         }},
        {"suspended", "finding 6",
         [] { return test::facts("app-sessions-03-suspended", {}, "2026-11-22T10:20:00Z"); }},
        {"retry-interval", "F11",
         [] {
             auto facts = test::facts("app-fail-retry-06-failing", {}, "2026-11-22T10:06:00Z");
             facts.application.restart_policy.on_failure_interval.reset();
             return facts;
         }},
        {"driver-exists", "F10, finding 3",
         [] { return test::facts("app-orders-20-submission_failed", {}, "2026-11-22T10:23:31Z"); }},
        {"service-account", "F05, finding 10",
         [] { return test::facts("app-bad-account-03-failed", {}, "2026-11-22T10:06:00Z"); }},
        {"quota", "F21",
         [] {
             return test::facts("apache-app-over-quota-04-ResourceReleased", {},
                                "2026-11-22T12:06:00Z");
         }},
        {"name-too-long", "F18",
         [] {
             return refused(
                 "metadata.labels: Invalid value: \"x\": must be no more than 63 characters");
         }},
        {"cpu-limit", "F20",
         [] {
             return refused(
                 "spec.containers[0].resources.requests: Invalid value: \"1\": must be less "
                 "than or equal to cpu limit");
         }},
        {"permission", "F23",
         [] {
             return refused("User \"system:serviceaccount:a:b\" cannot create resource \"pods\"");
         }},
        {"submission-killed", "F17", [] { return refused("signal: killed"); }},
        {"submission-failed", "F17", [] { return refused("exit status 1"); }},
        {"image-pull", "F01",
         [] {
             return test::facts("app-bad-image-02-submitted", {"pod-bad-image-driver-12-pending"},
                                "2026-11-22T10:05:00Z");
         }},
        {"object-missing", "a secret",
         [] {
             auto facts = submitted();
             facts.pods[0].containers = {{"spark-kubernetes-driver", "waiting",
                                          "CreateContainerConfigError", "secret \"db\" not found"}};
             return facts;
         }},
        {"object-missing", "a claim",
         [] {
             auto facts = submitted();
             facts.pods[0].scheduling_problem =
                 "0/1 nodes are available: persistentvolumeclaim \"checkpoints\" not found.";
             return facts;
         }},
        {"object-missing", "a config map that never comes",
         [] {
             auto facts = submitted();
             facts.events.push_back({facts.now, "Warning", "FailedMount",
                                     "configmap \"rules\" not found", "Pod", "bad-image-driver",
                                     "kubelet", 9});
             return facts;
         }},
        {"container-config", "",
         [] {
             auto facts = submitted();
             facts.pods[0].containers = {{"spark-kubernetes-driver", "waiting", "RunContainerError",
                                          "exec: \"/opt/entrypoint.sh\": no such file"}};
             return facts;
         }},
        {"unschedulable", "F03, finding 10",
         [] {
             return test::facts("app-driver-too-big-02-submitted",
                                {"pod-driver-too-big-driver-02-pending"}, "2026-11-22T10:06:00Z");
         }},
        {"unschedulable", "F05, an executor",
         [] {
             return test::facts("app-executor-too-big-04-running",
                                {"pod-executor-too-big-driver-04-running",
                                 "pod-pi-342095a202b4c502-exec-1-02-pending"},
                                "2026-11-22T10:06:00Z");
         }},
        {"oom-killed", "finding 9, the driver",
         [] {
             return test::facts("app-oom-driver-08-failed", {"pod-oom-driver-driver-06-failed"},
                                "2026-11-22T10:31:00Z");
         }},
        {"oom-killed", "F28, finding 9: an executor that is COMPLETED",
         [] {
             return test::facts("app-oom-executor-06-running",
                                {"pod-oom-executor-driver-04-running",
                                 "pod-fail-de7927a202cebc45-exec-1-06-succeeded"},
                                "2026-11-22T10:30:56Z");
         }},
        {"evicted", "",
         [] {
             auto facts = ended({});
             facts.pods[0].reason = "Evicted";
             return facts;
         }},
        {"driver-not-known", "finding 5",
         [] {
             auto facts = running();
             facts.application.phase = spark::Phase::Failed;
             facts.application.message = "driver pod not found";
             facts.pods[0].launched_by_operator = false;
             return facts;
         }},
        {"driver-missing", "F34",
         [] {
             auto facts = ended({});
             facts.pods.clear();
             facts.application.message = "driver pod not found";
             return facts;
         }},
        {"missing-jar", "F27", [] { return ended_with_log("logs/classnotfound-jar-missing.log"); }},
        {"class-missing", "F27, finding 10",
         [] { return ended_with_log("logs-live/bad-class.log"); }},
        {"file-missing", "finding 10", [] { return ended_with_log("logs-live/bad-file.log"); }},
        {"python-exception", "F31", [] { return ended_with_log("logs-live/fail-raise.log"); }},
        {"exception", "F31", [] { return threw("java.lang.IllegalStateException: x"); }},
        {"python-worker-crash", "finding 9",
         [] { return ended_with_log("logs-live/oom-executor.log"); }},
        {"checkpoint-conflict", "finding 14",
         [] { return ended_with_log("logs-live/apache-hold-1.log"); }},
        {"checkpoint-incompatible", "",
         [] {
             return threw(
                 "java.lang.AssertionError: There are [2] sources in the checkpoint offsets "
                 "and now there are [1] sources");
         }},
        {"offsets-lost", "", [] { return ended_with_log("logs/kafka-broker-and-offsets.log"); }},
        {"kafka-access", "",
         [] {
             return threw(
                 "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized "
                 "to access topics: [orders]");
         }},
        {"kafka-unreachable", "",
         [] {
             return threw("org.apache.kafka.common.config.ConfigException: No resolvable bootstrap "
                          "urls given in bootstrap.servers");
         }},
        {"storage-access", "",
         [] { return threw("java.nio.file.AccessDeniedException: s3a://lake: getFileStatus"); }},
        {"database-access", "",
         [] { return threw("java.sql.SQLException: Access denied for user 'etl'@'10.0.0.1'"); }},
        {"database-unreachable", "",
         [] { return threw("org.postgresql.util.PSQLException: The connection attempt failed."); }},
        {"api-unreachable", "F32",
         [] { return ended_with_log("logs/external-scheduler-unknownhost.log"); }},
        {"class-version", "",
         [] { return threw("java.lang.NoSuchMethodError: scala.Predef$.refArrayOps"); }},
        {"module-missing", "",
         [] {
             return ended({"Traceback (most recent call last):",
                           "ModuleNotFoundError: No module named 'requests'"});
         }},
        {"java-heap", "", [] { return threw("java.lang.OutOfMemoryError: Java heap space"); }},
        {"python-version", "",
         [] { return threw("PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker"); }},
        {"disk-full", "", [] { return threw("java.io.IOException: No space left on device"); }},
        {"image-entrypoint", "F27",
         [] { return ended({"/opt/spark/bin/spark-class: line 97: CMD: bad array subscript"}); }},
        {"host-unknown", "", [] { return threw("java.net.UnknownHostException: db.example"); }},
        {"connection-refused", "",
         [] { return threw("java.net.ConnectException: Connection refused"); }},
        {"volumes-missing", "F38",
         [] {
             auto facts = running();
             facts.application.driver_mounts = {"checkpoints"};
             facts.pods[0].mounts = {"spark-conf-volume-driver"};
             return facts;
         }},
        {"driver-exit", "finding 8, finding 10", [] { return ended({}); }},
        {"pending-rerun", "F08, finding 4",
         [] {
             auto facts = test::facts("app-orders-13-pending_rerun", {}, "2026-11-22T10:20:00Z");
             facts.status_written = facts.now - 5min;
             return facts;
         }},
        {"slow-start", "", [] { return submitted(); }},
        {"failed", "",
         [] {
             Facts facts;
             facts.application.phase = spark::Phase::Failed;
             return facts;
         }},
        {"unknown", "",
         [] {
             auto facts = running();
             facts.application.phase = spark::Phase::Unknown;
             facts.application.state = "UNKNOWN";
             return facts;
         }},
        {"no-resources", "F36, finding 10",
         [] { return waiting_with_log("logs-live/executor-too-big.log"); }},
        {"executor-quota", "",
         [] { return waiting_with_log("logs-live/apache-executor-quota.log"); }},
        {"driver-rights", "F23",
         [] {
             auto facts = running();
             facts.log = std::vector<std::string>{
                 "User \"system:serviceaccount:sdap:sdap-spark\" cannot create resource \"pods\""};
             return facts;
         }},
        {"no-executors", "F36",
         [] {
             auto facts = running();
             facts.now += 10min;
             return facts;
         }},
        {"query-terminated", "",
         [] {
             auto facts = running();
             facts.stream = stream_of(facts);
             facts.stream->queries[0].terminated = true;
             return facts;
         }},
        {"stream-stalled", "",
         [] {
             auto facts = running();
             facts.stream = stream_of(facts);
             facts.stream->queries[0].last_batch = facts.now - 12min;
             return facts;
         }},
        {"spec-not-applied", "finding 1",
         [] {
             auto facts = running();
             facts.now += 90s;
             facts.application.driver_annotations["kubectl-spark/restarted-at"] = "now";
             return facts;
         }},
        {"stream-lagging", "",
         [] {
             auto facts = running();
             facts.stream = stream_of(facts);
             facts.stream->queries[0].input_rate = 10;
             facts.stream->queries[0].processed_rate = 5;
             return facts;
         }},
        {"last-retry", "",
         [] {
             auto facts = test::facts("app-fail-retry-19-running", {}, "2026-11-22T10:02:42Z");
             facts.pods_known = false;
             return facts;
         }},
    };
    return kAll;
}

/// The ids in the first column of the documentation's table.
std::set<std::string> documented() {
    std::set<std::string> ids;
    for (const auto& line : core::split(test::read_test_file("../docs/troubleshooting.md"), '\n')) {
        constexpr std::string_view kBegin = "| <a id=\"";
        if (!line.starts_with(kBegin)) continue;
        const auto id = line.substr(kBegin.size(), line.find('"', kBegin.size()) - kBegin.size());
        CHECK(line.find("`" + id + "`") != std::string::npos);
        CHECK(std::count(line.begin(), line.end(), '|') == 5);
        CHECK(ids.insert(id).second);
    }
    return ids;
}

std::set<std::string> known() {
    std::set<std::string> ids;
    for (const auto id : spark::verdict_ids()) ids.emplace(id);
    return ids;
}

} // namespace

TEST_CASE("each situation has its verdict, with evidence and a remedy") {
    for (const auto& situation : situations()) {
        INFO(situation.id << " " << situation.origin);
        const auto causes = spark::causes(situation.facts());
        REQUIRE_FALSE(causes.empty());
        CHECK(causes.front().id == situation.id);
        CHECK(causes.front().health != Health::Good);
        CHECK_FALSE(causes.front().sentence.empty());
        CHECK(diagnose(situation.facts()).id == situation.id);
    }
}

TEST_CASE("a webhook that does not answer is known by the API server's words") {
    const auto verdict = spark::diagnose_refusal(
        "Internal error occurred: failed calling webhook \"mutate--v1-pod.sparkoperator.k8s.io\": "
        "dial tcp 127.0.0.1:9443: connect: connection refused");
    REQUIRE(verdict);
    CHECK(verdict->id == "webhook-down");
    CHECK_FALSE(spark::diagnose_refusal("sparkapplications is forbidden"));
}

TEST_CASE("engine, situations and documentation name the same verdicts") {
    std::set<std::string> tested = {"webhook-down"};
    for (const auto& situation : situations()) tested.insert(situation.id);
    CHECK(tested == known());
    CHECK(documented() == known());
    CHECK(spark::help_on("image-pull") == "kubectl spark help image-pull");
}

TEST_CASE("what stands behind the first cause is told too, without repeating it in vaguer words") {
    const auto causes = spark::causes(ended_with_log("logs-live/fail-raise.log"));
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].id == "python-exception");
    CHECK(causes[1].id == "driver-exit");
}

TEST_CASE("F40: a ConfigMap that comes late is no cause") {
    auto facts = submitted();
    facts.now = facts.pods[0].created + 20s;
    facts.application.submitted = facts.pods[0].created;
    facts.events.push_back({facts.pods[0].created + 1s, "Warning", "FailedMount",
                            "configmap \"spark-drv-1-conf-map\" not found", "Pod",
                            "bad-image-driver", "kubelet", 2});
    CHECK(spark::causes(facts).empty());
}

TEST_CASE("a recorded application that goes well has no verdict in any of its states") {
    for (const auto* name :
         {"app-pi-01-new", "app-pi-02-submitted", "app-pi-03-running", "app-pi-04-running",
          "app-pi-05-running", "app-pi-06-running", "app-pi-07-succeeding", "app-pi-08-completed",
          "app-orders-01-new", "app-orders-02-submitted", "app-orders-03-running",
          "app-orders-04-running", "app-orders-05-running", "app-orders-17-running"}) {
        INFO(name);
        Facts facts;
        facts.application = test::application(name);
        facts.now = facts.application.submitted.value_or(facts.application.created) + 20s;
        CHECK(spark::causes(facts).empty());
    }
}
