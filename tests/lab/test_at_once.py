"""Several runs at once: none hangs the worker, and none waits for what another leaves to tidy up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.settings import LabSettings
from tests.lab.conftest import Bench, eventually, lab_bench, processes_with
from tests.lab.test_isolation import started

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORT_MUCH = """\
import json, os, stat, time
pipes = [fd for fd in range(3, 20) if os.path.exists(f'/proc/self/fd/{fd}') and stat.S_ISFIFO(os.fstat(fd).st_mode)]
check = {'index': 1, 'line': 1, 'source': 'x' * 900_000, 'passed': True}
frame = json.dumps(['check', 0, check]).encode() + b'\\n'
os.write(pipes[-1], frame[:-1])
print('all but its end', flush=True)
time.sleep(1)
os.write(pipes[-1], frame[-1:])
assert True
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench() -> AsyncIterator[Bench]:
    """A lab that has two runs at once."""
    with pytest.MonkeyPatch.context() as patch:
        async with lab_bench("mark-of-at-once", patch, jobs=2) as bench:
            await bench.run("assert True")
            yield bench


async def test_a_run_that_reports_much_while_a_long_order_arrives_does_not_hang_the_worker(bench: Bench) -> None:
    reporting, printed = await started(bench, REPORT_MUCH)
    assert await eventually(lambda: "its end" in "".join(printed))
    (role,) = set(bench.spares().values())
    os.kill(role, signal.SIGSTOP)
    ordered = asyncio.create_task(bench.run("assert text", values={"text": "x" * 900_000}))
    await asyncio.sleep(1.5)  # both ends have filled what is between them
    os.kill(role, signal.SIGCONT)
    runs = [await reporting, await ordered]
    assert [(run.verdict, run.error) for run in runs] == [(Verdict.VERIFIED, "")] * 2
    assert [len(run.checks) for run in runs] == [2, 1]


async def test_a_role_killed_while_it_loads_is_told_of_and_the_next_run_has_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_QUIZAPP_TEST", "mark-of-loading")
    loads = asyncio.Event()

    def hear(state: LabState) -> None:
        if state.message.startswith("loading"):
            loads.set()

    lab = Lab(LabSettings(device="cpu", sandbox="basic"), hear)
    assert (await lab.run(Snippet("none", "assert True"), {}, 1)).verdict is Verdict.VERIFIED
    before = processes_with("mark-of-loading")
    lab.prepare("causal")
    await loads.wait()
    for pid in processes_with("mark-of-loading") - before:
        os.kill(pid, signal.SIGKILL)
    assert await eventually(lambda: lab.state.phase is Phase.BROKEN)
    assert lab.state.message == "The process that held the model of role 'causal' was killed."
    assert (await lab.run(Snippet("causal", "assert model"), {}, 1)).verdict is Verdict.VERIFIED
    assert lab.state.phase is Phase.READY
    await lab.close()
