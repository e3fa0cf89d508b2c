// SPDX-License-Identifier: Apache-2.0
// What the Spark in a pod does, as far as it can be seen from outside: a driver writes its log,
// asks for executors, removes them when it ends; an executor lives as long as its driver.
#include "core/base/system.hpp"
#include "tests/sandbox/kubelet.hpp"
#include "tests/sandbox/pods.hpp"
#include "tests/sandbox/query.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
/// "26/11/22 14:05:59", as Spark's default layout has it.
std::string spark_time(core::Time time) {
    const std::string text = core::format_time(time);
    return fmt::format("{}/{}/{} {}", text.substr(2, 2), text.substr(5, 2), text.substr(8, 2),
                       text.substr(11, 8));
}

bool is_running(const Json& pod) {
    return pod.at("status").value("phase", "") == "Running";
}
} // namespace

void Kubelet::log(const Json& pod, const std::string& text) {
    const core::Time now = cluster_.clock.now();
    cluster_.logs.append(pod.at("metadata").at("uid"), now, spark_time(now) + " " + text);
    cluster_.changed.notify_all();
}

/// What its fate adds to the log of a pod that starts.
void Kubelet::write_more(const Json& pod, const Fate& fate) {
    const std::string uid = pod.at("metadata").at("uid");
    const core::Time now = cluster_.clock.now();
    for (int i = 1; i <= fate.log_lines; ++i)
        log(pod, fmt::format("INFO Sandbox: line {} of {}", i, fate.log_lines));
    if (fate.log_bytes > 0) cluster_.logs.append(uid, {fate.log_bytes / BulkLines::kLength, now});
    if (fate.line_bytes > 0) cluster_.logs.append(uid, now, std::string(fate.line_bytes, 'x'));
    if (fate.log_file.empty()) return;
    const auto text = core::read_file(fate.log_file, 64u << 20);
    if (!text) return log(pod, "ERROR Sandbox: " + text.error().message);
    for (std::size_t begin = 0; begin < text->size();) {
        const std::size_t end = std::min(text->find('\n', begin), text->size());
        cluster_.logs.append(uid, now, text->substr(begin, end - begin));
        begin = end + 1;
    }
    cluster_.changed.notify_all();
}

void Kubelet::run_driver(const Json& pod) {
    const ObjectPtr application = application_of(cluster_, pod);
    if (!application) return;
    const Fate fate = fate_of(application->value);
    const Json& spec = application->value.at("spec");
    if (fate.log_file.empty()) {
        log(pod, "INFO SparkContext: Running Spark version " + spec.value("sparkVersion", ""));
        log(pod, "INFO SparkContext: Submitted application: " + label(pod, "spark-app-name"));
        log(pod, "INFO SparkUI: Bound SparkUI to 0.0.0.0, and started at port 4040.");
    }
    write_more(pod, fate);
    const std::string prefix = fmt::format("{}-{}", label(pod, "spark-app-name"),
                                           cluster_.random_word(16, "0123456789abcdef"));
    for (int id = 1; id <= executor_count(application->value); ++id)
        later(pod, 0.4, [this, prefix, id](const Json& now) { add_executor(now, prefix, id); });
    if (fate.log_file.empty()) later(pod, 1, [this](const Json& now) { write_batch(now, 0); });
    if (!fate.run_seconds) return;
    later(pod, *fate.run_seconds, [this, fate](const Json& now) {
        if (!is_running(now) || now.at("metadata").contains("deletionTimestamp")) return;
        if (fate.exit_code != 0)
            log(now, fmt::format("ERROR ApplicationMaster: User application exited with status {}",
                                 fate.exit_code));
        else
            log(now, "INFO SparkContext: Successfully stopped SparkContext");
        if (fate.exit_code == 137) { // killed: nobody tells the executors
            terminate(now, fate.exit_code, fate.exit_reason);
            return;
        }
        remove_executors(now);
        end_driver(now, fate);
    });
}

