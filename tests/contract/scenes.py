# SPDX-License-Identifier: Apache-2.0
"""What the API server is asked, scene by scene. Each scene has a namespace of its own and records named answers;
its applications are suspended, so that the operator lets them be."""
import base64
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


def reading(s):
    s.create("one")
    s.keep("get", "GET", f"{s.applications}/one")
    s.keep("get status", "GET", f"{s.applications}/one/status")
    s.keep("get as table", "GET", f"{s.applications}/one", headers={"Accept": TABLE})
    s.keep("list", "GET", s.applications)
    s.keep("list as table", "GET", s.applications, headers={"Accept": TABLE})
    s.keep("list of nothing", "GET", s.core("pods"))
    s.keep("list of nothing as table", "GET", s.core("pods"), headers={"Accept": TABLE})
    s.keep("list of a namespace that is not there", "GET", f"{ROOT}/namespaces/nowhere/sparkapplications")
    s.keep("list by a version from before", "GET", s.applications, {"resourceVersion": "0"})
    s.keep("list by a version to come", "GET", s.applications, {"resourceVersion": "999999999"})
    s.keep("list by a version that is none", "GET", s.applications, {"resourceVersion": "new"})
    s.keep("version", "GET", "/version")
    s.keep("readiness", "GET", "/readyz")


def selecting(s):
    for name in ("one", "two", "three"):
        body = application(name)
        body["metadata"]["labels"] = {"team": "sales" if name != "two" else "stock", name: "yes"}
        assert s.call("POST", s.applications, None, body).status == 201
    for selector in ("team=sales", "team!=sales", "team in (sales,stock),!two", "one", "!one", "team notin (sales)",
                     "team=", "a=b"):
        s.note(f"labels {selector}", names(s.call("GET", s.applications, {"labelSelector": selector})))
    for selector in ("metadata.name=one", "metadata.name!=one", f"metadata.namespace={s.namespace}",
                     "metadata.name=one,metadata.name!=two"):
        s.note(f"fields {selector}", names(s.call("GET", s.applications, {"fieldSelector": selector})))
    s.keep("labels that are no selector", "GET", s.applications, {"labelSelector": "a in b"})
    s.keep("labels with a bad value", "GET", s.applications, {"labelSelector": "a=b c"})
    s.keep("fields that are no selector", "GET", s.applications, {"fieldSelector": "metadata.name"})
    s.keep("a field that cannot be selected", "GET", s.applications, {"fieldSelector": "spec.type=Scala"})
    s.keep("a pod's field that cannot be selected", "GET", s.core("pods"), {"fieldSelector": "spec.image=a"})


def paging(s):
    things = s.core("secrets")  # nobody else has any

    def thing(name):
        answer = s.call("POST", things, None, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}})
        assert answer.status == 201, answer.body

    for name in ("b", "c", "d", "e", "f"):
        thing(name)
    first = s.call("GET", things, {"limit": 2})
    s.note("first page", names(first))
    token = first.json()["metadata"]["continue"]
    thing("a")
    thing("dd")
    s.call("DELETE", f"{things}/e")
    second = s.call("GET", things, {"limit": 2, "continue": token})
    s.note("second page: what was there at the first", names(second))
    s.note("all pages are of one version",
           first.json()["metadata"]["resourceVersion"] == second.json()["metadata"]["resourceVersion"])
    last = s.call("GET", things, {"limit": 2, "continue": second.json()["metadata"]["continue"]})
    s.note("last page", names(last))
    s.note("the last page has no token", last.json()["metadata"].get("continue", ""))
    s.note("a list without a limit is of now", names(s.call("GET", things)))
    for name in ("one", "two", "three"):
        s.create(name)
    s.keep("a page of applications", "GET", s.applications, {"limit": 1})
    pages, token = [], ""
    while True:
        page = s.call("GET", s.applications, {"limit": 1, **({"continue": token} if token else {})})
        pages.append(names(page))
        token = page.json()["metadata"].get("continue", "")
        if not token or len(pages) > 5:
            break
    s.note("page by page", pages)
    s.keep("a page as table", "GET", s.applications, {"limit": 2}, headers={"Accept": TABLE})
    s.keep("a page by labels", "GET", s.applications, {"limit": 1, "labelSelector": "a!=b"})
    s.keep("a token that is none", "GET", s.applications, {"limit": 1, "continue": "rubbish"})
    s.keep("a limit that is none", "GET", s.applications, {"limit": "many"})
    one = s.call("GET", s.applications, {"limit": 1}).json()["metadata"]["continue"]
    s.keep("a token and a version", "GET", s.applications, {"limit": 1, "continue": one, "resourceVersion": "7"})
    old = json.loads(base64.urlsafe_b64decode(one + "==="))
    old["rv"] = 1
    token = base64.urlsafe_b64encode(json.dumps(old).encode()).decode().rstrip("=")
    if s.call("GET", s.applications, {"limit": 1, "resourceVersion": 1, "resourceVersionMatch": "Exact"}).status == 410:
        s.keep("if history was compacted: a token that is too old", "GET", s.applications,
               {"limit": 1, "continue": token})


