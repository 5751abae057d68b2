"""Foreign text has one door to the screen (`tui.text`, over `cards.sanitize`) and one to what is printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "quizapp"
SCREENS = sorted((ROOT / "tui").rglob("*.py"))
PRINTING = sorted(path for path in ROOT.rglob("*.py") if "worker" not in path.parts and path.name != "printing.py")
READS_MARKUP = {"Static", "Label", "OptionList", "notify", "Markdown"}
"""What of the framework reads brackets as markup, or Markdown, unless it is told not to."""


PRINTS = {"print", "echo", "secho", "input"}
STREAM = re.compile(r": (\w+\.)*(_?stream|stdout|stderr|out|err|terminal|console)(\.buffer)?\.write(lines)?\(")
"""A call that writes to what is, by its name, no file."""


def calls(paths: list[Path]) -> Iterator[tuple[str, str, dict[str | None, str]]]:
    """Every call: where it is, the last part of its name, its keyword arguments."""
    for path in paths:
        yield from calls_of(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))


def calls_of(code: str, where: str) -> Iterator[tuple[str, str, dict[str | None, str]]]:
    """The same for one file's text."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            yield f"{where}:{node.lineno}: {ast.unparse(node)[:60]}", ast.unparse(node.func).rpartition(".")[2], given


def test_no_widget_reads_brackets() -> None:
    unsafe = [place for place, name, given in calls(SCREENS) if name in READS_MARKUP and given.get("markup") != "False"]
    unsafe += [place for place, name, _ in calls(SCREENS) if name in {"from_markup", "from_text"}]
    unsafe += [place for place, _, given in calls(SCREENS) if given.get("markup", "False") != "False"]
    assert unsafe == []


def test_nothing_is_printed_but_by_what_cleans_it() -> None:
    assert [place for place, name, _ in calls(PRINTING) if name in PRINTS or STREAM.search(place)] == []


@pytest.mark.parametrize(
    "line",
    ["print(x)", "typer.echo(x)", "input(x)", "sys.stderr.write(x)", "self._stream.writelines(x)", "out.write(x)"],
)
def test_a_back_door_would_be_seen(line: str) -> None:
    assert [place for place, name, _ in calls_of(line, "a.py") if name in PRINTS or STREAM.search(place)] == [
        "a.py:1: " + line
    ]
