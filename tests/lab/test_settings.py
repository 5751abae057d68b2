"""What is set for the lab, and what stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from quizapp.config import load_settings
from quizapp.errors import ConfigError
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings

SHIPPED = {role: str(SHIPPED_MODELS / role) for role in ("causal", "masked")}


def test_the_shipped_models_are_there() -> None:
    assert LabSettings().models == SHIPPED
    assert all((Path(folder) / "model.safetensors").is_file() for folder in SHIPPED.values())


def test_a_role_that_is_set_leaves_the_others_as_they_are() -> None:
    assert LabSettings(models={"causal": "/x"}).models == SHIPPED | {"causal": "/x"}
    assert LabSettings(models={"vision": "/v"}).models == SHIPPED | {"vision": "/v"}


def test_the_same_holds_for_the_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[lab.models]\ncausal = "/x"\n')
    monkeypatch.setenv("QUIZAPP_CONFIG", str(file))
    assert load_settings().lab.models == SHIPPED | {"causal": "/x"}
    monkeypatch.setenv("QUIZAPP_LAB__MODELS", '{"masked": "/y"}')
    assert load_settings().lab.models == {"causal": "/x", "masked": "/y"}


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:0", "cuda:63", "mps"])
def test_the_devices_that_there_are_can_be_named(device: str) -> None:
    assert LabSettings(device=device).device == device


@pytest.mark.parametrize(
    "device", ["tpu", "", "CPU", "cuda:", "cuda:-1", "cuda:١", "cuda:01", "cuda:1000", "gpu", "cpu\n", "auto "]
)
def test_another_device_is_refused(device: str) -> None:
    with pytest.raises(ValidationError, match="it should be `auto`, `cpu`, `cuda`, `cuda:` and a number, or `mps`"):
        LabSettings(device=device)


def test_what_is_no_name_of_a_module_is_not_imported() -> None:
    assert LabSettings(imports=("sklearn.svm",)).imports == ("sklearn.svm",)
    with pytest.raises(ValidationError, match="'os; x' is no name of a module, as `datasets` is"):
        LabSettings(imports=("peft", "os; x"))


def test_a_wrong_device_is_told_as_any_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_LAB__DEVICE", "tpu")
    with pytest.raises(ConfigError, match=r"`lab.device` is 'tpu'; it should be `auto`, .*`mps`\.$"):
        load_settings()


def test_a_model_for_a_role_that_no_deck_can_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_LAB__MODELS", '{"masked": "/y", "casual": "/x"}')
    with pytest.raises(ConfigError, match=r"QUIZAPP_LAB__MODELS: .*'casual'.*did you mean 'causal'"):
        load_settings()
