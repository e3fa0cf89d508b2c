# SPDX-License-Identifier: Apache-2.0
"""What the operator does with an application: the states that it goes through, with the counters and the errors,
and the events that it leaves. What happens to the pods is said twice: to the simulated pods of a light cluster
(spark.rig.*) and to the sandbox's (annotations)."""
import json
import time

import normal
import scenes


def conf(**wishes):
    """The same wish in both languages."""
    names = {"run": ("spark.rig.runSeconds", "run-seconds"), "exit": ("spark.rig.exitCode", "exit-code"),
             "error": ("spark.rig.submitError", "submission-error"), "stop": ("spark.rig.stopSeconds", "stop-seconds")}
    return ({names[name][0]: value for name, value in wishes.items()},
            {f"sandbox.kubectl-spark/{names[name][1]}": value for name, value in wishes.items()})


# An executor that runs before the operator looks was never pending for it.
UNSURE = {"SparkExecutorPending"}


def state_of(item):
    return item.get("status", {}).get("applicationState", {}).get("state", "")


class Life:
    def __init__(self, scene, name, policy, **wishes):
        self.scene, self.name = scene, name
        self.path = f"{scene.applications}/{name}"
        rig, annotations = conf(**wishes)
        scene.call("DELETE", self.path)
        for _ in range(300):
            if scene.call("GET", scene.core("pods") + f"/{name}-driver").status == 404:
                break
            time.sleep(0.1)
        body = scenes.stream(name)
        body["metadata"]["annotations"] = annotations
        body["spec"]["sparkConf"] = rig
        body["spec"]["restartPolicy"] = policy
        self.start = scene.version()
        answer = scene.call("POST", scene.applications, None, body)
        assert answer.status == 201, answer.body
        self.uid = answer.json()["metadata"]["uid"]

    def patch(self, change):
        answer = self.scene.call("PATCH", self.path, None, json.dumps(change), {"Content-Type": scenes.MERGE})
        assert answer.status == 200, answer.body

    def submission(self):
        return self.scene.call("GET", self.path).json()["status"]["submissionID"]

    def until(self, state, seconds=30, attempts=None, after=None):
        """`after`: the submission before the one that is waited for."""
        end = time.monotonic() + seconds
        last = None
        while time.monotonic() < end:
            answer = self.scene.call("GET", self.path)
            if answer.status == 404 and state == "gone":
                return
            last = answer.json()
            status = last.get("status", {})
            if state_of(last) == state and attempts in (None, status.get("executionAttempts")) and (
                    after is None or status.get("submissionID") != after):
                time.sleep(0.7)  # for what the executors have to say
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.name} is not {state}: {last and last.get('status')}")

    def states(self):
        """Every status that anybody saw, executors apart."""
        _, lines = self.scene.client.lines(self.scene.applications, {
            "watch": "true", "resourceVersion": self.start, "timeoutSeconds": 1,
            "fieldSelector": f"metadata.name={self.name}"})
        seen = []
        for line in lines:
            event = json.loads(line)
            status = event["object"].get("status", {})
            now = [event["type"] if event["type"] == "DELETED" else state_of(event["object"]),
                   status.get("submissionAttempts", 0), status.get("executionAttempts", 0),
                   normal.text(status.get("applicationState", {}).get("errorMessage", ""))]
            if not seen or seen[-1] != now:
                seen.append(now)
        return seen

    def events(self):
        answer = self.scene.call("GET", self.scene.core("events"), {"fieldSelector": f"involvedObject.uid={self.uid}"})
        return sorted({(one["type"], one["reason"], normal.text(one["message"])) for one in answer.json()["items"]})

    def close(self, last=None, without=()):
        """`last`: the state and the attempt after which it no longer matters; `without`: reasons of events that may or
        may not come."""
        states = self.states()
        for index, (state, _, attempt, _) in enumerate(states):
            if [state, attempt] == last:
                del states[index + 1:]
                break
        self.scene.note(f"{self.name}: states", states)
        self.scene.note(f"{self.name}: events", [list(event) for event in self.events()
                                                     if event[1] not in {*UNSURE, *without}])
        self.scene.call("DELETE", self.path)


def living(s):
    never = {"type": "Never"}
    stream = Life(s, "contract-stream", never)
    stream.until("RUNNING")
    first = stream.submission()
    stream.patch({"spec": {"driver": {"annotations": {"contract": "2"}}}})
    stream.until("RUNNING", after=first)
    stream.patch({"spec": {"suspend": True}})
    stream.until("SUSPENDED")
    second = stream.submission()
    stream.patch({"spec": {"suspend": False}})
    stream.until("RUNNING", after=second)
    stream.patch({"metadata": {"labels": {"contract": "yes"}}})
    s.call("DELETE", stream.path)
    stream.until("gone")
    stream.close()

    batch = Life(s, "contract-batch", never, run="4")
    batch.until("COMPLETED")
    batch.patch({"spec": {"timeToLiveSeconds": 1}})
    batch.until("gone")
    batch.close()

    crash = Life(s, "contract-crash", {"type": "OnFailure", "onFailureRetries": 1, "onFailureRetryInterval": 1,
                                       "onSubmissionFailureRetries": 1, "onSubmissionFailureRetryInterval": 1},
                 run="4", exit="3")
    crash.until("FAILED")
    crash.close()

    refused = Life(s, "contract-refused", {"type": "OnFailure", "onFailureRetries": 1, "onFailureRetryInterval": 1,
                                           "onSubmissionFailureRetries": 1, "onSubmissionFailureRetryInterval": 1},
                   error="no such class")
    refused.until("FAILED")
    refused.close()

    always = Life(s, "contract-always", {"type": "Always", "onFailureRetryInterval": 1}, run="4")
    always.until("RUNNING", attempts=2)
    # Its executors may be gone with the driver before the operator sees them end.
    always.close(["RUNNING", 2], without=["SparkExecutorCompleted"])
