"""What a proof is made of: the snippet that is run, and what its run showed.

Plain frozen types without behaviour of their own, exchanged by every room.
Strings that came from a run are foreign text: sanitise before showing them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a run says about the card's claims."""

    VERIFIED = "verified"
    """Every check held."""
    REFUTED = "refuted"
    """At least one check failed."""
    ERROR = "error"
    """The code raised something other than a failed check."""
    TIMEOUT = "timeout"
    """Stopped before it ended, by the limit or by the learner."""
    DIED = "died"
    """The process ended without a word (killed, crashed, out of memory)."""
    UNAVAILABLE = "unavailable"
    """It could not be run: no such role, no worker, not trusted."""

    @property
    def sign(self) -> str:
        """One character for it, the same wherever it is told."""
        return {Verdict.VERIFIED: "✓", Verdict.REFUTED: "✗", Verdict.UNAVAILABLE: "–"}.get(self, "!")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code to run against a model, and the expression a prediction is compared with."""

    role: str
    """`causal`, `masked` or `none`."""
    code: str
    predict: str | None = None
    """A Python expression evaluated after the code."""

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of everything that is run; drawn values are not part of it."""
        canonical = json.dumps([self.role, self.code, self.predict], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """One `assert` of a snippet and how it went."""

    line: int
    """1-based, in the snippet."""
    source: str
    passed: bool
    values: tuple[str, ...] = ()
    """What the two sides of the comparison (or the operands) were, as text."""
    message: str = ""
    """The assertion's own message, when it failed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a verdict was reached; two runs are comparable when these are equal."""

    python: str
    torch: str
    transformers: str
    model: str
    """Model id or folder name; `none` for a snippet without a model."""
    revision: str
    """What pins the weights: a commit, or `sha256:…` (first 12 digits) of the file."""
    device: str
    """`cpu`, `cuda:0`, `mps`."""
    dtype: str
    sandbox: str
    """`strong`, `basic` or `none`."""

    @property
    def without_sandbox(self) -> Environment:
        """What a claim can depend on: how well the snippet was locked in is no part of it, so that is empty."""
        return replace(self, sandbox="")


@dataclass(frozen=True, slots=True)
class Bars:
    """Labelled values, as for the likeliest tokens."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix, as for attention or a mask; `values[row][column]`."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A series, as for losses over steps."""

    title: str
    values: tuple[float, ...]
    """Of a long one the largest of every few."""
    count: int = 0
    """How many values there were; 0 where that was not told, and these are all."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headings."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Chart = Bars | Heat | Line | Table


@dataclass(frozen=True, slots=True)
class Run:
    """Everything one run of a snippet showed."""

    verdict: Verdict
    checks: tuple[Check, ...] = ()
    charts: tuple[Chart, ...] = ()
    output: str = ""
    """What it printed, cleaned and capped: head and tail."""
    error: str = ""
    """Why it is not verified or refuted, in words, with the traceback of the snippet's own lines where it raised."""
    observed: str | None = None
    """The value of `Snippet.predict`, as a Python literal where it has one."""
    seconds: float = 0.0
    """From the start of the snippet to its end, on the worker's clock."""
    memory: int | None = None
    """Bytes it added to the memory of its process, or of a GPU where it ran on one, at the highest; None if unknown."""
    environment: Environment | None = None
    """None when no worker got so far as to say."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What all runs of one claim came to in one environment, as it is kept."""

    entry: str
    """`deck/card`; sibling cards share their claim."""
    claim: str
    """`Card.claim`: another one is another claim."""
    environment: Environment
    """Without its sandbox."""
    verdict: Verdict
    """The worst of its runs; never *unavailable*, which proves nothing."""
    at: datetime
    """When this verdict was last reached here; aware, UTC."""
    trial: bool = False
    """With a model that the settings do not name: it can be compared, and puts no claim in doubt."""
