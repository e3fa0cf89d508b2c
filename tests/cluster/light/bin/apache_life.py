# SPDX-License-Identifier: Apache-2.0
"""The life of one application of apache's operator: what is due, told by the object, its pods and the time alone, so
that an operator that was away goes on where it was."""
import apache_pods
import play
from apache_words import (CLIENT_MODE, ENDED, FINALIZER, INFRASTRUCTURE, MESSAGES, REMOVED, RESOURCE, RESTARTED, RETAINED,
                          RETAINED_LONG_ENOUGH, RUNNING, SHUTDOWN, exceeded, not_scheduled, now, since)

EXECUTORS_AFTER = 4.0  # seconds from a driver's start to its first executor
LATE = 2.0             # seconds from a driver's end to the status that says so (median of the real one: 4.6)


def role(pod):
    return pod["metadata"]["labels"]["spark-role"]


def phase(pod):
    return pod["status"].get("phase") if pod else None


class Life:
    def __init__(self, api, obj, pods):
        self.api, self.obj, self.pods = api, obj, pods  # pods by name, kept by the operator
        self.status = obj.get("status") or None
        self.ended_at = None      # when a driver's end was seen
        self.executors_of = None  # the driver that has asked for them
        self.is_free = False      # of the finalizer, whatever late events say

    # What is known.

    @property
    def path(self):
        metadata = self.obj["metadata"]
        return f"{RESOURCE}/namespaces/{metadata['namespace']}/sparkapplications/{metadata['name']}"

    @property
    def spec(self):
        return self.obj.get("spec", {})  # the CRD does not demand one

    @property
    def state(self):
        return self.status["currentState"]["currentStateSummary"]

    @property
    def attempt(self):
        return self.status["currentAttemptSummary"]["attemptInfo"]

    def age(self):
        """Seconds since the last change of state."""
        return since(self.status["currentState"]["lastTransitionTime"])

    def asked(self, *keys, default):
        value = self.spec.get("applicationTolerations", {})
        for key in keys:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        return default if value in ({}, None) else value

    def restart(self, key, default):
        return self.asked("restartConfig", key, default=default)

    def timeout(self, key):
        return self.asked("applicationTimeoutConfig", key, default=300000) / 1000

    def driver(self):
        """The pod in the driver's role, of whichever attempt: so does the real one look for it."""
        return next((pod for pod in self.pods.values() if role(pod) == "driver"), None)

    def executors(self):
        return [pod for pod in self.pods.values() if role(pod) == "executor"]

    # What is written.

    def write(self, *entries):
        """Appends (state, message[, driver status]) entries and stores the status."""
        history = self.status["stateTransitionHistory"]
        before = self.status.get("previousAttemptSummary", {}).get("stateTransitionHistory", {})
        for state, message, *observed in entries:
            entry = {"currentStateSummary": state, "lastTransitionTime": now()}
            if message:
                entry["message"] = message
            if observed and observed[0]:
                entry["lastObservedDriverStatus"] = observed[0]
            history[str(max(map(int, history or before), default=-1) + 1)] = entry  # keys count on over attempts
            self.status["currentState"] = entry
        self.api.call("PATCH", self.path + "/status", [{"op": "add", "path": "/status", "value": self.status}],
                      "application/json-patch+json")

    def becomes(self, state, driver=None):
        self.write((state, MESSAGES[state], driver and driver["status"]))
        return 0

    def hold(self):
        """The finalizer; `let_go` takes it away, whatever others have put beside it meanwhile."""
        names = [*self.obj["metadata"].get("finalizers", []), FINALIZER]
        self.api.call("PATCH", self.path, {"metadata": {"finalizers": names}}, "application/merge-patch+json")
        self.obj["metadata"]["finalizers"] = names

    def let_go(self):
        place = f"/metadata/finalizers/{self.obj['metadata']['finalizers'].index(FINALIZER)}"
        self.api.call("PATCH", self.path, [{"op": "test", "path": place, "value": FINALIZER}, {"op": "remove", "path": place}],
                      "application/json-patch+json")
        self.is_free = True

    def release_driver(self):
        """Whether it is gone; its executors are left to the garbage collector."""
        driver = self.driver()
        if driver and "deletionTimestamp" not in driver["metadata"]:
            driver["metadata"]["deletionTimestamp"] = now()
            self.api.call("DELETE", f"{apache_pods.core(self.obj)}/pods/{driver['metadata']['name']}",
                          {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground"})
        return driver is None

    def request_driver(self):
        try:
            driver = apache_pods.make_driver(self.api, self.obj, self.attempt["id"])
        except (play.Refused, KeyError) as reason:  # KeyError: the spec lacks what a pod is made of
            self.write(("SchedulingFailure", not_scheduled(reason)))
            return
        self.pods[driver["metadata"]["name"]] = driver
        self.becomes("DriverRequested")

    # What it does next.

    def step(self):
        """Does what is due; the seconds after which to look again, when no event is to be waited for."""
        deleted = "deletionTimestamp" in self.obj["metadata"]
        if not deleted and FINALIZER not in self.obj["metadata"].get("finalizers", []):
            self.hold()
        if self.spec.get("deploymentMode") == "ClientMode":
            return self.refuse_for_ever()
        if deleted:
            return self.shut_down()
        if self.status is None:
            self.submit()
            self.request_driver()
        if self.state in RUNNING:
            return self.run()
        if self.state == "ScheduledToRestart":
            return self.begin_again()
        return self.expire() if self.state in ENDED else self.after_the_end()

    def submit(self):
        self.status = {
            "currentAttemptSummary": {"attemptInfo": {"id": 0, "restartCounter": 0, "failureRestartCounter": 0,
                                                      "schedulingFailureRestartCounter": 0}},
            "stateTransitionHistory": {"0": {"currentStateSummary": "Submitted", "lastTransitionTime": now(),
                                             "message": MESSAGES["Submitted"]}}}

    def refuse_for_ever(self):
        """Also when it is deleted: only without its finalizer does it go."""
        if self.status is None:
            self.submit()
        elif self.age() < 5:
            return 5 - self.age()
        self.write(("Failed", CLIENT_MODE))
        return 5

    def run(self):
        driver = self.driver()
        if phase(driver) in (None, "Succeeded", "Failed"):
            return self.end(driver)
        self.ended_at = None
        if phase(driver) == "Pending":
            left = self.timeout("driverStartTimeoutMillis") - since(driver["metadata"]["creationTimestamp"])
            return left if left > 0 else self.becomes("DriverStartTimedOut", driver)
        if phase(driver) != "Running":
            return None
        if self.state == "DriverRequested":
            self.write(*((state, MESSAGES[state]) for state in ("DriverStarted", "DriverReady")))
        wait = self.drive(driver)
        self.judge_executors()
        if self.state == "DriverReady":
            left = self.timeout("executorStartTimeoutMillis") - self.age()
            if left <= 0:
                return self.becomes("ExecutorsStartTimedOut", driver)
            return left if wait is None else min(left, wait)
        return wait

    def end(self, driver):
        """Few reconciliations are allowed in a while, so that the status is late."""
        if self.ended_at is None:
            self.ended_at = now()
        if since(self.ended_at) < LATE:
            return LATE - since(self.ended_at)
        self.ended_at = None
        if driver is None:
            self.write(("Failed", REMOVED))
            return 0
        return self.becomes("Succeeded") if phase(driver) == "Succeeded" else self.becomes("Failed", driver)

    def drive(self, driver):
        """What the driver does itself: seconds until it asks for executors."""
        uid = driver["metadata"]["uid"]
        if self.executors_of == uid or "deletionTimestamp" in driver["metadata"]:
            return None
        wait = EXECUTORS_AFTER - since(driver["status"]["startTime"])
        if wait > 0:
            return wait
        self.executors_of = uid
        if not any(owner["uid"] == uid for pod in self.executors() for owner in pod["metadata"]["ownerReferences"]):
            apache_pods.make_executors(self.api, self.obj, driver)
        return None

    def judge_executors(self):
        """RunningHealthy needs executors only where instanceConfig says so."""
        first, least, most = (self.asked("instanceConfig", key, default=0)
                              for key in ("initExecutors", "minExecutors", "maxExecutors"))
        ready = sum(phase(pod) == "Running" for pod in self.executors())
        if self.state == "DriverReady" and ready < first:
            return
        word = "RunningHealthy"
        if ready < least:
            word = "RunningWithBelowThresholdExecutors"
        elif ready < most:
            word = "RunningWithPartialCapacity"
        if self.state != word:
            self.becomes(word)

    def after_the_end(self):
        """Succeeded or a failure: another attempt, or the end, both when the driver pod is gone or kept."""
        policy = self.restart("restartPolicy", "Never")
        failed = self.state != "Succeeded"
        wanted = policy == "Always" or policy == "OnFailure" and failed or \
            policy == "OnInfrastructureFailure" and self.state in INFRASTRUCTURE
        most = self.restart("maxRestartAttempts", 3)
        retained = self.asked("resourceRetainPolicy", default="Never")
        keep = retained == "Always" or retained == "OnFailure" and failed
        if (wanted or not keep) and not self.release_driver():
            left = self.asked("applicationTimeoutConfig", "forceTerminationGracePeriodMillis", default=300000) / 1000 - self.age()
            if left > 0:
                return left
        if wanted and self.attempt["restartCounter"] < most:
            self.schedule_restart(RESTARTED if keep else "")
            return 0
        message = exceeded(most) if wanted else ""
        if keep:
            self.write(("TerminatedWithoutReleaseResources", RETAINED + message + (RESTARTED if wanted else "")))
        else:
            self.write(("ResourceReleased", message))
        return 0

    def schedule_restart(self, message):
        """The history is cut: of older attempts only the last is kept."""
        before, history, state = self.attempt, self.status["stateTransitionHistory"], self.state
        self.status["previousAttemptSummary"] = {"attemptInfo": before, "stateTransitionHistory": history}
        self.status["currentAttemptSummary"] = {"attemptInfo": {
            "id": before["id"] + 1, "restartCounter": before["restartCounter"] + 1,
            "failureRestartCounter": before["failureRestartCounter"] + (state != "Succeeded"),
            "schedulingFailureRestartCounter": before["schedulingFailureRestartCounter"] + (state == "SchedulingFailure")}}
        self.status["stateTransitionHistory"] = {}
        self.write(("ScheduledToRestart", message))

    def begin_again(self):
        """Waits for the driver pod, never for executors."""
        wait = self.restart("restartBackoffMillis", 30000) / 1000 - self.age()
        if wait > 0:
            return wait
        history = self.status["stateTransitionHistory"]
        last = str(max(map(int, history)))
        self.status["stateTransitionHistory"] = {last: {"message": MESSAGES["Submitted"], **history[last]}}
        self.request_driver()
        return 0

    def expire(self):
        """The pods go after resourceRetainDurationMillis, the object after ttlAfterStopMillis, and the pods with it."""
        history = self.status["stateTransitionHistory"]
        last = max(int(key) for key, entry in history.items() if entry["currentStateSummary"] not in ENDED)
        stopped = since(history[str(last)]["lastTransitionTime"])
        retain, ttl = (self.asked(key, default=-1) for key in ("resourceRetainDurationMillis", "ttlAfterStopMillis"))
        times = [time / 1000 for time in (retain, ttl) if time >= 0]
        if self.state == "TerminatedWithoutReleaseResources" and times and stopped >= min(times):
            if not self.release_driver():
                return None
            self.write(("ResourceReleased", RETAINED_LONG_ENOUGH))
            return 0
        if 0 <= ttl / 1000 <= stopped:
            self.api.call("DELETE", self.path)
            return None
        return min((time - stopped for time in times if time > stopped), default=None)

    def shut_down(self):
        """The driver pod first."""
        held = FINALIZER in self.obj["metadata"].get("finalizers", []) and not self.is_free
        if not held or not self.release_driver():
            return None
        if self.status and self.state != "ResourceReleased":
            self.write(("ResourceReleased", SHUTDOWN))
        self.let_go()
        return None
