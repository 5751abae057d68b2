"""Frames over file descriptors, as the processes of the worker exchange them."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from quizapp.lab.protocol import Decoder, Frame, Kind, encode

PIECE = 1 << 16


class Channel:
    """One end of a connection: frames in on one descriptor, out on another."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming = incoming
        self.outgoing = outgoing
        self._decoder = Decoder()
        self._unsent = bytearray()

    def send(self, kind: Kind, run: int = 0, **body: Any) -> None:
        """Write one frame.

        Raises:
            Malformed: the body is not JSON or too long.
            BrokenPipeError: nobody reads any more.
        """
        self.write(encode(Frame(kind, run, body)))

    def write(self, line: bytes) -> None:
        """Write an encoded frame whole."""
        view = memoryview(line)
        while view:
            view = view[os.write(self.outgoing, view) :]

    def post(self, line: bytes) -> None:
        """Keep an encoded frame for `flush` to write."""
        self._unsent += line

    @property
    def has_unsent(self) -> bool:
        """Whether there is something to flush."""
        return bool(self._unsent)

    def flush(self) -> None:
        """Write what was posted, as much of it as the descriptor takes; with a reader that is gone it is lost."""
        try:
            del self._unsent[: os.write(self.outgoing, self._unsent)]
        except BlockingIOError:
            return
        except (BrokenPipeError, ConnectionResetError):
            self._unsent.clear()

    def receive(self) -> list[Frame] | None:
        """What has arrived, after one read that waits unless the descriptor does not; None at the end of input.

        Raises:
            Malformed: what arrived is not a frame.
        """
        try:
            data = os.read(self.incoming, PIECE)
        except BlockingIOError:
            return []
        return list(self._decoder.feed(data)) if data else None

    def one(self) -> Frame | None:
        """Wait for one frame; None at the end of input."""
        while (frames := self.receive()) is not None:
            if frames:
                return frames[0]
        return None

    def close(self) -> None:
        """Close both descriptors."""
        for descriptor in {self.incoming, self.outgoing}:
            os.close(descriptor)


def keep_only(descriptors: Collection[int]) -> None:
    """Close every descriptor of this process above 2 but these: a child after a fork owns nothing of its parent's."""
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor > 2 and descriptor not in descriptors:
            try:
                os.close(descriptor)
            except OSError:
                continue  # the listing's own descriptor, closed by now
