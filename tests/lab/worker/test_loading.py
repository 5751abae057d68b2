"""A role's model before the fork, and the device that is chosen for all of them."""

from __future__ import annotations

import pytest
import torch

from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.worker.loading import choose_device, load
from quizapp.lab.worker.spare import practise


@pytest.mark.parametrize(("device", "asks"), [("cpu", True), ("cuda:0", False)])
def test_what_is_done_before_the_fork_for_a_gpu_asks_cuda_nothing(
    monkeypatch: pytest.MonkeyPatch, device: str, asks: bool
) -> None:
    asked: list[str] = []
    for name in ("is_current_stream_capturing", "current_device", "_lazy_init", "device_count"):
        monkeypatch.setattr(torch.cuda, name, lambda name=name: asked.append(name))
    model = load("causal", str(SHIPPED_MODELS / "causal"), device)
    practise(model)
    assert model.device == device
    assert model.model.device.type == "cpu"
    assert bool(asked) is asks, "on a CPU it is run once, which asks"


@pytest.mark.parametrize(
    ("wanted", "cuda", "mps", "chosen"),
    [
        ("auto", True, False, "cuda:0"),
        ("auto", True, True, "cuda:0"),
        ("auto", False, True, "mps"),
        ("auto", False, False, "cpu"),
        ("cuda", False, False, "cuda:0"),
        ("cuda:1", True, False, "cuda:1"),
        ("cpu", True, True, "cpu"),
        ("mps", True, False, "mps"),
    ],
)
def test_the_device_is_the_one_that_is_set_or_the_best_there_is(
    monkeypatch: pytest.MonkeyPatch, wanted: str, cuda: bool, mps: bool, chosen: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device(wanted) == chosen
