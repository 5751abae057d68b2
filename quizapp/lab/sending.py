"""The worker as it is sent to where `lab.command` starts a Python: nothing of the house need be installed there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from quizapp.lab.protocol import SHIPPED
from quizapp.lab.settings import SHIPPED_MODELS

PACKAGE = Path(__file__).parents[1]
SHARED = ("heads", "kin", "naming", "protocol")
"""The modules that both sides use."""
WORKER = ("__init__.py", "lab/__init__.py", "lab/worker/*.py", *(f"lab/{name}.py" for name in SHARED))
"""What the worker is made of, in the package."""
DOOR = "f\"'={exec((i:=open(0,closefd=False)).buffer.raw.readline())}'\""
"""The program that a Python elsewhere is given: it runs one line of its input, of which it takes no byte more.

`ssh` puts its arguments together for a shell, which parts them again; `srun` does not. This works in either, as a
string whose braces are evaluated: as it is, with its outer quotes taken away by one shell, and, as an assignment, with
the inner ones taken away by a second. It has no blank, and nothing that a shell would expand within double quotes.
"""


def words(parcel: bytes) -> list[str]:
    """What follows `lab.command` on its command line."""
    return ["-c", DOOR, str(len(parcel))]


def opening() -> bytes:
    """The line that goes first, for `DOOR`: the program that takes the parcel, which follows."""
    source = (PACKAGE / "lab/worker/arrival.py").read_text(encoding="utf-8")
    line = f"import sys; sys.path = [entry for entry in sys.path if entry]; exec({source!a})\n"
    return line.encode("ascii")


def pack(models: Iterable[str]) -> bytes:
    """The worker as a zip file, with those of these models that are shipped with it."""
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for file in [*_worker(), *_shipped(models)]:
            archive.write(file, file.relative_to(PACKAGE.parent))
    return parcel.getvalue()


def _worker() -> Iterator[Path]:
    for pattern in WORKER:
        yield from sorted(PACKAGE.glob(pattern))


def _shipped(models: Iterable[str]) -> Iterator[Path]:
    for model in sorted(set(models)):
        if Path(model).parent == SHIPPED_MODELS:
            yield from sorted(Path(model).iterdir())


def told(model: str) -> str:
    """A model's path or id as the worker is told it: one that is shipped lies elsewhere where the worker was sent."""
    path = Path(model)
    return SHIPPED + path.name if path.parent == SHIPPED_MODELS else model
