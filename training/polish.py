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
LONGEST_PHRASE = 10
"""Pieces of what is looked for twice on end."""


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
        random = np.random.default_rng((seed, step, LONGEST_PHRASE))
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
    """Where a row says at once again what it said last, be it one piece or `LONGEST_PHRASE` (bool, shape of `written`).

    What comes back later is no circle: names do, and what an answer takes from its question.
    """
    repeated = torch.zeros_like(written, dtype=torch.bool)
    for length in range(1, min(LONGEST_PHRASE, written.shape[1] // 2) + 1):
        same = written[:, length:] == written[:, :-length]
        whole = same.unfold(1, length, 1).all(-1)  # a piece at which so many pieces in a row were the same
        repeated[:, 2 * length - 1 :] |= whole
    return repeated
