"""A hub on this machine, which speaks as much of the real one's language as a pull needs, and does as it is told."""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass(frozen=True)
class Answer:
    """One that is given whatever is asked for."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


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
    renamed: dict[str, str] = field(default_factory=dict)
    """Names that lead to others, as those in other capitals do."""
    token: str | None = None
    """Without it no file is given."""
    of_api: Answer | None = None
    """Answer to whatever is asked of the API."""
    of_files: Answer | None = None
    """Answer to whatever file is asked for."""
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


def described(path: str, content: bytes) -> dict[str, object]:
    """A file as the API tells of it."""
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    large = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    told: dict[str, object] = {"rfilename": path, "size": len(content), "blobId": blob}
    return told | ({"lfs": large} if len(content) >= LARGE else {})


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
