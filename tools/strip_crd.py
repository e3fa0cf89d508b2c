#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the schemas that `render --check` embeds from CustomResourceDefinition files.

    tools/strip_crd.py OUT.json [--without FIELD]... [--optional FIELD]... CRD.yaml...

Descriptions, defaults, list types and the status (which nobody writes) are left out, and what
occurs twice is written once, under "$defs". The result maps "KIND/VERSION" to a schema.
core/spark/crds/MANIFEST.tsv says which CRD files the schemas were made from. --without makes the
schema of an older version: the field is taken out;
--optional leaves it, but does not demand it. FIELD is below an application's spec; "schedule.NAME" is
of a schedule.
"""
import argparse
import collections
import json
import sys

import yaml

KEPT = {"type", "properties", "additionalProperties", "items", "required", "enum", "minimum", "maximum",
        "nullable", "pattern", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"}
SHORTEST_SHARED = 60


def strip(schema):
    if not isinstance(schema, dict):
        return schema
    stripped = {}
    for key in sorted(KEPT & schema.keys()):
        value = schema[key]
        if key == "properties":
            value = {name: strip(value[name]) for name in value}
        elif key in ("items", "additionalProperties"):
            value = strip(value)
        stripped[key] = value
    return stripped


def text(schema):
    return json.dumps(schema, separators=(",", ":"))


def parts(schema):
    """The schema and all below it, smallest first."""
    if isinstance(schema, dict):
        for part in [*schema.get("properties", {}).values(), schema.get("items"),
                     schema.get("additionalProperties")]:
            if isinstance(part, dict):
                yield from parts(part)
        yield schema


class Shared:
    """Gives every schema that occurs more than once a number."""

    def __init__(self, schemas):
        count = collections.Counter(text(part) for schema in schemas for part in parts(schema))
        self.numbers = {}
        self.often = {t for t, n in count.items() if n > 1 and len(t) >= SHORTEST_SHARED}
        self.definitions = []

    def short(self, schema):
        if not isinstance(schema, dict):
            return schema
        whole = text(schema)
        if whole in self.numbers:
            return {"$ref": self.numbers[whole]}
        result = dict(schema)
        if "properties" in result:
            result["properties"] = {n: self.short(p) for n, p in result["properties"].items()}
        for key in ("items", "additionalProperties"):
            if key in result:
                result[key] = self.short(result[key])
        if whole not in self.often:
            return result
        self.numbers[whole] = len(self.definitions)
        self.definitions.append(result)
        return {"$ref": self.numbers[whole]}


def places(schema):
    """The specs of applications in a schema: an application's own, a schedule's template."""
    spec = schema["properties"]["spec"]
    return [spec["properties"]["template"]] if "schedule" in spec["properties"] else [spec]


def make_older(schema, without, optional):
    spec = schema["properties"]["spec"]
    for field in without + optional:
        *parents, name = field.split(".")
        if parents[:1] == ["schedule"]:
            if "schedule" in spec["properties"]:
                spec["properties"].pop(name)
            continue
        for place in places(schema):
            for step in parents:
                place = place["properties"][step]
            if field in without:
                place["properties"].pop(name)
            if name in place.get("required", []):
                place["required"] = [other for other in place["required"] if other != name]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--optional", action="append", default=[])
    chosen = parser.parse_args(arguments)
    out, files = chosen.out, chosen.files
    schemas = {}
    for name in files:
        with open(name, encoding="utf-8") as file:
            crd = yaml.safe_load(file)
        for version in crd["spec"]["versions"]:
            if version["name"] == "v1alpha1":
                continue
            schema = strip(version["schema"]["openAPIV3Schema"])
            # Every object has these, whether its CRD says so or not.
            for name, kind in {"apiVersion": "string", "kind": "string", "metadata": "object"}.items():
                schema["properties"].setdefault(name, {"type": kind})
            schema["properties"]["status"] = {"x-kubernetes-preserve-unknown-fields": True}
            make_older(schema, chosen.without, chosen.optional)
            schemas[f'{crd["spec"]["names"]["kind"]}/{version["name"]}'] = schema
    shared = Shared(schemas.values())
    result = {name: shared.short(schema) for name, schema in schemas.items()}
    result["$defs"] = shared.definitions
    with open(out, "w", encoding="utf-8") as file:
        # One line for each definition, so that a new version shows as a readable difference.
        file.write("{\n")
        for name in schemas:
            file.write(f'"{name}": {text(result[name])},\n')
        file.write('"$defs": [\n' + ",\n".join(text(d) for d in shared.definitions) + "\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
