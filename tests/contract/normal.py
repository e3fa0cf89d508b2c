# SPDX-License-Identifier: Apache-2.0
"""What is not compared. Everything that an answer says is part of the contract but what stands here: values that
differ from run to run become the name of what they are, members that no client of ours reads are left out."""
import json
import re

# A member of this name holds a value that is never the same twice.
CHANGING = {
    "uid": "UID", "resourceVersion": "VERSION", "continue": "TOKEN", "creationTimestamp": "TIME",
    "deletionTimestamp": "TIME", "firstTimestamp": "TIME", "lastTimestamp": "TIME",
    "lastSubmissionAttemptTime": "TIME", "terminationTime": "TIME", "submissionID": "UID",
    "sparkApplicationId": "SPARK-ID", "Start": "TIME", "Finish": "TIME", "Age": "AGE",
}

# Left out, and why.
IGNORED = {
    "description",            # of a table's column: prose from the definition of the resource
    "selfLink",               # gone since 1.20
    "remainingItemCount",     # "an estimate", may be left out by the server at will
    "webUIAddress",           # a service's address
    "time",                   # of an entry of managedFields, which some have not
    "gitCommit", "buildDate", "goVersion", "compiler", "platform", "gitTreeState",
    "emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor",
}

TEXTS = [
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UID"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"(too old resource version: \d+ )\(\d+\)", r"\1(VERSION)"),
    (r"(Too large resource version: \d+, current: )\d+", r"\1VERSION"),
    (r"(the ResourceVersion in record )\(\d+\)", r"\1(VERSION)"),
    (r"(invalid continue token: continue key is not valid).*", r"\1"),  # and the bytes that it was decoded to
    (r'Invalid value: "\{.*\}":', "Invalid value: OBJECT:"),            # all of it, managed fields and all
    (r"-[0-9a-f]{16}-exec-", "-ID-exec-"),
    (r"\b\d+\.\d+\.\d+\.\d+:(4040)\b", r"ADDRESS:\1"),
]

# Columns of tables that hold ages and addresses.
CHANGING_CELLS = {"Age", "Start", "Finish", "Last Seen", "First Seen", "IP", "Node"}


def text(value):
    for pattern, name in TEXTS:
        value = re.sub(pattern, name, value)
    return value


def table(value):
    columns = [column["name"] for column in value.get("columnDefinitions") or []]
    for row in value["rows"]:
        row["cells"] = ["CELL" if index < len(columns) and columns[index] in CHANGING_CELLS and cell is not None
                        else cell for index, cell in enumerate(row["cells"])]
    return value


def status(given):
    """Several causes come in the order of a Go map, and some of them twice."""
    causes = given.get("details", {}).get("causes", [])
    if len(causes) > 1:
        unique = {json.dumps(one, sort_keys=True): one for one in causes}
        given["details"]["causes"] = [unique[key] for key in sorted(unique)]
        given["message"] = re.sub(r"( is invalid: )\[.*\]$", r"\1[CAUSES]", given["message"], flags=re.S)
    return given


def value(given):
    if isinstance(given, str):
        return text(given)
    if isinstance(given, list):
        return [value(one) for one in given]
    if not isinstance(given, dict):
        return given
    if given.get("kind") == "Table":
        given = table(given)
    if given.get("kind") == "Status":
        given = status(given)
    result = {}
    for name, member in sorted(given.items()):
        if name in IGNORED:
            continue
        if name in CHANGING and isinstance(member, str):
            result[name] = CHANGING[name] if member else ""
        elif name == "managedFields":  # in the order of their times, which may be the same
            result[name] = sorted((value(one) for one in member), key=lambda one: json.dumps(one, sort_keys=True))
        else:
            result[text(name)] = value(member)
    return result


def body(content):
    try:
        return value(json.loads(content))
    except ValueError:
        return text(content)


def answer(given):
    """An answer as it is compared."""
    result = {"status": given.status, "type": given.headers.get("Content-Type", "")}
    for name in ("Retry-After", "Location"):
        if given.headers.get(name):
            result[name] = re.sub(r"//[^/]+/", "//SERVER/", given.headers[name])
    if given.headers.get_all("Warning"):
        result["warnings"] = given.headers.get_all("Warning")
    result["body"] = body(given.body)
    return result
