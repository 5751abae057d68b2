"""Each model that there is has one line, which says who has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quizapp.lab.catalogue import catalogue
from quizapp.lab.pulled import files_of, resolved
from quizapp.lab.pulling import known
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from tests.lab.pulled import NAME, pull

COMMIT = "0123abc"


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a model in the cache of Hugging Face."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    place = tmp_path / "hub/models--who--cached"
    shutil.copytree(SHIPPED_MODELS / "masked", place / "snapshots" / COMMIT)
    (place / "refs").mkdir()
    (place / "refs/main").write_text(COMMIT)
    return "who/cached"


def listed(models: Path, **of_roles: str) -> dict[str, tuple[str, str | None, tuple[str, ...]]]:
    settings = resolved(LabSettings(models=of_roles), models)
    return {
        entry.name: (entry.place, entry.kind, entry.roles)
        for entry in catalogue(settings, models)
        if entry.place not in {"shipped", "to pull"}
    }


def test_a_pulled_model_is_one_whoever_names_it_and_however(tmp_path: Path) -> None:
    folder = pull(tmp_path)
    assert listed(tmp_path) == {NAME: ("pulled", "causal", ())}
    assert listed(tmp_path, causal=NAME) == {NAME: ("pulled", "causal", ("causal",))}
    assert listed(tmp_path, causal=str(folder)) == {NAME: ("pulled", "causal", ("causal",))}


def test_a_folder_and_an_id_that_a_role_has_are_listed_too(tmp_path: Path, cached: str) -> None:
    mine = shutil.copytree(SHIPPED_MODELS / "causal", tmp_path / "mine")
    assert files_of(cached) == tmp_path / "hub/models--who--cached/snapshots" / COMMIT
    assert listed(tmp_path / "none", causal=str(mine), masked=cached) == {
        str(mine): ("yours", "causal", ("causal",)),
        cached: ("yours", "masked", ("masked",)),
    }


def test_what_a_role_has_and_is_not_there_is_told(tmp_path: Path, cached: str) -> None:
    settings = LabSettings(models={"causal": str(tmp_path / "gone"), "masked": "who/not-cached"})
    lacks = {entry.name: entry.lacks for entry in catalogue(settings, tmp_path) if entry.place == "yours"}
    assert {name: sentence.split(":")[0].split(";")[0] for name, (sentence,) in lacks.items()} == {
        str(tmp_path / "gone"): f"There is no folder {tmp_path / 'gone'}",
        "who/not-cached": "There is no model who/not-cached",
    }


def test_what_was_pulled_need_not_be_pulled(tmp_path: Path) -> None:
    def to_pull() -> list[str]:
        return [entry.name for entry in catalogue(LabSettings(), tmp_path) if entry.place == "to pull"]

    assert to_pull() == [model.name for model in known.MODELS]
    pull(tmp_path, known.MODELS[0].name)
    assert to_pull() == [model.name for model in known.MODELS[1:]]


@pytest.mark.parametrize("content", ["", "nowhere", "../..", "é"])
def test_a_cache_that_leads_nowhere_has_no_model(tmp_path: Path, cached: str, content: str) -> None:
    (tmp_path / "hub/models--who--cached/refs/main").write_text(content)
    assert files_of(cached) is None
