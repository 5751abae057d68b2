"""One deck file read: its header, its good cards with their lines, and all that is wrong with the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from quizapp.cards import wording
from quizapp.cards.deck import Choice, Entry, Header, Part, Prediction, TypedAnswer, Value, Verify
from quizapp.cards.plain_yaml import Complaint, Items, Mapping, Node, Scalar, decode, parse
from quizapp.cards.rules import Loc, broken_rules

LITERAL_KEYS = frozenset({"tolerance", "right", "ignore_case", "vary"})
"""Where a plain scalar may be a number or a truth value; everywhere else text stays text."""
NUMBER = re.compile(r"[+-]?(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9.][0-9._]*(e[+-]?[0-9]+)?)", re.IGNORECASE)
PARTS: dict[str, type[Part]] = {"choices": Choice, "type": TypedAnswer, "predict": Prediction, "verify": Verify}
MAX_ID = 80
MAX_FAULTS = 20
"""Of one card, that are told at a time."""
TRUTH = {"true": True, "True": True, "false": False, "False": False}


def _brief(message: str) -> str:
    """A message on one line: what it quotes from the deck may be long, or have lines of its own."""
    line = " ".join(message.split())
    return line if len(line) <= 400 else f"{line[:280]} […] {line[-100:]}"


class Written(BaseModel):
    """Something of a deck file with the line it is on."""

    model_config = ConfigDict(frozen=True)

    line: int
    """1-based."""


class WrittenEntry(Written):
    """A card that is right."""

    entry: Entry


class Fault(Written):
    """Something wrong; `Problem` without its path, which is not part of the content."""

    message: Annotated[str, BeforeValidator(_brief)]
    card: str | None = None


class Content(BaseModel):
    """All that a deck file says: it depends on the file's bytes only, so it can be cached by them."""

    model_config = ConfigDict(frozen=True)

    header: Header | None = None
    """None where the deck as a whole cannot be used."""
    line: int = 1
    """Where the deck's id is."""
    entries: tuple[WrittenEntry, ...] = ()
    faults: tuple[Fault, ...] = ()
    """In the order of their lines."""


def read(data: bytes) -> Content:
    """The content of a deck file; it never raises."""
    text = decode(data)
    if isinstance(text, Complaint):
        return Content(faults=(Fault(line=text.line, message=text.message),))
    return read_text(text)


def read_text(text: str) -> Content:
    """The content of a deck file's text; it never raises."""
    root, complaints = parse(text.removeprefix("\ufeff"))
    if not isinstance(root, Mapping):
        faults = [Fault(line=complaint.line, message=complaint.message) for complaint in complaints]
        shape = Fault(line=1, message="this is no deck; begin with `deck:`, `title:` and `cards:`.")
        return Content(faults=tuple(faults or [shape]))
    return _Deck(root, complaints).content()


def literal(scalar: Scalar) -> Value:
    """A plain scalar that Python reads as int, float, or that says true or false, as that; any other as its text."""
    text = scalar.text
    if scalar.style or len(text) > 40:
        return text
    if text in TRUTH:
        return TRUTH[text]
    if not NUMBER.fullmatch(text):
        return text
    try:
        number = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text
    return number if isinstance(number, int | float) else text


def plain(node: Node, *, literals: bool = False) -> object:
    """A node as Python's text, tuples and dicts; numbers and truth values only where the schema means them."""
    match node:
        case Scalar():
            return literal(node) if literals else node.text
        case Items():
            return tuple(plain(item, literals=literals) for item in node.items)
        case Mapping():
            return {key.text: plain(value, literals=literals or key.text in LITERAL_KEYS) for key, value in node.pairs}


def line_of(node: Node, loc: Loc) -> int:
    """The line of the value at `loc`, or of what is nearest above it; an index into a text is a line of it."""
    for step in loc:
        found: Node | None = None
        match node:
            case Mapping():
                found = node.get(str(step))
            case Items() if isinstance(step, int) and step < len(node.items):
                found = node.items[step]
            case Scalar(style="|") if isinstance(step, int):
                return node.line + step
        if found is None:
            break
        node = found
    return node.line


def _known_keys(loc: Loc) -> tuple[str, ...]:
    """The keys of the part of an entry that an unknown key, the last step of `loc`, was found in."""
    return tuple(PARTS.get(str(loc[0]) if len(loc) > 1 else "", Entry).model_fields)


