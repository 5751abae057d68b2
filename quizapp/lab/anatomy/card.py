"""What a model's card says: the licence in its head, and its table of figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

MOST_ROWS = 40
LONGEST_ROW = 2_000
"""Characters."""
_LICENCE = re.compile(r"^(license_name|license): *[\"']?([^\"'\n]+)", re.MULTILINE)
_FIGURES = re.compile(r"#+ .*(?:figure|evaluation|result|benchmark|metric|performance|quality|baseline)", re.IGNORECASE)
_RULE = re.compile(r":?-+:?")
_DECORATION = re.compile(r"\*\*|`|\[([^\]]*)\]\([^)]*\)")
_SPLIT = re.compile(r"(?<!\\)\|")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Of what it says."""

    licence: str | None
    figures: tuple[Row, ...]
    """The first table of a section on figures, its heads first; none where there is no such table."""


def read_card(text: str) -> ModelCard:
    """Read a card: Markdown, with YAML between lines of dashes before it."""
    head, body = _parts(text)
    named = dict(_LICENCE.findall(head))
    licence = named.get("license_name") or named.get("license")
    return ModelCard(licence.strip() if licence else None, tuple(_figures(body.splitlines())))


def _parts(text: str) -> tuple[str, str]:
    if not text.startswith("---"):
        return "", text
    head, _, body = text[3:].partition("\n---")
    return head, body


def _figures(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of the first table below a heading that announces figures."""
    announced, rest = False, iter(lines)
    for line in rest:
        if line.startswith("#"):
            announced = bool(_FIGURES.match(line))
        elif announced and _is_row(line):
            table = [line, *takewhile(_is_row, rest)][: MOST_ROWS + 2]
            rows = (tuple(map(_plain, _SPLIT.split(row[:LONGEST_ROW].strip().strip("|")))) for row in table)
            yield from (row for row in rows if not all(_RULE.fullmatch(cell) for cell in row))
            return


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _plain(cell: str) -> str:
    """A cell without what Markdown decorates it with."""
    return _DECORATION.sub(lambda match: match[1] or "", cell).replace("\\|", "|").strip()