def watching(s):
    start = s.version()

    def life():
        s.create("one")
        s.call("PATCH", f"{s.applications}/one", None, '{"metadata":{"labels":{"seen":"yes"}}}', {"Content-Type": MERGE})
        s.call("DELETE", f"{s.applications}/one")

    life()
    _, lines = s.client.lines(s.applications, {"watch": "true", "resourceVersion": start, "timeoutSeconds": 2})
    events = [json.loads(line) for line in lines]
    s.note("a life", [[event["type"], (event["object"].get("status") or {}).get("applicationState", {}).get("state"),
                       event["object"]["metadata"].get("labels")] for event in events])
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in events]
    s.note("versions grow", versions == sorted(set(versions)))
    s.note("an event's object is the whole application", normal.value(events[-1]["object"]))
    _, lines = s.client.lines(s.applications, {"watch": "true", "resourceVersion": start, "timeoutSeconds": 2,
                                               "labelSelector": "seen=yes"})
    s.note("one that enters the selection is added",
           [json.loads(line)["type"] for line in lines])
    s.create("two")
    s.watch("without a version: what is there", s.applications, {"timeoutSeconds": 1})
    s.watch("by a name", s.applications, {"timeoutSeconds": 1, "fieldSelector": "metadata.name=two"})
    s.watch("as table", s.applications, {"timeoutSeconds": 1}, headers={"Accept": TABLE})
    s.watch("from a version that is too old", s.applications, {"resourceVersion": 1, "timeoutSeconds": 2})
    s.watch("from a version to come: nothing yet", s.applications, {"resourceVersion": "999999999", "timeoutSeconds": 1})
    s.keep("from a version that is none", "GET", s.applications, {"watch": "true", "resourceVersion": "new", "timeoutSeconds": 2})


def bookmarks(s):
    s.create("one")
    now = s.version()
    s.create("two")  # so that there is news of which a bookmark can tell
    s.settle()

    def types(query):
        _, lines = s.client.lines(s.applications, {"watch": "true", "resourceVersion": now, "timeoutSeconds": 5, **query})
        return sorted({json.loads(line)["type"] for line in lines})

    s.note("asked for: one before the end", types({"allowWatchBookmarks": "true"}))
    s.note("not asked for", types({}))
    s.watch("first what is there, then a bookmark", s.applications,
            {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"},
            until=lambda line: "BOOKMARK" in line, seconds=5)
    s.keep("initial events without a match", "GET", s.applications,
           {"watch": "true", "sendInitialEvents": "true", "timeoutSeconds": 2})


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


def users(s):
    """In the namespace `default`, since that is where the roles are bound."""
    applications = f"{ROOT}/namespaces/default/sparkapplications"
    s.keep("a token that is none", "GET", applications, token="wrong")
    s.keep("nobody at all", "GET", applications, token="")
    s.keep("nobody at all: the version", "GET", "/version", token="")
    s.keep("nobody at all: writes", "POST", applications, None, application("one"), token="")
    for user in ("editor", "viewer", "nobody"):
        def keep(name, method, path, query=None, body=None, headers=None):
            answer = s.call(method, path, query, body, headers, user=user)
            kept = normal.answer(answer)
            if answer.status < 300:  # what others have left there does not matter
                kept["body"] = "..."
            s.note(f"{user}: {name}", kept)
        keep("list", "GET", applications)
        keep("get", "GET", f"{applications}/not-there")
        keep("watch", "GET", applications, {"watch": "true", "timeoutSeconds": 1})
        keep("list everywhere", "GET", f"{ROOT}/sparkapplications")
        keep("list elsewhere", "GET", f"{ROOT}/namespaces/batch/sparkapplications")
        keep("create", "POST", applications, {"dryRun": "All"}, application("one"))
        keep("apply", "PATCH", f"{applications}/not-there", {"fieldManager": "a", "dryRun": "All"},
             json.dumps(application("not-there")), {"Content-Type": APPLY})
        keep("delete", "DELETE", f"{applications}/not-there")
        keep("delete all", "DELETE", applications, {"dryRun": "All"})
        keep("patch the status", "PATCH", f"{applications}/not-there/status", None, "{}", {"Content-Type": MERGE})
        keep("list pods", "GET", "/api/v1/namespaces/default/pods")
        keep("read a log", "GET", "/api/v1/namespaces/default/pods/not-there/log")
        keep("delete a pod", "DELETE", "/api/v1/namespaces/default/pods/not-there")
        keep("list events", "GET", "/api/v1/namespaces/default/events")
        keep("read secrets", "GET", "/api/v1/namespaces/default/secrets/not-there")
        keep("reach a driver's UI", "GET", "/api/v1/namespaces/default/pods/http:not-there:4040/proxy/metrics/json/")
        keep("discovery", "GET", "/apis")
        keep("readiness", "GET", "/readyz")
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                  "spec": {"resourceAttributes": {"verb": "create", "group": GROUP, "resource": "sparkapplications",
                                                  "namespace": "default"}}}
        answer = s.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", None, review, user=user)
        s.note(f"{user}: may create", [answer.status, answer.json().get("status", {}).get("allowed")])


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