class _Deck:
    """One reading of a deck's node tree."""

    def __init__(self, root: Mapping, complaints: Iterable[Complaint]) -> None:
        self.root = root
        self.complaints = list(complaints)
        self.faults: list[Fault] = []

    def content(self) -> Content:
        entries = tuple(self._entries())
        header = self._header()
        self.faults.extend(Fault(line=left.line, message=left.message) for left in self.complaints)
        usable = header if entries and not self.complaints else None
        faults = dict.fromkeys(sorted(self.faults, key=lambda fault: fault.line))
        return Content(header=usable, line=line_of(self.root, ("deck",)), entries=entries, faults=tuple(faults))

    def _header(self) -> Header | None:
        values = {key.text: plain(value) for key, value in self.root.pairs if key.text != "cards"}
        try:
            return Header.model_validate(values)
        except ValidationError as error:
            known = (*Header.model_fields, "cards")
            for found in error.errors():
                self._fault(self.root, found["loc"], wording.sentence(found, found["loc"], "the deck", known))
            return None

    def _entries(self) -> Iterator[WrittenEntry]:
        cards = self.root.get("cards")
        if not isinstance(cards, Items) or not cards.items:
            line = cards.line if cards else 1
            self.faults.append(
                Fault(line=line, message="the deck has no cards; list them under `cards:`, each with `- id:`.")
            )
            return
        ids: dict[str, int] = {}
        for number, node in enumerate(cards.items, 1):
            before = len(self.faults)
            entry = self._entry(node, number)
            if entry and (first := ids.setdefault(entry.id, node.line)) != node.line:
                message = f"card '{entry.id}' has the id of the card in line {first}; give it another."
                self._fault(node, ("id",), message, entry.id)
            if entry and len(self.faults) == before:
                yield WrittenEntry(line=node.line, entry=entry)

    def _entry(self, node: Node, number: int) -> Entry | None:
        """One card, or None; what is wrong is noted either way."""
        identity = node.get("id") if isinstance(node, Mapping) else None
        card = identity.text if isinstance(identity, Scalar) and 0 < len(identity.text) <= MAX_ID else None
        where = f"card '{card}'" if card else f"card {number}"
        is_plain = self._take_complaints(node, card)
        if not isinstance(node, Mapping):
            self.faults.append(Fault(line=node.line, message=f"{where} should be a mapping: `- id: …`, `question: …`."))
            return None
        values = {key.text: plain(value, literals=key.text in LITERAL_KEYS) for key, value in node.pairs}
        wrong: set[str] = set()
        try:
            entry: Entry | None = Entry.model_validate(values)
        except ValidationError as error:
            wrong = self._explain(error, node, where, card)
            entry = _without(wrong, values)
        doubtful = wrong & (Entry.model_fields.keys() - {"id"})  # a wrong key decides no kind and uses no name
        for loc, message in broken_rules(entry) if entry and is_plain else ():
            key = str(loc[0])
            if key not in wrong and (key == "verify" or not doubtful):
                self._fault(node, loc, message.replace("{card}", where), card)
        return entry

    def _explain(self, error: ValidationError, node: Mapping, where: str, card: str | None) -> set[str]:
        """Note what is wrong with single keys; the first keys it concerns, the misspelt ones as meant too."""
        meant: set[Loc] = set()
        found_errors = sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        for found in found_errors[:MAX_FAULTS]:
            loc = found["loc"][:3] if found["loc"][0] == "vary" else found["loc"]
            known = _known_keys(loc)
            if found["type"] == "extra_forbidden":
                meant.add((*loc[:-1], wording.meant_key(str(loc[-1]), known) or ""))
            if loc not in meant:
                self._fault(node, loc, wording.sentence(found, loc, where, known), card)
        return {str(found["loc"][0]) for found in found_errors} | {str(loc[0]) for loc in meant}

    def _take_complaints(self, node: Node, card: str | None) -> bool:
        """Whether the YAML inside a card is fine; complaints about it are that card's faults, not the deck's."""
        inside = [complaint for complaint in self.complaints if node.start <= complaint.at <= node.end]
        self.complaints = [complaint for complaint in self.complaints if complaint not in inside]
        self.faults.extend(Fault(line=found.line, message=found.message, card=card) for found in inside)
        return not inside

    def _fault(self, node: Node, loc: Loc, message: str, card: str | None = None) -> None:
        key = node.key(str(loc[0])) if isinstance(node, Mapping) and len(loc) == 1 else None
        self.faults.append(Fault(line=key.line if key else line_of(node, loc), message=message, card=card))


def _without(wrong: set[str], values: dict[str, object]) -> Entry | None:
    """The entry as far as it is right, so that the rules can speak of the rest too."""
    rest = {key: value for key, value in values.items() if key not in wrong}
    try:
        return Entry.model_validate({"id": "x", **rest})
    except ValidationError:
        return None
