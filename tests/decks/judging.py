"""What becomes of mutants: each runs in a fork of its own, so that none can harm another.

`python -m tests.decks.judging [DECK…]` prints the figures and every survivor.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from quizapp.cards.deck import Entry
from quizapp.lab.cores import cores
from tests.decks.bench import ENTRIES, Bench, draws
from tests.decks.mutants import Mutant, mutants

SECONDS = 30
"""After these a mutant that found no end is killed."""


class Fate(IntEnum):
    """How a mutant fared; also the exit status of its process."""

    SURVIVED = 0
    NOTICED = 1
    """An assert failed."""
    BROKE = 2
    """It raised something else, or did not end: told as an error, so nobody is misled."""
    MISLED = 3
    """What is to be predicted changed, and no assert failed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant of a card and its fate."""

    card: str
    mutant: Mutant
    fate: Fate


def judge(bench: Bench, entries: dict[str, Entry]) -> Iterator[Judged]:
    """Run every mutant of some entries, as many at once as there are cores."""
    todo = ((card, mutant) for card, entry in entries.items() for mutant in _mutants(entry))
    at_work: dict[int, tuple[str, Mutant]] = {}
    for card, mutant in todo:
        if len(at_work) >= cores():
            yield _next(at_work)
        at_work[_forked(bench, entries[card], mutant.code)] = card, mutant
    while at_work:
        yield _next(at_work)


def _mutants(entry: Entry) -> Iterable[Mutant]:
    assert entry.verify
    return mutants(entry.verify.code)


def _forked(bench: Bench, entry: Entry, code: str) -> int:
    pid = os.fork()
    if pid == 0:
        signal.alarm(SECONDS)
        silence()
        os._exit(_fate(bench, entry, code))
    return pid


def silence() -> None:
    """Print nothing from now on, in a process that was forked."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _fate(bench: Bench, entry: Entry, code: str) -> Fate:
    """Only ever called in a process that ends with it."""
    misled = False
    for values in draws(entry):
        try:
            misled |= bench.run(entry, values, code) != bench.run(entry, values)
        except AssertionError:
            return Fate.NOTICED
        except (Exception, SystemExit):  # noqa: BLE001 - whatever a change leads to is a fate
            return Fate.BROKE
    return Fate.MISLED if misled else Fate.SURVIVED


def _next(at_work: dict[int, tuple[str, Mutant]]) -> Judged:
    pid, status = os.wait()
    card, mutant = at_work.pop(pid)
    return Judged(card, mutant, Fate(os.WEXITSTATUS(status)) if os.WIFEXITED(status) else Fate.BROKE)


def main(decks: list[str]) -> None:
    """Print each survivor, then the figures."""
    entries = {card: entry for card, entry in ENTRIES.items() if not decks or card.split("/")[0] in decks}
    fates: Counter[Fate] = Counter()
    noticing = set()
    for judged in judge(Bench.with_shipped_models(), entries):
        fates[judged.fate] += 1
        if judged.fate is Fate.NOTICED:
            noticing.add(judged.card)
        elif judged.fate is not Fate.BROKE:
            print(f"{judged.fate.name.lower():9}{judged.card}  {judged.mutant.what}", flush=True)
    for card in entries.keys() - noticing:
        print(f"idle     {card}: no mutant of it failed an assert")
    told = 100 * (fates[Fate.NOTICED] + fates[Fate.BROKE]) / fates.total()
    print(f"{fates.total()} mutants: " + ", ".join(f"{fates[fate]} {fate.name.lower()}" for fate in Fate))
    print(f"{told:.1f} % told; {len(noticing)} of {len(entries)} snippets notice")


if __name__ == "__main__":
    main(sys.argv[1:])
