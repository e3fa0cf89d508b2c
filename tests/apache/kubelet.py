# SPDX-License-Identifier: Apache-2.0
"""Plays the node of the apache operator's pods: image, start, end, grace period; and what Spark does
in them: a driver asks for executors, and takes them with it when it ends."""
import threading
import uuid

EXECUTOR, DRIVER = "spark-kubernetes-executor", "spark-kubernetes-driver"
PODS = "/api/v1/pods?labelSelector=spark.operator%2Fspark-app-name"


def labels_of(pod):
    return pod["metadata"]["labels"]


def path_of(pod):
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def owner(pod, **more):
    return {"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"], **more}


class Kubelet:
    def __init__(self, world):
        self.world, self.api, self.known = world, world.api, set()

    def look(self):
        """Takes over the pods that it does not know yet."""
        for pod in self.world.store.all(PODS):
            uid = pod["metadata"]["uid"]
            if uid in self.known or not labels_of(pod)["spark.operator/spark-app-name"].startswith(self.world.prefix):
                continue
            self.known.add(uid)
            threading.Thread(target=Life(self, pod).run, daemon=True).start()


class Life:
    """One pod, from its creation to its end."""

    def __init__(self, kubelet, pod):
        self.world, self.api, self.pod, self.uid = kubelet.world, kubelet.api, pod, pod["metadata"]["uid"]
        self.role = labels_of(pod)["spark-role"]
        self.fate = self.world.fate_of_pod(pod)
        self.container = {"driver": DRIVER, "executor": EXECUTOR}[self.role]

    # What it waits for.
    def now(self):
        return self.world.store.get(PODS, self.uid)

    def over(self):
        pod = self.now()
        return pod is None or "deletionTimestamp" in pod["metadata"]

    def wait(self, seconds=None):
        """True when the pod was deleted meanwhile."""
        return self.world.wait(self.over, seconds)

    # What it writes.
    def status(self, phase, state, ready=False, **more):
        now = self.world.now()
        start = (self.now() or self.pod).get("status", {}).get("startTime", now)
        condition = lambda kind, value: {"type": kind, "status": "True" if value else "False", "lastTransitionTime": now}
        status = {
            "phase": phase, "startTime": start, "podIP": self.world.address, "podIPs": [{"ip": self.world.address}],
            "conditions": [condition("PodScheduled", True), condition("Initialized", True), condition("Ready", ready),
                           condition("ContainersReady", ready)],
            "containerStatuses": [{
                "name": self.container, "image": self.pod["spec"]["containers"][0].get("image", ""), "imageID": "",
                "ready": ready, "started": ready, "restartCount": 0, "lastState": {}, "state": state}], **more}
        self.api.quietly("PATCH", path_of(self.pod) + "/status", {"metadata": {"uid": self.uid}, "status": status},
                         kind="application/merge-patch+json")

    def event(self, kind, reason, message):
        self.world.event(self.pod, "v1", "Pod", kind, reason, message)

    def end(self, code, reason=None):
        began = self.began or self.world.now()
        state = {"terminated": {"exitCode": code, "reason": reason or ("Error" if code else "Completed"),
                                "startedAt": began, "finishedAt": self.world.now()}}
        self.status("Running", state)  # the pod's phase follows a second later
        if not self.over():
            self.wait(1)
        self.status("Failed" if code else "Succeeded", state)

    # Its life.
    def run(self):
        self.began = None
        phase = self.pod.get("status", {}).get("phase", "Pending")
        if phase == "Pending":
            self.start()
        elif phase == "Running":  # played before by another process
            self.began = self.world.now()
        self.stop()

    def start(self):
        if self.fate.flag("unschedulable" if self.role == "driver" else "executors-pending"):
            why = "0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
            self.event("Warning", "FailedScheduling", why)
            self.api.quietly("PATCH", path_of(self.pod) + "/status", {"status": {"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why,
                 "lastTransitionTime": self.world.now()}]}}, kind="application/merge-patch+json")
            return
        self.event("Normal", "Scheduled", f"Successfully assigned {path_of(self.pod)} to the played node")
        self.status("Pending", {"waiting": {"reason": "ContainerCreating"}})
        image = self.pod["spec"]["containers"][0].get("image", "")
        if self.fate.flag("image-pull-error") or "missing" in image or "does-not-exist" in image:
            return self.fail_to_pull(image)
        if self.wait(self.fate.number("start-seconds", 0.9)):
            return
        self.event("Normal", "Started", f"Started container {self.container}")
        self.began = self.world.now()
        self.status("Running", {"running": {"startedAt": self.began}}, ready=True)
        if self.role == "driver":
            self.drive()

    def fail_to_pull(self, image):
        why = f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found'
        self.event("Warning", "Failed", f'Failed to pull image "{image}": {why}')
        self.status("Pending", {"waiting": {"reason": "ErrImagePull", "message": why}})
        if not self.wait(1):
            self.event("Normal", "BackOff", f'Back-off pulling image "{image}"')
            self.status("Pending", {"waiting": {"reason": "ImagePullBackOff",
                                                "message": f'Back-off pulling image "{image}": ErrImagePull: {why}'}})

    def drive(self):
        seconds = self.fate.number("run-seconds", None)
        if seconds is None or seconds > 4:
            if self.wait(4):
                return
            self.request_executors()
            seconds = None if seconds is None else seconds - 4
        if self.wait(seconds):
            return
        self.api.quietly("DELETE", f"/api/v1/namespaces/{self.pod['metadata']['namespace']}/services/{self.pod['metadata']['name']}-svc")
        for executor in self.executors():
            self.world.ended.add(executor["metadata"]["uid"])
        with self.world.store.changed:
            self.world.store.changed.notify_all()
        self.end(int(self.fate.number("exit-code", 0)), self.fate.text("exit-reason") or None)

    def executors(self):
        return [pod for pod in self.world.store.all(PODS) if labels_of(pod)["spark-role"] == "executor" and any(
            one["uid"] == self.uid for one in pod["metadata"].get("ownerReferences", []))]

    def request_executors(self):
        name, count = self.world.run_time_name(self.pod), self.world.executor_count(self.pod)
        prefix = f"{name}-{uuid.uuid4().hex[:16]}"
        labels = {**labels_of(self.pod), "spark-app-name": name, "spark-role": "executor",
                  "spark-exec-resourceprofile-id": "0"}
        for number in range(1, count + 1):
            self.world.create_pod({
                "metadata": {"name": f"{prefix}-exec-{number}", "namespace": self.pod["metadata"]["namespace"],
                             "labels": {**labels, "spark-exec-id": str(number)},
                             "ownerReferences": [owner(self.pod, controller=True)]},
                "spec": {"containers": [{
                    "name": EXECUTOR, "image": self.pod["spec"]["containers"][0].get("image", ""), "args": ["executor"],
                    "env": [{"name": "_SPARK_AUTH_SECRET", "value": "played-secret"}]}],
                    "serviceAccountName": self.pod["spec"].get("serviceAccountName", "default"),
                    "terminationGracePeriodSeconds": 30}}, unbound=self.fate.flag("executors-pending"))

    def stop(self):
        ended = lambda: self.over() or self.uid in self.world.ended
        self.world.wait(ended, None)
        if not self.over():  # its driver has ended
            self.end(0)
            self.wait()
        pod = self.now()
        if pod is None:
            return
        if pod.get("status", {}).get("phase") == "Running" and self.uid not in self.world.ended:
            self.event("Normal", "Killing", f"Stopping container {self.container}")
            kind = "stop-seconds" if self.role == "driver" else "executor-stop-seconds"
            self.world.sleep(self.fate.number(kind, self.fate.number("stop-seconds", 1)))
            self.end(143)
        self.world.sleep(0.1)
        self.api.quietly("DELETE", path_of(self.pod), {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0,
                                                       "preconditions": {"uid": self.uid}})
