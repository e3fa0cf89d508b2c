// SPDX-License-Identifier: Apache-2.0
// The life of a pod: scheduled, image pulled, started, ended or told to end; with the conditions,
// container states and events that a node of Kubernetes 1.34 leaves behind (recorded).
#include "tests/sandbox/kubelet.hpp"

#include "tests/sandbox/pods.hpp"
#include "tests/sandbox/recorder.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
constexpr auto kDoesNotFit = "0/1 nodes are available: 1 Insufficient cpu. no new claims to "
                             "deallocate, preemption: 0/1 nodes are available: 1 Preemption is not "
                             "helpful for scheduling.";

Json condition(const std::string& type, bool status, const std::string& now,
               const std::string& reason = {}, const std::string& message = {}) {
    Json one = {{"type", type},
                {"status", status ? "True" : "False"},
                {"lastProbeTime", nullptr},
                {"lastTransitionTime", now},
                {"observedGeneration", 1}};
    if (!reason.empty()) one["reason"] = reason;
    if (!message.empty()) one["message"] = message;
    return one;
}

Json conditions(bool ready, const std::string& now, const std::string& why,
                const std::string& message) {
    return {condition("PodReadyToStartContainers", ready, now), condition("Initialized", true, now),
            condition("Ready", ready, now, ready ? "" : why, ready ? "" : message),
            condition("ContainersReady", ready, now, ready ? "" : why, ready ? "" : message),
            condition("PodScheduled", true, now)};
}

std::string container_name(const Json& pod) {
    return pod.at("spec").at("containers")[0].at("name");
}

std::string image(const Json& pod) {
    return pod.at("spec").at("containers")[0].value("image", "");
}

/// Clients know by it that a container has started (stern reads no log without one).
std::string container_id(const Json& pod, const Json& container) {
    std::string id = "containerd://";
    const std::string seed =
        pod.at("metadata").at("uid").get<std::string>() + container.at("name").get<std::string>();
    for (const char part : {'a', 'b', 'c', 'd'})
        id += fmt::format("{:016x}", std::hash<std::string>{}(seed + part));
    return id;
}

void set_states(Json& pod, const Json& state, bool ready) {
    Json statuses = Json::array();
    for (const Json& container : pod.at("spec").at("containers")) {
        statuses.push_back({{"name", container.at("name")},
                            {"image", container.value("image", "")},
                            {"imageID", ready ? "sha256:sandbox" : ""},
                            {"lastState", Json::object()},
                            {"ready", ready},
                            {"started", ready},
                            {"restartCount", 0},
                            {"state", state}});
        if (!state.contains("waiting"))
            statuses.back()["containerID"] = container_id(pod, container);
    }
    pod["status"]["containerStatuses"] = statuses;
}
} // namespace

void Kubelet::later(const Json& pod, double seconds, std::function<void(const Json&)> task) {
    const Json metadata = pod.at("metadata");
    agenda_.after(seconds, [this, task = std::move(task), uid = metadata.at("uid"),
                            name_space = metadata.at("namespace").get<std::string>(),
                            name = metadata.at("name").get<std::string>()] {
        const ObjectPtr now = cluster_.store.find(pod_kind(), name_space, name);
        if (now && now->value.at("metadata").at("uid") == uid) task(now->value);
    });
}

void Kubelet::update(const Json& pod, const std::function<void(Json&)>& change) {
    Json next = pod;
    change(next);
    cluster_.store.put(pod_kind(), std::move(next));
    cluster_.changed.notify_all();
}

void Kubelet::event(const Json& pod, std::string_view type, std::string_view reason,
                    const std::string& message) {
    const bool scheduler = reason == "Scheduled" || reason == "FailedScheduling";
    record_event(cluster_, pod, scheduler ? "default-scheduler" : "kubelet", type, reason, message,
                 scheduler ? "" : fmt::format("spec.containers{{{}}}", container_name(pod)));
}

Fate Kubelet::fate(const Json& pod) const {
    const ObjectPtr application = application_of(cluster_, pod);
    return application ? fate_of(application->value) : Fate();
}

void Kubelet::on_change(const Change& change) {
    if (change.kind != &pod_kind()) return;
    const Json& pod = change.object->value;
    const auto stopping = [](const ObjectPtr& one) {
        return one && one->value.at("metadata").contains("deletionTimestamp");
    };
    if (change.type == Change::Type::Added)
        later(pod, 0.01, [this](const Json& now) { schedule(now); });
    else if (change.type == Change::Type::Modified && stopping(change.object) &&
             !stopping(change.previous))
        stop(pod);
    else if (change.type == Change::Type::Deleted)
        cluster_.logs.forget(pod.at("metadata").at("uid"));
}

