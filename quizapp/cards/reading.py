"""One deck file read: its header, its good cards with their lines, and all that is wrong with the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from pydantic import ValidationError

from quizapp.cards import after, wording
from quizapp.cards.content import Content, Fault, WrittenEntry
from quizapp.cards.deck import PARTS, Entry, Header
from quizapp.cards.nodes import Complaint, Items, Mapping, Node, Scalar
from quizapp.cards.places import by_line, complained, fault, place_of
from quizapp.cards.plain_yaml import decode, parse
from quizapp.cards.rules import Loc, broken_rules, decomposed
from quizapp.cards.suggestions import cut_short, suggestions
from quizapp.cards.values import LITERAL_KEYS, plain

DECK_LINE = re.compile(r"""^deck:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
MAX_ID = 80
MAX_FAULTS = 20
"""Of one card, or of the order of all, that are told at a time."""
MAX_SUGGESTIONS = 200
"""Of one deck."""


def read(data: bytes) -> Content:
    """The content of a deck file; it never raises."""
    text = decode(data)
    if isinstance(text, Complaint):
        return Content(faults=(Fault(line=text.line, message=text.message),))
    return read_text(text)


def read_text(text: str) -> Content:
    """The content of a deck file's text; it never raises."""
    text = text.removeprefix("\ufeff")
    content = _content(text)
    return content.model_copy(update={"deck": written[1] if (written := DECK_LINE.search(text)) else None})


def _content(text: str) -> Content:
    root, complaints = parse(text)
    if not isinstance(root, Mapping):
        faults = [fault(complained(text, complaint), complaint.message) for complaint in complaints]
        shape = Fault(line=1, message="this is no deck; begin with `deck:`, `title:` and `cards:`.")
        return Content(faults=tuple(faults or [shape]))
    return _Deck(text, root, complaints).content()


def _known_keys(loc: Loc) -> tuple[str, ...]:
    """The keys of the part of an entry that an unknown key, the last step of `loc`, was found in."""
    return tuple(PARTS.get(str(loc[0]) if len(loc) > 1 else "", Entry).model_fields)


class _Deck:
    """One reading of a deck's node tree."""

    def __init__(self, text: str, root: Mapping, complaints: Iterable[Complaint]) -> None:
        self.text = text
        self.root = root
        self.complaints = list(complaints)
        self.faults: list[Fault] = []
        self.right: list[tuple[Node, Entry]] = []

    def content(self) -> Content:
        entries = tuple(self._entries())
        header = self._header()
        ids = self._order()
        self.faults.extend(fault(complained(self.text, left), left.message) for left in self.complaints)
        usable = header if entries and not self.complaints else None
        line = place_of(self.text, self.root, ("deck",)).line
        return Content(
            header=usable,
            line=line,
            ids=ids,
            entries=entries,
            faults=by_line(self.faults),
            suggestions=by_line(self._suggestions(header)),
        )

    def _suggestions(self, header: Header | None) -> Iterator[Fault]:
        cut = (
            (index, loc, message)
            for index, (node, _) in enumerate(self.right)
            for loc, message in cut_short(self.text, node)
        )
        found = suggestions(header, [entry for _, entry in self.right])
        for index, loc, message in islice(chain(cut, found), MAX_SUGGESTIONS):
            node, entry = self.right[index]
            yield fault(place_of(self.text, node, loc), message.replace("{card}", f"card '{entry.id}'"), entry.id)

    def _header(self) -> Header | None:
        values = {key.text: plain(value) for key, value in self.root.pairs if key.text != "cards"}
        try:
            header = Header.model_validate(values)
            if wrong := decomposed(header.deck):
                self._fault(self.root, ("deck",), wrong.replace("{card}", "the deck"))
                return None
            return header
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
            identity = _identity(node)
            if entry and identity and (first := ids.setdefault(identity, node.line)) != node.line:
                message = f"card '{identity}' has the id of the card in line {first}; give it another."
                self._fault(node, ("id",), message, identity)
            if entry and len(self.faults) == before:
                self.right.append((node, entry))
                names = tuple(place_of(self.text, node, ("after", index)) for index in range(len(entry.after)))
                yield WrittenEntry(line=node.line, entry=entry, after=names)

    def _order(self) -> tuple[str, ...]:
        """The ids of all cards; what is wrong with the names in `after` is noted, and takes no card away."""
        cards, header = self.root.get("cards"), self.root.get("deck")
        nodes = cards.items if isinstance(cards, Items) else ()
        deck = header.text if isinstance(header, Scalar) else ""
        ids = tuple(dict.fromkeys(filter(None, map(_identity, nodes))))
        wrong = (
            (node, number, index, message)
            for number, node in enumerate(nodes, 1)
            for index, message in after.wrong_names(_identity(node), _after(node), deck, ids)
        )
        for node, number, index, message in islice(wrong, MAX_FAULTS):
            card = _identity(node)
            where = f"card '{card}'" if card else f"card {number}"
            self._fault(node, ("after", index), message.replace("{card}", where), card)
        return ids

    def _entry(self, node: Node, number: int) -> Entry | None:
        """One card, or None; what is wrong is noted either way."""
        card = _identity(node)
        where = f"card '{card}'" if card else f"card {number}"
        is_plain = self._take_complaints(node, card)
        if not isinstance(node, Mapping):
            self._fault(node, (), f"{where} should be a mapping: `- id: …`, `question: …`.")
            return None
        values = {key.text: plain(value, literals=key.text in LITERAL_KEYS) for key, value in node.pairs}
        wrong: set[str] = set()
        try:
            entry: Entry | None = Entry.model_validate(values)
        except ValidationError as error:
            wrong = self._explain(error, node, where, card)
            entry = _without(wrong, values)
        doubtful = wrong & (Entry.model_fields.keys() - {"id"})  # a wrong key decides no kind and uses no name
        broken = broken_rules(entry)[:MAX_FAULTS] if entry and is_plain else ()
        for loc, message in broken:
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
        self.faults.extend(fault(complained(self.text, found), found.message, card) for found in inside)
        return not inside

    def _fault(self, node: Node, loc: Loc, message: str, card: str | None = None) -> None:
        self.faults.append(fault(place_of(self.text, node, loc), message, card))


def _identity(node: Node) -> str | None:
    """The id of a card as written, right or wrong; None where there is none, or none that could be one."""
    identity = node.get("id") if isinstance(node, Mapping) else None
    return identity.text if isinstance(identity, Scalar) and 0 < len(identity.text) <= MAX_ID else None


def _after(node: Node) -> tuple[str, ...]:
    """What a card names in `after`; nothing where that is no list of texts, which is told elsewhere."""
    names = node.get("after") if isinstance(node, Mapping) else None
    texts = [name.text for name in names.items if isinstance(name, Scalar)] if isinstance(names, Items) else []
    return tuple(texts) if isinstance(names, Items) and len(texts) == len(names.items) and all(texts) else ()


def _without(wrong: set[str], values: dict[str, object]) -> Entry | None:
    """The entry as far as it is right, so that the rules can speak of the rest too."""
    rest = {key: value for key, value in values.items() if key not in wrong}
    try:
        return Entry.model_validate({"id": "x", **rest})
    except ValidationError:
        return None
