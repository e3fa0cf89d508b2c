#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a command line talks to in the conformance tests: an API server, an HTTP proxy or a SOCKS proxy,
each writes down what it is told.

  server.py DIR [--kind api|proxy|socks] [--host 127.0.0.1] [--tls CERT KEY] [--client-ca FILE]

DIR/port appears when it listens. Each request becomes a line of JSON in DIR/requests. An API server answers
with DIR/list.json (an empty list without one); while DIR/answer exists ({"status", "headers", "body",
"times"}) with that. The proxies know every name: all of them are this machine.
"""
import argparse
import http.server
import json
import os
import select
import socket
import socketserver
import ssl
import sys
import threading

EMPTY = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": []}
lock = threading.Lock()
options = None


def record(**request):
    with lock, open(os.path.join(options.directory, "requests"), "a") as file:
        file.write(json.dumps(request) + "\n")


def scripted():
    """The answer that a test has laid down, as often as it says."""
    path = os.path.join(options.directory, "answer")
    with lock:
        if not os.path.exists(path):
            return None
        with open(path) as file:
            answer = json.load(file)
        if "times" in answer:
            answer["times"] -= 1
            if answer["times"] < 1:
                os.remove(path)
            else:
                with open(path, "w") as file:
                    json.dump(answer, file)
        return answer


class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def anything(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        certificate = self.connection.getpeercert() if options.tls else None
        subject = dict(pair[0] for pair in certificate["subject"]) if certificate else {}
        record(method=self.command, path=self.path, headers=[[k.lower(), v] for k, v in self.headers.items()],
               body=body, client=subject.get("commonName", ""), sni=getattr(self.connection, "asked_name", ""))
        answer = scripted()
        if answer is None:
            file = os.path.join(options.directory, "list.json")
            text = json.dumps(EMPTY)
            if os.path.exists(file):
                with open(file) as source:
                    text = source.read()
            answer = {"status": 200, "body": text}
        text = answer.get("body", "")
        data = (text if isinstance(text, str) else json.dumps(text)).encode()
        self.send_response(answer["status"])
        headers = {"Content-Type": "application/json"}
        headers.update(answer.get("headers", {}))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = anything


def tunnel(client, port):
    with socket.create_connection(("127.0.0.1", port)) as server:
        pair = {client: server, server: client}
        while True:
            if not (getattr(client, "pending", lambda: 0)()):
                ready, _, _ = select.select(list(pair), [], [], 30)
            else:
                ready = [client]
            if not ready:
                return
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                pair[source].sendall(data)


class Proxy(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            data = self.request.recv(4096)
            if not data:
                return
            head += data
        lines = head.decode(errors="replace").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        record(method=method, path=target,
               headers=[[k.lower(), v.strip()] for k, v in (line.split(":", 1) for line in lines[1:] if ":" in line)])
        if method != "CONNECT":
            self.request.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        tunnel(self.request, int(target.rsplit(":", 1)[1]))


class Socks(socketserver.BaseRequestHandler):
    def read(self, count):
        data = b""
        while len(data) < count:
            data += self.request.recv(count - len(data)) or sys.exit()
        return data

    def handle(self):
        _, methods = self.read(2)
        self.read(methods)
        self.request.sendall(b"\x05\x00")
        _, _, _, kind = self.read(4)
        name = self.read(self.read(1)[0]).decode() if kind == 3 else socket.inet_ntop(
            socket.AF_INET if kind == 1 else socket.AF_INET6, self.read(4 if kind == 1 else 16))
        port = int.from_bytes(self.read(2), "big")
        record(method="SOCKS5", path=f"{name}:{port}", headers=[["kind", "name" if kind == 3 else "address"]])
        self.request.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        tunnel(self.request, port)


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # without a look-up of the own name

    def finish_request(self, request, address):
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        self.RequestHandlerClass(request, address, self)

    def handle_error(self, *_):
        pass  # a client that does not trust us, or has gone


def secured():
    if not options.tls:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
    if options.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(options.client_ca)

    def remember(connection, name, _):
        connection.asked_name = name or ""

    context.sni_callback = remember
    return context


def main():
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--kind", default="api", choices=["api", "proxy", "socks"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--client-ca")
    options = parser.parse_args()
    os.makedirs(options.directory, exist_ok=True)
    if ":" in options.host:
        Server.address_family = socket.AF_INET6
    server = Server((options.host, 0), {"api": Api, "proxy": Proxy, "socks": Socks}[options.kind])
    server.context = secured()
    temporary = os.path.join(options.directory, "port.new")
    with open(temporary, "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(temporary, os.path.join(options.directory, "port"))
    server.serve_forever()


if __name__ == "__main__":
    main()
