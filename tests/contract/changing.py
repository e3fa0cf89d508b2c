# SPDX-License-Identifier: Apache-2.0
"""What changes a part: apply with its owners and conflicts, dry runs, patches, the status."""
from scenes import APPLY, JSON_PATCH, MERGE, ROOT, application


def applying(s):
    path = f"{s.applications}/one"

    def apply(name, manager, query=None, **changes):
        body = application("one", **changes)
        return s.patch(name, path, body, APPLY, {"fieldManager": manager, **(query or {})})

    s.patch("without a manager", path, application("one"), APPLY)
    apply("created", "first")
    s.patch("created again: nothing changes", path, application("one"), APPLY, {"fieldManager": "first"})
    s.patch("somebody else shares fields", path, {**application("one"), "spec": {"image": "localhost/spark:3.5.6"}}, APPLY,
            {"fieldManager": "second"})
    s.patch("a conflict", path, {**application("one"), "spec": {"image": "other:1"}}, APPLY, {"fieldManager": "third"})
    s.patch("two conflicts", path, {**application("one"), "spec": {"image": "other:1", "driver": {"memory": "1g"}}}, APPLY,
            {"fieldManager": "third"})
    s.patch("a conflict, dry", path, {**application("one"), "spec": {"image": "other:1"}}, APPLY,
            {"fieldManager": "third", "dryRun": "All"})
    s.note("a conflict changed nothing", s.call("GET", path).json()["spec"]["image"])
    s.patch("forced", path, {**application("one"), "spec": {"image": "other:1"}}, APPLY,
            {"fieldManager": "third", "force": "true"})
    without = application("one")
    del without["spec"]["arguments"]
    del without["spec"]["image"]
    s.patch("a field given up is removed, one that others own stays", path, without, APPLY, {"fieldManager": "first"})
    s.patch("in YAML", path, "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"
            "metadata:\n  name: one\n  annotations: {a: b}\n", APPLY, {"fieldManager": "fourth"})
    s.patch("not YAML", path, "a: [b", APPLY, {"fieldManager": "first"})
    s.patch("not an object", path, "- a", APPLY, {"fieldManager": "first"})
    s.patch("another kind", path, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}}, APPLY,
            {"fieldManager": "first"})
    s.patch("another name", path, application("two"), APPLY, {"fieldManager": "first"})
    s.patch("a field of a wrong type", path, {**application("one"), "spec": {"driver": {"cores": "many"}}}, APPLY,
            {"fieldManager": "first"})
    s.patch("a field that is not there", path, {**application("one"), "spec": {"drivr": {}}}, APPLY,
            {"fieldManager": "first"})
    s.patch("with managed fields", path, {**application("one"), "metadata": {"name": "one", "managedFields": [{}]}}, APPLY,
            {"fieldManager": "first"})
    missing = {**application("one"), "spec": {"type": "Scala"}}
    s.patch("fields that are required", f"{s.applications}/two", missing, APPLY, {"fieldManager": "first"})
    s.patch("a version from before", path,
            {**application("one"), "metadata": {"name": "one", "resourceVersion": "1"}}, APPLY, {"fieldManager": "first"})
    s.patch("in a namespace that is not there", f"{ROOT}/namespaces/nowhere/sparkapplications/one", application("one"),
            APPLY, {"fieldManager": "first"})


def dry_runs(s):
    s.keep("create", "POST", s.applications, {"dryRun": "All"}, application("one"))
    s.note("was not created", s.call("GET", f"{s.applications}/one").status)
    s.patch("apply", f"{s.applications}/one", application("one"), APPLY, {"dryRun": "All", "fieldManager": "first"})
    s.note("was not created either", s.call("GET", f"{s.applications}/one").status)
    s.call("POST", s.applications, None, application("one"))
    before = s.call("GET", f"{s.applications}/one").json()
    path = f"{s.applications}/one"
    s.patch("merge patch", path, {"spec": {"image": "other:1"}}, MERGE, {"dryRun": "All"})
    replaced = {**before, "spec": {**before.get("spec", {}), "image": "other:1"}}
    s.keep("replace", "PUT", path, {"dryRun": "All"}, replaced)
    s.keep("delete", "DELETE", path, {"dryRun": "All"})
    s.keep("delete by body", "DELETE", path, None, {"kind": "DeleteOptions", "apiVersion": "v1", "dryRun": ["All"]})
    s.keep("a dry run that is none", "DELETE", path, {"dryRun": "yes"})
    after = s.call("GET", path).json()
    s.note("nothing has changed", [after["metadata"].get("resourceVersion") == before["metadata"].get("resourceVersion"),
                                   after.get("spec") == before.get("spec")])


