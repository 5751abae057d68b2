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


def test_every_link_on_the_way_is_visible_and_what_lies_in_another_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "disk/hub/model").mkdir(parents=True)
    (tmp_path / "cache").symlink_to("disk/hub")
    (tmp_path / "mine").symlink_to("cache/model")
    assert list(visible.steps(str(tmp_path / "mine"))) == [
        str(tmp_path / "mine"),
        str(tmp_path / "cache"),
        str(tmp_path / "disk/hub/model"),
    ]
    seen = visible.files([str(tmp_path / "mine"), str(tmp_path / "disk")], {}, gpu=False)
    assert [path for path in seen if path.startswith(str(tmp_path))] == [
        str(tmp_path / "cache"),
        str(tmp_path / "disk"),
        str(tmp_path / "mine"),
    ]


def test_a_link_to_itself_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert not [path for path in visible.files([str(tmp_path / "a")], {}, gpu=False) if path.startswith(str(tmp_path))]


def test_own_folders_within_what_is_visible_are_known(tmp_path: Path) -> None:
    (tmp_path / "python/share/quizapp").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    own = [str(tmp_path / "python/share/quizapp"), str(tmp_path / "data"), str(tmp_path / "python/none")]
    assert visible.within(visible.real(own), [str(tmp_path / "python")]) == [str(tmp_path / "python/share/quizapp")]


def test_the_probe_sees_own_folders_that_are_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "trust.key").write_text("x")
    assert "see the learner's files" in break_out(Outside((), (str(tmp_path),), (), 0, (str(tmp_path),)))


def test_the_probe_is_content_with_the_way_to_a_model_within_an_own_folder_and_with_nothing_beside_it(
    tmp_path: Path,
) -> None:
    model = tmp_path / "data/models/mine"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    seen = Outside((), (str(model),), (), 0, (str(tmp_path / "data"),))
    assert "see the learner's files" not in break_out(seen)
    for beside in (tmp_path / "data/trust.key", tmp_path / "data/models/other"):
        beside.touch()
        assert "see the learner's files" in break_out(seen)
        beside.unlink()


def test_a_model_in_a_hidden_folder_is_named_though_that_lies_in_something_visible(tmp_path: Path) -> None:
    model, other = tmp_path / "disk/data/models/mine", tmp_path / "disk/bare/model"
    for folder in (model, other):
        folder.mkdir(parents=True)
    models = [str(tmp_path / "disk"), str(model), str(other)]
    seen = visible.files(models, {}, gpu=False, hidden=visible.real([str(tmp_path / "disk/data")]))
    assert [path for path in seen if path.startswith(str(tmp_path))] == [str(tmp_path / "disk"), str(model)]


def test_a_link_in_a_models_folder_shows_nothing_of_a_hidden_one(tmp_path: Path) -> None:
    model, data = tmp_path / "data/models/mine", tmp_path / "data"
    model.mkdir(parents=True)
    (data / "trust.key").write_text("x")
    (tmp_path / "weights").write_text("x")
    (model / "vocab.txt").symlink_to("../../trust.key")
    (model / "model.safetensors").symlink_to(tmp_path / "weights")
    (model / "itself").symlink_to("itself")
    seen = visible.files([str(model)], {}, gpu=False, hidden=[str(data)])
    assert [path for path in seen if path.startswith(str(tmp_path))] == [str(model), str(tmp_path / "weights")]
