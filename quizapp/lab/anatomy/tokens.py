"""What the files of a tokenizer say: its special tokens with their ids, how it pads, and its chat template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.lab.anatomy.files import Unreadable, read_bytes, read_json

ROLES = ("bos", "eos", "unk", "pad", "cls", "sep", "mask")
"""What special tokens are for, in the order in which they are told."""
VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "tokenizer.model", "spiece.model", "spm.model")
"""Files one of which a tokenizer has."""
UNNAMED = (
    {"unk": "[UNK]", "pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"},
    {"bos": "<s>", "eos": "</s>", "unk": "<unk>", "pad": "<pad>", "cls": "<s>", "sep": "</s>", "mask": "<mask>"},
    {"bos": "<|endoftext|>", "eos": "<|endoftext|>", "unk": "<|endoftext|>"},
)
"""What the classes of tokenizers take for special where no file names any: those of BERT, RoBERTa and GPT-2."""
NUMBER = re.compile("[0-9]{1,9}")
"""Of a token, as a text."""


@dataclass(frozen=True, slots=True)
class Special:
    """A special token."""

    text: str
    id: int | None
    """None where the files that are read do not say."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is known of a tokenizer."""

    size: int | None
    """How many pieces it has, the special ones included."""
    special: dict[str, Special]
    """By what they are for: `bos`, `pad`."""
    others: tuple[Special, ...]
    """Special tokens that are for something else."""
    padding_side: str
    chat_template: str | None


def tokens_of(folder: Path) -> Tokens:
    """Read a tokenizer.

    Raises:
        Unreadable: there is none, or a file of it is damaged.
    """
    if not any((folder / name).is_file() for name in VOCABULARIES):
        raise Unreadable(f"There is no tokenizer: neither {', '.join(VOCABULARIES[:-1])} nor {VOCABULARIES[-1]}.")
    config = _optional(folder / "special_tokens_map.json") | _optional(folder / "tokenizer_config.json")
    ids, marked = _vocabulary(folder)
    ids |= _added(config)
    texts = {role: text for role in ROLES if (text := _text(config.get(f"{role}_token")))}
    texts = texts or next((known for known in UNNAMED if ids.keys() >= set(known.values())), {})
    additional = config.get("additional_special_tokens")
    more = dict.fromkeys([*marked, *filter(None, map(_text, additional if isinstance(additional, list) else ()))])
    return Tokens(
        size=len(ids) or None,
        special={role: Special(text, ids.get(text)) for role, text in texts.items()},
        others=tuple(Special(text, ids.get(text)) for text in more if text not in texts.values()),
        padding_side=str(config.get("padding_side") or "right"),
        chat_template=_chat_template(folder, config),
    )


def _vocabulary(folder: Path) -> tuple[dict[str, int], list[str]]:
    """Each piece with its id, and those that are special; nothing where only a library could read the file."""
    if (folder / "tokenizer.json").is_file():
        whole = read_json(folder / "tokenizer.json")
        try:
            vocabulary, added = whole["model"].get("vocab") or {}, whole.get("added_tokens") or ()
            pieces = vocabulary if isinstance(vocabulary, dict) else {row[0]: at for at, row in enumerate(vocabulary)}
            ids = pieces | {token["content"]: int(token["id"]) for token in added}
            return ids, [str(token["content"]) for token in added if token.get("special")]
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as error:
            raise Unreadable("tokenizer.json is damaged: it describes no tokenizer.") from error
    if (folder / "vocab.json").is_file():
        return read_json(folder / "vocab.json"), []
    if (folder / "vocab.txt").is_file():
        lines = read_bytes(folder / "vocab.txt").decode(errors="replace").splitlines()
        return {piece: at for at, piece in enumerate(lines)}, []
    return {}, []


def _added(config: dict[str, Any]) -> dict[str, int]:
    added = config.get("added_tokens_decoder")
    pairs = added.items() if isinstance(added, dict) else ()
    return {_text(token): int(number) for number, token in pairs if NUMBER.fullmatch(number)}


def _text(token: object) -> str:
    """A token that is written as its text, or as an object that has that."""
    return str(token.get("content") or "") if isinstance(token, dict) else token if isinstance(token, str) else ""


def _chat_template(folder: Path, config: dict[str, Any]) -> str | None:
    """The template; the first of several."""
    if (folder / "chat_template.jinja").is_file():
        return read_bytes(folder / "chat_template.jinja").decode(errors="replace")
    template = config.get("chat_template")
    if isinstance(template, list) and template and isinstance(template[0], dict):
        template = template[0].get("template")
    return template if isinstance(template, str) else None


def _optional(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}
