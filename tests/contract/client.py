# SPDX-License-Identifier: Apache-2.0
"""A small client of the Kubernetes API: as many requests as the contract needs, and every byte of the answer."""
import base64
import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse


def load_kubeconfig(path):
    """The sandbox writes JSON; whatever else there is, kubectl reads."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text.startswith("{"):
        text = subprocess.run([os.environ.get("KUBECTL", "kubectl"), "config", "view", "--raw", "--minify",
                               "--flatten", "-o", "json", "--kubeconfig", path],
                              check=True, capture_output=True, text=True).stdout
    config = json.loads(text)
    return config["clusters"][0]["cluster"], config["users"][0]["user"]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, kubeconfig):
        cluster, user = load_kubeconfig(kubeconfig)
        self.url = urllib.parse.urlsplit(cluster["server"])
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self.tls = ssl.create_default_context(cadata=authority)
        self.token = user.get("token")
        if "client-certificate-data" in user:
            with tempfile.NamedTemporaryFile() as pair:  # the module reads keys from files only
                pair.write(base64.b64decode(user["client-certificate-data"]) + b"\n" +
                           base64.b64decode(user["client-key-data"]))
                pair.flush()
                self.tls.load_cert_chain(pair.name)
        self.anonymous = ssl.create_default_context(cadata=authority)

    def _open(self, method, path, query, body, headers, token, timeout):
        tls = self.tls if token is None else self.anonymous
        connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, context=tls, timeout=timeout)
        sent = {"Accept": "application/json", "User-Agent": "contract/1"}
        if (token if token is not None else self.token):
            sent["Authorization"] = "Bearer " + (token or self.token)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        connection.request(method, target, body, sent)
        return connection, connection.getresponse()

    def call(self, method, path, query=None, body=None, headers=None, token=None):
        """token: None is the kubeconfig's own user, "" nobody at all."""
        connection, response = self._open(method, path, query, body, headers, token, 30)
        with contextlib.closing(connection):
            return Answer(response.status, response.headers, response.read().decode("utf-8", "replace"))

    def lines(self, path, query=None, headers=None, seconds=20, until=None):
        """The lines of a stream, up to its end, the first for which `until` holds, or the end of the time."""
        end = time.monotonic() + seconds
        connection, response = self._open("GET", path, query, None, headers, None, seconds)
        found = []
        with contextlib.closing(connection):
            if response.status != 200:
                return response.status, [response.read().decode()]
            connection_socket = connection.sock or response.fp.raw._sock
            while time.monotonic() < end:
                connection_socket.settimeout(max(0.05, end - time.monotonic()))
                try:
                    line = response.readline()
                except (socket.timeout, TimeoutError):
                    break
                if not line:
                    break
                found.append(line.decode().rstrip("\n"))
                if until and until(found[-1]):
                    break
            return 200, found
