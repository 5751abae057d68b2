"""What simpler means make of the text that the models are measured on: compressors, and counts of pieces."""

import bz2
import gzip
import lzma
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

DISCOUNT = 0.75
"""What absolute discounting takes from each count (Ney, Essen and Kneser 1994)."""

Ids = NDArray[np.int64]


def compressed_bits_per_byte(documents: Sequence[str]) -> dict[str, float]:
    """Bits per UTF-8 byte of all documents in one file, lines apart, by each compressor at its best."""
    text = "\n".join(documents).encode()
    compressed = {
        "gzip -9": gzip.compress(text, 9),
        "bzip2 -9": bz2.compress(text, 9),
        "xz -9e": lzma.compress(text, preset=9 | lzma.PRESET_EXTREME),
    }
    return {name: 8 * len(result) / len(text) for name, result in compressed.items()}


def bigram_bits(train: Iterable[Sequence[int]], held_out: Iterable[Sequence[int]], vocabulary: int) -> float:
    """The bits that a bigram model of pieces needs for `held_out`, each document's first piece given.

    Counts with absolute discounting, interpolated with in how many contexts a piece was seen (Kneser and Ney 1995).

    Args:
        train: Documents as ids.
        held_out: Likewise.
        vocabulary: Number of pieces, V.
    """
    documents = (np.asarray(ids, dtype=np.int64) for ids in train if len(ids) > 1)
    pairs = np.concatenate([ids[:-1] * vocabulary + ids[1:] for ids in documents])
    counts = np.bincount(pairs, minlength=vocabulary**2).reshape(vocabulary, vocabulary)
    totals, followers = counts.sum(1), (counts > 0).sum(1)
    contexts = (counts > 0).sum(0) + 0.5
    seldom = contexts / contexts.sum()
    bits = 0.0
    for ids in held_out:
        before, after = np.asarray(ids)[:-1], np.asarray(ids)[1:]
        total = np.maximum(totals[before], 1)
        left = np.where(totals[before] > 0, DISCOUNT * followers[before] / total, 1.0)
        likely = np.maximum(counts[before, after] - DISCOUNT, 0) / total + left * seldom[after]
        bits -= float(np.log2(likely).sum())
    return bits


class Counts:
    """What stood between two neighbours, or beside one, in the text: the unigram and the trigram guess."""

    def __init__(self, train: Iterable[Sequence[int]], vocabulary: int) -> None:
        """Count.

        Args:
            train: Documents as ids, with what stands at their ends.
            vocabulary: Number of pieces, V.
        """
        ids = np.concatenate([np.asarray([*document, vocabulary], dtype=np.int64) for document in train])
        size = vocabulary + 1  # one id more stands between documents
        self._size = size
        left, middle, right = ids[:-2], ids[1:-1], ids[2:]
        kept = middle < vocabulary
        left, middle, right = left[kept], middle[kept], right[kept]
        self._both = _Table((left * size + right) * size + middle)
        self._left = _Table(left * size + middle)
        self._right = _Table(right * size + middle)
        self.frequent = np.argsort(-np.bincount(middle, minlength=vocabulary), kind="stable")[:5].tolist()
        """The five most frequent pieces."""

    def guesses(self, left: int, right: int, hidden: int) -> list[int]:
        """The five likeliest pieces between two neighbours, either of which may itself be `hidden`."""
        found: list[int] = []
        for piece in self._candidates(left, right, hidden):
            if piece not in found:
                found.append(piece)
            if len(found) == 5:
                break
        return found

    def _candidates(self, left: int, right: int, hidden: int) -> Iterator[int]:
        if hidden not in (left, right):
            yield from self._both.likeliest((left * self._size + right) * self._size, self._size)
        if left != hidden:
            yield from self._left.likeliest(left * self._size, self._size)
        if right != hidden:
            yield from self._right.likeliest(right * self._size, self._size)
        yield from self.frequent


class _Table:
    """Keys whose last digit is a piece, and how often each was seen."""

    def __init__(self, keys: Ids) -> None:
        self._keys, self._counts = np.unique(keys, return_counts=True)

    def likeliest(self, start: int, digits: int) -> list[int]:
        """The five most frequent last digits of the keys from `start` on."""
        low, high = np.searchsorted(self._keys, [start, start + digits])
        best = np.argsort(-self._counts[low:high], kind="stable")[:5]
        return [int(key - start) for key in self._keys[low:high][best]]


def guessed(
    counts: Counts, questions: Iterable[tuple[torch.Tensor, torch.Tensor]], hidden: int
) -> dict[str, tuple[float, float]]:
    """How often the unigram and the trigram guess is right at first, and within five (0-1).

    Args:
        counts: Of the text for training.
        questions: Ids (rows, length) and the positions (bool, same shape) to guess.
        hidden: The id that stands at a position to guess.
    """
    hits: dict[str, list[tuple[bool, bool]]] = {"trigram": [], "unigram": []}
    for ids, chosen in questions:
        seen = ids.masked_fill(chosen, hidden)
        for row, column in chosen.nonzero().tolist():
            answer = int(ids[row, column])
            neighbours = int(seen[row, column - 1]), int(seen[row, column + 1])
            for name, five in (("trigram", counts.guesses(*neighbours, hidden)), ("unigram", counts.frequent)):
                hits[name].append((five[0] == answer, answer in five))
    return {
        name: (_share(first for first, _ in found), _share(any_ for _, any_ in found)) for name, found in hits.items()
    }


def _share(found: Iterable[bool]) -> float:
    results = list(found)
    return sum(results) / len(results) if results else math.nan
