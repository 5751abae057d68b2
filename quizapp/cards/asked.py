"""What the notes ask: their question lines, `quiz` lists and TODOs, each with its line and section.

This counts, at the beginning of a line or of an item of a list:

- what ends in `?` or `？`, up to the last such mark of the line, for what follows is the notes' own answer; a mark in
  an address or in `code` is none;
- without a mark, what has a word that asks in Chinese (怎么, 为什么, 是什么, 啥, …), or stands behind `quiz:` or `Q:`;
- each item of a list under `quiz`, `questions` or `todo`;
- `todo`, `TODO: …`, `- [ ] …`. A TODO that says nothing is about the line right below it, else about its section.

In a code fence only comments count, and lines with letters that code does not have, such as Chinese, and of them only
those with a mark or a TODO. What is longer than `LONGEST` is a text, not a question.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizapp.cards.outline import Section, around, fenced, lines_of, outline, plain_title
from quizapp.cards.plain_yaml import REFUSED
from quizapp.cards.sanitize import clean

LONGEST = 500
"""Characters of a question, or of a title that a card can name."""
LEAD = re.compile(r"(?:[\s>|]|<!--)*(?P<mark>#{1,6}(?=[ \t])|[-*+](?=\s)|\d+[.)](?=\s))?\s*")
"""What stands before the words of a line: marks of a quotation, a table, a comment, a heading, a list."""
BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
TARGET = re.compile(r"\]\([^()\s]*\)")
"""Where a link leads, which belongs to its words."""
CODE = re.compile(r"`[^`]*`|https?://[!-~]+")
MARK = re.compile(r"(?:？|\?(?![A-Za-z0-9_=&/#.%-]))[?？！!]*[*_)）」』”’\"'\]]*")
FENCED_MARK = re.compile(r"[?？]+(?=\s|$)")
WORDS = re.compile(r"怎么|怎样|为什么|为啥|为何|是什么|什么是|什么意思|啥|是不是|[吗呢](?=\W*$)")
QUIZ = re.compile(r"(?:quiz|questions?|q|问题|疑问|问)\s*(?:[:：]\s*(.*))?", re.IGNORECASE)
TODO = re.compile(r"(?:todos?|to-do|待办)(?![A-Za-z0-9_-])(?:\([^)]*\))?[\s:：,，.-]*(.*)", re.IGNORECASE)
EMPHASISED = re.compile(r"([*_]{1,3})(?=\S)([^*_]{1,20})\1")
COMMENT = re.compile(r"(?:^|\s)(?:#+|//)(?!\S*//)(.*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that the notes ask, or leave to be done."""

    text: str
    """A piece of the line; for a TODO that says nothing, the title of its section."""
    line: int
    """1-based."""
    section: Section | None
    """The innermost one that a card can name; None before the first heading."""
    todo: bool


def asked(notes: str) -> tuple[Asked, ...]:
    """All that the notes ask, in their order, the same thing in the same section once."""
    sections = outline(notes)
    starts, names = [section.line for section in sections], nameable(sections)
    first: dict[tuple[Section | None, str], Asked] = {}
    for line, words, todo in _found([_Line.of(shown(text), fence) for text, fence in fenced(lines_of(notes))]):
        place = bisect_right(starts, line) - 1
        section = names[place] if place >= 0 else None
        text = (words or (shown(section.title) if section else "")).strip()
        if plain_question(text) and len(text) <= LONGEST:
            first.setdefault((section, plain_question(text)), Asked(text, line, section, todo))
    return tuple(first.values())


def shown(line: str) -> str:
    """A line of the notes as a deck may have it: what cannot be seen is made visible, tabs are spaces."""
    return REFUSED.sub("", clean(line.replace("\t", " "), newlines=False))


def plain_question(text: str) -> str:
    """The letters and digits of a question, as it is compared."""
    return "".join(re.findall(r"[^\W_]+", plain_title(text)))


