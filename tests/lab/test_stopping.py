"""Whatever a snippet does, its run ends with the verdict that is due, nothing is left, and the next run is served."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from quizapp.cards.proof import Run, Verdict
from quizapp.lab.worker.underway import GRACE
from tests.lab.conftest import Bench, eventually
from tests.lab.test_isolation import FORGE, SLEEP_IN_A_DAEMON, only_the_worker_is_left, settled, started

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
SLEEP = "time.sleep(600)"
IGNORE = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
BLOCK = "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
THREAD = "threading.Thread(target=time.sleep, args=(600,)).start()"
THREADS = f"while True:\n    try: {THREAD}\n    except RuntimeError: pass"
ENDLESS = {
    "busy loop": "while True: pass",
    "busy loop in C": "sum(iter(int, 1))",
    "stubborn": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "ignored SIGINT": IGNORE + SLEEP,
    "every signal blocked": BLOCK + SLEEP,
    "sleep in C": "import ctypes\nwhile True: ctypes.CDLL(None).sleep(600)",
    "fork bomb": BOMB,
    "daemon": SLEEP_IN_A_DAEMON + SLEEP,
    "thread": f"import threading, time\n{THREAD}\n{SLEEP}",
    "child": "import subprocess\nsubprocess.run(['sleep', '600'])",
    "output flood": "while True: print('x' * 1000)",
    "output flood of a child": "import subprocess\nsubprocess.run(['yes'])",
    "threads without end": "import threading, time\n" + THREADS,
}
ENDING = {
    "10 MB line": ("print('x' * 10_000_000)\nassert True", Verdict.VERIFIED),
    "os._exit": ("import os\nos._exit(0)", Verdict.DIED),
    "segfault": ("import ctypes\nctypes.string_at(0)", Verdict.DIED),
    "abort": ("import os\nos.abort()", Verdict.DIED),
    "killed by itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", Verdict.DIED),
    "killed with its group": ("import os, signal\nos.killpg(0, signal.SIGKILL)", Verdict.DIED),
    "killed with all in sight": ("import os, signal\nos.kill(-1, signal.SIGKILL)\nassert True", Verdict.ERROR),
    "closed stdout": ("import sys\nsys.stdout.close()\nassert True", Verdict.VERIFIED),
    "closed descriptors": ("import os\nos.closerange(0, 100)\nassert True", Verdict.DIED),
    "input()": ("input('your name? ')\nassert True", Verdict.ERROR),
    "recursion": ("def f(): return f()\nf()\nassert True", Verdict.ERROR),
    "4 GB allocation": ("x = torch.empty(1 << 30)\nassert True", Verdict.ERROR),
    "4 GB in Python": ("x = bytearray(4 << 30)\nassert True", Verdict.ERROR),
    "exit": ("raise SystemExit(0)", Verdict.ERROR),
    "forged frames": (FORGE + "forge(['end', 0, {}])\nassert True", Verdict.DIED),
    "thread left running": (
        f"import threading, time\n{THREAD}\nassert True",
        Verdict.VERIFIED,
    ),
    "daemon left running": (SLEEP_IN_A_DAEMON + "assert True", Verdict.VERIFIED),
    "stopped by itself": ("import os, signal\nassert True\nos.kill(os.getpid(), signal.SIGSTOP)", Verdict.TIMEOUT),
}


async def serves(bench: Bench, before: object) -> None:
    """The same worker is as it was, and runs the next."""
    run = await bench.run("import os\nassert os.listdir() == []", predict="'mine'")
    assert (run.verdict, run.observed, run.output) == (Verdict.VERIFIED, "'mine'", "")
    assert await only_the_worker_is_left(bench, before), "nothing is left, and the worker is the same"


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
async def test_esc_stops(bench: Bench, code: str) -> None:
    before = await settled(bench)
    task, _ = await started(bench, code)
    await bench.lab.stop()
    run = await task
    assert run.verdict is Verdict.TIMEOUT
    assert run.error.startswith("Stopped by you after ")
    assert "did not answer" not in run.error, "the worker ended it, and was not killed for it"
    await serves(bench, before)


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
async def test_the_limit_stops(bench: Bench, code: str) -> None:
    before = await settled(bench)
    run = await bench.run(f"print('on')\nassert True\n{code}", timeout=0.3)
    assert run.verdict is Verdict.TIMEOUT
    assert run.error.startswith("Stopped by the limit of 0.3 s after 0.")
    assert "did not answer" not in run.error
    assert [check.passed for check in run.checks] == [True]
    await serves(bench, before)


@pytest.mark.parametrize(("code", "verdict"), ENDING.values(), ids=ENDING)
async def test_the_verdict_of_what_ends_by_itself(bench: Bench, code: str, verdict: Verdict) -> None:
    before = await settled(bench)
    if "kill(-1" in code:
        bench.only_apart()  # else there may be nobody else that it could signal, or be told that it may not
    run = await bench.run(code, timeout=20.0 if verdict is not Verdict.TIMEOUT else 1.0)
    assert run.verdict is verdict, run
    await serves(bench, before)


async def test_a_flood_leaves_the_memory_of_those_that_drain_it_flat(bench: Bench) -> None:
    def resident() -> int:
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (bench.zygote, *before.roles))

    before = await settled(bench)
    task, _ = await started(bench, "while True: print('x' * 100_000)")
    early = resident()
    await asyncio.sleep(1.0)
    late = resident()
    await bench.lab.stop()
    run = await task
    assert (late - early) * os.sysconf("SC_PAGE_SIZE") < 4 << 20
    assert len(run.output) < (16 << 10) + 100
    await serves(bench, before)


async def test_a_killed_zygote_takes_its_run_along_and_the_next_run_has_a_new_one(bench: Bench) -> None:
    await settled(bench)
    bench.only_apart()
    task, _ = await started(bench, SLEEP_IN_A_DAEMON + SLEEP)
    old = bench.processes()
    os.kill(bench.zygote, signal.SIGKILL)
    assert (await task).verdict is Verdict.DIED
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED
    assert await eventually(lambda: not old & bench.processes())


async def test_a_killed_keeper_takes_its_run_along(bench: Bench) -> None:
    before = await settled(bench)
    bench.only_apart()
    task, _ = await started(bench, "while True: pass")
    role = await bench.role_of_the_busiest()
    for pid in bench.keepers_of(role):
        os.kill(pid, signal.SIGKILL)
    assert (await task).verdict is Verdict.DIED
    await serves(bench, before)


def killed(run: Run) -> bool:
    """Whether it was stopped the hard way: the traceback of an interrupt is missing."""
    return "KeyboardInterrupt" not in run.error


@pytest.mark.parametrize(("code", "hard"), [("while True: pass", False), (ENDLESS["ignored SIGINT"], True)])
async def test_it_is_interrupted_first_and_killed_when_that_does_not_help(bench: Bench, code: str, hard: bool) -> None:
    run = await bench.run(f"print('on')\n{code}", timeout=0.3)
    assert killed(run) is hard
    assert GRACE == 0.3, "so that 0.6 s are kept with room for a busy machine"
