"""The tensors of a model by name, type and shape, from the headers of its safetensors files.

The format: 8 bytes of length, little-endian, then so much JSON, then the numbers.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.lab.anatomy.files import Unreadable
from quizapp.lab.naming import weights_in

LENGTH = 8
LONGEST_HEADER = 100_000_000
"""Bytes; as the library of safetensors has it."""
MOST_DIMENSIONS = 64
"""Of a tensor, as NumPy has it; the product of more sizes could take minutes."""
NAMES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
"""Types of numbers that are trained, as torch names them; quantised ones keep the format's own name."""
NO_PARAMETERS = frozenset({"I64", "I32", "I16", "BOOL"})
"""What positions and masks are stored as."""
_HEAD = re.compile(r"(?:^|\.)(?:lm_head|embed_out|vocab_projector|decoder)\.weight$")
_MASK = re.compile(r"(?:^|\.)attn\.(?:masked_)?bias$")
"""GPT-2's causal mask: stored, though nothing in it is learnt. The bias of a layer is called otherwise."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One of them."""

    name: str
    dtype: str
    """As safetensors names it: `F32`, `BF16`."""
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many numbers are in it; each takes a bit at least."""
        return math.prod(self.shape)

    @property
    def is_learnt(self) -> bool:
        """Whether its numbers are parameters."""
        return self.dtype not in NO_PARAMETERS and not _MASK.search(self.name)


@dataclass(frozen=True, slots=True)
class Weights:
    """All of them."""

    tensors: tuple[Tensor, ...]

    @property
    def parameters(self) -> int:
        """How many numbers were learnt."""
        return sum(tensor.numbers for tensor in self.tensors if tensor.is_learnt)

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The types that parameters are stored as, that of most of them first."""
        numbers: Counter[str] = Counter()
        for tensor in self.tensors:
            if tensor.is_learnt:
                numbers[NAMES.get(tensor.dtype, tensor.dtype)] += tensor.numbers
        return tuple(name for name, _ in numbers.most_common())

    @property
    def has_own_head(self) -> bool:
        """Whether there is a matrix from hidden states to the vocabulary besides the embeddings."""
        return any(len(tensor.shape) == 2 and _HEAD.search(tensor.name) for tensor in self.tensors)


def weights_of(folder: Path) -> Weights:
    """The tensors in a model's folder.

    Raises:
        Unreadable: there are none, or a file of them is damaged.
    """
    files = weights_in(folder)
    if not files:
        raise Unreadable("There are no *.safetensors, and weights of other kinds are not read.")
    return Weights(tuple(tensor for file in files for tensor in _tensors(file)))


def _tensors(file: Path) -> Iterator[Tensor]:
    header, room = _header(file)
    try:
        told = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
        spans = [tuple(map(int, entry["data_offsets"])) for _, entry in told]
        end = max((stop for _, stop in spans), default=0)
        tensors = [Tensor(name, str(entry["dtype"]), tuple(map(int, entry["shape"]))) for name, entry in told]
        bits = [8 * (stop - start) for start, stop in spans]
        if any(len(tensor.shape) > MOST_DIMENSIONS for tensor in tensors):
            raise ValueError("too many dimensions")
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise Unreadable(f"{file.name} is damaged: its header describes no tensors.") from error
    if any(tensor.numbers > most for tensor, most in zip(tensors, bits, strict=True)):
        raise Unreadable(f"{file.name} is damaged: its header describes tensors that are not there.")
    if end != room:
        raise Unreadable(f"{file.name} is damaged: it has {room} bytes of numbers and should have {end}.")
    yield from tensors


def _header(file: Path) -> tuple[dict[str, Any], int]:
    """The header of a file, and how many bytes follow it."""
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(LENGTH), "little")
            if not 2 <= length <= min(LONGEST_HEADER, file.stat().st_size - LENGTH):
                raise Unreadable(f"{file.name} is damaged: it has no header.")
            header = json.loads(opened.read(length))
        if not isinstance(header, dict):
            raise Unreadable(f"{file.name} is damaged: its header is no JSON object.")
        return header, file.stat().st_size - LENGTH - length
    except OSError as error:
        raise Unreadable(f"{file.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file.name} is damaged: its header is no JSON.") from error
