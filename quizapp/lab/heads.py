"""Which role a model is made for, by the name of its architecture. Both sides use this."""

from __future__ import annotations

CAUSAL, MASKED = "causal", "masked"
HEADS = {CAUSAL: ("ForCausalLM", "LMHeadModel"), MASKED: ("ForMaskedLM", "ForPreTraining")}
"""What the names of architectures end in that have the head a role needs."""


def kind_of(architecture: str) -> str | None:
    """The role that an architecture has the head for; None for one that has another or none."""
    return next((kind for kind, endings in HEADS.items() if architecture.endswith(endings)), None)


def other_head(architecture: str, role: str) -> str:
    """Why a model cannot take a role, in a sentence, where it was made for another; else nothing.

    A masked model would run as a causal one, though each of its positions sees those that follow.
    """
    if role not in HEADS or kind_of(architecture) in {None, role}:
        return ""
    return f"Its architecture is {architecture}, which has not the head that the role {role} needs."
