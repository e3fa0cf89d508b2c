#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes down what happens to applications and pods: one file per change, and a timeline.

usage: record.py KUBECONFIG DIR      (until interrupted; kubectl of $KUBECTL)
"""
import datetime
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time

KINDS = ("sparkapplications.sparkoperator.k8s.io", "sparkapplications.spark.apache.org", "pods")
kubeconfig, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
timeline = open(os.path.join(out, "timeline.txt"), "a")
lock, last, count, watchers = threading.Lock(), {}, {}, []


def application(obj):
    """What of an application counts as a change: (label of the file, words of the timeline)."""
    status = obj.get("status", {})
    if "currentState" in status or "spark.apache.org" in obj["apiVersion"]:
        state = status.get("currentState", {})
        return state.get("currentStateSummary", "new"), [
            state.get("currentStateSummary", "-"),
            "attempt", status.get("currentAttemptSummary", {}).get("attemptInfo", {}).get("id", "-"),
            json.dumps(state.get("message", ""))[:160]]
    state = status.get("applicationState", {})
    words = [state.get("state") or "-"]
    for key in ("submissionID", "executionAttempts", "submissionAttempts", "executorState"):
        words.append(f"{key}={json.dumps(status.get(key))}")
    return state.get("state") or "new", [*words, json.dumps(state.get("errorMessage", ""))[:160]]


def pod(obj):
    status = obj["status"]
    words = [status["phase"], "deleting" if "deletionTimestamp" in obj["metadata"] else ""]
    for container in status.get("containerStatuses", []):
        for state, value in container["state"].items():
            words.append(f"{container['name']}:{state}:{value.get('reason', '')}:{value.get('exitCode', '')}")
    return status["phase"], words


def handle(kind, event, obj):
    label, words = (pod if kind == "pods" else application)(obj)
    obj["metadata"].pop("managedFields", None)
    key = f"{kind.split('.')[0]}-{obj['metadata']['namespace']}-{obj['metadata']['name']}"
    what = [event] + words
    with lock:
        if last.get(key) == what:
            return
        last[key] = what
        number = count[key] = count.get(key, 0) + 1
        now = datetime.datetime.now().strftime("%H:%M:%S.%f")[:-3]
        print(now, key, " ".join(str(word) for word in what if word != ""), file=timeline, flush=True)
    label = "deleted" if event == "DELETED" else label.lower()
    with open(os.path.join(out, f"{key}-{number:02d}-{label}.json"), "w") as file:
        json.dump(obj, file, indent=2)


def watch(kind):
    command = shlex.split(os.environ.get("KUBECTL", "kubectl")) + [
        "--kubeconfig", kubeconfig, "get", kind, "-A", "-w", "--output-watch-events", "-o", "json"]
    decoder = json.JSONDecoder()
    while True:  # the watch ends when the API server does, or when it does not serve the kind
        process, text = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL), b""
        watchers.append(process)
        while chunk := os.read(process.stdout.fileno(), 1 << 16):
            text += chunk
            while text := text.lstrip():
                try:
                    event, end = decoder.raw_decode(text.decode())
                except ValueError:
                    break
                text = text.decode()[end:].encode()
                handle(kind, event["type"], event["object"])
        process.wait()
        watchers.remove(process)
        time.sleep(1)


def stop(*_):
    for process in watchers:
        process.terminate()
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
for kind in KINDS:
    threading.Thread(target=watch, args=(kind,), daemon=True).start()
signal.pause()