def nameable(sections: Sequence[Section]) -> list[Section | None]:
    """For each section the one that a card in it names: the first of its title, else the one around it, or None."""
    first: dict[str, Section] = {}
    names: list[Section | None] = []
    for section, outer in zip(sections, around(sections), strict=True):
        title = plain_title(section.title)
        is_name = title and len(section.title) <= LONGEST and plain_title(shown(section.title)) == title
        names.append(first.setdefault(title, section) if is_name else None if outer is None else names[outer])
    return names


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as far as it is prose."""

    words: str
    """Without what stands before them; empty where there are none."""
    mark: str
    """What stands before them, if it makes the line a heading or an item."""
    fenced: bool

    @classmethod
    def of(cls, text: str, in_fence: bool) -> _Line:
        if in_fence:
            text = _fenced_prose(text)
        lead = LEAD.match(text)
        assert lead is not None  # it may be empty
        words = text[lead.end() :].rstrip().removesuffix("-->").rstrip()
        return cls(words, lead["mark"] or "", in_fence)

    @property
    def is_heading(self) -> bool:
        return self.mark.startswith("#")

    @property
    def is_item(self) -> bool:
        return bool(self.mark) and not self.is_heading

    @property
    def unemphasised(self) -> str:
        """The words as they are read, if the first are emphasised: `**TODO:** plot` is `TODO: plot`."""
        first = EMPHASISED.match(self.words)
        return first[2] + self.words[first.end() :] if first else self.words

    @property
    def question(self) -> str | None:
        """The words up to the last mark of a question; None without a mark."""
        marks = FENCED_MARK if self.fenced else MARK
        closed = TARGET.sub(lambda target: "]" * len(target[0]), self.words)
        masked = CODE.sub(lambda code: "x" * len(code[0]), closed)
        ends = [found.end() for found in marks.finditer(masked)]
        return self.words[: ends[-1]] if ends else None


def _fenced_prose(text: str) -> str:
    """The comment of a line in a fence, or the line, if it has letters that code does not have."""
    if comment := COMMENT.search(text):
        return comment[1]
    return text if any(letter.isalpha() and not letter.isascii() for letter in text) else ""


def _found(lines: Sequence[_Line]) -> Iterator[tuple[int, str, bool]]:
    """The 1-based line, the words and whether it is a TODO; no words where a TODO is about its section."""
    label: re.Pattern[str] | None = None
    """What the list is under that goes on."""
    for number, line in enumerate(lines, 1):
        if line.words and not line.is_item:
            label = None
        box = BOX.match(line.words) if line.is_item else None
        plain = line.unemphasised
        said = next(((kind, found[1]) for kind in (TODO, QUIZ) if (found := kind.fullmatch(plain))), None)
        if box:
            if box[1] == " ":
                yield number, line.words[box.end() :], True
        elif said and said[1]:
            rest = replace(line, words=said[1])
            yield number, rest.question or rest.words, said[0] is TODO and not rest.question
        elif said:
            label = said[0]
            if label is TODO and not _list_follows(lines, number):
                yield from _bare_todo(number, lines)
        elif label and line.is_item:
            yield number, line.question or line.words, label is TODO
        elif line.question or (WORDS.search(line.words) and not line.fenced):
            yield number, line.question or line.words, False


def _list_follows(lines: Sequence[_Line], number: int) -> bool:
    """Whether the first words after so many lines are an item of a list."""
    after = (lines[at] for at in range(number, len(lines)))
    return next((line.is_item for line in after if line.words), False)


def _bare_todo(number: int, lines: Sequence[_Line]) -> Iterator[tuple[int, str, bool]]:
    """What a TODO that says nothing is about."""
    below = lines[number] if number < len(lines) else None
    if below and below.words and not below.is_heading:
        yield number + 1, below.words, True
    elif not lines[number - 1].is_heading:
        yield number, "", True