void Kubelet::end_driver(const Json& pod, const Fate& fate) {
    if (!is_running(pod)) return;
    for (const ObjectPtr& executor : executors_of(cluster_, pod)) {
        if (!is_running(executor->value)) continue;
        later(pod, 0.05, [this, fate](const Json& now) { end_driver(now, fate); });
        return;
    }
    terminate(pod, fate.exit_code, fate.exit_reason);
}

void Kubelet::write_batch(const Json& pod, int batch) {
    if (!is_running(pod)) return;
    const Query query = fate(pod).query;
    const auto age =
        std::chrono::milliseconds(static_cast<std::int64_t>(query.batch_age.value_or(0) * 1000));
    const core::Time then = cluster_.clock.now() - age;
    cluster_.logs.append(pod.at("metadata").at("uid"), then,
                         spark_time(then) + std::string(kProgressMarker) +
                             progress_of(pod, query, batch, then).dump());
    cluster_.changed.notify_all();
    if (!query.batch_age)
        later(pod, 1, [this, batch](const Json& now) { write_batch(now, batch + 1); });
}

void Kubelet::add_executor(const Json& driver, const std::string& prefix, int id) {
    const ObjectPtr application = application_of(cluster_, driver);
    if (!application || !is_running(driver) || driver.at("metadata").contains("deletionTimestamp"))
        return;
    const std::string name_space = driver.at("metadata").at("namespace");
    try {
        create(cluster_, pod_kind(), name_space,
               make_executor_pod(application->value, driver, prefix, id), {.manager = "spark"});
        log(driver, fmt::format("INFO ExecutorPodsAllocator: Going to request executor {}", id));
    } catch (const Refusal& refusal) { // a quota; Spark tries again for ever
        log(driver,
            "WARN ExecutorPodsSnapshotsStoreImpl: Exception when notifying snapshot "
            "subscriber. io.fabric8.kubernetes.client.KubernetesClientException: Message: " +
                refusal.status.at("message").get<std::string>());
        later(driver, 5, [this, prefix, id](const Json& now) { add_executor(now, prefix, id); });
    }
}

void Kubelet::remove_executors(const Json& driver) {
    for (const ObjectPtr& executor : executors_of(cluster_, driver))
        remove(cluster_, pod_kind(), executor, Json::object());
}

void Kubelet::run_executor(const Json& pod) {
    log(pod, "INFO CoarseGrainedExecutorBackend: Successfully registered with driver");
    if (const std::size_t bytes = fate(pod).executor_log_bytes; bytes > 0)
        cluster_.logs.append(pod.at("metadata").at("uid"),
                             {bytes / BulkLines::kLength, cluster_.clock.now()});
    if (!fate(pod).executor_oom) return;
    later(pod, 2, [this](const Json& now) {
        if (!is_running(now) || now.at("metadata").contains("deletionTimestamp")) return;
        terminate(now, 137, "OOMKilled");
        const std::string name = now.at("metadata").at("name");
        const int id = std::stoi(label(now, "spark-exec-id"));
        const ObjectPtr application = application_of(cluster_, now);
        const ObjectPtr driver =
            application ? cluster_.store.find(pod_kind(),
                                              now.at("metadata").at("namespace").get<std::string>(),
                                              driver_pod_name(application->value))
                        : nullptr;
        if (!driver || !is_running(driver->value)) return;
        log(driver->value, fmt::format("ERROR TaskSchedulerImpl: Lost executor {}: The executor "
                                       "with id {} exited with exit code 137(SIGKILL, possible "
                                       "container OOM).",
                                       id, id));
        const int next = id + executor_count(application->value);
        later(driver->value, 1,
              [this, next, prefix = name.substr(0, name.rfind("-exec-"))](const Json& one) {
                  add_executor(one, prefix, next);
              });
        later(now, 3, [this](const Json& old) {
            if (const ObjectPtr there = cluster_.store.find(
                    pod_kind(), old.at("metadata").at("namespace").get<std::string>(),
                    old.at("metadata").at("name").get<std::string>()))
                remove(cluster_, pod_kind(), there, Json::object());
        });
    });
}

} // namespace kspark::sandbox
