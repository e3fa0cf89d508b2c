// SPDX-License-Identifier: Apache-2.0
// What happens in the cluster: states, pods and their lines, each told to the watches.
#include "tests/plugins/logs_cluster.hpp"

#include "core/base/time.hpp"

#include <fmt/format.h>

namespace kspark::test {

FakeCluster::FakeCluster(ManualClock& clock, unsigned seed) : clock_(clock), random_(seed) {
    set_state("NEW");
}

void FakeCluster::at(double seconds, std::function<void()> what) {
    plan_.emplace(begin_ + core::Duration(static_cast<long>(seconds * 1e9)), std::move(what));
}

void FakeCluster::set_state(const std::string& state, int attempts, const std::string& submission) {
    app_["apiVersion"] = "sparkoperator.k8s.io/v1beta2";
    app_["kind"] = "SparkApplication";
    app_["metadata"] = {{"name", "orders"}, {"namespace", "streams"}, {"uid", "app"}};
    app_["spec"] = {{"type", "Scala"},
                    {"restartPolicy", {{"type", "OnFailure"}, {"onFailureRetries", 20}}}};
    if (state != "NEW") {
        app_["status"]["applicationState"]["state"] = state;
        app_["status"]["executionAttempts"] = attempts;
        app_["status"]["driverInfo"]["podName"] = "orders-driver";
    }
    if (!submission.empty()) app_["status"]["submissionID"] = submission;
    tell("sparkapplications", events_.empty() ? "ADDED" : "MODIFIED", app_);
}

void FakeCluster::set_apache_state(const std::string& state, int attempt) {
    apache_ = true;
    app_["apiVersion"] = "spark.apache.org/v1";
    app_["kind"] = "SparkApplication";
    app_["metadata"] = {{"name", "orders"}, {"namespace", "streams"}, {"uid", "app"}};
    app_["spec"] = {
        {"runtimeVersions", {{"sparkVersion", "4.0.0"}}},
        {"applicationTolerations",
         {{"restartConfig", {{"restartPolicy", "Always"}, {"maxRestartAttempts", 1}}}}}};
    data::Json& status = app_["status"];
    status["currentState"]["currentStateSummary"] = state;
    status["currentAttemptSummary"]["attemptInfo"]["id"] = attempt;
    status["stateTransitionHistory"][std::to_string(++apache_states_)]["currentStateSummary"] =
        state;
    tell("sparkapplications", events_.empty() ? "ADDED" : "MODIFIED", app_);
}

void FakeCluster::fail_with(const std::string& message) {
    app_["status"]["applicationState"]["errorMessage"] = message;
}

FakePod& FakeCluster::add_pod(const std::string& role, const std::string& submission,
                              const std::string& executor) {
    FakePod& pod = pods_.emplace_back();
    pod.role = role;
    pod.submission = submission;
    pod.executor = executor;
    pod.name = role != "driver" ? "orders-exec-" + executor
               : apache_        ? "orders-" + submission + "-driver"
                                : "orders-driver";
    pod.uid = fmt::format("uid-{}", pods_.size());
    pod.created = clock_.now();
    tell("pods", "ADDED", json_of(pod));
    return pod;
}

void FakeCluster::start(FakePod& pod) {
    pod.state = "running";
    pod.started = clock_.now();
    tell("pods", "MODIFIED", json_of(pod));
}

FakePod& FakeCluster::start_driver(const std::string& submission) {
    FakePod& pod = add_pod("driver", submission);
    start(pod);
    set_state("RUNNING", 1, submission);
    return pod;
}

FakePod* FakeCluster::running_driver() {
    for (FakePod& pod : pods_)
        if (pod.role == "driver" && pod.state == "running" && !pod.gone) return &pod;
    return nullptr;
}

void FakeCluster::write(FakePod& pod, const std::string& line) {
    // Many lines share a second, some a time stamp.
    nanos_ += random_() % 3 == 0 ? 0 : 1000;
    pod.lines.emplace_back(clock_.now() + core::Duration(nanos_), line);
    written[pod.uid] += line + "\n";
}

void FakeCluster::silence(FakePod& pod, bool silent) {
    pod.silent = silent;
    tell("pods", "MODIFIED", json_of(pod));
}

void FakeCluster::terminate(FakePod& pod, int exit_code) {
    pod.state = "terminated";
    pod.exit_code = exit_code;
    pod.finished = clock_.now();
    tell("pods", "MODIFIED", json_of(pod));
}

void FakeCluster::remove(FakePod& pod) {
    pod.gone = true;
    tell("pods", "DELETED", json_of(pod));
}

void FakeCluster::cut() {
    for (auto& [id, transfer] : transfers_) transfer.broken = true;
}

void FakeCluster::close_logs() {
    for (auto& [id, transfer] : transfers_)
        if (transfer.pod != nullptr) transfer.closed = true;
}

void FakeCluster::down(double seconds, double forbidden) {
    cut();
    down_until_ = clock_.now() + core::Duration(static_cast<long>(seconds * 1e9));
    forbidden_until_ = down_until_ + core::Duration(static_cast<long>(forbidden * 1e9));
}

void FakeCluster::tell(const std::string& plural, const std::string& type, data::Json object) {
    object["metadata"]["resourceVersion"] = std::to_string(events_.size() + 1);
    if (plural == "sparkapplications") app_ = object;
    events_.push_back({plural, data::Json{{"type", type}, {"object", object}}.dump() + "\n"});
}

data::Json FakeCluster::labels_of(const FakePod& pod) const {
    data::Json labels = {{"spark-role", pod.role}};
    if (pod.role == "executor") labels["spark-exec-id"] = pod.executor;
    if (apache_) {
        labels["spark.operator/spark-app-name"] = "orders";
        labels["spark.operator/name"] = "spark-kubernetes-operator";
        labels["spark-app-selector"] = "orders-" + pod.submission;
    } else {
        labels["sparkoperator.k8s.io/app-name"] = "orders";
        labels["sparkoperator.k8s.io/submission-id"] = pod.submission;
    }
    return labels;
}

data::Json FakeCluster::json_of(const FakePod& pod) const {
    data::Json state;
    if (pod.state == "waiting") state["waiting"]["reason"] = pod.reason;
    if (pod.state != "waiting") state[pod.state]["startedAt"] = core::format_time(pod.started);
    if (pod.state == "terminated") {
        state[pod.state]["exitCode"] = pod.exit_code;
        state[pod.state]["reason"] = pod.exit_code == 0 ? "Completed" : "Error";
        state[pod.state]["finishedAt"] = core::format_time(pod.finished);
    }
    const bool driver = pod.role == "driver";
    return {{"metadata",
             {{"name", pod.name},
              {"namespace", "streams"},
              {"uid", pod.uid},
              {"creationTimestamp", core::format_time(pod.created)},
              {"labels", labels_of(pod)}}},
            {"spec", {{"nodeName", "node-1"}}},
            {"status",
             {{"phase", pod.state == "waiting"   ? "Pending"
                        : pod.state == "running" ? "Running"
                        : pod.exit_code == 0     ? "Succeeded"
                                                 : "Failed"},
              {"conditions", {{{"type", "Ready"}, {"status", pod.silent ? "False" : "True"}}}},
              {"containerStatuses",
               {{{"ready", pod.state == "running"},
                 {"name", driver ? "spark-kubernetes-driver" : "spark-kubernetes-executor"},
                 {"state", state}}}}}}};
}

FakePod* FakeCluster::pod_named(const std::string& name) {
    for (FakePod& pod : pods_)
        if (pod.name == name && !pod.gone) return &pod;
    return nullptr;
}

void play(FakeCluster& cluster, const Run& run, const std::string& state_after) {
    auto pod = std::make_shared<FakePod*>(nullptr);
    const std::string submission = fmt::format("s{}", run.number);
    cluster.at(run.begin, [&cluster, pod, submission, run] {
        *pod = &cluster.add_pod("driver", submission);
        cluster.set_state("SUBMITTED", run.number, submission);
    });
    cluster.at(run.begin + 0.5, [&cluster, pod, submission, run] {
        cluster.start(**pod);
        cluster.set_state("RUNNING", run.number, submission);
    });
    int line = 0;
    for (double time = run.begin + 0.6; time < run.end; time += 0.2, ++line)
        cluster.at(time, [&cluster, pod, run, line] {
            for (int i = 0; i < 1 + line % 5; ++i)
                cluster.write(**pod, line % 7 == 0
                                         ? std::string("again")
                                         : fmt::format("run {} line {}.{} {}", run.number, line, i,
                                                       std::string(line * 7, 'x')));
        });
    cluster.at(run.end, [&cluster, pod, run, submission, state_after] {
        cluster.write(**pod, "the last word");
        cluster.terminate(**pod, run.exit_code);
        cluster.set_state(run.exit_code == 0 ? "SUCCEEDING" : state_after, run.number, submission);
    });
    if (run.last)
        cluster.at(run.end + 0.3, [&cluster, run, submission] {
            cluster.set_state(run.exit_code == 0 ? "COMPLETED" : "FAILED", run.number, submission);
        });
    else
        cluster.at(run.end + 0.6, [&cluster, pod, run, submission] {
            cluster.remove(**pod);
            cluster.set_state("PENDING_RERUN", run.number, submission);
        });
}

std::string all_written(const FakeCluster& cluster) {
    std::string text;
    for (const auto& [uid, lines] : cluster.written) text += lines;
    return text;
}

} // namespace kspark::test
