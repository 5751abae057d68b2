"""The outline of the notes, from the first screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.outline import OutlineScreen
from tests.tui.conftest import Open
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import World

NOTES = "# 笔记 [/x]\n\n2-2\n\n输出的 logits 是概率吗? [bold]\n\n2-3 models\n\nother\n"
NAMED = ALL_KINDS.replace("cards:", "notes: notes.md\ncards:", 1)


async def test_o_shows_what_of_the_notes_is_covered_and_open(open_app: Open, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    async with open_app(world=World(tmp_path, {"kinds.yaml": NAMED}), notes=tmp_path) as seat:
        await seat.press("o")
        assert isinstance(seat.app.screen, OutlineScreen)
        await seat.until("? open")
        for shown in ("Outline of notes.md", "笔记 [/x]", "    2-3 models", "no card", "5  输出的 logits 是概率吗?"):
            assert shown in seat.text
        await seat.pilot.resize_terminal(120, 30)
        await seat.until("notes.md" + " " * 60)
        await seat.press("escape")
        assert isinstance(seat.app.screen, HomeScreen)


@pytest.mark.parametrize(
    ("deck", "folder", "says"),
    [
        (ALL_KINDS, True, "No notes are named here"),
        (NAMED, False, "No notes folder is set"),
        (NAMED, True, "notes.md cannot be read"),
    ],
    ids=["unnamed", "no folder", "missing"],
)
async def test_where_there_are_no_notes_it_says_what_to_do(
    open_app: Open, tmp_path: Path, deck: str, folder: bool, says: str
) -> None:
    async with open_app(world=World(tmp_path, {"d.yaml": deck}), notes=tmp_path if folder else None) as seat:
        await seat.press("o")
        assert isinstance(seat.app.screen, HomeScreen)
        assert [note.message for note in seat.app._notifications if says in note.message]


async def test_all_decks_together_have_one_outline_only_if_they_name_one_file(open_app: Open, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    other = NAMED.replace("deck: kinds", "deck: other").replace("notes.md", "b.md")
    async with open_app(world=World(tmp_path, {"a.yaml": NAMED, "b.yaml": other}), notes=tmp_path) as seat:
        await seat.press("o")
        assert [note.message for note in seat.app._notifications if "several notes" in note.message]
        await seat.press("down", "o")
        assert isinstance(seat.app.screen, OutlineScreen)
