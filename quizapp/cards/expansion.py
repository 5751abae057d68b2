"""From an entry as written to the cards as studied."""

from __future__ import annotations

from pathlib import Path

from quizapp.cards import cloze
from quizapp.cards.card import Card, Kind
from quizapp.cards.deck import Entry
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Snippet
from quizapp.cards.rules import kind_of


def expand(deck: str, entry: Entry, path: Path, line: int) -> tuple[Card, ...]:
    """The cards of an entry that breaks no rule: one, or for a cloze one for each of its numbers."""
    kind, snippet = kind_of(entry), _snippet(entry)
    if kind is not Kind.CLOZE:
        question = (entry.question or "").strip()
        return (Card(CardId(deck, entry.id), kind, question, _answer(entry, kind), entry, snippet, path, line),)
    sentence = (entry.cloze or "").strip()
    return tuple(
        Card(
            CardId(deck, entry.id, number),
            kind,
            cloze.question(sentence, number),
            _paragraphs(cloze.answer(sentence, number), entry.answer),
            entry,
            snippet,
            path,
            line,
        )
        for number in cloze.numbers(sentence)
    )


def _snippet(entry: Entry) -> Snippet | None:
    if entry.verify is None:
        return None
    value = entry.predict.value.strip() if entry.predict else None
    return Snippet(entry.verify.model, entry.verify.code, value)


def _answer(entry: Entry, kind: Kind) -> str:
    """What is shown as the truth: the first accepted answer, the entry's answer. Choices explain themselves."""
    if kind is Kind.TYPE and entry.type:
        return _paragraphs(entry.type.accept[0], entry.answer)
    return _paragraphs(entry.answer)


def _paragraphs(*parts: str | None) -> str:
    return "\n\n".join(part.strip() for part in parts if part and part.strip())
