"""Foreign text has one door to the screen (`tui.text`, over `cards.sanitize`) and one to what is printed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "quizapp"
SCREENS = sorted((ROOT / "tui").rglob("*.py"))
PRINTING = sorted(path for path in ROOT.rglob("*.py") if "worker" not in path.parts and path.name != "printing.py")
READS_MARKUP = {"Static", "Label", "OptionList", "notify", "Markdown"}
"""What of the framework reads brackets as markup, or Markdown, unless it is told not to."""


def calls(paths: list[Path]) -> Iterator[tuple[str, str, dict[str | None, str]]]:
    """Every call: where it is, the last part of its name, its keyword arguments."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                place = f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:60]}"
                yield place, ast.unparse(node.func).rpartition(".")[2], given


def test_no_widget_reads_brackets() -> None:
    unsafe = [place for place, name, given in calls(SCREENS) if name in READS_MARKUP and given.get("markup") != "False"]
    unsafe += [place for place, name, _ in calls(SCREENS) if name in {"from_markup", "from_text"}]
    unsafe += [place for place, _, given in calls(SCREENS) if given.get("markup", "False") != "False"]
    assert unsafe == []


def test_nothing_is_printed_but_by_what_cleans_it() -> None:
    assert [place for place, name, _ in calls(PRINTING) if name in {"print", "echo", "secho"}] == []
