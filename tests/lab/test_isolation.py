"""One snippet cannot change another's answer, nor hang, kill or outlive the lab."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from quizapp.cards.proof import Run, Verdict
from quizapp.lab.settings import LabSettings
from tests.lab.conftest import Bench, Household, eventually, lab_bench, threads_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOUND = """\
assert model(**tokenizer('a', return_tensors='pt')).logits.abs().sum() > 0
assert torch.get_default_dtype() == torch.float32
"""
SLEEP_IN_A_DAEMON = """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
"""

OWN_FOLDER = """\
import os
assert os.listdir() == []
open('mine', 'w').close()
assert os.listdir(os.getcwd()) == ['mine'] and os.stat('.').st_mode & 0o777 == 0o700
"""


async def started(bench: Bench, code: str, role: str = "none", **kwargs: object) -> tuple[asyncio.Task[Run], list[str]]:
    """A run of code that prints something first; it has printed by now."""
    printed: list[str] = []
    task = asyncio.create_task(
        bench.run("print('going', flush=True)\n" + code, role, on_output=printed.append, **kwargs)
    )
    assert await eventually(lambda: bool(printed) or task.done())
    return task, printed


async def only_the_worker_is_left(bench: Bench, before: Household) -> bool:
    """Whether it comes to what it was `before`: the same processes, the next spare of each role, and nothing else."""
    return await eventually(lambda: bench.at_rest() == before)


async def settled(bench: Bench) -> Household:
    """The worker when nothing runs and no role loads.

    A worker that was killed is replaced, and the new one loads again every role that was ever wanted.
    """
    await bench.run("assert True")
    found = await eventually(bench.at_rest)
    assert found is not None
    return found


async def test_what_a_run_changes_is_gone_in_the_next(bench: Bench) -> None:
    first = await bench.run(
        "import os, random, sys, builtins\n"
        "with torch.no_grad():\n    for p in model.parameters(): p.zero_()\n"
        "torch.set_default_dtype(torch.float64); torch.manual_seed(1); random.seed(1)\n"
        "os.environ['LEFT'] = '1'; builtins.left = 1; sys.modules['json'] = None\n"
        "open('left.txt', 'w').write('x')\n" + SOUND.replace("> 0", "== 0").replace("float32", "float64"),
        "causal",
    )
    assert first.verdict is Verdict.VERIFIED, first
    second = await bench.run(
        "import os, builtins, json\n" + SOUND + "assert 'LEFT' not in os.environ and not hasattr(builtins, 'left')\n"
        "assert os.listdir('.') == []",
        "causal",
    )
    assert second.verdict is Verdict.VERIFIED, second


async def test_the_working_folder_is_fresh_and_private(bench: Bench) -> None:
    await settled(bench)
    bench.only_apart()
    run = await bench.run(
        "import os, tempfile, pathlib\nassert tempfile.gettempdir() == os.getcwd() == str(pathlib.Path.home())\n"
        "open('/tmp/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')\n"
    )
    assert run.verdict is Verdict.VERIFIED, run
    run = await bench.run("import os\nassert not os.path.exists('/tmp/left') and not os.path.exists('/dev/shm/left')")
    assert run.verdict is Verdict.VERIFIED, run


async def test_no_token_of_the_learner_reaches_a_snippet(bench: Bench) -> None:
    run = await bench.run(
        "import os\nassert 'HF_TOKEN' not in os.environ\n"
        "assert 'secret-of-the-learner' not in open('/proc/self/environ').read()"
    )
    assert run.verdict is Verdict.VERIFIED, run


async def test_a_run_over_its_time_is_stopped_and_says_where(bench: Bench) -> None:
    before = await settled(bench)
    run = await bench.run("print('on')\nassert True\nimport time\ntime.sleep(600)", timeout=0.5)
    assert run.verdict is Verdict.TIMEOUT
    assert "limit of 0.5 s" in run.error
    assert "line 4" in run.error
    assert run.output == "on\n"
    assert [check.passed for check in run.checks] == [True]
    assert await only_the_worker_is_left(bench, before)


async def test_to_cancel_the_wait_is_to_stop_the_run(bench: Bench) -> None:
    before = await settled(bench)
    task, _ = await started(bench, "import time\ntime.sleep(600)")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED
    assert await only_the_worker_is_left(bench, before)


async def test_to_stop_when_nothing_runs_is_nothing(bench: Bench) -> None:
    await bench.lab.stop()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os\nos._exit(3)", "status 3"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("import os\nos.closerange(3, 100)\nwhile True: pass", "SIGKILL"),
    ],
    ids=["exit", "killed", "crashed", "hung up"],
)
async def test_a_process_that_dies_is_told_with_how(bench: Bench, code: str, said: str) -> None:
    run = await bench.run("print('last words')\nassert True\n" + code)
    assert run.verdict is Verdict.DIED
    assert said in run.error
    assert run.output == "last words\n"
    assert len(run.checks) == 1
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED


async def test_too_much_memory_ends_that_run_only(bench: Bench) -> None:
    run = await bench.run("x = torch.ones(1 << 30)\nassert True")
    assert run.verdict is Verdict.ERROR
    assert "memory" in run.error
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED


async def test_a_snippet_that_floods_the_labs_own_pipe_is_ended(bench: Bench) -> None:
    write = "    try: os.write(fd, b'x' * 3_000_000)\n    except OSError: pass\n"
    run = await bench.run(f"import os\nfor fd in range(3, 20):\n{write}assert True")
    assert run.verdict is Verdict.DIED
    assert run.error == (
        "The process was ended: what arrived over the lab's own pipe is no report of a run. "
        "Charts or assertions of several threads or processes at once can come to that too."
    )
    assert (await bench.run("assert True")).verdict is Verdict.VERIFIED


FORGE = """\
import json, os, stat
def forge(*frames):
    text = "".join(json.dumps(frame, ensure_ascii=False) + "\\n" for frame in frames).encode()
    for fd in range(3, 20):
        try:
            if stat.S_ISFIFO(os.fstat(fd).st_mode): os.write(fd, text)
        except OSError: pass
