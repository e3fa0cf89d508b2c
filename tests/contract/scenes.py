# SPDX-License-Identifier: Apache-2.0
"""What scenes are made with. Each asks the API server things in a namespace of its own and records named answers;
its applications are suspended, so that the operator lets them be. The scenes stand in files by theme."""
import json
import time

import normal

GROUP = "sparkoperator.k8s.io"
ROOT = f"/apis/{GROUP}/v1beta2"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"


def application(name, **changes):
    spec = {
        "type": "Scala", "mode": "cluster", "sparkVersion": "3.5.6", "image": "localhost/spark:3.5.6",
        "imagePullPolicy": "IfNotPresent", "mainClass": "example.Job", "mainApplicationFile": "local:///opt/apps/job.jar",
        "arguments": ["a", "b"], "suspend": True, "restartPolicy": {"type": "Never"},
        "driver": {"cores": 1, "memory": "512m", "serviceAccount": "spark"},
        "executor": {"cores": 1, "instances": 1, "memory": "512m"},
    }
    spec.update(changes)
    return {"apiVersion": f"{GROUP}/v1beta2", "kind": "SparkApplication", "metadata": {"name": name}, "spec": spec}


def stream(name):
    """A stream that really runs where there is a real Spark."""
    body = application(name, type="Python", pythonVersion="3", mainApplicationFile="local:///opt/apps/stream.py",
                       arguments=[name, f"/data/{name}/checkpoint", f"/data/{name}/sink", "10"])
    del body["spec"]["suspend"], body["spec"]["mainClass"]
    for role in ("driver", "executor"):
        body["spec"][role]["coreRequest"] = "100m"
    volume = "spark.kubernetes.{}.volumes.hostPath.data."
    body["spec"]["sparkConf"] = {(volume + key).format(role): value for role in ("driver", "executor") for key, value in (
        ("mount.path", "/data"), ("options.path", "/tmp/rig-data"), ("options.type", "DirectoryOrCreate"))}
    return body


class Scene:
    """Requests in a namespace; what is kept under a name is part of the contract."""

    def __init__(self, client, namespace, users, kubelet=""):
        self.client, self.namespace, self.users = client, namespace, users
        self.kubelet = kubelet  # its version; "kwok" plays pods, the sandbox has none
        self.kept = {}
        self.written = False  # and the operator may have something to say about it

    @property
    def applications(self):
        return f"{ROOT}/namespaces/{self.namespace}/sparkapplications"

    def core(self, plural):
        return f"/api/v1/namespaces/{self.namespace}/{plural}"

    def call(self, method, path, query=None, body=None, headers=None, token=None, user=None):
        client = self.users[user] if user else self.client
        if self.written and path.startswith(self.applications):
            self.settle()
        answer = client.call(method, path, query, body, headers, token)
        own = self.namespace != "default"
        self.written |= own and method != "GET" and answer.status < 300 and "dryRun" not in (query or {})
        return answer

    def keep(self, name, method, path, query=None, body=None, headers=None, token=None, user=None):
        assert name not in self.kept, name
        answer = self.call(method, path, query, body, headers, token, user)
        self.kept[name] = normal.answer(answer)
        return answer

    def note(self, name, fact):
        assert name not in self.kept, name
        self.kept[name] = fact

    def patch(self, name, path, body, kind=MERGE, query=None, **rest):
        body = body if isinstance(body, str) else json.dumps(body)
        return self.keep(name, "PATCH", path, query, body, {"Content-Type": kind}, **rest)

    def create(self, name, **changes):
        answer = self.call("POST", self.applications, None, application(name, **changes))
        assert answer.status == 201, answer.body

    def settle(self):
        """Waits until the operator has nothing to say about what was written."""
        seen = None
        for _ in range(200):
            items = self.client.call("GET", self.applications).json()["items"]
            now = [[item["metadata"]["resourceVersion"],
                    item.get("status", {}).get("applicationState", {}).get("state")] for item in items]
            if now == seen and all(state == "SUSPENDED" for _, state in now):
                self.written = False
                return
            seen = now
            time.sleep(0.2)
        raise AssertionError(f"the applications do not come to rest: {now}")

    def version(self):
        """Where the collection of applications is now."""
        return self.call("GET", self.applications, {"limit": 1}).json()["metadata"]["resourceVersion"]

    def configmap(self, name, **data):
        answer = self.call("POST", self.core("configmaps"), None,
                           {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
        assert answer.status == 201, answer.body

    def watch(self, name, path, query, until=None, seconds=20, headers=None):
        if self.written:
            self.settle()
        status, lines = self.client.lines(path, {"watch": "true", **query}, headers, seconds, until)
        events = [normal.body(line) for line in lines]
        self.note(name, {"status": status, "events": events})


def names(answer):
    return [item["metadata"]["name"] for item in answer.json()["items"]]
