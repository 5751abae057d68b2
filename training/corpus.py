"""The documents both models learn from, and the fixed slice that they never see."""

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from training import python_text, wordnet

HELD_OUT_EVERY = 50
CODE_SHARE = 3
"""One block of code in so many is used: English comes first."""


@dataclass(frozen=True)
class Sources:
    """The folders that the text is read from."""

    wordnet: Path
    manual: Path
    library: Path


@dataclass(frozen=True)
class Corpus:
    """Documents (plain text, no order promised to mean anything), apart for training and for measuring."""

    train: list[str]
    held_out: list[str]

    @property
    def size(self) -> int:
        """Bytes of all documents as UTF-8."""
        return sum(len(document.encode()) for document in self.train + self.held_out)

    @property
    def sha256(self) -> str:
        """Digest of all documents, training first, each followed by a zero byte."""
        digest = hashlib.sha256()
        for document in self.train + self.held_out:
            digest.update(document.encode() + b"\0")
        return digest.hexdigest()


def read(sources: Sources) -> Corpus:
    """All sources as one shuffled corpus, the same for the same files; raises `CorpusMissing`."""
    prose = wordnet.passages(sources.wordnet) + python_text.manual(sources.manual)
    code = python_text.library(sources.library)[::CODE_SHARE]
    return split(prose + code)


def split(documents: list[str]) -> Corpus:
    """Shuffle by a fixed seed, drop repeated documents, and hold out every fiftieth."""
    distinct = list(dict.fromkeys(documents))
    random.Random(0).shuffle(distinct)
    held_out = distinct[::HELD_OUT_EVERY]
    train = [document for index, document in enumerate(distinct) if index % HELD_OUT_EVERY]
    return Corpus(train, held_out)
