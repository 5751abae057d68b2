"""From a key to the proof: the same code through the lab, its spare ready or not; and a loop that is stopped."""

from __future__ import annotations

import asyncio
import time

from bench.subject import Subject
from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase

READING = 0.5
"""Seconds between two runs: the next spare gets ready while the learner reads."""
STOPS = 2
BUSY = "print('on it')\nwhile True: pass"


async def time_lab(subject: Subject, runs: int) -> dict[str, list[float]]:
    """Milliseconds from nothing to a spare of this role, of runs once it is ready and right after another, of stops."""
    lab, begun = await _start(subject)
    times = {"start → ready": [begun], "r → output": [], "r → verdict": [], "r at once → output": []}
    for seed in range(runs):
        await asyncio.sleep(READING)
        output, verdict = await _time_run(lab, subject, seed)
        at_once, _ = await _time_run(lab, subject, seed)
        times["r → output"].append(output)
        times["r → verdict"].append(verdict)
        times["r at once → output"].append(at_once)
    times["esc → verdict"] = [await _time_stop(lab, subject.role) for _ in range(STOPS)]
    await lab.close()
    return times


async def _start(subject: Subject) -> tuple[Lab, float]:
    ready = asyncio.Event()

    def hear(state: LabState) -> None:
        if state.phase is not Phase.STARTING:
            ready.set()

    lab = Lab(subject.settings, on_state=hear)
    start = time.perf_counter()
    lab.prepare(subject.role)
    await ready.wait()
    return lab, (time.perf_counter() - start) * 1e3


async def _time_run(lab: Lab, subject: Subject, seed: int) -> tuple[float, float]:
    """One run: to the first output, and to the verdict."""
    heard: list[float] = []
    start = time.perf_counter()
    run = await lab.run(Snippet(subject.role, subject.code), {}, seed, lambda _: heard.append(time.perf_counter()))
    assert run.verdict is Verdict.VERIFIED, run
    return (heard[0] - start) * 1e3, (time.perf_counter() - start) * 1e3


async def _time_stop(lab: Lab, role: str) -> float:
    """Stopping a loop that does nothing else."""
    begun = asyncio.Event()
    run = asyncio.create_task(lab.run(Snippet(role, BUSY), {}, 0, lambda _: begun.set()))
    await begun.wait()
    start = time.perf_counter()
    await lab.stop()
    took = time.perf_counter() - start
    assert (await run).verdict is Verdict.TIMEOUT, run
    return took * 1e3
