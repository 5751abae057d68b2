"""How much memory a run added is told, and where it asked for too much, what the limit is and which setting says so."""

from __future__ import annotations

import pytest

from quizapp.cards.proof import Verdict
from tests.lab.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBI = 1 << 20
LIMIT = "A snippet may add 2 GiB of memory (`lab.memory_gb` in the settings)."


@pytest.mark.parametrize("role", ["none", "causal"])
async def test_a_run_tells_how_much_memory_it_added_at_the_highest(bench: Bench, role: str) -> None:
    little = await bench.run("assert True", role)
    much = await bench.run("x = torch.ones(64 << 18)\ndel x\nassert True", role)
    assert little.verdict is much.verdict is Verdict.VERIFIED
    assert little.memory is not None
    assert much.memory is not None
    assert little.memory < 32 * MEBI
    # The kernel counts pages for each processor and adds them up now and then: a few dozen may be missing.
    assert 63 * MEBI <= much.memory < 128 * MEBI


async def test_a_run_that_was_cut_short_tells_none(bench: Bench) -> None:
    run = await bench.run("import os\nos._exit(3)")
    assert (run.verdict, run.memory) == (Verdict.DIED, None)


@pytest.mark.parametrize(
    "code",
    [
        "x = torch.ones(1 << 40)",
        "x = bytearray(1 << 40)",
        "import numpy\nx = numpy.ones(1 << 40)",
        "import mmap\nx = mmap.mmap(-1, 1 << 40)",
        "kept = []\nwhile True: kept.append(bytearray(1 << 24))",
    ],
    ids=["torch", "python", "numpy", "system", "little by little"],
)
async def test_want_of_memory_is_told_with_the_limit_before_the_traceback(bench: Bench, code: str) -> None:
    run = await bench.run(f"assert True\n{code}")
    assert run.verdict is Verdict.ERROR
    assert run.error.startswith(f"Out of memory. {LIMIT}\nTraceback (most recent call last):\n"), run.error
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED


async def test_a_snippet_that_deals_with_want_of_memory_is_not_told_of_it(bench: Bench) -> None:
    run = await bench.run("try:\n    torch.ones(1 << 40)\nexcept RuntimeError:\n    assert True")
    assert (run.verdict, run.error) == (Verdict.VERIFIED, "")


async def test_one_that_the_system_killed_is_told_why_that_may_be_and_what_the_limit_is(bench: Bench) -> None:
    run = await bench.run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run.verdict is Verdict.DIED
    assert run.error.startswith("The process was ended by SIGKILL")
    assert run.error.endswith(f"The system does that when memory runs out. {LIMIT}")


async def test_a_run_is_what_the_system_kills_first_when_memory_runs_out(bench: Bench) -> None:
    run = await bench.run("assert open('/proc/self/oom_score_adj').read() == '1000\\n'")
    assert run.verdict is Verdict.VERIFIED, run
