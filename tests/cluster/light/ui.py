#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The web UI of every driver in light mode: answers that a real driver once gave (light/ui/*.json), moved in time so
that its last job has just ended: streams that seem to stand still would have that as their verdict, before any other.

usage: ui.py ADDRESS PORT FOLDER
"""
import datetime
import http.server
import os
import re
import sys

address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
REDIRECTS = {"/": "/jobs/", "/metrics/json": "/metrics/json/"}  # as Spark does

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?=GMT)")
WATERMARK = re.compile(r'(?<=eventTime-watermark":{"value":)\d+')


def time_of(text):
    return datetime.datetime.fromisoformat(text + "+00:00")


with open(f"{folder}/jobs.json", encoding="utf-8") as jobs:
    last = max(map(time_of, TIME.findall(jobs.read())))


def moved(text):
    delay = datetime.datetime.now(datetime.timezone.utc) - last
    text = WATERMARK.sub(lambda match: str(int(match[0]) + int(delay.total_seconds() * 1000)), text)
    return TIME.sub(lambda match: match[0] if match[0] < "1970"  # not yet
                    else (time_of(match[0]) + delay).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3], text)


def recorded(path):
    match = re.fullmatch(r"/api/v1/applications(?:/[^/]+/(\w+))?", path)
    name = "metrics" if path == "/metrics/json/" else match and (match[1] or "applications")
    file = f"{folder}/{name}.json"
    if not name or not os.path.exists(file):
        return None
    with open(file, encoding="utf-8") as stream:
        return moved(stream.read()).encode()


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
