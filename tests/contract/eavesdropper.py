# SPDX-License-Identifier: Apache-2.0
"""A server that hands every request on to the API server as its admin and writes down what was asked."""
import http.client
import http.server
import json
import threading
import urllib.parse

# Of the headers only these are part of what is asked.
HEARD = ("Accept", "Content-Type", "User-Agent", "Authorization", "Impersonate-User", "Impersonate-Group")
HOP_BY_HOP = {"transfer-encoding", "connection", "content-length", "keep-alive"}


class Eavesdropper:
    def __init__(self, client):
        self.heard = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def hand_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                url = urllib.parse.urlsplit(self.path)
                outer.heard.append({
                    "method": self.command, "path": url.path,
                    "query": dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)),
                    "headers": {name: self.headers[name] for name in HEARD if self.headers[name]}})
                passed = {name: value for name, value in self.headers.items()
                          if name.lower() not in HOP_BY_HOP | {"host", "authorization", "accept-encoding"}
                          and not name.lower().startswith("impersonate")}
                connection = http.client.HTTPSConnection(client.url.hostname, client.url.port, context=client.tls)
                connection.request(self.command, self.path, body or None, passed)
                answer = connection.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    while piece := answer.read1(65536):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                        self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:  # whoever asked has gone
                    self.close_connection = True
                finally:
                    connection.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = hand_on

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kubeconfig(self):
        """JSON is YAML."""
        return json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{self.server.server_port}"}}],
            "users": [{"name": "me", "user": {"token": "secret"}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me", "namespace": "default"}}]})
