#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays apache/spark-kubernetes-operator 1.0.0 and the pods of its applications on a real API server,
with the states, names, labels and times that were recorded from the real one.

usage: apache_operator.py [--speed N] [--address IP] [--prefix NAME]     (the cluster that kubectl uses)

Nothing runs in the pods. What becomes of an application is chosen by annotations
sandbox.kubectl-spark/NAME, as in the sandbox: start-seconds, stop-seconds, executor-stop-seconds,
run-seconds, exit-code, exit-reason, unschedulable, executors-pending, image-pull-error,
submission-error, ignore."""
import argparse
import datetime
import hashlib
import os
import sys
import threading
import time
import uuid

sys.path[:0] = [p for p in [os.path.dirname(os.path.abspath(__file__))] if p not in sys.path]
from cluster import Api, Refused, Store  # noqa: E402
from kubelet import DRIVER, PODS, Kubelet, labels_of, owner, path_of  # noqa: E402

GROUP = "/apis/spark.apache.org/v1"
APPLICATIONS = GROUP + "/sparkapplications"
FINALIZER = "sparkapplications.spark.apache.org/finalizer"
NAME = "spark.operator/spark-app-name"
RUNNING = ("InitializedBelowThresholdExecutors", "RunningHealthy", "RunningWithPartialCapacity",
           "RunningWithBelowThresholdExecutors")
TERMINAL = ("ResourceReleased", "TerminatedWithoutReleaseResources")
SHUTDOWN = "Spark application has been shutdown as requested."
CRITICAL = "Driver has one or more failed critical container(s), refer last observed status for details."
REMOVED = ("Driver removed. This could caused by 'exit' called in driver process with non-zero code, involuntary disruptions "
           "or unintentional destroy behavior, check Kubernetes events for more details.")


class Fate:
    def __init__(self, application):
        self.values = application["metadata"].get("annotations") or {}

    def text(self, name):
        return self.values.get("sandbox.kubectl-spark/" + name, "")

    def flag(self, name):
        return self.text(name) == "true"

    def number(self, name, otherwise):
        return float(self.text(name)) if self.text(name) else otherwise


class World:
    def __init__(self, options):
        self.api, self.speed, self.address, self.prefix = Api(), options.speed, options.address, options.prefix
        nodes = (self.api.quietly("GET", "/api/v1/nodes") or {}).get("items", [])
        self.node = nodes[0]["metadata"]["name"] if nodes else None
        self.store = Store(self.api, [APPLICATIONS, PODS])
        self.ended, self.fates = set(), {}

    # Time.
    def now(self, digits=False):
        moment = datetime.datetime.now(datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{moment.microsecond:06}000Z" if digits else "Z")

    def sleep(self, seconds):
        time.sleep(seconds / self.speed)

    def wait(self, predicate, seconds):
        """Until the predicate holds: True; or the time is over: False."""
        end = None if seconds is None else time.monotonic() + seconds / self.speed
        with self.store.changed:
            while not predicate():
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self.store.changed.wait(left)
        return True

    # What pods ask.
    def application_of(self, pod):
        for application in self.store.all(APPLICATIONS):
            metadata = application["metadata"]
            if metadata["name"] == labels_of(pod)[NAME] and metadata["namespace"] == pod["metadata"]["namespace"]:
                return application
        return None

    def fate_of_pod(self, pod):
        application = self.application_of(pod)
        key = (pod["metadata"]["namespace"], labels_of(pod)[NAME])
        if application:
            self.fates[key] = Fate(application)
        return self.fates.get(key) or Fate({"metadata": {}})

    def conf_of_pod(self, pod):
        application = self.application_of(pod)
        return (application or {}).get("spec", {}).get("sparkConf", {})

    def executor_count(self, pod):
        conf = self.conf_of_pod(pod)
        if conf.get("spark.dynamicAllocation.enabled") == "true":
            return int(conf.get("spark.dynamicAllocation.initialExecutors", conf.get("spark.dynamicAllocation.minExecutors", "0")))
        return int(conf.get("spark.executor.instances", "2"))

    def run_time_name(self, pod):
        return self.fate_of_pod(pod).text("run-time-name") or labels_of(pod)[NAME]

    # What they write.
    def create_pod(self, pod, unbound=False):
        pod.update({"apiVersion": "v1", "kind": "Pod"})
        # KWOK, where it plays the node's other pods, is to leave these alone.
        pod["metadata"].setdefault("annotations", {})["rig/start"] = "87600h"
        pod["spec"].update({"restartPolicy": "Never"})
        if unbound or not self.node:
            pod["spec"]["schedulerName"] = "played"
        else:
            pod["spec"]["nodeName"] = self.node
        return self.api.call("POST", f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods", pod)

    def event(self, about, version, kind, type_, reason, message):
        metadata, now = about["metadata"], self.now()
        self.api.quietly("POST", f"/api/v1/namespaces/{metadata['namespace']}/events", {
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": f"{metadata['name']}.{uuid.uuid4().hex[:16]}", "namespace": metadata["namespace"]},
            "involvedObject": {"apiVersion": version, "kind": kind, "name": metadata["name"],
                               "namespace": metadata["namespace"], "uid": metadata["uid"]},
            "type": type_, "reason": reason, "message": message, "count": 1, "firstTimestamp": now, "lastTimestamp": now,
            "source": {"component": "kubelet"}})


class Deleted(Exception):
    pass


class Application:
    """One application, from its creation to its end, in a thread of its own."""

    def __init__(self, world, object_):
        self.world, self.api = world, world.api
        self.uid, metadata = object_["metadata"]["uid"], object_["metadata"]
        self.name, self.space = metadata["name"], metadata["namespace"]
        self.path = f"{GROUP}/namespaces/{self.space}/sparkapplications/{self.name}"
        self.fate, self.status = Fate(object_), object_.get("status") or {}
        world.fates[(self.space, self.name)] = self.fate

    # What it sees.
    def now(self):
        return self.world.store.get(APPLICATIONS, self.uid)

    def deleted(self):
        now = self.now()
        return now is None or "deletionTimestamp" in now["metadata"]

    def wait(self, predicate, seconds):
        held = self.world.wait(lambda: self.deleted() or predicate(), seconds)
        if self.deleted():
            raise Deleted()
        return held

    def spec(self):
        return (self.now() or {}).get("spec", {})

    def tolerations(self):
        return self.spec().get("applicationTolerations", {})

    def restart(self, key, otherwise):
        return self.tolerations().get("restartConfig", {}).get(key, otherwise)

    def pods(self, role=None):
        return [pod for pod in self.world.store.all(PODS)
                if pod["metadata"]["namespace"] == self.space and labels_of(pod)[NAME] == self.name
                and role in (None, labels_of(pod)["spark-role"])]

    def driver(self):
        return next((pod for pod in self.pods("driver") if pod["metadata"]["uid"] == self.driver_uid), None)

    def container_end(self, pod):
        for status in (pod or {}).get("status", {}).get("containerStatuses", []):
            if status["name"] == DRIVER and "terminated" in status["state"]:
                return status["state"]["terminated"]["exitCode"]
        return None

    # What it writes.
    def say(self, state, message="", driver=None):
        history = self.status.setdefault("stateTransitionHistory", {})
        entry = {"currentStateSummary": state, "lastTransitionTime": self.world.now(True)}
        if message:
            entry["message"] = message
        if driver:
            entry["lastObservedDriverStatus"] = driver["status"]
        history[str(self.next)] = entry
        self.next += 1
        self.status["currentState"] = {key: entry[key] for key in entry if key != "lastObservedDriverStatus"}

    def store(self):
        self.api.quietly("PATCH", self.path + "/status", {"metadata": {"uid": self.uid}, "status": self.status},
                         kind="application/merge-patch+json")

    def finalize(self, add):
        while (now := self.now()) is not None:
            finalizers = [one for one in now["metadata"].get("finalizers", []) if one != FINALIZER]
            try:
                self.api.merge(self.path, {"metadata": {"resourceVersion": now["metadata"]["resourceVersion"],
                                                        "finalizers": finalizers + [FINALIZER] * add}})
                return
            except Refused as refused:
                if refused.code != 409:
                    return
                self.world.wait(lambda: (self.now() or {}) != now, 1)

    # Its life.
    def run(self):
        try:
            if not self.deleted():
                self.live()
        except Deleted:
            pass
        if self.now() is not None:
            self.clean_up()

    def live(self):
        self.attempt, self.counts, self.next, self.driver_uid = 0, [0, 0, 0], 0, None
        state = self.status.get("currentState", {}).get("currentStateSummary")
        if state in TERMINAL:
            self.next = 1 + max(map(int, self.status["stateTransitionHistory"]))
            self.wait(lambda: False, None)
        self.finalize(True)
        if self.spec().get("deploymentMode") == "ClientMode":
            self.say("Failed", "Client mode is not supported yet.")
            self.store()
            self.wait(lambda: False, None)
        if state:
            self.adopt()
        else:
            self.say("Submitted", "Spark application has been created on Kubernetes Cluster.")
            self.info()
        outcome = self.follow() if state in RUNNING else self.run_once()
        while self.retries(outcome):
            self.again(outcome)
            outcome = self.run_once()
        self.finish(outcome)

    def adopt(self):
        self.attempt = self.status["currentAttemptSummary"]["attemptInfo"]["id"]
        self.next = 1 + max(map(int, self.status["stateTransitionHistory"]))
        drivers = self.pods("driver")
        self.driver_uid = drivers[0]["metadata"]["uid"] if drivers else None

    def info(self):
        self.status["currentAttemptSummary"] = {"attemptInfo": {
            "id": self.attempt, "restartCounter": self.counts[0], "failureRestartCounter": self.counts[1],
            "schedulingFailureRestartCounter": self.counts[2]}}

    def application_id(self):
        whole = f"{self.name}-{self.attempt}"
        if len(whole) <= 46:
            return whole
        return f"{whole[:9]}-{int(hashlib.sha224(whole.encode()).hexdigest(), 16):036x}"[:46]

    def request_driver(self):
        spec, id_ = self.spec(), self.application_id()
        conf = spec.get("sparkConf", {})
        labels = {"spark-app-name": self.name if "spark.app.name" in conf else "spark", "spark-app-selector": id_,
                  "spark-role": "driver", "spark-version": spec["runtimeVersions"]["sparkVersion"],
                  "spark.operator/name": "spark-kubernetes-operator", NAME: self.name}
        if self.fate.text("submission-error"):
            raise Refused(403, self.fate.text("submission-error"))
        template = spec.get("driverSpec", {}).get("podTemplateSpec", {})
        image = conf.get("spark.kubernetes.driver.container.image", conf.get("spark.kubernetes.container.image", ""))
        main = spec.get("pyFiles") or spec.get("jars") or ""
        own = template.get("metadata", {})
        pod = self.world.create_pod({
            "metadata": {"name": id_ + "-driver", "namespace": self.space, "labels": {**own.get("labels", {}), **labels},
                         "annotations": dict(own.get("annotations", {})),
                         "ownerReferences": [{"apiVersion": "spark.apache.org/v1", "kind": "SparkApplication",
                                              "name": self.name, "uid": self.uid, "blockOwnerDeletion": True}]},
            "spec": {"containers": [{
                "name": DRIVER, "image": image.replace("{{SPARK_VERSION}}", labels["spark-version"]),
                "args": ["driver", "--properties-file", "/opt/spark/conf/spark.properties", "--class",
                         spec.get("mainClass", ""), main, *spec.get("driverArgs", [])],
                "ports": [{"name": "spark-ui", "containerPort": 4040, "protocol": "TCP"}]}],
                "serviceAccountName": conf.get("spark.kubernetes.authenticate.driver.serviceAccountName", "default"),
                "terminationGracePeriodSeconds": template.get("spec", {}).get("terminationGracePeriodSeconds", 30)}},
            unbound=self.fate.flag("unschedulable"))
        self.driver_uid = pod["metadata"]["uid"]
        belongs = {"namespace": self.space, "labels": labels, "ownerReferences": [owner(pod, blockOwnerDeletion=True)]}
        self.api.quietly("POST", f"/api/v1/namespaces/{self.space}/services", {
            "apiVersion": "v1", "kind": "Service", "metadata": {**belongs, "name": id_ + "-driver-svc"},
            "spec": {"clusterIP": "None", "selector": labels, "ports": [
                {"name": "driver-rpc-port", "port": 7078}, {"name": "blockmanager", "port": 7079},
                {"name": "spark-ui", "port": 4040}]}})
        self.api.quietly("POST", f"/api/v1/namespaces/{self.space}/configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {**belongs, "name": id_ + "-spark-drv-conf-map"},
            "data": {"spark.kubernetes.namespace": self.space,
                     "spark.properties": "".join(f"{key}={value}\n" for key, value in sorted(conf.items()))}})

    def run_once(self):
        """One attempt, to its outcome: a state of the operator."""
        try:
            self.request_driver()
        except Refused as refused:
            url = f"https://10.96.0.1:443/api/v1/namespaces/{self.space}/pods"
            self.say("SchedulingFailure", "Failed to request driver from scheduler backend. StackTrace: "
                     "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: "
                     f"{url}. Message: {refused}. Received status: Status(apiVersion=v1, code={refused.code}, "
                     "kind=Status, status=Failure).\n\tat io.fabric8.kubernetes.client.KubernetesClientException.copyAsCause(KubernetesClientException.java:205)")
            self.store()
            return "SchedulingFailure"
        self.say("DriverRequested", "Requested driver from resource scheduler.")
        self.store()
        return self.follow()

    def follow(self):
        phase = lambda: (self.driver() or {}).get("status", {}).get("phase", "gone")
        timeout = self.tolerations().get("applicationTimeoutConfig", {}).get("driverStartTimeoutMillis", 300000)
        self.world.wait(lambda: self.driver() is not None or self.deleted(), 5)
        if not self.wait(lambda: phase() != "Pending", timeout / 1000):
            self.say("DriverStartTimedOut", "The driver has not responded to the initial health check request within the "
                     "allotted start-up time. This can be configured by setting .spec.applicationTolerations."
                     "applicationTimeoutConfig.", self.driver())
            self.store()
            return "DriverStartTimedOut"
        if phase() == "Running" and self.status["currentState"]["currentStateSummary"] == "DriverRequested":
            self.say("DriverStarted", "Driver has started running.")
            self.say("DriverReady", "Driver has reached ready state.")
            self.store()
            self.watch_executors(phase)
        ended = lambda: phase() in ("Succeeded", "Failed", "gone") or self.container_end(self.driver()) is not None
        while not self.wait(ended, 1):
            self.watch_executors(phase)
        last = self.driver()
        # The status is late: few reconciliations are allowed in a while.
        if last is not None:
            self.wait(lambda: self.driver() is None, self.fate.number("status-late-seconds", 3))
            last = self.driver() or last
        code = self.container_end(last)
        if code == 0:
            self.say("Succeeded", "Spark application completed successfully.", last)
        else:
            self.say("Failed", REMOVED if code is None else CRITICAL, last if code is not None else None)
        self.store()
        return "Succeeded" if code == 0 else "Failed"

    def watch_executors(self, phase):
        """RunningHealthy: without instanceConfig as soon as the driver is ready."""
        config = self.tolerations().get("instanceConfig", {})
        ready = sum(1 for pod in self.pods("executor") if pod.get("status", {}).get("phase") == "Running"
                    and "deletionTimestamp" not in pod["metadata"])
        state = self.status["currentState"]["currentStateSummary"]
        started = state in RUNNING
        if phase() != "Running" or (not started and ready < config.get("initExecutors", 0)):
            return
        if config and ready < config.get("minExecutors", 0):
            word, why = "RunningWithBelowThresholdExecutors", "The number of running executors is below the threshold."
        elif config and ready < config.get("maxExecutors", 0):
            word, why = "RunningWithPartialCapacity", "Application is running with partial capacity."
        else:
            word, why = "RunningHealthy", "Application is running healthy."
        if word != state:
            self.say(word, why)
            self.store()

    def retries(self, outcome):
        policy, failed = self.restart("restartPolicy", "Never"), outcome != "Succeeded"
        infrastructure = outcome in ("DriverStartTimedOut", "ExecutorsStartTimedOut", "SchedulingFailure")
        wanted = policy == "Always" or (policy == "OnFailure" and failed) or (policy == "OnInfrastructureFailure" and infrastructure)
        self.exceeded = wanted and self.counts[0] >= self.restart("maxRestartAttempts", 3)
        return wanted and not self.exceeded

    def again(self, outcome):
        self.status["previousAttemptSummary"] = {**self.status["currentAttemptSummary"],
                                                 "stateTransitionHistory": self.status["stateTransitionHistory"]}
        old = list(self.status["stateTransitionHistory"])
        self.counts = [self.counts[0] + 1, self.counts[1] + (outcome != "Succeeded"), self.counts[2] + (outcome == "SchedulingFailure")]
        self.attempt += 1
        self.info()
        self.status["stateTransitionHistory"] = {key: None for key in old}
        self.say("ScheduledToRestart")
        self.store()
        self.status["stateTransitionHistory"] = {str(self.next - 1): self.status["stateTransitionHistory"][str(self.next - 1)]}
        self.remove_driver()
        self.wait(lambda: False, self.restart("restartBackoffMillis", 30000) / 1000)

    def remove_driver(self):
        """Waits for the driver pod, and for nothing else."""
        for pod in self.pods("driver"):
            uid = pod["metadata"]["uid"]
            self.api.quietly("DELETE", path_of(pod), {"kind": "DeleteOptions", "apiVersion": "v1",
                                                      "propagationPolicy": "Foreground", "preconditions": {"uid": uid}})
            self.world.wait(lambda: self.world.store.get(PODS, uid) is None, 300)

    def finish(self, outcome):
        tolerations = self.tolerations()
        policy = tolerations.get("resourceRetainPolicy", "Never")
        keep = policy == "Always" or (policy == "OnFailure" and outcome != "Succeeded")
        message = f"The maximum number of restart attempts ({self.counts[0]}) has been exceeded." if self.exceeded else ""
        if keep:
            self.say("TerminatedWithoutReleaseResources",
                     "Application is terminated without releasing resources as configured." + message)
        else:
            self.remove_driver()
            self.say("ResourceReleased", message)
        self.store()
        ttl = tolerations.get("ttlAfterStopMillis", -1)
        if ttl >= 0 and not self.wait(lambda: False, ttl / 1000):
            self.api.quietly("DELETE", self.path)
        self.wait(lambda: False, None)

    def clean_up(self):
        if self.spec().get("deploymentMode") == "ClientMode":
            return  # the real one never lets it go
        self.remove_driver()
        if not hasattr(self, "next"):
            self.next = 1 + max(map(int, self.status.get("stateTransitionHistory", {"0": 0})))
        state = self.status.get("currentState", {}).get("currentStateSummary")
        if state and state != "ResourceReleased":
            self.say("ResourceReleased", SHUTDOWN)
            self.store()
        self.finalize(False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--address", default="10.244.9.9", help="of the pods")
    parser.add_argument("--prefix", default="", help="only applications whose names begin with it")
    options = parser.parse_args()
    world = World(options)
    kubelet, known = Kubelet(world), set()
    print("playing", flush=True)
    while True:
        kubelet.look()
        for application in world.store.all(APPLICATIONS):
            uid = application["metadata"]["uid"]
            foreign = not application["metadata"]["name"].startswith(options.prefix)
            if uid in known or foreign or Fate(application).flag("ignore"):
                continue
            known.add(uid)
            threading.Thread(target=Application(world, application).run, daemon=True).start()
        with world.store.changed:
            world.store.changed.wait(0.2)


if __name__ == "__main__":
    main()
