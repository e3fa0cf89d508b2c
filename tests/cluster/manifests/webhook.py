#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the operator's webhook configurations (JSON on stdin) to a webhook that is a process of this machine.

usage: webhook.py ADDRESS PORT. A Service without selector and its EndpointSlice lead to it.
"""
import json
import sys

NAME, NAMESPACE = "spark-operator-webhook-svc", "spark-operator"
WHERE = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In",
                               "values": ["default", "streams", "batch"]}]}
PODS = {"matchLabels": {"sparkoperator.k8s.io/launched-by-spark-operator": "true"}}


def documents(text):
    """The JSON objects that kubectl printed one after the other, lists opened."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        document, end = decoder.raw_decode(text)
        yield from document.get("items", [document])
        text = text[end:]


def main():
    address, port = sys.argv[1], int(sys.argv[2])
    items = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME, "namespace": NAMESPACE},
         "spec": {"ports": [{"name": "webhook", "port": 443, "targetPort": port}]}},
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {"kubernetes.io/service-name": NAME}},
         "ports": [{"name": "webhook", "port": port, "protocol": "TCP"}],
         "endpoints": [{"addresses": [address], "conditions": {"ready": True}}]},
    ]
    for configuration in documents(sys.stdin.read()):
        for hook in configuration["webhooks"]:
            hook["clientConfig"]["service"].update(name=NAME, namespace=NAMESPACE)
            hook["namespaceSelector"] = WHERE
            if hook["name"].startswith("mutate-pod."):
                hook["objectSelector"] = PODS
        items.append(configuration)
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout)


main()
