"""The rules of a card that no single key can tell: what belongs together, what excludes what, what must parse."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from quizapp.cards import claims, cloze
from quizapp.cards.card import Kind
from quizapp.cards.deck import Entry

Loc = tuple[str | int, ...]
"""Where in an entry: keys and 0-based indices from the entry down; () is the entry itself."""
Broken = tuple[Loc, str]
"""A place and a sentence; `{card}` in it stands for the card's name."""

ANSWERED_BY = (Kind.CHOICES, Kind.CLOZE, Kind.TYPE, Kind.PREDICT)


def kind_of(entry: Entry) -> Kind:
    """The kind that follows from the keys present."""
    return next((kind for kind in ANSWERED_BY if getattr(entry, kind) is not None), Kind.RECALL)


def broken_rules(entry: Entry) -> list[Broken]:
    """Everything wrong with an entry whose keys are each right by themselves."""
    kinds = [kind for kind in ANSWERED_BY if getattr(entry, kind) is not None]
    if len(kinds) > 1:
        keys = " and ".join(f"`{kind}`" for kind in kinds)
        return [((kinds[1],), f"{{card}} has {keys}; keep one, it decides how the card is answered.")]
    checks = (_names, OF_KIND[kind_of(entry)], _code, _vary)
    return [found for check in checks for found in check(entry)]


def decomposed(identity: str) -> str | None:
    """What to say of an id that looks like another but is spelt with other characters, or None."""
    if identity == unicodedata.normalize("NFC", identity):
        return None
    return "the id of {card} has accents written as separate characters; type it again in composed form (NFC)."


def _names(entry: Entry) -> Iterator[Broken]:
    if wrong := decomposed(entry.id):
        yield ("id",), wrong


def _needs_question(entry: Entry) -> Iterator[Broken]:
    if entry.question is None:
        yield ("question",), "{card} has no question; add `question:`."


def _recall(entry: Entry) -> Iterator[Broken]:
    yield from _needs_question(entry)
    if entry.answer is None:
        yield ("answer",), "{card} has no answer; add `answer:`."


def _choices(entry: Entry) -> Iterator[Broken]:
    yield from _needs_question(entry)
    choices = entry.choices or ()
    if len(choices) < 2:
        yield ("choices",), "{card} gives no choice; list two options or more under `choices`."
    right = [index for index, choice in enumerate(choices) if choice.right]
    if len(choices) > 1 and not right:
        yield ("choices",), "{card} has no right option; mark one with `right: true`."
    for index in right[1:]:
        yield ("choices", index, "right"), "{card} has more than one right option; keep `right: true` on one."
    seen: dict[str, int] = {}
    for index, choice in enumerate(choices):
        if seen.setdefault(choice.text.strip(), index) != index:
            yield ("choices", index), "{card} has this option twice; remove or change one."


def _type(entry: Entry) -> Iterator[Broken]:
    yield from _needs_question(entry)
    accept, tolerance = (entry.type.accept, entry.type.tolerance) if entry.type else ((), None)
    for index, text in enumerate(accept):
        place = ("type", "accept", index)
        if tolerance is not None and not _is_number(text):
            yield place, "{card} has a tolerance, but this accepted answer is not a number."
        for name in entry.vary:
            if f"{{{name}}}" in text:
                yield (
                    place,
                    f"{{card}} accepts what is typed as it stands here, {{{name}}} is not replaced in it; "
                    "use `predict` instead.",
                )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _cloze(entry: Entry) -> Iterator[Broken]:
    if entry.question is not None:
        yield ("question",), "{card} is a cloze, its sentence is the question; remove `question:`."
    sentence = entry.cloze or ""
    if cloze.malformed(sentence):
        yield (
            ("cloze",),
            "{card} has a deletion that is not of the form {{c1::text}} or {{c1::text::hint}}; correct it.",
        )
    elif not cloze.numbers(sentence):
        yield ("cloze",), "{card} has no deletion; put what is to be recalled in {{c1::…}}."


def _predict(entry: Entry) -> Iterator[Broken]:
    yield from _needs_question(entry)
    if entry.verify is None:
        yield ("verify",), "{card} has nothing to run for its prediction; add `verify:` with `model` and `code`."
    if entry.predict and (wrong := claims.syntax_error(entry.predict.value.strip(), "eval")):
        yield ("predict", "value"), f"the value of {{card}} is not a Python expression: {wrong[1]}."


OF_KIND: dict[Kind, Callable[[Entry], Iterator[Broken]]] = {
    Kind.RECALL: _recall,
    Kind.CHOICES: _choices,
    Kind.CLOZE: _cloze,
    Kind.TYPE: _type,
    Kind.PREDICT: _predict,
}


def _code(entry: Entry) -> Iterator[Broken]:
    if entry.verify is None:
        return
    if wrong := claims.syntax_error(entry.verify.code):
        line, reason = wrong
        yield ("verify", "code", line), f"the code of {{card}} is not Python: {reason}."
    elif not claims.has_assert(entry.verify.code):
        yield (
            ("verify", "code"),
            "the code of {card} claims nothing; add an `assert` that fails if the answer is wrong.",
        )


def _vary(entry: Entry) -> Iterator[Broken]:
    if not entry.vary:
        return
    used = _used_names(entry)
    for name, values in entry.vary.items():
        if reason := claims.unbindable(name):
            yield ("vary", name), f"'{name}' in `vary` of {{card}} {reason}."
        elif used is not None and name not in used and not any(f"{{{name}}}" in text for text in shown(entry)):
            yield ("vary", name), f"'{name}' in `vary` of {{card}} is used nowhere; write {{{name}}} or remove it."
        if not values:
            yield ("vary", name), f"'{name}' in `vary` of {{card}} has no values; list at least one."
        if len({(type(value), value) for value in values}) < len(values):
            yield ("vary", name), f"'{name}' in `vary` of {{card}} lists a value twice; remove one."


def _used_names(entry: Entry) -> frozenset[str] | None:
    """Names that the code and the value mention; None where they cannot be read."""
    code = entry.verify.code if entry.verify else ""
    value = entry.predict.value.strip() if entry.predict else "None"
    if claims.syntax_error(code) or claims.syntax_error(value, "eval"):
        return None
    return claims.names(code) | claims.names(value)


def shown(entry: Entry) -> tuple[str, ...]:
    """Every text of an entry in which drawn values are shown."""
    choices = (part for choice in entry.choices or () for part in (choice.text, choice.why))
    return tuple(text for text in (entry.question, entry.cloze, entry.answer, *choices) if text)
