# SPDX-License-Identifier: Apache-2.0
"""The API server of the current context, for programs that play controllers: calls, and a copy of
some kinds of objects that watches keep."""
import base64
import http.client
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

KUBECTL = os.environ.get("KUBECTL", "kubectl")


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Api:
    def __init__(self):
        config = json.loads(subprocess.check_output(
            [KUBECTL, "config", "view", "--raw", "--minify", "--flatten", "-o", "json"]))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0].get("user", {})
        self.url = urllib.parse.urlsplit(cluster["server"])
        self.context = ssl.create_default_context(
            cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        self.headers = {"User-Agent": "spark-kubernetes-operator/played"}
        if "token" in user:
            self.headers["Authorization"] = "Bearer " + user["token"]
        if "client-certificate-data" in user:
            with tempfile.TemporaryDirectory() as directory:
                paths = []
                for part in ("certificate", "key"):
                    paths.append(os.path.join(directory, part))
                    with open(paths[-1], "wb") as file:
                        file.write(base64.b64decode(user[f"client-{part}-data"]))
                self.context.load_cert_chain(*paths)
        self.local = threading.local()

    def connect(self, timeout):
        return http.client.HTTPSConnection(self.url.hostname, self.url.port, context=self.context, timeout=timeout)

    def call(self, method, path, body=None, kind="application/json"):
        """One request, repeated until the server answers."""
        while True:
            try:
                if not hasattr(self.local, "http"):
                    self.local.http = self.connect(30)
                self.local.http.request(method, path, body and json.dumps(body),
                                        {**self.headers, "Content-Type": kind})
                answer = self.local.http.getresponse()
                text, status = answer.read(), answer.status
            except (OSError, http.client.HTTPException):
                self.local.__dict__.pop("http", None)
                time.sleep(0.3)
                continue
            value = json.loads(text) if text[:1] in (b"{", b"[") else {}
            if status in (429, 500, 503, 504):
                time.sleep(0.3)
                continue
            if status >= 300:
                raise Refused(status, value.get("message", text.decode(errors="replace")))
            return value

    def quietly(self, *arguments, **more):
        """What may be gone or changed already; the next look tells."""
        try:
            return self.call(*arguments, **more)
        except Refused:
            return None

    def merge(self, path, patch):
        return self.call("PATCH", path, patch, kind="application/merge-patch+json")


class Store:
    """All objects of some collections, as the watches last told."""

    def __init__(self, api, collections):
        self.api, self.changed = api, threading.Condition()
        self.objects = {path: {} for path in collections}
        for path in collections:
            threading.Thread(target=self.follow, args=(path,), daemon=True).start()

    def get(self, path, uid):
        with self.changed:
            return self.objects[path].get(uid)

    def all(self, path):
        with self.changed:
            return list(self.objects[path].values())

    def follow(self, path):
        separator = "&" if "?" in path else "?"
        while True:
            try:
                listed = self.api.call("GET", path)
                with self.changed:
                    self.objects[path] = {item["metadata"]["uid"]: item for item in listed["items"]}
                    self.changed.notify_all()
                version = listed["metadata"]["resourceVersion"]
                self.watch(path, f"{path}{separator}watch=true&allowWatchBookmarks=true&resourceVersion={version}")
            except (OSError, http.client.HTTPException, Refused, ValueError):
                time.sleep(0.3)

    def watch(self, path, address):
        connection = self.api.connect(60)
        connection.request("GET", address, headers=self.api.headers)
        answer = connection.getresponse()
        for line in answer:
            event = json.loads(line)
            if event["type"] == "ERROR":
                return
            with self.changed:
                if event["type"] == "DELETED":
                    self.objects[path].pop(event["object"]["metadata"]["uid"], None)
                elif event["type"] != "BOOKMARK":
                    self.objects[path][event["object"]["metadata"]["uid"]] = event["object"]
                self.changed.notify_all()
