"""The World English Bible as short passages: simple sentences of people who speak and act."""

import re
from pathlib import Path

from training.errors import CorpusMissing
from training.passages import joined

MODULE = "engWEB2015eb"
"""Its name in Debian's package sword-text-web."""

_VERSE = re.compile(r"^\$\$\$(.+) (\d+):(\d+)$")
_APART = re.compile(r"<note\b.*?</note>|<title\b.*?</title>|<speaker\b.*?</speaker>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def passages(file: Path) -> list[str]:
    """Passages of several verses, none of which goes over the end of a chapter.

    Args:
        file: What `mod2imp engWEB2015eb` prints: lines `$$$Genesis 1:1`, each followed by the verse as OSIS.
    """
    if not file.is_file():
        raise CorpusMissing(f"No Bible in {file}: run training/fetch.sh, or pass --bible.")
    chapters: dict[tuple[str, str], list[str]] = {}
    chapter: tuple[str, str] | None = None
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("$$$"):
            verse = _VERSE.match(line)
            chapter = (verse[1], verse[2]) if verse and verse[3] != "0" else None
        elif chapter is not None and (text := plain(line)):
            chapters.setdefault(chapter, []).append(text)
    return [passage for verses in chapters.values() for passage in joined(verses)]


def plain(verse: str) -> str:
    """A verse without notes, titles and tags."""
    return re.sub(r"\s+", " ", _TAG.sub("", _APART.sub("", verse))).strip()
