"""All of a model's folder at once: what cannot be read is told, the rest is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from quizapp.lab.anatomy.card import ModelCard, read_card
from quizapp.lab.anatomy.files import Unreadable, read_bytes, read_json
from quizapp.lab.anatomy.shape import Shape, shape_of
from quizapp.lab.anatomy.tokens import Tokens, tokens_of
from quizapp.lab.anatomy.weights import Weights, weights_of
from quizapp.lab.heads import MASKED, other_head

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What is known of a model. None stands for what could not be read, as `lacks` says."""

    shape: Shape | None
    weights: Weights | None
    tokens: Tokens | None
    card: ModelCard | None
    """None for a model without one."""
    size: int
    """Bytes of all its files."""
    lacks: tuple[str, ...]
    """What is wrong with files that it cannot be without, in sentences."""
    card_problem: str = ""

    @property
    def tied(self) -> bool | None:
        """Whether the head is the embeddings: as the configuration says, else as the stored tensors show."""
        if self.shape is not None and self.shape.tied is not None:
            return self.shape.tied
        return None if self.weights is None else not self.weights.has_own_head

    def why_not(self, role: str) -> list[str]:
        """Why it cannot take a role, in sentences; none where it may, which is to be tried."""
        found = list(self.lacks)
        if self.shape is not None and (sentence := other_head(self.shape.architecture or "", role)):
            found.append(sentence)
        if role == MASKED and self.tokens is not None and self.tokens.size and "mask" not in self.tokens.special:
            found.append("Its tokenizer has no mask token.")
        return found


def anatomy_of(folder: Path) -> Anatomy:
    """Read what is in a model's folder."""
    shape, no_shape = _part(lambda: shape_of(read_json(folder / "config.json")))
    weights, no_weights = _part(lambda: weights_of(folder))
    tokens, no_tokens = _part(lambda: tokens_of(folder))
    card, no_card = _part(lambda: _card(folder / "README.md"))
    lacks = tuple(dict.fromkeys(filter(None, (no_shape, no_weights, no_tokens))))
    return Anatomy(shape, weights, tokens, card, size_of(folder), lacks, no_card)


def _card(path: Path) -> ModelCard | None:
    return read_card(read_bytes(path).decode(errors="replace")) if path.is_file() else None


def _part(read: Callable[[], T]) -> tuple[T | None, str]:
    """What is read; or why it is not, in a sentence."""
    try:
        return read(), ""
    except Unreadable as error:
        return None, str(error)
    except OSError as error:
        return None, f"The folder cannot be read: {error.strerror}."


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder, through links, without those in folders within it; 0 where it cannot be read."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except OSError:
        return 0
