# SPDX-License-Identifier: Apache-2.0
"""What makes, replaces and removes whole objects, and what is in the way: quotas, the operator's webhook."""
import json
import time

import normal
from scenes import APPLY, GROUP, MERGE, ROOT, application


def writing(s):
    s.keep("create", "POST", s.applications, None, application("one"))
    s.keep("create again", "POST", s.applications, None, application("one"))
    last = s.call("GET", f"{s.applications}/one").json()
    path = f"{s.applications}/one"
    s.keep("create with a generated name that is taken by nobody", "POST", s.applications, {"dryRun": "All"},
           {**application("x"), "metadata": {"generateName": ""}})
    s.keep("create without a name", "POST", s.applications, None, {**application("x"), "metadata": {}})
    s.keep("create with a bad name", "POST", s.applications, None, application("Bad_Name"))
    s.keep("create with a name that is too long", "POST", s.applications, None, application("a" * 254))
    bad = application("two")
    bad["metadata"]["labels"] = {"a": "no label!", "-b": "c"}
    s.keep("create with bad labels", "POST", s.applications, None, bad)
    s.keep("create in another namespace", "POST", s.applications, None,
           {**application("two"), "metadata": {"name": "two", "namespace": "default"}})
    s.keep("create in a namespace that is not there", "POST", f"{ROOT}/namespaces/nowhere/sparkapplications", None,
           application("two"))
    s.keep("create with an unknown field: a warning", "POST", s.applications, {"dryRun": "All"},
           application("two", drivr={"a": 1}))
    s.keep("create with unknown fields, strict", "POST", s.applications, {"fieldValidation": "Strict"},
           application("two", drivr={"a": 1}, executr=1))
    s.keep("create with bad values", "POST", s.applications, None,
           application("two", type="Perl", driver={"cores": 0}, executor={"instances": "many"}))
    s.keep("create without what is required", "POST", s.applications, None, {**application("two"), "spec": {}})
    s.keep("create another kind", "POST", s.applications, None, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})
    s.keep("create of nothing", "POST", s.applications, None, "", {"Content-Type": "application/json"})
    s.keep("create of what is not JSON", "POST", s.applications, None, "{", {"Content-Type": "application/json"})
    s.keep("create of another type", "POST", s.applications, None, "a", {"Content-Type": "text/plain"})
    s.keep("create at a name", "POST", path, None, application("one"))
    s.keep("replace without a version", "PUT", path, None, application("one"))
    replaced = json.loads(json.dumps(last))
    replaced["spec"]["arguments"] = ["c"]
    s.keep("replace", "PUT", path, {"fieldManager": "me"}, replaced)
    s.keep("replace by a version from before", "PUT", path, None, replaced)
    s.keep("replace under another name", "PUT", f"{s.applications}/two", None, replaced)
    s.keep("replace what is not there", "PUT", f"{s.applications}/two", None,
           {**replaced, "metadata": {"name": "two", "resourceVersion": "1"}})
    s.keep("replace everything", "PUT", s.applications, None, replaced)
    s.keep("delete with a wrong uid", "DELETE", path, None,
           {"preconditions": {"uid": "11111111-1111-4111-8111-111111111111"}})
    s.keep("delete with a wrong version", "DELETE", path, None, {"preconditions": {"resourceVersion": "1"}})
    s.call("PATCH", path, None, '{"metadata":{"finalizers":["example.com/hold"]}}', {"Content-Type": MERGE})
    s.keep("delete what a finalizer holds", "DELETE", path)
    s.patch("the last finalizer goes, and the application", path, {"metadata": {"finalizers": None}})
    s.keep("get what is gone", "GET", path)
    s.keep("delete what is gone", "DELETE", path)
    s.create("three")
    s.keep("delete", "DELETE", f"{s.applications}/three")
    s.keep("a path of no group", "GET", "/apis/nothing.example.com/v1/things")
    s.keep("a path of no resource", "GET", f"{ROOT}/namespaces/{s.namespace}/sparks")
    s.keep("a path of no core resource", "GET", s.core("sparks"))
    s.keep("a path of nothing", "GET", "/nothing")


def quota(s):
    answer = s.call("POST", s.core("resourcequotas"), None, {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
        "spec": {"hard": {f"count/sparkapplications.{GROUP}": "1", "count/configmaps": "3"}}})
    assert answer.status == 201, answer.body
    for _ in range(200):  # until the controller has counted
        if s.call("GET", s.core("resourcequotas") + "/few").json().get("status", {}).get("used"):
            break
        time.sleep(0.05)
    s.keep("the first", "POST", s.applications, None, application("one"))
    s.keep("the second", "POST", s.applications, None, application("two"))
    s.patch("the second, by apply", f"{s.applications}/two", application("two"), APPLY, {"fieldManager": "a"})
    s.keep("the second, dry", "POST", s.applications, {"dryRun": "All"}, application("two"))


def webhook(s):
    """What the operator's webhook adds and refuses, in a namespace that it watches."""
    path = f"{ROOT}/namespaces/default/sparkapplications"
    bare = {"type": "Scala", "sparkVersion": "3.5.6", "mainApplicationFile": "local:///a.jar", "suspend": True,
            "driver": {}, "executor": {}}

    def keep(name, body):
        answer = s.call("POST", path, {"dryRun": "All"}, body)
        kept = normal.answer(answer)
        if answer.status == 201:
            kept["body"] = kept["body"]["spec"]
        s.note(name, kept)

    keep("a bare application", {**application("bare"), "spec": bare})
    keep("a restart policy without intervals", application("one", restartPolicy={"type": "OnFailure", "onFailureRetries": 2}))
    keep("a restart policy Always", application("one", restartPolicy={"type": "Always"}))
    keep("dynamic allocation", {**application("bare"), "spec": {**bare, "dynamicAllocation": {"enabled": True}}})
    keep("a name that Services cannot have", application("1.a"))
    keep("a name that begins with a digit", application("1a"))
    keep("a name that is too long for labels", application("a" * 64))
    keep("node selectors in two places", application("one", nodeSelector={"a": "b"}, driver={"nodeSelector": {"a": "b"}}))
    keep("two driver ports of one number", application("one", driverIngressOptions=[
        {"servicePort": 1, "servicePortName": "a"}, {"servicePort": 1, "servicePortName": "b"}]))
    keep("Spark 2 with pod templates", application("one", sparkVersion="2.4.0", driver={"template": {"spec": {"containers": []}}}))
    answer = s.call("PATCH", f"{path}/patched", {"dryRun": "All", "fieldManager": "me"},
                    json.dumps({**application("patched"), "spec": bare}), {"Content-Type": APPLY})
    s.note("who owns what was added", [[one["manager"], one["operation"], one["fieldsV1"]]
                                       for one in answer.json()["metadata"]["managedFields"]])
