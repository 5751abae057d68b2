"""What must hold where there is a GPU: CUDA after the fork, and errors that would poison a process end one run only."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
import torch

from quizapp.cards.proof import Verdict
from quizapp.lab.client import Lab
from quizapp.lab.settings import LabSettings
from tests.lab.conftest import Bench, eventually

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    pytest.mark.asyncio(loop_scope="module"),
]

MEBI = 1 << 20
UNIFIED_MEMORY = Path("/dev/nvidia-uvm")
"""What a process has open once it has set up CUDA; asking how many GPUs there are does not open it."""
HOLDS = "assert torch.ones(2, device=device).sum() == 2"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gpu() -> AsyncIterator[Bench]:
    """A lab on what there is, which is a GPU; a snippet may add 1 GiB on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_QUIZAPP_TEST", "mark-of-the-gpu")
        bench = Bench(Lab(LabSettings(device="auto", timeout=60.0, memory_gb=1.0)), "mark-of-the-gpu")
        bench.lab.start()
        yield bench
        await bench.lab.close()


def uses_cuda(pid: int) -> bool:
    """Whether a process has set up CUDA."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            if entry.readlink() == UNIFIED_MEMORY:
                return True
    return False


@pytest.mark.parametrize("role", ["causal", "masked", "none"])
async def test_every_run_computes_on_the_gpu_after_a_fork_of_its_own(gpu: Bench, role: str) -> None:
    code = "assert device.type == 'cuda' and torch.ones(3, device=device).sum() == 3"
    if role != "none":
        code += (
            "\nbatch = tokenizer('The cat sat', return_tensors='pt').to(device)"
            "\nlogits = model(**batch).logits"
            "\nassert logits.is_cuda and logits.isfinite().all()"
        )
    drawn = []
    for _ in range(3):
        run = await gpu.run(code, role, predict="torch.rand(1, device=device).item()")
        assert (run.verdict, run.error) == (Verdict.VERIFIED, "")
        assert run.environment is not None
        assert run.environment.device == "cuda:0"
        drawn.append(run.observed)
    assert len(set(drawn)) == 1, "the seed reaches the GPU"
    assert gpu.lab.state.device == "cuda:0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look at what a process that hides has open")
async def test_only_spares_set_up_cuda(gpu: Bench) -> None:
    assert (await gpu.run(HOLDS, "causal")).verdict is Verdict.VERIFIED
    household = await eventually(gpu.at_rest)
    assert household is not None
    assert not any(uses_cuda(pid) for pid in {household.zygote, *household.roles})
    assert await eventually(lambda: all(map(uses_cuda, gpu.spares()))), "or descriptors would prove nothing"


async def test_a_device_assert_ends_that_run_only(gpu: Bench) -> None:
    run = await gpu.run(
        "assert True\ntorch.zeros(3, device=device)[torch.tensor([7], device=device)]\ntorch.cuda.synchronize()"
    )
    assert run.verdict in {Verdict.ERROR, Verdict.DIED}
    if run.verdict is Verdict.ERROR:
        assert "device-side assert" in run.error
    assert (await gpu.run(HOLDS)).verdict is Verdict.VERIFIED


async def test_want_of_memory_ends_that_run_only_and_is_told_with_the_limit(gpu: Bench) -> None:
    run = await gpu.run("assert True\nx = torch.empty(2 << 30, dtype=torch.uint8, device=device)")
    assert run.verdict is Verdict.ERROR
    limit = "A snippet may add 1 GiB of memory on cuda:0 (`lab.memory_gb` in the settings)."
    assert run.error.startswith(f"Out of memory. {limit}\nTraceback"), run.error
    assert "OutOfMemoryError" in run.error
    within = await gpu.run("x = torch.empty(1 << 29, dtype=torch.uint8, device=device)\nassert x.is_cuda")
    assert (within.verdict, within.error) == (Verdict.VERIFIED, "")


async def test_a_run_tells_how_much_memory_it_added_on_the_gpu(gpu: Bench) -> None:
    little = await gpu.run(HOLDS, "causal")
    much = await gpu.run("x = torch.ones(64 << 18, device=device)\ndel x\nassert True", "causal")
    assert little.verdict is much.verdict is Verdict.VERIFIED
    assert little.memory is not None
    assert much.memory is not None
    assert little.memory < 32 * MEBI
    assert 64 * MEBI <= much.memory < 128 * MEBI


async def test_a_loop_on_the_gpu_is_stopped_and_the_next_run_has_a_fresh_device(gpu: Bench) -> None:
    endless = "x = torch.ones(512, 512, device=device)\nassert True\nwhile True:\n    x = x @ x"
    run = await gpu.run(endless, timeout=1.0)
    assert run.verdict is Verdict.TIMEOUT
    assert (await gpu.run(HOLDS)).verdict is Verdict.VERIFIED
