#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the bill of materials (SPDX 2.3) of the archives: what is linked in, from which source package."""
import argparse
import datetime
import hashlib
import json
import pathlib
import re
import urllib.parse

# What the distribution calls it, what SPDX calls its licence, and how it is in the executable.
PARTS = [
    ("zlib", "Zlib", "STATIC_LINK"),
    ("openssl", "Apache-2.0", "STATIC_LINK"),
    ("nghttp2", "MIT", "STATIC_LINK"),
    ("curl", "curl", "STATIC_LINK"),
    ("fmtlib", "MIT", "STATIC_LINK"),
    ("yaml-cpp", "MIT", "STATIC_LINK"),
    ("re2", "BSD-3-Clause", "STATIC_LINK"),
    ("cli11", "BSD-3-Clause", "CONTAINS"),
    ("nlohmann-json3", "MIT", "CONTAINS"),
]
# What comes with the compiler.
LLVM = "Apache-2.0 WITH LLVM-exception"
RUNTIME = [("musl", "MIT"), ("libcxx", LLVM), ("libcxxabi", LLVM), ("libunwind", LLVM), ("compiler-rt", "MIT")]


def package(identifier, name, version, licence, **more):
    return {"SPDXID": f"SPDXRef-{identifier}", "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": licence, "licenseDeclared": licence,
            "copyrightText": "NOASSERTION", **more}


def source(directory, name, licence):
    """The source package, as its description (.dsc) names and sums it."""
    description = next((directory / name).glob("*.dsc")).read_text()
    version = re.search(r"^Version: (.*)$", description, re.M).group(1)
    sums = re.search(r"^Checksums-Sha256:\n((?: .*\n)+)", description, re.M).group(1)
    digest, _, file = next(line for line in map(str.split, sums.splitlines()) if ".orig.tar" in line[2])
    return package(name, name, version, licence, packageFileName=file,
                   checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
                   externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                  "referenceLocator": f"pkg:deb/debian/{name}@{urllib.parse.quote(version)}?arch=source"}])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("--sources", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True, help="NAME==VERSION")
    parser.add_argument("archives", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    compiler, compiler_version = options.compiler.split("==")

    packages = [source(options.sources, name, licence) for name, licence, _ in PARTS]
    packages += [package(name, name, f"of {compiler} {compiler_version}", licence) for name, licence in RUNTIME]
    packages.append(package("compiler", compiler, compiler_version, "MIT", externalRefs=[
        {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
         "referenceLocator": f"pkg:pypi/{compiler}@{compiler_version}"}]))
    relations = []

    def relate(one, kind, other):
        relations.append({"spdxElementId": f"SPDXRef-{one}", "relationshipType": kind, "relatedSpdxElement": f"SPDXRef-{other}"})

    for archive in options.archives:
        identifier = re.sub(r"[^A-Za-z0-9]+", "-", archive.name)
        packages.append(package(identifier, "kubectl-spark", options.version, "Apache-2.0", packageFileName=archive.name,
                                checksums=[{"algorithm": "SHA256", "checksumValue": hashlib.sha256(archive.read_bytes()).hexdigest()}]))
        relate("DOCUMENT", "DESCRIBES", identifier)
        for name, _, kind in PARTS:
            relate(identifier, kind, name)
        for name, _ in RUNTIME:
            # On macOS the C library is the system's.
            if name != "musl" or "_linux_" in archive.name:
                relate(identifier, "STATIC_LINK", name)
        relate("compiler", "BUILD_TOOL_OF", identifier)

    everything = json.dumps(packages, sort_keys=True)
    print(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"kubectl-spark-{options.version}",
        "documentNamespace": f"https://kubectl-spark.example/spdx/{hashlib.sha256(everything.encode()).hexdigest()}",
        "creationInfo": {"created": datetime.datetime.fromtimestamp(options.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: kubectl-spark tools/release"]},
        "packages": packages, "relationships": relations}, indent=1))


main()
