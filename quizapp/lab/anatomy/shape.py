"""What `config.json` says: the architecture and its sizes, under whatever names that has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quizapp.lab.heads import kind_of

LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
HIDDEN = ("hidden_size", "n_embd", "d_model", "dim")
ATTENTION_HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads")
CONTEXT = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len")


@dataclass(frozen=True, slots=True)
class Shape:
    """The architecture of a model, None for what its configuration does not say."""

    architecture: str | None
    kind: str | None
    """`causal` or `masked`, by the architecture's head; None where it has another or none."""
    layers: int | None
    hidden_size: int | None
    heads: int | None
    key_value_heads: int | None
    """As many as `heads`, unless queries share them."""
    vocabulary: int | None
    """Rows of the embeddings; a tokenizer may have fewer pieces."""
    context: int | None
    """Tokens."""
    tied: bool | None
    """Whether the head is the embeddings."""


def shape_of(config: dict[str, Any]) -> Shape:
    """Read a configuration; sizes of one that has several parts are those of its text."""
    architectures = config.get("architectures")
    architecture = architectures[0] if isinstance(architectures, list) and architectures else None
    part = config.get("text_config")
    sizes = config | part if isinstance(part, dict) else config
    heads, tied = _size(sizes, ATTENTION_HEADS), sizes.get("tie_word_embeddings")
    return Shape(
        architecture=str(architecture) if architecture is not None else None,
        kind=kind_of(str(architecture)),
        layers=_size(sizes, LAYERS),
        hidden_size=_size(sizes, HIDDEN),
        heads=heads,
        key_value_heads=_size(sizes, ("num_key_value_heads",)) or heads,
        vocabulary=_size(sizes, ("vocab_size",)),
        context=_size(sizes, CONTEXT),
        tied=tied if isinstance(tied, bool) else None,
    )


def _size(config: dict[str, Any], names: tuple[str, ...]) -> int | None:
    found = (config[name] for name in names if name in config)
    return next((size for size in found if isinstance(size, int) and not isinstance(size, bool)), None)
