"""The sections of a notes file: what a card's `section` names.

Notes are written for oneself: beside Markdown's `#` headings, a line of its own such as `2-3 models` (chapter and part
of a course) counts as a heading below all others. What stands in a code fence is never one, nor is front matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t](.*))?")
NUMBERED = re.compile(r"\d+-\d+(?:[ \t]+\S.{0,60})?[ \t]*")
"""`2-2`, `2-3 models`."""
NUMBERED_LEVEL = 7
SENTENCE_ENDS = tuple(".,;:!?。，；：！？")
FRONT_MATTER = re.compile(r"[A-Za-z][\w-]*:(?:\s|$)")
"""How its first line begins."""
FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what belongs to it, up to the next heading of the same or a higher level."""

    title: str
    """As written, without the `#` signs."""
    level: int
    """1 for `#` to 6 for `######`; 7 for a numbered line."""
    line: int
    """1-based, of the heading."""
    end: int
    """1-based, of the last line that belongs to it."""


def outline(notes: str) -> tuple[Section, ...]:
    """Every section of the notes, in their order."""
    last = len(lines_of(notes))
    open_: list[Section] = []
    sections = []
    for line, level, title in _headings(notes):
        while open_ and open_[-1].level >= level:
            sections.append(replace(open_.pop(), end=line - 1))
        open_.append(Section(title, level, line, last))
    return tuple(sorted([*sections, *open_], key=lambda section: section.line))


def find_section(notes: str, section: str) -> Section | None:
    """The section that a card names; see `named`."""
    return named(outline(notes))(section)


def named(sections: Iterable[Section]) -> Callable[[str], Section | None]:
    """What finds the one of the sections that a card names.

    Its whole title is looked for first, then its beginning (`2-3` for `2-3 models`), then its number alone (`2-3 old
    title`). Case, spaces and emphasis do not matter; the first of several equals is it.
    """
    titles = [(plain_title(found.title), found) for found in sections]

    @cache
    def find(section: str) -> Section | None:
        wanted = plain_title(section)
        if not wanted:
            return None
        number = wanted.split()[0]
        whole = (found for title, found in titles if title == wanted)
        beginning = (found for title, found in titles if title.startswith(f"{wanted} "))
        numbered = (found for title, found in titles if NUMBERED.fullmatch(number) and title.split()[:1] == [number])
        return next(whole, None) or next(beginning, None) or next(numbered, None)

    return find


def around(sections: Iterable[Section]) -> list[int | None]:
    """For each section, given in their order, the index of the innermost one that it lies in."""
    found: list[int | None] = []
    stack: list[tuple[int, Section]] = []
    for index, section in enumerate(sections):
        while stack and stack[-1][1].end < section.line:
            stack.pop()
        found.append(stack[-1][0] if stack else None)
        stack.append((index, section))
    return found


def section_text(notes: str, section: str) -> str | None:
    """The Markdown of the section that a card names, its heading included, or None."""
    found = find_section(notes, section)
    return "\n".join(lines_of(notes)[found.line - 1 : found.end]).rstrip() if found else None


def lines_of(notes: str) -> list[str]:
    """The lines of the notes; the first is line 1. Those of front matter are empty: they are about the file."""
    lines = notes.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    front = _front_matter(lines)
    return [""] * front + lines[front:]


def fenced(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each line, with whether it belongs to a code fence; the fence's own marks do."""
    fence = ""
    for line in lines:
        mark = FENCE.fullmatch(line)
        yield line, bool(fence or mark)
        if not fence:
            fence = mark[1] if mark else ""
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines of `key: value` between `---` and `---` the notes begin with, these two included."""
    if lines[0].rstrip() != "---" or not FRONT_MATTER.match("".join(lines[1:2])):
        return 0
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in {"", "---"}), 0)
    return end + 1 if end and lines[end].strip() else 0


def plain_title(title: str) -> str:
    """A title as it is compared."""
    text = unicodedata.normalize("NFC", title).lstrip("# ")
    return " ".join(re.sub(r"[*`]", "", text).casefold().split())


def _headings(notes: str) -> Iterator[tuple[int, int, str]]:
    """Line, level and title of each heading."""
    stands_free = True
    for number, (line, in_fence) in enumerate(fenced(lines_of(notes)), 1):
        if not in_fence and (found := HEADING.fullmatch(line)):
            yield number, len(found[1]), _unclosed((found[2] or "").strip())
            stands_free = True
            continue
        if not in_fence and stands_free and NUMBERED.fullmatch(line) and not line.rstrip().endswith(SENTENCE_ENDS):
            yield number, NUMBERED_LEVEL, line.strip()
        stands_free = not line.strip()


def _unclosed(title: str) -> str:
    """A heading's title without the `#` signs that may close it."""
    bare = title.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else title
