# SPDX-License-Identifier: Apache-2.0
"""Objects of a client dry run, made ready for a namespace, and compared with what the API server has stored.

usage: stored.py prepare NAMESPACE PREFIX <dry-run.json >objects.json     prints KIND.GROUP/NAME of each on stderr
       stored.py compare objects.json <stored.json                        prints what was lost or changed; stored: a List
"""
import json
import sys


def objects_of(document):
    return document["items"] if document["kind"] == "List" else [document]


def lost(sent, stored, path):
    """The fields of `sent` that are not in `stored`; what the server adds does not count."""
    if isinstance(sent, dict) and isinstance(stored, dict):
        for key, value in sent.items():
            if key not in stored:
                yield f"{path}.{key} is not stored"
            else:
                yield from lost(value, stored[key], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(stored, list) and len(sent) == len(stored):
        for i, value in enumerate(sent):
            yield from lost(value, stored[i], f"{path}[{i}]")
    elif str(sent) != str(stored):  # quantities: 1 is stored as "1"
        yield f"{path}: sent {sent!r}, stored {stored!r}"


def prepare(namespace, prefix):
    items = objects_of(json.load(sys.stdin))
    for number, item in enumerate(items):
        item["metadata"].update(namespace=namespace, name=f"{prefix}-{number}")
        group = item["apiVersion"].split("/")[0]
        print(f"{item['kind'].lower()}.{group}/{item['metadata']['name']}", file=sys.stderr)
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout)


def compare(file):
    with open(file, encoding="utf-8") as sent:
        wanted = objects_of(json.load(sent))
    stored = {item["metadata"]["name"]: item for item in objects_of(json.load(sys.stdin))}
    for item in wanted:
        name = item["metadata"]["name"]
        for difference in lost(item.get("spec", {}), stored[name].get("spec", {}), "spec"):
            print(f"{name}: {difference}")


{"prepare": prepare, "compare": compare}[sys.argv[1]](*sys.argv[2:])
