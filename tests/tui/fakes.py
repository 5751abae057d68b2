"""A lab that answers at once, and a fixed world for screens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from quizapp.cards.card import Library
from quizapp.cards.loader import load_library
from quizapp.cards.proof import Bars, Check, Environment, Heat, Run, Snippet, Verdict
from quizapp.cards.stamps import stamps
from quizapp.lab.client import LabState, Phase
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust import Trust
from quizapp.lab.trust_code import codes_of, digest
from quizapp.store.thread import AsyncStore
from quizapp.study.clock import Clock
from quizapp.study.scheduler import Scheduler
from quizapp.study.settings import StudySettings
from quizapp.tui.services import Services

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ENVIRONMENT = Environment("3.11", "2.13", "5.23", "tiny", "sha256:0123456789ab", "cpu", "float32", "basic")
VERIFIED = Run(
    Verdict.VERIFIED,
    (Check(3, "mask.sum() == 14", True, ("left tensor(14)", "right 14")),),
    (
        Bars("next token", ("猫", "cat", "[/INST]"), (0.5, 0.25, 0.125)),
        Heat("attention_mask", ("short", "long"), ("0", "1", "2", "3"), ((1, 1, 0, 0), (1, 1, 1, 1))),
    ),
    output="one line of output\n",
    observed="9",
    seconds=0.04,
    environment=ENVIRONMENT,
)


class FakeLab:
    """Stands in for `lab.client.Lab`: `answer` is what the next runs show."""

    def __init__(self) -> None:
        self.on_state: Callable[[LabState], None] = lambda _: None
        self.state = LabState(Phase.READY, "ready", "cpu", (("causal", "tiny"), ("masked", "tiny")), "basic")
        self.answer = VERIFIED
        self.runs: list[tuple[Snippet, Mapping[str, object], int]] = []
        self.sandboxed: list[bool] = []
        """Of each run, whether it was wanted in a sandbox only."""
        self.stops = 0
        self.closed = False
        self.gate: asyncio.Event | None = None
        """Where set, a run ends only when it opens, or when it is stopped."""

    def start(self) -> None:
        self.on_state(self.state)

    def prepare(self, role: str) -> None:
        self.prepared = role

    async def run(
        self,
        snippet: Snippet,
        values: Mapping[str, object],
        seed: int,
        on_output: Callable[[str], None] = lambda _: None,
        timeout: float | None = None,
        *,
        sandboxed: bool = False,
    ) -> Run:
        self.runs.append((snippet, values, seed))
        self.sandboxed.append(sandboxed)
        self.print = on_output
        on_output(self.answer.output)
        if self.gate is not None:
            await self.gate.wait()
        return self.answer

    async def stop(self) -> None:
        self.stops += 1
        if self.gate is not None and not self.gate.is_set():
            self.answer = Run(Verdict.TIMEOUT, error="Stopped by you.")
            self.gate.set()
            await asyncio.sleep(0)

    async def close(self) -> None:
        self.closed = True


class World:
    """Decks, a data folder, a clock that only tests move."""

    def __init__(self, folder: Path, decks: Mapping[str, str], *, shipped: bool = True) -> None:
        self.data = folder / "data"
        self.decks = folder / "decks"
        self.decks.mkdir(parents=True, exist_ok=True)
        for name, text in decks.items():
            (self.decks / name).write_text(text, encoding="utf-8")
        self.shipped = shipped
        self.now = NOON
        self.lab = FakeLab()
        self.settings = StudySettings()
        self._ids = 0

    def tick(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def load(self) -> Library:
        return load_library([self.decks], shipped=self.decks if self.shipped else None)

    def manifest(self) -> Path:
        """Names the code of the decks as the project's own, where they are."""
        path = self.decks.with_name("own.json")
        codes = codes_of(self.load().cards.values()) if self.shipped else {}
        path.write_text(json.dumps({entry: digest(entry, code) for entry, code in codes.items()}))
        return path

    def _new_id(self) -> UUID:
        self._ids += 1
        return UUID(int=self._ids)

    def _make_lab(self, on_state: Callable[[LabState], None]) -> FakeLab:
        self.lab.on_state = on_state
        return self.lab

    def services(self, **changes: object) -> Services:
        clock = Clock(UTC, self.settings.rollover)
        services = Services(
            load_library=self.load,
            deck_stamps=lambda: stamps([self.decks]),
            log=AsyncStore(self.data, lambda: self.now),
            make_lab=self._make_lab,  # type: ignore[arg-type]
            trust=Trust(self.data, self.manifest()),
            lab=LabSettings(),
            scheduler=Scheduler(self.settings, clock),
            study=self.settings,
            clock=clock,
            now=lambda: self.now,
            new_id=self._new_id,
        )
        return replace(services, **changes)  # type: ignore[arg-type]
