"""The plain part of YAML that decks are written in: mappings, lists and scalars, each with its place.

A deck may come from a stranger, so it is bounded before and while it is parsed, and whatever makes YAML dangerous or
surprising is refused in a sentence: tags, anchors, aliases, merge keys, duplicate keys, directives, several documents.
Scalars stay text; what they mean is the schema's business. Only PyYAML's Python parser is used, and only its events:
its C parser dies on deep nesting, and composing, resolving and constructing is where the surprises are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yaml.error import Mark, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

from quizapp.cards.nodes import Complaint, Items, Mapping, Node, Scalar
from quizapp.cards.yaml_wording import explain

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
MAX_NODES = 50_000
MAX_COMPLAINTS = 100

REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    "|\r(?!\n)"
)
"""Controls, line ends that editors do not count, and marks that make code read in another order than it runs."""


def decode(data: bytes) -> str | Complaint:
    """The text of a deck file, without a byte order mark, or why it is none."""
    if len(data) > MAX_BYTES:
        return Complaint(1, f"the file is larger than {MAX_BYTES >> 10} KiB; split the deck into several.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Complaint(line, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8.")


def parse(text: str) -> tuple[Node | None, list[Complaint]]:
    """The node tree of a text, and all that is wrong with it; no tree where it cannot be read on."""
    if len(text) > MAX_BYTES:
        return None, [Complaint(1, f"the text is larger than {MAX_BYTES >> 10} KiB; split the deck into several.")]
    if unreadable := _unreadable(text):
        return None, [unreadable]
    reading = _Reading(_Events(text))
    try:
        root = reading.document()
    except _Refused as refused:
        return None, [*reading.complaints, refused.complaint]
    except (YAMLError, ValueError, OverflowError) as error:
        return None, [*reading.complaints, explain(error, reading.events.line + 1, text)]
    return root, reading.complaints


def _unreadable(text: str) -> Complaint | None:
    if found := REFUSED.search(text):
        return Complaint(_line_at(text, found.start()), _unwanted(found[0]))
    if (tab := text.find("\t")) >= 0:
        return Complaint(_line_at(text, tab), 'a tab; use spaces (inside double quotes a tab is written "\\t").')
    return None


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _unwanted(character: str) -> str:
    return f"the invisible character U+{ord(character[0]):04X}; remove it (Python code can write it as an escape)."


class _Refused(Exception):
    """What stops the reading."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


class _Events(Reader, Scanner, Parser):
    """PyYAML's parser up to its events: nothing is resolved or constructed."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def fetch_directive(self) -> None:
        raise ScannerError(None, None, "found a directive", self.get_mark())


def _too_deep(line: int) -> Complaint:
    return Complaint(line, f"nested more than {MAX_DEPTH} levels deep; a deck needs fewer than 10.")


@dataclass(slots=True)
class _Reading:
    """One pass over the events, which builds the nodes and notes what is refused."""

    events: Any
    """`_Events`, which PyYAML leaves without types."""
    complaints: list[Complaint] = field(default_factory=list)
    nodes: int = 0

    def document(self) -> Node | None:
        self._next()  # the stream's start
        if isinstance(self._peek(), StreamEndEvent):
            return None
        self._next()  # the document's start
        root = self.node(1)
        self._next()  # the document's end
        if isinstance(extra := self._peek(), DocumentStartEvent):
            raise _Refused(Complaint(_line(extra), "a second document starts here; one file is one deck."))
        return root

    def node(self, depth: int) -> Node:
        event = self._next()
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise _Refused(_too_deep(_line(event)))
        if self.nodes > MAX_NODES:
            raise _Refused(Complaint(_line(event), "too many values; split the deck into several."))
        self._refuse_marks(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, CollectionStartEvent):
            return self._items(event, depth)
        return self._scalar(event)

    def _scalar(self, event: Event) -> Scalar:
        text, style = (event.value, event.style or "") if isinstance(event, ScalarEvent) else ("*", "")
        if found := REFUSED.search(text):
            self._complain(event, _unwanted(found[0]))
            text = REFUSED.sub("\N{REPLACEMENT CHARACTER}", text)
        return Scalar(text, style, *_place(event, event))

    def _items(self, start: CollectionStartEvent, depth: int) -> Items:
        items = []
        while not isinstance(self._peek(), SequenceEndEvent):
            items.append(self.node(depth + 1))
        return Items(tuple(items), *_place(start, self._next()))

    def _mapping(self, start: MappingStartEvent, depth: int) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(self._peek(), MappingEndEvent):
            event = self._peek()
            key, value = self.node(depth + 1), self.node(depth + 1)
            if not isinstance(key, Scalar):
                self._complain(event, "a key should be text, not a list or a mapping.")
            elif key.text == "<<" and not key.style:
                self._complain(event, "merge keys (`<<`) are not used in decks; write the keys out.")
            elif key.text in pairs:
                first = pairs[key.text][0].line
                self._complain(event, f"key '{key.text}' is here a second time (first in line {first}); keep one.")
            else:
                pairs[key.text] = (key, value)
        return Mapping(tuple(pairs.values()), *_place(start, self._next()))

    def _refuse_marks(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._complain(
                event, f"aliases (`*{event.anchor}`) are not used in decks; write the value out, or quote it."
            )
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._complain(event, f"anchors (`&{event.anchor}`) are not used in decks; remove it, or quote the text.")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(event, f"tags (`{tag}`) are not used in decks; remove it, or quote the text.")

    def _complain(self, event: Event, message: str) -> None:
        if len(self.complaints) >= MAX_COMPLAINTS:
            raise _Refused(Complaint(_line(event), "there is more wrong from here on; correct the lines above first."))
        line, start, end = _place(event, event)
        self.complaints.append(Complaint(line, message, start, end))

    def _peek(self) -> Event:
        event: Event = self.events.peek_event()
        return event

    def _next(self) -> Event:
        event: Event = self.events.get_event()
        return event


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    assert isinstance(mark, Mark)  # the Python parser always says where
    return mark


def _line(event: Event) -> int:
    return _mark(event).line + 1


def _place(start: Event, end: Event) -> tuple[int, int, int]:
    assert isinstance(end.end_mark, Mark)
    return _line(start), _mark(start).index, end.end_mark.index
