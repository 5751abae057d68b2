"""The training loop that both models share: as many steps as fit in the time given."""

import math
import time
from collections.abc import Callable, Iterator

import torch
from transformers import PreTrainedModel

WARM_UP = 0.02
"""Share of the time in which the learning rate rises from zero."""

BATCH_TOKENS = 2048
"""Tokens in one step: many small steps teach a small model more in the same time than few large ones."""

LONGEST_NORM = 1.0
REPORT_EVERY = 100
"""Steps between two lines of progress."""

Loss = Callable[[], torch.Tensor]
"""Draws the next batch and returns its mean loss (a scalar with a gradient), in nats."""


def learning_rate(progress: float, peak: float) -> float:
    """The rate after `progress` (0-1) of the time: a linear warm-up, then a cosine down to zero."""
    if progress < WARM_UP:
        return peak * progress / WARM_UP
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


def fit(model: PreTrainedModel, loss: Loss, minutes: float, peak: float) -> int:
    """Minimise `loss` for `minutes` of wall time, in bfloat16 over fp32 weights; returns the steps taken.

    The model stays in evaluation mode: it sees its text a few times only, so dropout would cost and not help.
    On a CPU, plain attention is faster over so few tokens than the fused kernel, whose gradient is slow in bfloat16.
    """
    model.eval()
    model.set_attn_implementation("eager")
    optimizer = torch.optim.AdamW(_groups(model), lr=0.0, betas=(0.9, 0.95), fused=True)
    recent: list[float] = []
    for step, progress in enumerate(_until(minutes * 60), start=1):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress, peak)
        recent.append(_step(model, optimizer, loss))
        if step % REPORT_EVERY == 0:
            print(f"{progress:4.0%}  step {step:6}  loss {sum(recent[-REPORT_EVERY:]) / REPORT_EVERY:.3f}", flush=True)
    return len(recent)


def _step(model: PreTrainedModel, optimizer: torch.optim.Optimizer, loss: Loss) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        value = loss()
    torch.autograd.backward(value)
    torch.nn.utils.clip_grad_norm_(model.parameters(), LONGEST_NORM)
    optimizer.step()
    optimizer.zero_grad()
    return value.item()


def _until(seconds: float) -> Iterator[float]:
    """The share of `seconds` gone by, from 0 on, until it reaches 1."""
    start = time.monotonic()
    while (progress := (time.monotonic() - start) / seconds) < 1:
        yield progress


def _groups(model: PreTrainedModel) -> list[dict[str, object]]:
    """Matrices decay, vectors (norms, biases) do not."""
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
