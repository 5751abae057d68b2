"""The training loop that both models share: so many steps, kept on the disk as it goes, with its losses."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import PreTrainedModel

WARM_UP = 0.02
"""Share of the steps in which the learning rate rises from zero."""

BATCH_TOKENS = 2048
"""Tokens in one step: many small steps teach a small model more in the same time than few large ones."""

LONGEST_NORM = 1.0
KEEP_EVERY = 500
"""Steps between two checkpoints."""
MILESTONES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the steps after which the model is measured on text it never saw."""
SMOOTH = 100
"""Steps whose mean loss is one point of the curve."""

Loss = Callable[[int], torch.Tensor]
"""The mean loss (a scalar with a gradient), in nats, of the batch that belongs to a step: the same each time."""


@dataclass(frozen=True)
class Course:
    """How a model is trained."""

    steps: int
    peak: float
    """The highest learning rate."""
    seed: int
    device: torch.device
    checkpoint: Path
    """Where an unfinished training is kept; a later one of the same `name` goes on from there."""
    command: str
    """Starts it."""
    text: str
    """Digest of what is learnt from."""

    @property
    def name(self) -> str:
        """Tells one training from another: all that decides what comes out."""
        return f"{self.command} at {self.peak} on {self.text}"


@dataclass
class Curve:
    """How the training went."""

    losses: list[float] = field(default_factory=list)
    """In nats, the mean of `SMOOTH` steps each."""
    held_out: list[tuple[int, float]] = field(default_factory=list)
    """Steps taken, and the measure on text never seen."""


def learning_rate(progress: float, peak: float) -> float:
    """The rate after `progress` (0-1) of the steps: a linear warm-up, then a cosine down to zero."""
    if progress < WARM_UP:
        return peak * progress / WARM_UP
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


def fit(model: PreTrainedModel, loss: Loss, course: Course, measure: Callable[[], float]) -> Curve:
    """Minimise `loss`, in bfloat16 over fp32 weights, going on from the checkpoint where there is one.

    The model stays in evaluation mode: it sees its text a few times only, so dropout would cost and not help.
    On a CPU, plain attention is faster over so few tokens than the fused kernel, whose gradient is slow in bfloat16.
    """
    model.eval()
    if course.device.type == "cpu":
        model.set_attn_implementation("eager")
    optimizers = _optimizers(model)
    curve, done = _resumed(course, model, optimizers)
    milestones = {max(1, round(share * course.steps)) for share in MILESTONES}
    recent: list[float] = []
    with tqdm(total=course.steps, initial=done, unit="step", smoothing=0.02, dynamic_ncols=True) as bar:
        for step in range(done, course.steps):
            _set_rate(optimizers, learning_rate((step + 1) / course.steps, course.peak))
            recent.append(_step(model, optimizers, loss, step))
            bar.update()
            if len(recent) == SMOOTH or step + 1 == course.steps:
                curve.losses.append(sum(recent) / len(recent))
                recent = []
                bar.set_postfix(loss=f"{curve.losses[-1]:.3f}")
            if step + 1 in milestones:
                curve.held_out.append((step + 1, measure()))
                bar.write(f"step {step + 1}: {curve.held_out[-1][1]:.4f} on text never seen")
            if (step + 1) % KEEP_EVERY == 0:
                _keep(course, step + 1, curve, model, optimizers)
    return curve


def _step(model: PreTrainedModel, optimizers: Sequence[torch.optim.Optimizer], loss: Loss, number: int) -> float:
    with torch.autocast(model.device.type, torch.bfloat16):
        value = loss(number)
    torch.autograd.backward(value)
    torch.nn.utils.clip_grad_norm_(model.parameters(), LONGEST_NORM)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad()
    return value.item()


def _optimizers(model: PreTrainedModel) -> list[torch.optim.Optimizer]:
    """Muon (Jordan 2024) for the matrices of the layers, AdamW for embeddings, norms and biases.

    With Muon's update scaled to the size of AdamW's (Liu et al. 2025), one rate serves both. In the same minutes as
    AdamW alone it came to 1.77 rather than 1.93 bits per byte.
    """
    embeddings = {id(parameter) for parameter in model.get_input_embeddings().parameters()}
    parameters = list(model.named_parameters())
    matrices = [p for name, p in parameters if p.ndim == 2 and id(p) not in embeddings and "embeddings" not in name]
    chosen = {id(parameter) for parameter in matrices}
    others = [p for _, p in parameters if id(p) not in chosen]
    muon = torch.optim.Muon(matrices, lr=0.0, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    return [muon, torch.optim.AdamW(others, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0, fused=True)]


def _set_rate(optimizers: Sequence[torch.optim.Optimizer], rate: float) -> None:
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate


def _keep(
    course: Course, step: int, curve: Curve, model: PreTrainedModel, optimizers: Sequence[torch.optim.Optimizer]
) -> None:
    """Write what is needed to go on, all or nothing."""
    course.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    fresh = course.checkpoint.with_suffix(".new")
    state = {
        "name": course.name,
        "step": step,
        "curve": asdict(curve),
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
    }
    torch.save(state, fresh)
    fresh.replace(course.checkpoint)


def _resumed(course: Course, model: PreTrainedModel, optimizers: Sequence[torch.optim.Optimizer]) -> tuple[Curve, int]:
    """Take up what was kept of the same training; the steps that were taken then, 0 where there is nothing."""
    if not course.checkpoint.is_file():
        return Curve(), 0
    state: dict[str, Any] = torch.load(course.checkpoint, map_location=course.device, weights_only=True)
    if state["name"] != course.name:
        return Curve(), 0
    model.load_state_dict(state["model"])
    for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(kept)
    return Curve(state["curve"]["losses"], [(step, value) for step, value in state["curve"]["held_out"]]), state["step"]
