"""From a key to the proof: the same code through the lab, its spare ready or not; and what is stopped."""

from __future__ import annotations

import asyncio
import time

from bench.subject import Subject
from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase

READING = 0.5
"""Seconds between two runs: the next spare gets ready while the learner reads."""
STOPS = 2
ENDLESS = {
    "esc → verdict": "print('on it')\nwhile True: pass",
    "esc → verdict, ignored": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "print('on it')\ntime.sleep(600)",
    "esc → verdict, fork bomb": "import os\nprint('on it')\nwhile True:\n    try: os.fork()\n    except OSError: pass",
}
"""What is stopped: a loop, one that has to be killed, and one that multiplies."""


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
    for name, code in ENDLESS.items():
        times[name] = [await _time_stop(lab, Snippet(subject.role, code)) for _ in range(STOPS)]
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


async def _time_stop(lab: Lab, snippet: Snippet) -> float:
    """Stopping what never ends by itself."""
    begun = asyncio.Event()
    run = asyncio.create_task(lab.run(snippet, {}, 0, lambda _: begun.set()))
    await begun.wait()
    start = time.perf_counter()
    await lab.stop()
    took = time.perf_counter() - start
    assert (await run).verdict is Verdict.TIMEOUT, run
    return took * 1e3
