# SPDX-License-Identifier: Apache-2.0
"""What is read: one, all, some, page by page, as objects and as tables."""
import base64
import json

from scenes import ROOT, TABLE, application, names


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


def tables(s):
    """How much of each object comes with its row."""
    s.create("one")
    s.create("two")
    for include in ("None", "Metadata", "Object"):
        query = {"includeObject": include}
        s.keep(f"one with {include}", "GET", f"{s.applications}/one", query, headers={"Accept": TABLE})
        s.keep(f"list with {include}", "GET", s.applications, query, headers={"Accept": TABLE})
        s.watch(f"watch with {include}", s.applications,
                {"timeoutSeconds": 1, "fieldSelector": "metadata.name=two", **query}, headers={"Accept": TABLE})
    s.keep("a page with None", "GET", s.applications, {"includeObject": "None", "limit": 1}, headers={"Accept": TABLE})
    s.keep("a word that is none", "GET", s.applications, {"includeObject": "Everything"}, headers={"Accept": TABLE})
    s.keep("watch with a word that is none", "GET", s.applications,
           {"watch": "true", "includeObject": "Everything", "timeoutSeconds": 1}, headers={"Accept": TABLE})
    s.keep("what is not there, with a word that is none", "GET", f"{s.applications}/nothing",
           {"includeObject": "Everything"}, headers={"Accept": TABLE})
    s.keep("a word that is none, of a list that is no table", "GET", s.core("secrets"), {"includeObject": "Everything"})
    s.keep("what is not there", "GET", f"{s.applications}/nothing", {"includeObject": "None"}, headers={"Accept": TABLE})
