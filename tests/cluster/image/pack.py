#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an image archive (docker format) from layer tar files.

usage: pack.py NAME OUT.tar CONFIG.json LAYER.tar...
"""
import hashlib
import io
import json
import sys
import tarfile


def main():
    name, out, config_file, *layers = sys.argv[1:]
    digests = []
    for layer in layers:
        with open(layer, "rb") as f:
            digests.append(hashlib.file_digest(f, "sha256").hexdigest())
    with open(config_file) as f:
        config = {"architecture": "amd64", "os": "linux", "config": json.load(f)}
    config["rootfs"] = {"type": "layers", "diff_ids": ["sha256:" + d for d in digests]}
    blob = json.dumps(config).encode()
    config_name = hashlib.sha256(blob).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [d + ".tar" for d in digests]}]
    with tarfile.open(out, "w") as tar:
        for path, data in ((config_name, blob), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for layer, digest in zip(layers, digests):
            tar.add(layer, arcname=digest + ".tar")


main()
