"""A look at the files tells that one was saved, in whichever way an editor saves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.cards.stamps import stamps

TEXT = "deck: d\ntitle: T\n"


def in_place(file: Path) -> None:
    file.write_text(TEXT.replace("T", "Other"))


def of_the_same_size(file: Path) -> None:
    file.write_text(TEXT.replace("T", "U"))


def by_rename(file: Path) -> None:
    other = file.with_name(".mine.yaml.swp")
    other.write_text(TEXT)
    other.rename(file)


def with_a_backup(file: Path) -> None:
    file.rename(file.with_name("mine.yaml~"))
    file.write_text(TEXT)


def from_an_older_one(file: Path) -> None:
    os.utime(file, ns=(0, 0))


def with_the_same_date(file: Path) -> None:
    before = file.stat()
    of_the_same_size(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def gone(file: Path) -> None:
    file.unlink()


def with_its_folder(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def moved(file: Path) -> None:
    file.rename(file.with_name("other.yaml"))


def into_a_new_folder(file: Path) -> None:
    (file.parent / "new").mkdir()
    (file.parent / "new" / "another.yaml").write_text(TEXT)


def as_a_link_to_nothing(file: Path) -> None:
    (file.parent / "link.yaml").symlink_to("nothing")


SAVES = [in_place, of_the_same_size, by_rename, with_a_backup, from_an_older_one, with_the_same_date]
MOVES = [gone, with_its_folder, moved, into_a_new_folder, as_a_link_to_nothing]


@pytest.mark.parametrize("save", SAVES + MOVES)
def test_it_is_told_that_a_file_was_saved(tmp_path: Path, save: Callable[[Path], None]) -> None:
    folder = tmp_path / "decks" / "sub"
    folder.mkdir(parents=True)
    file = folder / "mine.yaml"
    file.write_text(TEXT)
    os.utime(file, ns=(10**18, 10**18))  # long ago, so that no clock is too coarse to tell
    before = stamps([tmp_path / "decks"])
    assert stamps([tmp_path / "decks"]) == before
    save(file)
    assert stamps([tmp_path / "decks"]) != before


def test_a_folder_that_is_made_later_is_seen(tmp_path: Path) -> None:
    assert stamps([tmp_path / "decks"]) == {}
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "mine.yaml").write_text(TEXT)
    assert [path.name for path in stamps([tmp_path / "decks"])] == ["mine.yaml"]


def test_what_is_no_deck_is_not_looked_at(tmp_path: Path) -> None:
    before = stamps([tmp_path])
    for name in (".mine.yaml.swp", "mine.yaml~", "#mine.yaml#", "4913", "notes.md", ".hidden.yaml"):
        (tmp_path / name).write_text(TEXT)
    assert stamps([tmp_path]) == before
