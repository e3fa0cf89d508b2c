#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The web UI of every driver in light mode: answers that a real driver once gave (light/ui/*.json).

usage: ui.py ADDRESS PORT FOLDER
"""
import http.server
import os
import re
import sys

address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
REDIRECTS = {"/": "/jobs/", "/metrics/json": "/metrics/json/"}  # as Spark does


def recorded(path):
    match = re.fullmatch(r"/api/v1/applications(?:/[^/]+/(\w+))?", path)
    name = "metrics" if path == "/metrics/json/" else match and (match[1] or "applications")
    file = f"{folder}/{name}.json"
    if not name or not os.path.exists(file):
        return None
    with open(file, "rb") as stream:
        return stream.read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0]
        body = recorded(path)
        self.send_response(302 if path in REDIRECTS else 404 if body is None else 200)
        if path in REDIRECTS:
            self.send_header("Location", REDIRECTS[path])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer((address, port), Handler).serve_forever()
