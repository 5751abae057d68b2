"""From a key to the proof: a run through the lab, beside the same code in a warm and in a fresh interpreter.

All times are milliseconds of wall clock, on the CPU with one thread, with the shipped models. A fresh interpreter
gives three of them: the code's first run once everything is loaded (*warm*), its second, and all from start to end.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.protocol import NO_MODEL, worker_environment
from quizapp.lab.settings import LabSettings

SETTINGS = LabSettings(device="cpu")
READING = 0.3
"""Seconds between two runs: the next spare gets ready while the learner reads."""
FORWARD = """\
batch = tokenizer("The cat sat on the", return_tensors="pt").to(device)
with torch.inference_mode():
    logits = model(**batch).logits
print(logits.shape)
assert logits.shape[-1] == model.config.vocab_size
"""
CODE = {"causal": FORWARD, "masked": FORWARD, NO_MODEL: "x = torch.eye(3)\nprint(x)\nassert torch.equal(x @ x, x)\n"}
LOAD = 'import torch, transformers\ntorch.set_num_threads(1)\ndevice = torch.device("cpu")\n'
LOAD_MODEL = """\
tokenizer = transformers.AutoTokenizer.from_pretrained({path!r})
model = transformers.AutoModelFor{kind}LM.from_pretrained({path!r}, dtype=torch.float32).eval()
"""
TIMED = """\
import json, time
code, times = {code!r}, []
for _ in range(2):
    start = time.perf_counter()
    exec(code)
    times.append(time.perf_counter() - start)
print(json.dumps(times))
"""

Times = defaultdict[tuple[str, str], list[float]]
"""Milliseconds, by role and by what was measured."""


async def measure(runs: int, fresh: int) -> str:
    """Measure everything, and tell it as one table."""
    times: Times = defaultdict(list)
    for role in CODE:
        for _ in range(fresh):
            times[role, "start → ready"].append(await _time_start(role))
            for what, value in _time_python(role).items():
                times[role, what].append(value)
        lab = Lab(SETTINGS)
        await lab.run(Snippet(role, "assert True"), {}, 0)
        for seed in range(runs):
            await asyncio.sleep(READING)
            output, verdict = await _time_run(lab, role, seed)
            times[role, "r → output"].append(output)
            times[role, "r → verdict"].append(verdict)
        await lab.close()
    return _table(times)


async def _time_start(role: str) -> float:
    """From nothing to a spare of this role."""
    ready = asyncio.Event()

    def hear(state: LabState) -> None:
        if state.phase is not Phase.STARTING:
            ready.set()

    lab = Lab(SETTINGS, hear)
    start = time.perf_counter()
    lab.prepare(role)
    await ready.wait()
    took = time.perf_counter() - start
    await lab.close()
    return took * 1e3


def _time_python(role: str) -> dict[str, float]:
    """The same code in a fresh interpreter."""
    model = "" if role == NO_MODEL else LOAD_MODEL.format(path=SETTINGS.models[role], kind=role.title())
    script = LOAD + model + TIMED.format(code=CODE[role])
    environment = worker_environment(dict(os.environ))
    start = time.perf_counter()
    told = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True).stdout
    whole = time.perf_counter() - start
    first, second = json.loads(told.splitlines()[-1])
    return {"warm → end": first * 1e3, "warm, again → end": second * 1e3, "fresh → end": whole * 1e3}


async def _time_run(lab: Lab, role: str, seed: int) -> tuple[float, float]:
    """One run, its spare ready: to the first output, and to the verdict."""
    heard: list[float] = []
    start = time.perf_counter()
    run = await lab.run(Snippet(role, CODE[role]), {}, seed, lambda _: heard.append(time.perf_counter()))
    assert run.verdict is Verdict.VERIFIED, run
    return (heard[0] - start) * 1e3, (time.perf_counter() - start) * 1e3


def _table(times: Times) -> str:
    middle = {key: statistics.median(values) for key, values in times.items()}
    lines = [f"{'role':<8}{'milliseconds':<20}{'n':>4}{'median':>10}{'p95':>10}"]
    for (role, what), values in times.items():
        p95 = sorted(values)[int((len(values) - 1) * 0.95)]
        lines.append(f"{role:<8}{what:<20}{len(values):>4}{middle[role, what]:>10.1f}{p95:>10.1f}")
    for role in CODE:
        lab, warm, fresh = (middle[role, what] for what in ("r → verdict", "warm → end", "fresh → end"))
        lines.append(f"{role:<8}lab / warm {lab / warm:.2f} ({lab - warm:+.1f} ms), fresh / lab {fresh / lab:.0f}")
    return "\n".join(lines)
