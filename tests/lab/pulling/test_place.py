"""A model gets its place whole or not at all, whatever stops a pull and whoever else pulls."""

from __future__ import annotations

import errno
import mmap
import os
from pathlib import Path

import pytest

from quizapp.errors import PullError
from quizapp.lab.pulling import place
from quizapp.lab.pulling.place import claimed, discard
from tests.lab.pulling.conftest import NAME, OTHER, WEIGHTS, Learner
from tests.lab.pulling.hub import COMMIT, Hub, files_of


def test_another_revision_takes_its_place_while_the_old_one_stays_mapped(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    before = learner.pull().folder / WEIGHTS
    hub.add(NAME, small | {"README.md": b"# Newer\n"}, OTHER, "v2")
    with before.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        pulled = learner.pull(f"{NAME}@v2")
        assert mapped[:] == small[WEIGHTS]
        assert not before.samefile(f"/proc/self/fd/{opened.fileno()}")
    assert (pulled.folder / "README.md").read_bytes() == b"# Newer\n"
    assert pulled.record is not None
    assert pulled.record.revision == OTHER
    assert learner.left == ["Owner--Small-Model"]


def test_a_failed_change_of_revision_leaves_the_model_as_it_was(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    before = files_of(learner.pull().folder)
    hub.add(NAME, small | {WEIGHTS: b"\x10" + bytes(7) + b"no header of any"}, OTHER, "v2")
    with pytest.raises(PullError):
        learner.pull(f"{NAME}@v2")
    assert files_of(learner.places.model(NAME)) == before


@pytest.mark.parametrize("renames", [1, 2])
def test_what_is_stopped_between_two_renames_leaves_one_whole_model(
    learner: Learner, hub: Hub, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    before = files_of(learner.pull().folder)
    hub.add(NAME, small | {"README.md": b"# Newer\n"}, OTHER, "v2")
    rename, done = Path.rename, []

    def stopped(path: Path, target: Path) -> None:
        rename(path, target)
        if path.suffix != ".part":
            done.append(path)
        if len(done) == renames:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            learner.pull(f"{NAME}@v2")
    after = files_of(learner.places.model(NAME))
    assert learner.left == ["Owner--Small-Model"]
    assert (after == before) == (renames == 1)
    assert after["README.md"] == (b"# Small\n" if renames == 1 else b"# Newer\n")


def test_what_came_stays_until_the_model_has_its_place(
    learner: Learner, hub: Hub, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, "_to_disk", stopped)
        with pytest.raises(KeyboardInterrupt):
            learner.pull()
    assert learner.left == []
    assert learner.kept[f"Owner--Small-Model/{COMMIT}/{WEIGHTS}"] == small[WEIGHTS]
    hub.requests = []
    assert learner.pull().fresh
    assert hub.fetched == []


def test_a_cache_on_another_disk_does_too(
    learner: Learner, hub: Hub, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", elsewhere)
    pulled = learner.pull()
    assert (pulled.folder / WEIGHTS).read_bytes() == small[WEIGHTS]
    assert learner.kept == {}


def test_a_folder_that_was_put_there_by_hand_is_never_replaced(learner: Learner, hub: Hub) -> None:
    folder = learner.places.model(NAME)
    folder.mkdir(parents=True)
    (folder / "mine").write_text("mine")
    for text in (NAME, f"{NAME}@main"):
        with pytest.raises(PullError, match=r"has no quizapp.json .*, so it was not pulled; move it away"):
            learner.pull(text)
    assert files_of(folder) == {"mine": b"mine"}


def test_the_second_of_two_pulls_of_one_model_is_told(learner: Learner, hub: Hub) -> None:
    with (
        claimed(learner.places.work(NAME), NAME),
        pytest.raises(PullError, match=f"Another quizapp is pulling {NAME} already"),
    ):
        learner.pull()
    with claimed(learner.places.parts(NAME), NAME), pytest.raises(PullError, match="Another quizapp"):
        learner.pull()
    hub.add("Owner/Other", hub.models[NAME].commits[COMMIT])
    with claimed(learner.places.work(NAME), NAME):
        assert learner.pull("Owner/Other").fresh
    assert learner.pull().fresh


def test_a_claim_that_ends_late_leaves_the_next_one_its_folder(learner: Learner) -> None:
    folder = learner.places.work(NAME)
    with claimed(folder, NAME):
        discard(folder)
        later = claimed(folder, NAME)
        later.__enter__()
    assert folder.is_dir()
    later.__exit__(None, None, None)
    assert not folder.exists()


def test_the_lock_goes_last_so_that_what_is_killed_on_its_way_out_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models/.Owner--Small-Model"
    removed: list[str] = []
    unlink = os.unlink

    def told(path: str, **more: int) -> None:
        removed.append(Path(path).name)
        unlink(path, **more)

    with claimed(folder, NAME):
        (folder / "new").mkdir()
        for path in ("new/config.json", "a", "z"):
            (folder / path).touch()
        (folder / "old").symlink_to(tmp_path)
        monkeypatch.setattr(os, "unlink", told)
        discard(folder)
    assert removed[-1] == "lock"
    assert sorted(removed) == ["a", "config.json", "lock", "old", "z"]
    assert not folder.exists()


def test_what_killed_pulls_left_is_swept(learner: Learner, hub: Hub) -> None:
    leftover = learner.places.work("Someone/Else")
    (leftover / "new").mkdir(parents=True)
    (leftover / "lock").touch()
    (leftover / "new" / WEIGHTS).write_bytes(b"half")
    replaced = learner.places.work("Was/Replaced")
    (replaced / "old").mkdir(parents=True)
    (replaced / "lock").touch()
    (replaced / "old" / "config.json").write_text("{}")
    foreign = learner.places.models / ".keep"
    foreign.mkdir()
    learner.pull()
    assert [path.name for path in sorted(learner.places.models.glob(".*"))] == [".keep"]
    assert files_of(learner.places.model("Was/Replaced")) == {"config.json": b"{}"}


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "SPARE_ROOM", 10**18)
    with pytest.raises(PullError, match=r"^1000000.0 TB are needed in .*, and .* are free there; make room"):
        learner.pull()
    assert (hub.fetched, learner.left, learner.kept) == ([], [], {})


def test_a_folder_that_cannot_be_written_is_told(learner: Learner, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(PullError, match="cannot be written: "):
        learner.pull()
