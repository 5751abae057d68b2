"""A parsed text as a tree of nodes that know their places, and complaints about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text."""

    text: str
    style: str
    """How it was quoted: `'`, `"`, `|`, `>`, or empty for a plain one."""
    line: int
    """1-based, as in every node."""
    start: int
    """Offset of its first character, as in every node."""
    end: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written, no key twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    start: int
    end: int

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def text(self, key: str) -> str | None:
        """What stands at a key, if that is a text."""
        value = self.get(key)
        return value.text if isinstance(value, Scalar) else None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((name for name, _ in self.pairs if name.text == key), None)


Node = Scalar | Items | Mapping


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at one place of a text."""

    line: int
    message: str
    at: int = -1
    """Offset, to tell which card it is in; -1 where it concerns the whole text."""
    end: int = 0
    """Offset behind what is pointed at."""
