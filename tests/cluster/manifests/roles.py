#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the namespaces, service accounts and roles of the test cluster.

editor, viewer: the operator's own roles, and reading pods, logs, events and services; in `default` and
`streams` only. nobody: no rights. spark: the drivers' service account, in all namespaces of tests.
"""
import json

RBAC = "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]


def named(api, kind, name, namespace=None, **rest):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}


def role(name, resources, verbs):
    return named(f"{RBAC}/v1", "ClusterRole", name,
                 rules=[{"apiGroups": [""], "resources": resources, "verbs": verbs}])


def binding(kind, name, subject, its_role, namespace=None):
    return named(f"{RBAC}/v1", kind, name, namespace, subjects=[subject],
                 roleRef={"kind": "ClusterRole", "name": its_role, "apiGroup": RBAC})


def user(name):
    return {"kind": "User", "name": name, "apiGroup": RBAC}


items = [named("v1", "Namespace", name) for name in ("streams", "batch", "spark-operator")]
items += [
    role("read-pods", ["pods", "pods/log", "events", "services"], READ),
    role("spark-driver", ["pods", "configmaps", "persistentvolumeclaims", "services"],
         READ + ["create", "update", "patch", "delete", "deletecollection"]),
    binding("ClusterRoleBinding", "spark-operator", user("spark-operator"), "spark-operator-controller"),
]
for namespace in ("default", "streams", "batch"):
    items.append(named("v1", "ServiceAccount", "spark", namespace))
    account = {"kind": "ServiceAccount", "name": "spark", "namespace": namespace}
    items.append(binding("RoleBinding", "spark", account, "spark-driver", namespace))
for namespace in ("default", "streams"):
    for person in ("editor", "viewer"):
        for its_role in (f"sparkapplication-{person}-role", f"scheduledsparkapplication-{person}-role", "read-pods"):
            items.append(binding("RoleBinding", f"{person}-{its_role}", user(person), its_role, namespace))
print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
