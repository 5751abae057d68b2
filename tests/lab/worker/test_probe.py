"""The probe tells a place that is locked in from one that is not; the learner's own files are never visible."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.lab.worker import visible
from quizapp.lab.worker.probe import Outside, break_out, look_around


def test_the_probe_finds_what_can_be_reached(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    found = break_out(look_around([str(tmp_path)], []))
    assert "see the learner's files" in found
    assert "write files of others" in found
    assert "use the network" in found
    assert "signal the process that watches it" in found


def test_the_probe_is_content_with_the_way_to_what_is_visible(tmp_path: Path) -> None:
    (tmp_path / "python" / "lib").mkdir(parents=True)
    outside = Outside((str(tmp_path),), (f"{tmp_path}/python/lib",), (), 0)
    assert "see the learner's files" not in break_out(outside)


def test_neither_the_home_folder_nor_the_root_is_ever_visible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr("sys.exec_prefix", "/")
    seen = visible.files([str(tmp_path.parent)], {}, gpu=False)
    assert not {str(tmp_path), str(tmp_path.parent), "/"} & set(seen)
