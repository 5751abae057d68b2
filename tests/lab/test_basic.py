"""Without namespaces runs share a folder for their folders and can signal their watcher: that costs one run."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from quizapp.cards.proof import Verdict
from tests.lab.conftest import Bench, eventually, lab_bench
from tests.lab.test_isolation import OWN_FOLDER, SLEEP_IN_A_DAEMON, SOUND, only_the_worker_is_left, settled, started

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOSE_THE_FOLDER = "import os, shutil; folder = os.path.dirname(os.getcwd()); shutil.rmtree(folder)\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """A lab with limits only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("scratch")))
        async with lab_bench("mark-of-basic", patch, sandbox="basic") as bench:
            yield bench


async def test_the_level_is_told_and_why(bench: Bench) -> None:
    run = await bench.run("assert True")
    assert run.environment is not None
    assert run.environment.sandbox == bench.lab.state.sandbox == "basic"
    assert bench.lab.state.why_not_strong == "`lab.sandbox` in the settings says so."


async def test_the_working_folder_is_removed(bench: Bench) -> None:
    run = await bench.run("assert True", predict="__import__('os').getcwd()")
    folder = Path((run.observed or "").strip("'"))
    assert folder.parent.name.startswith("quizapp-lab-")
    assert await eventually(lambda: not folder.exists())


@pytest.mark.parametrize(
    "code",
    [
        LOSE_THE_FOLDER,
        LOSE_THE_FOLDER + "os.mkdir(folder)",
        LOSE_THE_FOLDER + "open(folder, 'w').close()",
        LOSE_THE_FOLDER + "os.symlink('/', folder)",
        "import os\nos.chmod('..', 0)",
    ],
    ids=["no folder", "another folder", "a file for a folder", "a link for a folder", "a closed folder"],
)
async def test_whatever_becomes_of_the_folders_the_worker_goes_on(bench: Bench, code: str) -> None:
    await bench.run(OWN_FOLDER, "causal")
    before = await settled(bench)
    run = await bench.run(f"assert True\n{code}")
    assert run.verdict is Verdict.VERIFIED, run
    for role in ("none", "causal"):
        following = await bench.run(OWN_FOLDER, role)
        assert following.verdict is Verdict.VERIFIED, following
    assert await only_the_worker_is_left(bench, before), "the worker goes on"


async def test_a_daemon_is_swept(bench: Bench) -> None:
    before = await settled(bench)
    assert (await bench.run(SLEEP_IN_A_DAEMON + "assert True")).verdict is Verdict.VERIFIED
    task, _ = await started(bench, SLEEP_IN_A_DAEMON + "time.sleep(600)")
    await bench.lab.stop()
    assert (await task).verdict is Verdict.TIMEOUT
    assert await only_the_worker_is_left(bench, before)


@pytest.mark.parametrize(("number", "verdict"), [("SIGKILL", Verdict.DIED), ("SIGSTOP", Verdict.TIMEOUT)])
async def test_a_snippet_that_turns_on_its_watcher_costs_its_run(bench: Bench, number: str, verdict: Verdict) -> None:
    await bench.run(SOUND, "causal")
    task, _ = await started(
        bench,
        f"import os, signal, time\ntime.sleep(0.5)\nos.kill(os.getppid(), signal.{number})\nwhile True: pass",
        "causal",
    )
    if verdict is Verdict.TIMEOUT:
        await asyncio.sleep(1)
        await bench.lab.stop()
    assert (await task).verdict is verdict
    assert (await bench.run(SOUND, "causal")).verdict is Verdict.VERIFIED


async def test_the_app_that_kills_a_worker_leaves_nothing_of_what_its_snippet_started(bench: Bench) -> None:
    await settled(bench)
    groups = "subprocess.Popen(['sleep', '600'])\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n"
    task, _ = await started(bench, f"import subprocess\n{groups}{SLEEP_IN_A_DAEMON}while True: pass")
    old = bench.processes()
    os.kill(await bench.role_of_the_busiest(), signal.SIGSTOP)
    await bench.lab.stop()
    assert "did not answer" in (await task).error
    assert await eventually(lambda: not old & bench.processes())
