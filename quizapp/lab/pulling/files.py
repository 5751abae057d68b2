"""Which files of a model are wanted: safetensors, settings, tokenizer and what is to be read; never code or pickles."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from quizapp.errors import PullError

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
"""Says which of several files holds which tensor."""
CONFIG = "config.json"
_WANTED = re.compile(
    r"(?:generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json"
    r"|vocab\.txt|merges\.txt|(?:tokenizer|spiece|spm|sentencepiece(?:\.bpe)?)\.model"
    r"|chat_template\.jinja|additional_chat_templates/[\w-]+\.jinja"
    r"|(?:README|LICEN[CS]E|NOTICE|USE_POLICY)(?:\.(?:md|txt))?",
    re.ASCII,
)
_SHARD = re.compile(r"[\w.-]+\.safetensors", re.ASCII)


def besides_weights(there: Collection[str]) -> list[str]:
    """The files to fetch besides the weights.

    Raises:
        PullError: it is no model that can be used.
    """
    if CONFIG not in there:
        raise PullError("It has no config.json, so it is no model of transformers; name another.")
    if WEIGHTS not in there and INDEX not in there:
        raise PullError(
            "It has no safetensors, and weights in any other form can hold code, which is never run; name another "
            "model, or a revision that has them, as NAME@REVISION."
        )
    index = [] if WEIGHTS in there else [INDEX]
    return [CONFIG, *index, *sorted(path for path in there if _WANTED.fullmatch(path))]


def weights(there: Collection[str], index: bytes) -> list[str]:
    """The files that hold the weights.

    Args:
        there: All files.
        index: What says so where they are several; empty where they are one.

    Raises:
        PullError: the index is none, or names files that are not there.
    """
    if WEIGHTS in there:
        return [WEIGHTS]
    shards = sorted(set(map(str, _weight_map(index).values())))
    if missing := [path for path in shards if path not in there or not _SHARD.fullmatch(path)]:
        raise PullError(
            f"Its {INDEX} names {missing[0]!r}, which is no safetensors file that it has; name another model."
        )
    return shards


def see_that_it_is_whole(folder: Path) -> None:
    """Look whether a folder holds a model that transformers can load.

    Raises:
        PullError: it does not; nobody but who made it can mend that.
    """
    from safetensors import SafetensorError, safe_open

    config = _json(folder / CONFIG)
    if not isinstance(config.get("model_type"), str):
        raise PullError(f"Its {CONFIG} names no model_type, so it cannot be loaded; name another model.")
    index = folder / INDEX
    held: set[str] = set()
    for path in weights([path.name for path in folder.iterdir()], index.read_bytes() if index.is_file() else b""):
        try:
            with safe_open(folder / path, framework="numpy") as opened:
                held |= set(opened.keys())
        except SafetensorError as error:
            raise PullError(f"Its {path} is damaged ({error}), as it was uploaded; name another model.") from error
    wanted = set(_weight_map(index.read_bytes())) if index.is_file() and not (folder / WEIGHTS).is_file() else set()
    if missing := wanted - held:
        raise PullError(f"Its weights lack {min(missing)!r}, which its {INDEX} names; name another model.")


def role_of(folder: Path) -> str:
    """The role that a model is for."""
    architectures = _json(folder / CONFIG).get("architectures") or [""]
    return "masked" if "MaskedLM" in str(architectures) else "causal"


def _weight_map(index: bytes) -> dict[str, object]:
    try:
        found = json.loads(index)["weight_map"]
        if isinstance(found, dict) and found:
            return found
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise PullError(f"Its {INDEX} does not say which file holds which weights; name another model.")


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PullError(f"Its {path.name} is no JSON that a model could have; name another model.")
    return found
