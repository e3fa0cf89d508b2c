# SPDX-License-Identifier: Apache-2.0
"""Logs. What a container writes differs from cluster to cluster; what a parameter makes of it does not: a scene
reads the whole log and notes whether each answer is the part of it that was asked for."""
import datetime
import time

import scenes

NAME = "contract-logs"


def running(s):
    """A driver that writes; the annotations are the sandbox's."""
    body = scenes.stream(NAME)
    body["metadata"]["annotations"] = {"sandbox.kubectl-spark/log-lines": "20"}
    path = f"{s.applications}/{NAME}"
    s.call("DELETE", path)
    for _ in range(600):
        if s.call("GET", s.core("pods") + f"/{NAME}-driver").status == 404:
            break
        time.sleep(0.1)
    answer = s.call("POST", s.applications, None, body)
    assert answer.status == 201, answer.body
    for _ in range(1200):
        driver = s.call("GET", s.core("pods") + f"/{NAME}-driver")
        if driver.status == 200 and driver.json()["status"].get("phase") == "Running":
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the driver does not run")
    for _ in range(300):  # until what there is to write was written over more than a second
        lines = whole(s)
        if len(lines) > 20:
            break
        time.sleep(0.1)
    time.sleep(2)


def log(s, **query):
    return s.call("GET", s.core("pods") + f"/{NAME}-driver/log", query)


def whole(s):
    """Pairs of time and text."""
    return [tuple(line.split(" ", 1)) for line in log(s, timestamps="true").body.splitlines() if " " in line]


def second(stamp):
    return stamp[:19]


def text(lines, stamps=False):
    return "".join((f"{stamp} {line}" if stamps else line) + "\n" for stamp, line in lines)


def is_part(s, query, part):
    """Whether the answer is that part of the log, which may have grown meanwhile."""
    before = len(whole(s))
    answer = log(s, **query).body
    after = whole(s)
    return any(part(after[:length]) == answer for length in range(before, len(after) + 1))


def reading_logs(s):
    running(s)
    lines = whole(s)
    middle = lines[len(lines) // 2][0]
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    hour_ago = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    parts = [
        ("everything", {}, text),
        ("timestamps", {"timestamps": "true"}, lambda all: text(all, True)),
        ("tailLines=2", {"tailLines": 2}, lambda all: text(all[-2:])),
        ("tailLines=0", {"tailLines": 0}, lambda all: ""),
        ("tailLines of more than there is", {"tailLines": 100000}, text),
        ("tailLines with timestamps", {"tailLines": 2, "timestamps": "true"}, lambda all: text(all[-2:], True)),
        ("limitBytes=10", {"limitBytes": 10}, lambda all: text(all)[:10]),
        ("limitBytes with tailLines", {"limitBytes": 5, "tailLines": 3}, lambda all: text(all[-3:])[:5]),
        ("sinceTime of a line: whole seconds", {"sinceTime": middle},
         lambda all: text([one for one in all if second(one[0]) >= second(middle)])),
        ("sinceTime to come", {"sinceTime": later}, lambda all: ""),
        ("sinceTime with tailLines", {"sinceTime": middle, "tailLines": 1}, lambda all: text(all[-1:])),
        ("sinceSeconds", {"sinceSeconds": 3600}, lambda all: text([one for one in all if second(one[0]) >= hour_ago])),
        ("the container by its name", {"container": "spark-kubernetes-driver", "tailLines": 1}, lambda all: text(all[-1:])),
    ]
    for name, query, part in parts:
        s.note(name, is_part(s, query, part))
    path = s.core("pods") + f"/{NAME}-driver/log"
    for name, query in [("tailLines below 0", {"tailLines": -1}), ("tailLines that is no number", {"tailLines": "many"}),
                        ("limitBytes=0", {"limitBytes": 0}), ("sinceSeconds=0", {"sinceSeconds": 0}),
                        ("sinceTime that is no time", {"sinceTime": "yesterday"}),
                        ("sinceTime and sinceSeconds", {"sinceTime": later, "sinceSeconds": 5}),
                        ("a container that is not there", {"container": "other"})]:
        s.keep(name, "GET", path, query)
    s.keep("a pod that is not there", "GET", s.core("pods") + "/not-there/log")
    s.keep("the type of a log", "GET", path, {"tailLines": 0})
    if "kwok" not in s.kubelet:  # which knows no earlier containers
        s.keep("if there is a kubelet: previous", "GET", path, {"previous": "true"})
    count = len(whole(s))
    status, followed = s.client.lines(path, {"follow": "true"}, None, 5, until=lambda line: True)
    s.note("follow begins with what there is", [status, followed == [whole(s)[0][1]]])
    s.call("DELETE", f"{s.applications}/{NAME}")
    assert count > 0
