"""A hub on this machine, which speaks as much of the real one's language as a pull needs, and does as it is told."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
LARGE = 20_000
"""Bytes from which a file is kept as a large one."""


@dataclass(frozen=True)
class Request:
    """What was asked for."""

    host: str
    path: str
    range: str | None
    authorization: str | None


@dataclass
class Model:
    """A model at its commits: files by path."""

    commits: dict[str, dict[str, bytes]]
    branches: dict[str, str]
    licence: str = "apache-2.0"


@dataclass
class Hub:
    """What the server has, how it behaves, and what it was asked."""

    models: dict[str, Model] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    endpoint: str = ""
    elsewhere: str = ""
    """Another host, where large files are."""
    token: str | None = None
    """Without it nothing is given."""
    refusal: tuple[int, dict[str, str]] | None = None
    """Status and headers of the answer to whatever is asked of the API."""
    api_body: bytes | None = None
    breaks: dict[str, list[int]] = field(default_factory=dict)
    """Bytes after which the connection breaks, at each request for a file in turn."""
    down_after_break: bool = False
    down: bool = False
    damaged: set[str] = field(default_factory=set)
    no_ranges: bool = False
    no_sizes: bool = False
    stalls: threading.Event | None = None
    """Where set, weights stop in the middle until it is."""
    stalled: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, files: dict[str, bytes], commit: str = COMMIT, branch: str = "main") -> None:
        """Have a model, or another commit of one, to which the branch leads from now on."""
        model = self.models.setdefault(name, Model({}, {}))
        model.commits[commit] = files
        model.branches[branch] = commit

    def asked_for(self, path: str) -> list[Request]:
        """The requests for a file, wherever it was."""
        return [request for request in self.requests if request.path.endswith(path)]

    @property
    def fetched(self) -> list[str]:
        """The files that were asked of the hub itself, in their order."""
        found = (re.search(r"/resolve/\w+/(.*)", request.path) for request in self.requests)
        return [match[1] for match in found if match]


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
            return self._file(path.removeprefix("/cdn/"))
        if self.hub.down:
            return self._answer(503)
        if self.hub.token and headers.get("Authorization") != f"Bearer {self.hub.token}":
            return self._answer(401, {"X-Error-Code": "GatedRepo"})
        if match := re.fullmatch(r"/api/models/([^/]+(?:/[^/]+)??)(?:/revision/(.+))?", path):
            return self._model(match[1], match[2] or "main")
        if match := re.fullmatch(r"/(.+)/resolve/(\w+)/(.+)", path):
            return self._resolve(*match.groups())
        return self._answer(404)

    def _model(self, name: str, revision: str) -> None:
        if self.hub.refusal:
            return self._answer(*self.hub.refusal)
        if self.hub.api_body is not None:
            return self._answer(200, body=self.hub.api_body)
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
        content = self.hub.models[name].commits[commit][path]
        if len(content) >= LARGE:
            return self._answer(302, {"Location": f"{self.hub.elsewhere}/cdn/{name}/{commit}/{path}"})
        return self._content(path, content)

    def _file(self, rest: str) -> None:
        name, commit, path = re.findall(r"(.+)/(\w{40})/(.+)", rest)[0]
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


def described(path: str, content: bytes) -> dict[str, object]:
    """A file as the API tells of it."""
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    large = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    told: dict[str, object] = {"rfilename": path, "size": len(content), "blobId": blob}
    return told | ({"lfs": large} if len(content) >= LARGE else {})


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


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
