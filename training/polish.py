"""The last lesson of the causal model: not to go round in circles when it follows its likeliest piece.

A small model that was taught by likelihood alone falls into loops under greedy decoding. Here it continues beginnings
of documents, and each piece by which it said again what it had just said is made less likely: the sequence-level
unlikelihood of Welleck et al. (2019), beside the ordinary loss.
"""

from collections.abc import Sequence

import numpy as np
import torch
from transformers import LlamaForCausalLM

from training.fitting import Loss

BEGINNINGS = 32
"""Documents begun in one step."""
SHORTEST, LONGEST = 4, 12
"""Pieces of a document that are given."""
CONTINUED = 40
"""Pieces that are added."""
SMALLEST = 1e-5
"""What is left to other pieces, at the least; keeps the loss finite."""
AGAIN = 3
"""So many pieces in the same order as before are a repetition."""


def polishing_loss(model: LlamaForCausalLM, documents: Sequence[Sequence[int]], ordinary: Loss, seed: int) -> Loss:
    """The ordinary loss, and the unlikelihood of the model's own repetitions.

    Args:
        model: What is taught.
        documents: As ids, from `<s>` on.
        ordinary: Of the text, by step.
        seed: Chooses the documents of each step.
    """
    long_enough = [ids for ids in documents if len(ids) > LONGEST]

    def loss(step: int) -> torch.Tensor:
        random = np.random.default_rng((seed, step, AGAIN))
        given = int(random.integers(SHORTEST, LONGEST + 1))
        chosen = random.integers(0, len(long_enough), size=BEGINNINGS)
        prompts = torch.tensor([list(long_enough[at][:given]) for at in chosen], device=model.device)
        return ordinary(step) + unlikelihood(model, prompts)

    return loss


def unlikelihood(model: LlamaForCausalLM, prompts: torch.Tensor) -> torch.Tensor:
    """The mean of -log(1 - p) over the pieces that repeat, where the model goes on from `prompts` (batch, given)."""
    given = prompts.shape[1]
    with torch.no_grad():
        mask = torch.ones_like(prompts)
        written = model.generate(prompts, attention_mask=mask, max_new_tokens=CONTINUED, do_sample=False)
    added = written[:, given:]
    repeated = repetitions(added) & ~ended(added, model.config.eos_token_id)
    if not repeated.any():
        return torch.zeros((), device=prompts.device)
    logits = model(input_ids=written).logits[:, given - 1 : -1].float()
    likely = logits.softmax(-1).gather(-1, added[..., None])[..., 0]
    return -torch.log((1 - likely[repeated]).clamp(min=SMALLEST)).mean()


def ended(written: torch.Tensor, end: int) -> torch.Tensor:
    """Where the end of a row has come, or gone by (bool, shape of `written`)."""
    return (written == end).cumsum(-1) > 0


def repetitions(written: torch.Tensor) -> torch.Tensor:
    """Where a piece ends `AGAIN` pieces that stood in the same order in the row before (bool, shape of `written`)."""
    repeated = torch.zeros_like(written, dtype=torch.bool)
    for row, ids in enumerate(written.tolist()):
        seen: set[tuple[int, ...]] = set()
        for at in range(AGAIN, len(ids) + 1):
            phrase = tuple(ids[at - AGAIN : at])
            repeated[row, at - 1] = phrase in seen
            seen.add(phrase)
    return repeated
