"""Text on Python and from it: manuals as plain prose with code, and the standard library's source."""

import re
from itertools import pairwise
from pathlib import Path

from training.errors import CorpusMissing

SHORTEST = 40
"""Characters; what is shorter is a label or a stray line, not a passage."""

SKIPPED_FOLDERS = frozenset(
    ["__pycache__", "test", "tests", "idlelib", "lib2to3", "encodings", "pydoc_data", "site-packages"]
)
"""Parts of the library's folder that are tests, tables or not Python's own."""

SKIPPED_PAGES = frozenset(["whatsnew", "whats_new", "c-api", "generated", "auto_examples", "developers"])
"""Parts of a manual that are news, lists of signatures, or for those who write the thing itself."""

_UNDERLINE = re.compile(r"^([=\-~^\"*#+'`.])\1{2,}$")
_DIRECTIVE = re.compile(r"^\s*(\.\. |:[a-z-]+:|\+[-=+]+|\||=+ +=)")
_INLINE = [
    (re.compile(r":[\w:+-]+:`[~!]?([^`<]*[^`<\s])(?:\s*<[^`]*>)?`"), r"\1"),
    (re.compile(r"``([^`]+)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*(?:<[^`]*>)?`__?"), r"\1"),
    (re.compile(r"(?<![\w*])\*{1,2}([^\s*](?:[^*\n]*[^\s*])?)\*{1,2}(?![\w*])"), r"\1"),
    (re.compile(r"::$", re.MULTILINE), ":"),
]


def sections(source: str) -> list[str]:
    """A reStructuredText page as one plain text per section, without directives, tables and inline marks."""
    lines = source.splitlines()
    starts = [i for i, (line, under) in enumerate(pairwise(lines)) if line.strip() and _UNDERLINE.match(under)]
    bounds = [0, *starts, len(lines)]
    texts = ["\n".join(lines[start:end]) for start, end in pairwise(bounds)]
    return [plain for text in texts if len(plain := _plain(text)) >= SHORTEST]


def blocks(source: str) -> list[str]:
    """A Python file's top-level blocks: what PEP 8 keeps apart by two empty lines."""
    pieces = (piece.strip("\n") for piece in re.split(r"\n{3,}", source))
    return [piece for piece in pieces if len(piece) >= SHORTEST]


def manual(folder: Path, package: str) -> list[str]:
    """Every section of the pages under `folder` (`*.rst.txt`), but those in `SKIPPED_PAGES`.

    Raises:
        CorpusMissing: there is no such page; the message names the Debian package that has them.
    """
    files = sorted(file for file in folder.rglob("*.rst.txt") if SKIPPED_PAGES.isdisjoint(file.parts))
    if not files:
        raise CorpusMissing(f"No manual in {folder}: install Debian's package {package}, as training/fetch.sh does.")
    return [text for file in files for text in sections(file.read_text("utf-8"))]


def library(folder: Path) -> list[str]:
    """Every top-level block of the library's modules under `folder`, but those in `SKIPPED_FOLDERS`."""
    files = sorted(file for file in folder.rglob("*.py") if not _is_skipped(file.relative_to(folder)))
    if not files:
        raise CorpusMissing(f"No modules in {folder}: install Debian's package libpython3.11-stdlib or pass --library.")
    return [text for file in files for text in blocks(file.read_text("utf-8", errors="replace"))]


def _is_skipped(path: Path) -> bool:
    return any(part in SKIPPED_FOLDERS or part.startswith("config-") for part in path.parts)


def _plain(text: str) -> str:
    kept = [line.rstrip() for line in text.splitlines() if not (_DIRECTIVE.match(line) or _UNDERLINE.match(line))]
    plain = "\n".join(kept)
    for pattern, replacement in _INLINE:
        plain = pattern.sub(replacement, plain)
    return re.sub(r"\n{3,}", "\n\n", plain).strip()
