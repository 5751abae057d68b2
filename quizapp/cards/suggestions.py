"""What is right in a deck and still hurts: proofs that prove nothing, values that change nothing, no source.

Only what is surely worth a look is said, and what many cards lack is said once for the deck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quizapp.cards.after import near
from quizapp.cards.claims import names
from quizapp.cards.deck import Entry, Header
from quizapp.cards.idle import bound_names, idle_asserts, is_constant
from quizapp.cards.nodes import Mapping, Node, Scalar
from quizapp.cards.rules import Broken, Loc

LONG = 20
"""Lines of a snippet that no longer fit on a screen beside what they show."""
LOOKED_AT = 20
"""Names that are compared with those in braces; a deck may be hostile."""
NAMED = 4
"""Cards that are named where more lack the same."""
BRACED = re.compile(r"\{([^\W\d]\w*)\}")
ASKS = re.compile(r"[?？]")
COMMENT = re.compile(r" +#")

Suggestion = tuple[int, Loc, str]
"""The index of an entry, a place in it, and a sentence; `{card}` in it stands for the card's name."""


def suggestions(header: Header | None, entries: Sequence[Entry]) -> Iterator[Suggestion]:
    """Everything worth saying of the right entries of a deck, in their order as far as it concerns one of them."""
    for index, entry in enumerate(entries):
        for check in (_question, _code, _role, _vary):
            yield from ((index, loc, sentence) for loc, sentence in check(entry))
    yield from _same_questions(entries)
    if header:
        yield from _lacking(header, entries)


def cut_short(text: str, node: Node) -> Iterator[Broken]:
    """What is shown of an entry and ends, in the text of its deck, where a comment begins: it may be meant to go on."""
    for key, value in node.pairs if isinstance(node, Mapping) else ():
        is_plain = isinstance(value, Scalar) and not value.style
        if key.text in {"question", "answer", "cloze", "corrects"} and is_plain and COMMENT.match(text, value.end):
            yield (
                (key.text,),
                f"`{key.text}` of {{card}} ends before ` #`, where a comment begins; "
                "put it in quotes if that is to be read, else the comment in its own line.",
            )


def _question(entry: Entry) -> Iterator[Broken]:
    if entry.question and not ASKS.search(entry.question):
        yield ("question",), "the question of {card} has no question mark; is it clear what is asked?"


def _code(entry: Entry) -> Iterator[Broken]:
    if entry.verify is None:
        return
    for line, why in idle_asserts(entry.verify.code):
        yield ("verify", "code", line), f"this assert of {{card}} cannot fail: it {why}."
    if (lines := len(entry.verify.code.splitlines())) >= LONG:
        yield (
            ("verify", "code"),
            f"the code of {{card}} has {lines} lines; fewer than {LONG} are read at a glance. "
            "Show one thing, or make two cards of it.",
        )
    if entry.predict and is_constant(entry.predict.value.strip()):
        yield (
            ("predict", "value"),
            "the value of {card} mentions nothing that was run, so no model is asked; name what the code works out.",
        )


def _role(entry: Entry) -> Iterator[Broken]:
    """A role that is not what the code needs."""
    if entry.verify is None:
        return
    given = {"model", "tokenizer"}
    used = _used(entry) & given
    if entry.verify.model != "none" and not used:
        yield (
            ("verify", "model"),
            "the code of {card} uses neither `model` nor `tokenizer`; with `model: none` it starts sooner.",
        )
    if entry.verify.model == "none" and (missing := sorted(used - bound_names(entry.verify.code))):
        yield (
            ("verify", "model"),
            f"the code of {{card}} uses `{missing[0]}`, which is None with `model: none`; name a role.",
        )


def _vary(entry: Entry) -> Iterator[Broken]:
    used = _used(entry)
    for name, values in entry.vary.items():
        if len(values) == 1:
            yield ("vary", name), f"'{name}' in `vary` of {{card}} has one value, so nothing varies; list more of them."
        if entry.verify and name not in used:
            yield (
                ("vary", name),
                f"'{name}' in `vary` of {{card}} changes what is asked but not what is run; use it in the code.",
            )
    declared = tuple(entry.vary)[:LOOKED_AT]
    for key in ("question", "answer", "cloze") if declared else ():
        for braced in tuple(dict.fromkeys(BRACED.findall(getattr(entry, key) or "")))[:LOOKED_AT]:
            if braced not in entry.vary and (meant := near(braced, declared)):
                yield (key,), f"`{key}` of {{card}} shows {{{braced}}} as it stands; did you mean {{{meant}}}?"


def _used(entry: Entry) -> frozenset[str]:
    value = entry.predict.value.strip() if entry.predict else "None"
    return names(entry.verify.code if entry.verify else "") | names(value)


def _same_questions(entries: Sequence[Entry]) -> Iterator[Suggestion]:
    first: dict[str, str] = {}
    for index, entry in enumerate(entries):
        asked = " ".join((entry.question or entry.cloze or "").casefold().split())
        if (other := first.setdefault(asked, entry.id)) != entry.id:
            yield (
                index,
                ("question",),
                f"{{card}} asks the same as card '{other}'; keep one, or ask for something else.",
            )


def _lacking(header: Header, entries: Sequence[Entry]) -> Iterator[Suggestion]:
    """What several cards lack, each thing once, at the first of them."""
    sourced = "source" if header.notes is None else "source` or `section"
    lacks: list[tuple[str, list[int], Loc]] = [
        (
            "no `verify`, so nothing proves what is claimed; add a snippet with an `assert`.",
            [index for index, entry in enumerate(entries) if entry.verify is None],
            (),
        ),
        (
            f"no `{sourced}`: say where it can be read.",
            [index for index, entry in enumerate(entries) if not entry.source and not (entry.section and header.notes)],
            (),
        ),
        (
            "a `section`, but the deck names no notes; add `notes:` at its top with the name of the file.",
            [index for index, entry in enumerate(entries) if entry.section and header.notes is None],
            ("section",),
        ),
        (
            "options without a `why`: whoever chose wrong wants to know what they mistook.",
            [i for i, entry in enumerate(entries) if not all(choice.why.strip() for choice in entry.choices or ())],
            ("choices",),
        ),
    ]
    for what, cards, loc in lacks:
        if cards:
            yield cards[0], loc, f"{_listed([entries[index].id for index in cards[1:]])} {what}"


def _listed(others: Sequence[str]) -> str:
    """A card and those like it: `card 'a' and 2 others ('b', 'c') have`."""
    if not others:
        return "{card} has"
    some = ", ".join(f"'{name}'" for name in others[:NAMED]) + (", …" if len(others) > NAMED else "")
    return f"{{card}} and {len(others)} other{'s' if len(others) > 1 else ''} ({some}) have"
