# SPDX-License-Identifier: Apache-2.0
"""What the players of light mode share: a client of the API server, and pods whose life KWOK plays.

Keys of sparkConf choose that life:

  spark.rig.startSeconds     time until a pod is Running (0.3); "never" keeps it Pending
  spark.rig.runSeconds       time until driver and executors end; without it they run until deleted
  spark.rig.exitCode         exit code of the driver (0)
  spark.rig.stopSeconds      time a pod needs to stop after its deletion (0)
  spark.rig.executorStopSeconds   time of an executor, where it is another
"""
import base64
import http.client
import json
import re
import ssl
import urllib.parse


class Refused(Exception):
    """An answer of 300 or more: its status, and the Status object."""

    def __init__(self, method, url, status, answer):
        super().__init__(answer.get("message", ""))
        self.method, self.url, self.status, self.answer = method, url, status, answer


class Api:
    """The API server of a kubeconfig that up.bash wrote (a token, all on a few lines)."""

    def __init__(self, path):
        text = open(path).read()

        def field(name):
            return re.search(name + r': "?([^",}\s]+)', text).group(1)

        url = urllib.parse.urlsplit(field("server"))
        authority = base64.b64decode(field("certificate-authority-data")).decode()
        self.connect = lambda timeout: http.client.HTTPSConnection(
            url.hostname, url.port, timeout=timeout, context=ssl.create_default_context(cadata=authority))
        self.headers = {"Authorization": "Bearer " + field("token")}
        self.base = url.geturl()
        self.http = self.connect(60)

    def call(self, method, path, body=None, kind="application/json"):
        self.http.request(method, path, body and json.dumps(body), {**self.headers, "Content-Type": kind})
        return json.loads(self.accepted(method, path, self.http.getresponse()).read())

    def accepted(self, method, path, answer):
        if answer.status >= 300:
            raise Refused(method, self.base + path, answer.status, json.loads(answer.read()))
        return answer

    def watch(self, path):
        """The objects there are (a list, as LISTED), then their changes, until the connection ends."""
        listed = self.call("GET", path)
        yield "LISTED", listed["items"]
        connection = self.connect(None)
        sign = "&" if "?" in path else "?"
        connection.request("GET", f"{path}{sign}watch=1&resourceVersion={listed['metadata']['resourceVersion']}",
                           headers=self.headers)
        # An API server that has just begun can answer the list, and refuse the watch for a moment (429).
        for line in self.accepted("GET", path, connection.getresponse()):
            event = json.loads(line)
            if event["type"] == "ERROR":
                return
            yield event["type"], event["object"]


def prefixed(conf, prefix):
    return {key[len(prefix):]: value for key, value in conf.items() if key.startswith(prefix)}


def mebibytes(text, default):
    match = re.fullmatch(r"(\d+)([kmgt]?)b?", (text or "").lower())
    if not match:
        return default
    return max(1, int(int(match[1]) * {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1048576, "": 1}[match[2]]))


def played(role, conf):
    """(annotations, labels) that tell KWOK how the pod lives."""

    def seconds(key, default="0"):
        return f"{float(conf.get(key, default)):g}s"

    annotations, labels = {}, {}
    if conf.get("spark.rig.startSeconds") == "never":
        labels["played/never"] = "true"
    else:
        annotations["played/start"] = seconds("spark.rig.startSeconds", "0.3")
    # Without a stop time the API server removes the pod at once. KWOK deletes by name alone and may hit the next
    # pod of that name, so that it has a part in deletions only where a stop time is asked for.
    stop = "spark.rig.executorStopSeconds" if role == "executor" else ""
    stop = stop if stop in conf else "spark.rig.stopSeconds"
    if stop in conf:
        annotations["played/stop"] = seconds(stop)
    if "spark.rig.runSeconds" in conf:
        annotations["played/run"] = seconds("spark.rig.runSeconds")
        annotations["played/exit"] = conf.get("spark.rig.exitCode", "0") if role == "driver" else "0"
    return annotations, labels


def pod(role, name, conf, labels, owners, args):
    memory = mebibytes(conf.get(f"spark.{role}.memory"), 1024)
    memory += mebibytes(conf.get(f"spark.{role}.memoryOverhead"), max(384, memory // 10))
    cpu = conf.get(f"spark.kubernetes.{role}.request.cores", conf.get(f"spark.{role}.cores", "1"))
    annotations, marks = played(role, conf)
    container = {
        "name": f"spark-kubernetes-{role}",
        "image": conf.get(f"spark.kubernetes.{role}.container.image", conf.get("spark.kubernetes.container.image")),
        "args": args,
        "resources": {"limits": {"memory": f"{memory}Mi"}, "requests": {"memory": f"{memory}Mi", "cpu": cpu}},
    }
    if role == "driver":
        container["ports"] = [{"containerPort": 7078, "name": "driver-rpc-port"},
                              {"containerPort": 7079, "name": "blockmanager"}, {"containerPort": 4040, "name": "spark-ui"}]
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "ownerReferences": owners,
                         "annotations": {**prefixed(conf, f"spark.kubernetes.{role}.annotation."), **annotations},
                         "labels": {**prefixed(conf, f"spark.kubernetes.{role}.label."), **labels, **marks, "spark-role": role}},
            "spec": {"restartPolicy": "Never", "nodeName": "test-node", "containers": [container],
                     "serviceAccountName": conf.get("spark.kubernetes.authenticate.driver.serviceAccountName", "default"),
                     "terminationGracePeriodSeconds": 30 if "played/stop" in annotations else 0}}


def owned_by(owner, **more):
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"], **more}


def driver_service(name, driver, ports):
    """Spark's headless service of a driver."""
    labels = driver["metadata"]["labels"]
    selector = {key: labels[key] for key in ("spark-role", "spark-app-selector")}
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "labels": selector, "ownerReferences": [owned_by(driver, controller=True)]},
            "spec": {"clusterIP": "None", "selector": selector,
                     "ports": [{"name": key, "port": port} for key, port in ports.items()]}}
