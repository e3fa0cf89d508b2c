# SPDX-License-Identifier: Apache-2.0
"""What is told when something changes."""
import json

import normal
from scenes import MERGE, TABLE


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
