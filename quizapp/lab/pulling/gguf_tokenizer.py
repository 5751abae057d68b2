"""The tokenizer that a GGUF file describes: byte-level BPE, with the splitting before it that its name stands for.

transformers' own reading leaves that splitting out, so that `a  1` or an empty line before a number gave other tokens
than those the model was trained on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

Metadata = Mapping[str, Any]
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
"""Kinds of tokens."""
BYTE_LEVEL = pre_tokenizers.ByteLevel(add_prefix_space=False)
SPLITTING: dict[str, list[Any]] = {
    "smollm": [pre_tokenizers.Digits(individual_digits=True), BYTE_LEVEL],
    "gpt-2": [BYTE_LEVEL],
    "default": [BYTE_LEVEL],
}
"""What is done before byte pairs are merged, by the name that GGUF has for it."""
ROLES = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}


def tokenizer_of(metadata: Metadata) -> PreTrainedTokenizerFast:
    """Build it.

    Args:
        metadata: Of the file: a value for each of its fields.

    Raises:
        ValueError: it is of a kind that is not built here.
    """
    kind, splitting = metadata["tokenizer.ggml.model"], metadata.get("tokenizer.ggml.pre", "default")
    if kind != "gpt2" or splitting not in SPLITTING:
        raise ValueError(f"a tokenizer of the kind {kind!r} with {splitting!r} is not converted")
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ", 1)) for merge in metadata["tokenizer.ggml.merges"]]
    built = Tokenizer(models.BPE({token: at for at, token in enumerate(tokens)}, merges))
    built.pre_tokenizer = pre_tokenizers.Sequence(SPLITTING[splitting])
    built.decoder = decoders.ByteLevel()
    kinds = metadata["tokenizer.ggml.token_type"]
    for token, kind_of_it in zip(tokens, kinds, strict=True):
        if kind_of_it in {CONTROL, USER_DEFINED}:
            built.add_tokens([AddedToken(token, special=kind_of_it == CONTROL, normalized=False)])
    return _with_its_roles(built, metadata, tokens)


def _with_its_roles(built: Tokenizer, metadata: Metadata, tokens: list[str]) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers has it, which knows which tokens begin, end and pad a text."""
    ids = {role: metadata.get(f"tokenizer.ggml.{name}_token_id") for role, name in ROLES.items()}
    return PreTrainedTokenizerFast(
        tokenizer_object=built,
        **{role: tokens[at] for role, at in ids.items() if at is not None},
        chat_template=metadata.get("tokenizer.chat_template"),
        model_max_length=metadata[f"{metadata['general.architecture']}.context_length"],
        clean_up_tokenization_spaces=False,
    )