void Kubelet::schedule(const Json& pod) {
    if (!pod.at("spec").value("nodeName", "").empty()) return;
    const Fate fate = this->fate(pod);
    const bool fits = is_driver(pod) ? !fate.unschedulable : !fate.executors_pending;
    const std::string now = cluster_.now();
    if (!fits) {
        event(pod, "Warning", "FailedScheduling", kDoesNotFit);
        update(pod, [&](Json& next) {
            next["status"]["conditions"] = {
                condition("PodScheduled", false, now, "Unschedulable", kDoesNotFit)};
        });
        return;
    }
    event(pod, "Normal", "Scheduled",
          fmt::format("Successfully assigned {}/{} to sandbox-node",
                      pod.at("metadata").at("namespace").get<std::string>(),
                      pod.at("metadata").at("name").get<std::string>()));
    update(pod, [&](Json& next) {
        next["spec"]["nodeName"] = "sandbox-node";
        next["status"]["conditions"] =
            conditions(false, now, "ContainersNotReady",
                       fmt::format("containers with unready status: [{}]", container_name(pod)));
        next["status"]["hostIP"] = "10.244.0.1";
        next["status"]["startTime"] = now;
        set_states(next, {{"waiting", {{"reason", "ContainerCreating"}}}}, false);
    });
    if (fate.image_missing)
        later(pod, 0.3, [this](const Json& one) { fail_to_pull(one, 0); });
    else
        later(pod, fate.start_seconds, [this](const Json& one) { start(one); });
}

void Kubelet::fail_to_pull(const Json& pod, int attempt) {
    if (pod.at("metadata").contains("deletionTimestamp")) return;
    const std::string reference = image(pod);
    const std::string why =
        fmt::format("failed to pull and unpack image \"{0}\": failed to resolve reference \"{0}\": "
                    "{0}: not found",
                    reference);
    const bool backing_off = attempt % 2 == 1;
    const std::string back_off = fmt::format("Back-off pulling image \"{}\"", reference);
    if (backing_off) {
        event(pod, "Normal", "BackOff", back_off);
        event(pod, "Warning", "Failed", "Error: ImagePullBackOff");
    } else {
        event(pod, "Normal", "Pulling", fmt::format("Pulling image \"{}\"", reference));
        event(pod, "Warning", "Failed",
              fmt::format("Failed to pull image \"{}\": {}", reference, why));
        event(pod, "Warning", "Failed", "Error: ErrImagePull");
    }
    update(pod, [&](Json& next) {
        set_states(next,
                   {{"waiting",
                     {{"reason", backing_off ? "ImagePullBackOff" : "ErrImagePull"},
                      {"message",
                       backing_off ? fmt::format("{}: ErrImagePull: {}", back_off, why) : why}}}},
                   false);
        next["status"]["podIP"] = "10.244.0.2";
    });
    later(pod, backing_off ? 10.0 * attempt : 1.0,
          [this, attempt](const Json& one) { fail_to_pull(one, attempt + 1); });
}

void Kubelet::start(const Json& pod) {
    if (pod.at("metadata").contains("deletionTimestamp")) return;
    event(pod, "Normal", "Pulled",
          fmt::format("Container image \"{}\" already present on machine", image(pod)));
    event(pod, "Normal", "Created", "Created container: " + container_name(pod));
    event(pod, "Normal", "Started", "Started container " + container_name(pod));
    const std::string now = cluster_.now();
    const std::string address = fmt::format("10.244.{}.{}", addresses_ / 250, 2 + addresses_ % 250);
    ++addresses_;
    update(pod, [&](Json& next) {
        next["status"]["phase"] = "Running";
        next["status"]["conditions"] = conditions(true, now, "", "");
        next["status"]["podIP"] = address;
        next["status"]["podIPs"] = {{{"ip", address}}};
        set_states(next, {{"running", {{"startedAt", now}}}}, true);
    });
    if (is_driver(pod)) run_driver(pod);
    if (is_executor(pod)) run_executor(pod);
}

void Kubelet::terminate(const Json& pod, int exit_code, const std::string& reason) {
    const std::string now = cluster_.now();
    update(pod, [&](Json& next) {
        Json ended = {{"exitCode", exit_code},
                      {"reason", !reason.empty()  ? reason
                                 : exit_code == 0 ? "Completed"
                                                  : "Error"},
                      {"finishedAt", now},
                      {"startedAt", next.at("status").value("startTime", now)}};
        const bool succeeded = exit_code == 0;
        next["status"]["phase"] = succeeded ? "Succeeded" : "Failed";
        next["status"]["conditions"] =
            conditions(false, now, succeeded ? "PodCompleted" : "PodFailed", "");
        set_states(next, {{"terminated", ended}}, false);
    });
}

void Kubelet::stop(const Json& pod) {
    if (pod.at("status").value("phase", "") == "Running")
        event(pod, "Normal", "Killing", "Stopping container " + container_name(pod));
    if (is_driver(pod)) later(pod, 0.1, [this](const Json& driver) { remove_executors(driver); });
    later(pod, fate(pod).stop_seconds, [this](const Json& one) {
        if (one.at("status").value("phase", "") == "Running")
            terminate(one, is_executor(one) ? 0 : 143, "");
        later(one, 0.05, [this](const Json& last) {
            cluster_.store.remove(pod_kind(),
                                  last.at("metadata").at("namespace").get<std::string>(),
                                  last.at("metadata").at("name").get<std::string>());
            cluster_.changed.notify_all();
        });
    });
}

} // namespace kspark::sandbox