def patching(s):
    s.create("one")
    path = f"{s.applications}/one"
    s.patch("merge", path, {"metadata": {"labels": {"a": "b"}}, "spec": {"timeToLiveSeconds": 60}})
    s.patch("merge with a manager", path, {"metadata": {"annotations": {"a": "b"}}}, query={"fieldManager": "me"})
    s.patch("merge that removes", path, {"metadata": {"labels": None}, "spec": {"timeToLiveSeconds": None}})
    s.patch("merge of nothing", path, {})
    s.patch("merge with the right version", path,
            {"metadata": {"resourceVersion": s.call("GET", path).json()["metadata"]["resourceVersion"],
                          "labels": {"a": "c"}}})
    s.patch("merge with a version from before", path, {"metadata": {"resourceVersion": "1", "labels": {"a": "d"}}})
    s.patch("merge with another uid", path, {"metadata": {"uid": "11111111-1111-4111-8111-111111111111"}})
    s.patch("merge with another name", path, {"metadata": {"name": "two"}})
    s.patch("merge with a wrong type", path, {"spec": {"driver": {"cores": "many"}}})
    s.patch("merge with a value out of range", path, {"spec": {"driver": {"cores": 0}}})
    s.patch("merge with a value that is not in the list", path, {"spec": {"type": "Perl"}})
    s.patch("merge with an unknown field: a warning", path, {"spec": {"drivr": 1}})
    s.patch("merge with an unknown field, strict", path, {"spec": {"drivr": 1}}, query={"fieldValidation": "Strict"})
    s.patch("merge with an unknown field, ignored", path, {"spec": {"drivr": 1}}, query={"fieldValidation": "Ignore"})
    s.patch("merge of what is not JSON", path, "{")
    s.patch("merge of what is no object", path, "[]")
    s.patch("JSON patch", path, [{"op": "add", "path": "/metadata/labels/x", "value": "y"}], JSON_PATCH)
    s.patch("JSON patch that tests", path, [{"op": "test", "path": "/metadata/labels/x", "value": "y"},
                                            {"op": "remove", "path": "/metadata/labels/x"}], JSON_PATCH)
    s.patch("JSON patch whose test fails", path, [{"op": "test", "path": "/spec/type", "value": "R"}], JSON_PATCH)
    s.patch("JSON patch of a path that is not there", path, [{"op": "remove", "path": "/spec/nothing"}], JSON_PATCH)
    s.patch("JSON patch of what is no list", path, {"op": "remove"}, JSON_PATCH)
    s.patch("strategic merge of a custom resource", path, {}, "application/strategic-merge-patch+json")
    s.patch("a kind of patch that is none", path, {}, "application/patch")
    s.patch("of an application that is not there", f"{s.applications}/nothing", {"metadata": {}})
    s.configmap("map", a="b")
    s.patch("strategic merge", s.core("configmaps") + "/map", {"data": {"c": "d"}}, "application/strategic-merge-patch+json")


def status(s):
    s.create("one")
    path = f"{s.applications}/one"
    s.patch("a status through the object: kept as it was", path, {"status": {"executionAttempts": 7}})
    s.patch("the spec through the status: kept as it was", f"{path}/status", {"spec": {"image": "other:1"}})
    s.patch("the status", f"{path}/status", {"status": {"executionAttempts": 7}})
    s.patch("the status, unknown field", f"{path}/status", {"status": {"attempts": 7}})
    s.patch("the status, wrong type", f"{path}/status", {"status": {"executionAttempts": "many"}})
    s.patch("the status, dry", f"{path}/status", {"status": {"executionAttempts": 8}}, query={"dryRun": "All"})
    s.note("the generation counts the spec only", s.call("GET", path).json()["metadata"]["generation"])
    s.keep("a subresource that is not there", "GET", f"{path}/scale")
