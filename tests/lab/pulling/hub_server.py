"""The server of a hub on this machine."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from tests.lab.pulling.hub import LARGE, Hub, Request, described


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = self.headers
        self.hub.requests.append(Request(headers["Host"], path, headers.get("Range"), headers.get("Authorization")))
        if path.startswith("/cdn/"):
            return self._file(path)
        if self.hub.down:
            return self._answer(503)
        for old, new in self.hub.renamed.items():
            if old in path:
                return self._answer(307, {"Location": self.path.replace(old, new)})
        if match := re.fullmatch(r"/api/models/([^/]+(?:/[^/]+)??)(?:/revision/(.+))?", path):
            return self._model(match[1], match[2] or "main")
        if self.hub.token and headers.get("Authorization") != f"Bearer {self.hub.token}":
            return self._answer(401, {"X-Error-Code": "GatedRepo"})
        if path.startswith("/api/resolve-cache/models/"):
            return self._file(path)
        if match := re.fullmatch(r"/(.+)/resolve/(\w+)/(.+)", path):
            return self._resolve(*match.groups())
        return self._answer(404)

    def _model(self, name: str, revision: str) -> None:
        if said := self.hub.of_api:
            return self._answer(said.status, said.headers, said.body)
        if name not in self.hub.models:
            return self._answer(401, {"X-Error-Code": "RepoNotFound"})
        model = self.hub.models[name]
        commit = model.branches.get(revision, revision)
        if commit not in model.commits:
            return self._answer(404, {"X-Error-Code": "RevisionNotFound"})
        siblings = [described(path, content) for path, content in model.commits[commit].items()]
        if self.hub.no_sizes:
            siblings = [{"rfilename": sibling["rfilename"]} for sibling in siblings]
        told = {"id": name, "sha": commit, "siblings": siblings, "tags": [f"license:{model.licence}"]}
        return self._answer(200, body=json.dumps(told).encode())

    def _resolve(self, name: str, commit: str, path: str) -> None:
        if said := self.hub.of_files:
            return self._answer(said.status, said.headers, said.body)
        large = len(self.hub.models[name].commits[commit][path]) >= LARGE
        where = f"{self.hub.elsewhere}/cdn" if large else "/api/resolve-cache/models"
        return self._answer(302 if large else 307, {"Location": f"{where}/{name}/{commit}/{path}"})

    def _file(self, address: str) -> None:
        name, commit, path = re.findall(r"/(?:cdn|resolve-cache/models)/(.+)/(\w{40})/(.+)", address)[0]
        self._content(path, self.hub.models[name].commits[commit][path])

    def _content(self, path: str, content: bytes) -> None:
        if path in self.hub.damaged:
            content = content[:-1] + bytes([content[-1] ^ 1])
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        begin = int(asked[1]) if asked and not self.hub.no_ranges else 0
        rest = content[begin:]
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if breaks := self.hub.breaks.get(path):
            self.hub.down = self.hub.down_after_break
            self.wfile.write(rest[: breaks.pop(0)])
            self.close_connection = True
        elif self.hub.stalls and path.endswith(".safetensors"):
            self.wfile.write(b"" if begin else rest[: len(rest) // 2])
            self.wfile.flush()
            self.hub.stalled.set()
            self.hub.stalls.wait(60)
            self.close_connection = True
        else:
            self.wfile.write(rest)

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served() -> Iterator[Hub]:
    """A hub that answers."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    hub.endpoint, hub.elsewhere = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=[0.02]) for server in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.daemon_threads = True
        thread.start()
    try:
        yield hub
    finally:
        if hub.stalls:
            hub.stalls.set()
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
