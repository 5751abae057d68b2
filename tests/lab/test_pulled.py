"""What a model's name means, wherever one is named."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from quizapp.config import load_settings, missing_models
from quizapp.errors import ConfigError
from quizapp.lab.client import Lab
from quizapp.lab.naming import RECORD, short_name
from quizapp.lab.pulled import alike, files_of, folder_of, folder_or_id, names, near, resolved
from quizapp.lab.roles import chosen
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.worker import visible

HERE, ELSEWHERE = LabSettings(), LabSettings(command=("ssh", "box", "python3"))
NAME = "HuggingFaceTB/SmolLM2-135M"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The folder of pulled models, with one in it, one that is being pulled, and something else."""
    for folder in (folder_of(tmp_path / "models", NAME), tmp_path / "models/.part", tmp_path / "models/plain"):
        folder.mkdir(parents=True)
        (folder / RECORD).write_text("{}")
    (tmp_path / "models/empty").mkdir()
    return tmp_path / "models"


def test_what_is_being_pulled_or_was_not_pulled_is_no_pulled_model(models: Path) -> None:
    assert names(models) == [NAME, "plain"]
    assert names(models / "nowhere") == []


def test_a_pulled_models_name_means_its_folder_whatever_lies_where_the_program_was_started(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NAME).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert folder_or_id(NAME, "causal", HERE, models) == str(folder_of(models, NAME))
    assert folder_or_id(f"./{NAME}", "causal", HERE, models) == str(tmp_path / NAME)


def test_the_folder_is_told_without_the_links_that_lead_to_it(models: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(models)
    assert folder_or_id("plain", "masked", HERE, tmp_path / "link") == str(models / "plain")


@pytest.mark.parametrize("settings", [HERE, ELSEWHERE])
@pytest.mark.parametrize("role", ["causal", "masked"])
def test_shipped_means_the_model_that_ships_for_that_role(models: Path, settings: LabSettings, role: str) -> None:
    assert folder_or_id("shipped", role, settings, models) == str(SHIPPED_MODELS / role)


@pytest.mark.parametrize("name", ["gpt2", "who/what", NAME.lower(), "SmolLM2-135M", "..", "../models/plain/x/y"])
def test_another_name_stays_as_it_is_or_is_a_folder_and_never_another_pulled_model(models: Path, name: str) -> None:
    meant = folder_or_id(name, "causal", HERE, models)
    assert meant == (str(Path.cwd() / name) if Path(name).is_dir() else name) or name.startswith("..")
    assert not meant.startswith(str(models))


@pytest.mark.parametrize("name", [NAME, "plain", "~/own", "/data/there", "gpt2"])
def test_a_worker_elsewhere_is_told_the_name_as_it_was_written(models: Path, name: str) -> None:
    assert folder_or_id(name, "causal", ELSEWHERE, models) == name


@pytest.mark.parametrize("model", ["x" * 300, "/" + "x" * 300, "who/" + "x" * 300, "a\0b", "", "~nobody-here/x"])
def test_what_no_path_can_be_is_the_name_of_nothing(models: Path, model: str) -> None:
    meant = folder_or_id(model, "causal", HERE, models)
    assert files_of(meant) is None
    assert short_name(meant)[-9:] == meant[-9:]
    assert [path for path in visible.files([meant], {}, gpu=False) if path.endswith("x")] == []


def test_a_folder_of_models_that_may_not_be_read_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert names(tmp_path) == []


def test_a_model_that_may_not_be_read_hides_no_other(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def refuse(path: Path, **how: bool) -> os.stat_result:
        if path.is_relative_to(models / "plain"):
            raise PermissionError(13, "Permission denied")
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", refuse)
    assert NAME in names(models)


def test_each_role_of_the_settings_is_resolved(models: Path) -> None:
    given = LabSettings(models={"causal": NAME, "masked": "shipped"})
    assert resolved(given, models).models == {
        "causal": str(folder_of(models, NAME)),
        "masked": str(SHIPPED_MODELS / "masked"),
    }
    assert resolved(HERE, models) == HERE


def test_the_settings_and_their_variables_name_pulled_models(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(models.parent))
    monkeypatch.setenv("QUIZAPP_LAB__MODELS", f'{{"causal": "{NAME}"}}')
    settings = load_settings()
    assert settings.lab.models == {"causal": str(folder_of(models, NAME)), "masked": str(SHIPPED_MODELS / "masked")}
    assert missing_models(settings) == []
    assert dict(Lab(settings.lab).state.models) == {"causal": NAME, "masked": "masked"}


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("smollm2-135m", f"smollm2-135m, which is not there; did you mean {NAME}?"),
        ("Gone/Model", "Gone/Model, which is not there; `quizapp models list` lists those that are."),
        ("/nowhere/model", "/nowhere/model, which is not there; `quizapp models list` lists those that are."),
        ("", "empty, which is not there; `quizapp models list` lists those that are."),
    ],
)
def test_a_setting_that_names_a_model_that_is_not_there_is_told(
    models: Path, monkeypatch: pytest.MonkeyPatch, model: str, says: str
) -> None:
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(models.parent))
    monkeypatch.setenv("QUIZAPP_LAB__MODELS", json.dumps({"causal": model}))
    assert missing_models(load_settings()) == [f"QUIZAPP_LAB__MODELS: `lab.models.causal` is {says}"]
    monkeypatch.setenv("QUIZAPP_LAB__COMMAND", '["ssh", "box", "python3"]')
    assert missing_models(load_settings()) == []


def test_verify_takes_a_pulled_models_name_and_says_which_was_meant(models: Path) -> None:
    shutil.copytree(SHIPPED_MODELS / "causal", folder_of(models, NAME), dirs_exist_ok=True)
    assert chosen([f"causal={NAME}"], HERE, models)[1].models["causal"] == str(folder_of(models, NAME))
    assert chosen(["masked=shipped"], HERE, models)[1] == HERE
    with pytest.raises(ConfigError, match=f"--role causal=SmolLM2-135m: There is no model .* Did you mean {NAME}"):
        chosen(["causal=SmolLM2-135m"], HERE, models)


def test_names_that_may_have_been_meant() -> None:
    known = [NAME, f"{NAME}-Instruct", "bert-tiny"]
    assert alike("smollm2-135m", known) == alike(NAME.upper(), known) == [NAME]
    assert alike("bert", known) == []
    assert near("huggingfacetb/smollm-135m", known)[0] == NAME
    assert near("SmolLM2-135M", known)[0] == NAME
    assert near("nothing of the sort", known) == []


@pytest.mark.parametrize(
    ("model", "called"),
    [("gpt2", "gpt2"), ("who/what", "who/what"), ("/data/there", "there"), ("/data/a--b", "a--b")],
)
def test_a_folder_is_called_by_its_own_name_and_an_id_as_it_is(model: str, called: str) -> None:
    assert short_name(model) == called


def test_a_pulled_model_is_called_by_the_name_it_was_pulled_by(models: Path) -> None:
    assert short_name(str(folder_of(models, NAME))) == NAME
