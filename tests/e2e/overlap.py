#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that no two runs of an application overlap, from outside the tool.

usage: overlap.py NAMESPACE PREFIX FILE     (kubectl of $KUBECTL; ends on SIGTERM)

Watches all pods of applications whose name begins with PREFIX. The API server tells of pods in the
order in which they changed, so when a driver appears, what is known of the others is how it was at
that moment. FILE gets a line per new driver:

    driver APPLICATION SUBMISSION
    OVERLAP APPLICATION SUBMISSION: POD of SUBMISSION is PHASE
"""
import json
import os
import signal
import subprocess
import sys

APP, SUBMISSION = "sparkoperator.k8s.io/app-name", "sparkoperator.k8s.io/submission-id"
APACHE_APP = "spark.operator/spark-app-name"  # its pods name no submission: a run is its driver pod
namespace, prefix, path = sys.argv[1:4]
out = open(path, "a", buffering=1)
pods, told, process = {}, set(), None


def stop(*_):
    if process:
        process.terminate()
    sys.exit(0)


def of(pod):
    labels, role = pod["metadata"].get("labels") or {}, (pod["metadata"].get("labels") or {}).get("spark-role", "")
    if APACHE_APP in labels:
        owners = pod["metadata"].get("ownerReferences") or [{}]
        return labels[APACHE_APP], pod["metadata"]["uid"] if role == "driver" else owners[0].get("uid", ""), role
    return labels.get(APP, ""), labels.get(SUBMISSION, ""), role


def handle(kind, pod):
    application, submission, role = of(pod)
    uid = pod["metadata"]["uid"]
    if not application.startswith(prefix):
        return
    if kind == "DELETED":
        pods.pop(uid, None)
        return
    pods[uid] = pod
    if role != "driver" or uid in told:
        return
    told.add(uid)
    out.write(f"driver {application} {submission}\n")
    for other in pods.values():
        its_application, its_submission, _ = of(other)
        phase = other.get("status", {}).get("phase", "Unknown")
        if its_application == application and other["metadata"]["uid"] != uid \
                and its_submission != submission and phase not in ("Succeeded", "Failed"):
            out.write(f"OVERLAP {application} {submission}: {other['metadata']['name']} "
                      f"of {its_submission} is {phase}\n")


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
while True:  # the watch ends when the API server does
    process = subprocess.Popen([os.environ.get("KUBECTL", "kubectl"), "-n", namespace, "get", "pods", "-w",
                                "--output-watch-events", "-o", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    pods.clear()
    out.write("watching\n")
    decoder, text = json.JSONDecoder(), ""
    while chunk := os.read(process.stdout.fileno(), 1 << 16):
        text += chunk.decode(errors="replace")
        while True:
            text = text.lstrip()
            try:
                event, end = decoder.raw_decode(text)
            except ValueError:
                break
            text = text[end:]
            handle(event["type"], event["object"])
    process.wait()