END = ["end", 0, {"verdict": "error", "error": "", "observed": None, "seconds": 0}]
CHECK = {"index": 0, "line": 1, "source": "x", "passed": True}
DEEP = []
for _ in range(900): DEEP = [DEEP]
"""


@pytest.mark.parametrize(
    ("forged", "verdict"),
    [
        ('["end", 0, {"verdict": "fine", "error": 5, "seconds": "x"}]', Verdict.DIED),
        ('["end", 0, {}]', Verdict.DIED),
        ('["check", 0, {"index": 9, "run": 7, "kind": "end"}]', Verdict.DIED),
        ('["check", 0, {**CHECK, "index": "x"}]', Verdict.DIED),
        ('["check", 0, {**CHECK, "index": 1e999}]', Verdict.DIED),
        ('["check", 0, {**CHECK, "source": "é" * 400_000}]', Verdict.DIED),
        ('["check", 0, {**CHECK, "source": DEEP}]', Verdict.DIED),
        ('["end", 0, {**END[2], "error": "é" * 200_000, "observed": "é" * 200_000}]', Verdict.ERROR),
        ('["end", 0, {**END[2], "verdict": "verified", "seconds": 1e999}]', Verdict.VERIFIED),
        ('["end", 0, {**END[2], "error": DEEP}]', Verdict.DIED),
        ('END, ["failed", 0, {"message": "forged"}]', Verdict.ERROR),
        ('END, ["ready", 0, {}], ["check", 0, {"index": 0}]', Verdict.ERROR),
        ('["ready", 0, {}], ["failed", 0, {"message": "x"}], ["output", 0, {}]', Verdict.VERIFIED),
    ],
    ids=[
        "end",
        "empty end",
        "check",
        "index",
        "infinite index",
        "growing check",
        "deep check",
        "growing end",
        "infinite end",
        "deep end",
        "failed after the end",
        "ready after the end",
        "others",
    ],
)
async def test_forged_frames_spoil_no_run_but_their_own(bench: Bench, forged: str, verdict: Verdict) -> None:
    before = await settled(bench)
    run = await bench.run(f"{FORGE}forge({forged})\nassert True")
    assert run.verdict is verdict, run
    assert 0 <= run.seconds < 20
    following = await bench.run("assert True", predict="'mine'")
    assert (following.verdict, following.observed, len(following.checks)) == (Verdict.VERIFIED, "'mine'", 1)
    assert await only_the_worker_is_left(bench, before), "the worker goes on"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("for _ in range(1_200): os.mkdir('x'); os.chdir('x')", Verdict.VERIFIED),
        ("import shutil; shutil.rmtree(os.getcwd())", Verdict.VERIFIED),
        (
            "if os.fork() == 0:\n    os.setsid()\n    while True: forge(*[['ready', 0, {}]] * 1_000)\nos._exit(0)",
            Verdict.DIED,
        ),
        (
            "for fd in range(3, 20):\n"
            "    try: back = os.open(f'/proc/self/fd/{fd}', os.O_RDONLY | os.O_NONBLOCK)\n"
            "    except OSError: continue\n"
            "    if stat.S_ISFIFO(os.fstat(fd).st_mode) and os.fork() == 0: break\n"
            "while True:\n"
            "    try:\n"
            "        os.write(fd, b'[')\n"
            "        os.read(back, 1)\n"
            "    except OSError: pass",
            Verdict.TIMEOUT,
        ),
        ("while True:\n    try: os.fork()\n    except OSError: pass", Verdict.TIMEOUT),
        ("raise ValueError('\\ud800')", Verdict.ERROR),
        ("class Hostile(Exception):\n    def __str__(self): raise SystemExit\nraise Hostile", Verdict.ERROR),
    ],
    ids=[
        "deep folders",
        "no folder",
        "flood",
        "stolen frames",
        "fork bomb",
        "half a character",
        "hostile error",
    ],
)
async def test_what_a_snippet_does_costs_no_more_than_its_run(bench: Bench, code: str, verdict: Verdict) -> None:
    before = await settled(bench)
    if "rmtree" in code:
        bench.only_apart()  # else the folder that it lies in is not its own to change
    run = await bench.run(f"{FORGE}assert True\n{code}", timeout=1.0)
    assert run.verdict is verdict, run
    assert "did not answer" not in run.error
    assert await only_the_worker_is_left(bench, before)
    following = await bench.run(OWN_FOLDER)
    assert following.verdict is Verdict.VERIFIED, following
    assert await only_the_worker_is_left(bench, before), "the worker goes on"


async def test_a_flood_of_forged_frames_is_cut_off(bench: Bench) -> None:
    check = '["check", 0, {"index": n, "line": 1, "source": "x" * 100_000, "passed": True}]'
    run = await bench.run(f"{FORGE}for n in range(500): forge({check})\nassert True")
    assert run.verdict is Verdict.VERIFIED, run.error
    assert 0 < sum(len(check.source) for check in run.checks) < 5_000_000


@pytest.mark.parametrize(
    "code",
    ["sys.stdout.close()", "sys.stdout = sys.stderr = None", "os.close(1); os.close(2)", "sys.stdout = object()"],
)
async def test_a_snippet_without_a_stream_is_judged_all_the_same(bench: Bench, code: str) -> None:
    run = await bench.run(f"import os, sys\n{code}\nassert True")
    assert (run.verdict, run.output) == (Verdict.VERIFIED, ""), run


async def test_a_snippet_that_hangs_up_and_ends_shows_nothing_of_this_house(bench: Bench) -> None:
    run = await bench.run("import os\nassert True\nos.closerange(3, 100)")
    assert run.verdict is Verdict.DIED
    assert run.output == ""


async def test_a_killed_role_zygote_takes_its_run_along_and_the_next_run_has_a_new_one(bench: Bench) -> None:
    before = await settled(bench)
    task, _ = await started(bench, "while True: pass")
    os.kill(await bench.role_of_the_busiest(), signal.SIGKILL)
    run = await task
    assert run.verdict is Verdict.DIED
    assert "'none'" in run.error
    assert (await bench.run(SOUND, "causal")).verdict is Verdict.VERIFIED
    assert (await settled(bench)).zygote == before.zygote


async def test_a_killed_spare_is_replaced(bench: Bench) -> None:
    before = await settled(bench)
    spares = set(bench.spares())
    for pid in spares:
        os.kill(pid, signal.SIGKILL)
    assert await eventually(lambda: bench.at_rest() == before and not spares & set(bench.spares()))
    await bench.run(OWN_FOLDER)  # it may still get one whose end was not heard of yet
    assert (await bench.run(OWN_FOLDER)).verdict is Verdict.VERIFIED
    assert await only_the_worker_is_left(bench, before)


async def test_a_run_whose_watcher_was_halted_is_stopped_all_the_same(bench: Bench) -> None:
    task, _ = await started(bench, "while True: pass")
    os.kill(await bench.role_of_the_busiest(), signal.SIGSTOP)
    await bench.lab.stop()
    assert (await task).verdict is Verdict.TIMEOUT
    assert (await bench.run(SOUND, "causal")).verdict is Verdict.VERIFIED


async def test_what_is_imported_ahead_leaves_one_thread_and_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [*LabSettings().imports, "no_such_library"]
    async with lab_bench(f"mark-of-imports-{os.getpid()}", monkeypatch, imports=asked) as bench:
        runs = [
            await bench.run("import sys\nassert {'datasets', 'peft'} <= set(sys.modules)", role)
            for role in ("causal", "none")
        ]
        assert [run.verdict for run in runs] == [Verdict.VERIFIED] * 2
        assert {threads_of(pid) for pid in bench.processes()} == {1}
        late = await bench.run("import no_such_library\nassert True")
        assert "ModuleNotFoundError: No module named 'no_such_library'" in (late.error or "")


async def test_what_libraries_warn_each_other_of_is_not_told_and_what_a_snippet_does_is(bench: Bench) -> None:
    warn = "import warnings\nwarnings.warn_explicit('soon', FutureWarning, 'x.py', 1, module={!r})\nassert True"
    assert (await bench.run(warn.format("peft.tuners"))).output == ""
    assert "FutureWarning: soon" in (await bench.run(warn.format("__main__"))).output
    assert "FutureWarning: soon" in (await bench.run(warn.format("peftish"))).output


async def test_a_run_waits_for_the_one_before_it(bench: Bench) -> None:
    runs = await asyncio.gather(*(bench.run(f"assert {n} != 3", predict=str(n)) for n in range(5)))
    assert [run.observed for run in runs] == ["0", "1", "2", "3", "4"]
    assert [run.verdict for run in runs].count(Verdict.REFUTED) == 1
