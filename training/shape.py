"""The size that both models share, so that they load in the same time and take the same room."""

from __future__ import annotations

from typing import Any

from training.vocabularies import CONTEXT

SHAPE: dict[str, Any] = {
    "hidden_size": 192,
    "intermediate_size": 448,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "max_position_embeddings": CONTEXT,
    "tie_word_embeddings": True,
}
"""Settings of a `LlamaConfig` or a `BertConfig`; input and output embeddings are one matrix."""
