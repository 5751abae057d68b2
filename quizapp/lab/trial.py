"""Whether a model can be what a role needs, tried where snippets run: a few lines, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from quizapp.cards.proof import Run, Snippet
from quizapp.lab.client import Lab, LabState
from quizapp.lab.heads import MASKED
from quizapp.lab.settings import LabSettings
from quizapp.lab.worker.loading import named_by

TOKENISE = """\
text = "The cat sat on the mat."
"""
HIDE = """\
assert tokenizer.mask_token_id is not None
text = f"The cat sat on the {tokenizer.mask_token}."
"""
FORWARD = """\
batch = tokenizer(text, return_tensors="pt").to(device)
pieces = batch["input_ids"].shape[1]
assert pieces > 1
with torch.inference_mode():
    logits = model(**batch).logits
vocabulary = model.config.get_text_config().vocab_size
assert tuple(logits.shape) == (1, pieces, vocabulary)
assert bool(logits.isfinite().all())
"""
FOUND = """\
assert int((batch["input_ids"] == tokenizer.mask_token_id).sum()) == 1
"""
SEED = 0


def lines_for(role: str) -> str:
    """What is run: it tokenises, computes logits, and looks at their shape and whether they are numbers."""
    return HIDE + FORWARD + FOUND if role == MASKED else TOKENISE + FORWARD


async def tried(
    role: str, settings: LabSettings, private: Sequence[Path], on_state: Callable[[LabState], None] = lambda _: None
) -> Run:
    """Run a few lines with the model that the settings name for a role.

    Args:
        role: Which one.
        settings: With that model.
        private: This program's own folders, which no snippet may see.
        on_state: Hears how far the lab is.
    """
    lab = Lab(settings, on_state, private=private)
    try:
        run = await lab.run(Snippet(role, lines_for(role)), {}, SEED)
        return replace(run, error=run.error.replace(f"\n{named_by(role)}", ""))  # nothing names it yet
    finally:
        await lab.close()
