#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/kubectl-conformance.md from the tests and their results: table.py [--accept] TAP PAGE FILE.bats...

A point is a test whose name begins with its number. "# Different: ..." above it says where kubectl-spark is
deliberately different, and why. Fails when a number is missing or there twice, and when the page is another.
"""
import os
import re
import sys

POINTS = 59
HEAD = """# At home in kubectl, point by point

What a person who knows kubectl expects of a command line for Kubernetes, and the test that shows it. The tests run the
built `kubectl-spark` against real servers and proxies on this machine, most of them side by side with the real
`kubectl`: the same words on the command line, the same bytes or headers from both. This page is made from the tests by
`tests/conformance/run --accept`; the test suite fails when the two differ.

| | kubectl does | where kubectl-spark is different | test | result |
|---|---|---|---|---|
"""


def points(files):
    for path in files:
        different = ""
        for line in open(path):
            said = re.match(r"# Different: (.*)", line)
            test = re.match(r'@test "(\d\d) (.*)" \{', line)
            if said:
                different = said.group(1)
            elif test:
                name = test.group(2).replace('\\"', '"')
                yield int(test.group(1)), name, different, os.path.basename(path)
                different = ""


def results(tap):
    found = {}
    for line in open(tap):
        match = re.match(r"(ok|not ok) \d+ (\d\d) (.*)", line)
        if match:
            skipped = "# skip" in match.group(3)
            found[int(match.group(2))] = "failed" if match.group(1) != "ok" else "skipped" if skipped else "passed"
    return found


def main():
    arguments = sys.argv[1:]
    accept = arguments[0] == "--accept"
    if accept:
        arguments.pop(0)
    tap, page, *files = arguments
    rows = sorted(points(files))
    numbers = [row[0] for row in rows]
    if numbers != list(range(1, POINTS + 1)):
        sys.exit(f"the points are not 1 to {POINTS}, each once: {numbers}")
    result = results(tap)
    before = open(page).read() if os.path.exists(page) else ""
    text = HEAD
    for number, name, different, file in rows:
        said = result.get(number, "not run")
        # What this machine cannot show (an older kubectl, no right to mount) stays as it was seen last.
        if said == "skipped" and re.search(rf"^\| {number} \|.*\| passed \|$", before, re.M):
            said = "passed"
        cells = [str(number), name, different, f"[{file}](../tests/conformance/{file})", said]
        text += "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
    if accept:
        open(page, "w").write(text)
    elif text != before:
        sys.exit(f"{page} is not what the tests say; look at them, then: tests/conformance/run --accept")


main()
