"""Deletions of a cloze: `{{c1::text}}` or `{{c1::text::hint}}`; each number is a card of its own."""

from __future__ import annotations

import re
import unicodedata

DELETION = re.compile(
    r"\{\{c([1-9][0-9]?)::((?:(?!\{\{c[0-9]|::).)+?)(?:::((?:(?!\{\{c[0-9]).)+?))?\}\}(?!\})", re.DOTALL
)
ALMOST = re.compile(r"\{\{[cC][0-9]*:|\{\{[cC][0-9]+")
"""What was meant as a deletion, but is not one."""


def numbers(sentence: str) -> tuple[str, ...]:
    """The distinct deletions, `c1`, `c2`, …, in the order of their numbers."""
    return tuple(f"c{number}" for number in sorted({int(found[1]) for found in DELETION.finditer(sentence)}))


def malformed(sentence: str) -> bool:
    """Whether something looks like a deletion but is not one, or one is inside another."""
    inner = (found[2] + (found[3] or "") for found in DELETION.finditer(sentence))
    return any(ALMOST.search(text) for text in (DELETION.sub("", sentence), *inner))


def question(sentence: str, number: str) -> str:
    """The sentence with one card's deletions as `[…]`, or `[hint]`; its siblings' are shown."""
    return DELETION.sub(lambda found: f"[{found[3] or '…'}]" if f"c{found[1]}" == number else found[2], sentence)


def answer(sentence: str, number: str) -> str:
    """The whole sentence, one card's deletions bold."""
    return DELETION.sub(lambda found: _bold(found) if f"c{found[1]}" == number else found[2], sentence)


def _bold(found: re.Match[str]) -> str:
    """Bold in Markdown, set off by spaces where it would otherwise not count as bold.

    `叫**-100**的` stays asterisks: next to a letter, `**` must not touch punctuation on its inner side.
    """
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    text = found[2].strip()
    left = " " if _is_word(before) and not _is_word(text[:1]) else ""
    right = " " if _is_word(after) and not _is_word(text[-1:]) else ""
    return f"{left}**{text}**{right}"


def _is_word(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] not in "ZPSC"
