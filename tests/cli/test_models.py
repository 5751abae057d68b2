"""`quizapp models` says what there is and what a model is, and refuses what does not fit."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from typer.testing import CliRunner

from quizapp.cli import app
from quizapp.errors import ConfigError
from quizapp.lab.pulled import folder_of
from tests.lab.pulled import NAME, pull
from tests.program.terminal import environment_of


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The folder of pulled models, with one for each role."""
    folder = tmp_path / ".local/share/quizapp/models"
    pull(folder)
    pull(folder, "Owner/Hides", "masked")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / ".config/quizapp/config.toml"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def command(home: Path, *arguments: str, **environment: str) -> Done:
    """Run the program in this process, as `__main__` does."""
    with mock.patch.dict(os.environ, environment_of(home, **environment), clear=True):
        done = CliRunner().invoke(app, arguments)
    if isinstance(done.exception, ConfigError):
        return Done(2, done.stdout, f"{done.stderr}{done.exception}")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def test_all_that_is_known_of_a_roles_model_is_shown(tmp_path: Path, models: Path) -> None:
    named = {"QUIZAPP_LAB__MODELS": json.dumps({"causal": NAME}), "COLUMNS": "80"}
    done = command(tmp_path, "models", "show", "causal", **named)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert f"name            {NAME}" in lines
    assert "architecture    LlamaForCausalLM" in lines
    told = json.loads(command(tmp_path, "models", "show", "causal", "--json", **named).stdout)
    assert (told["name"], told["folder"]) == (NAME, str(folder_of(models, NAME)))
    assert (told["shape"]["architecture"], told["problems"]) == ("LlamaForCausalLM", [])
    for written in (NAME, str(folder_of(models, NAME))):
        assert json.loads(command(tmp_path, "models", "show", written, "--json").stdout) == told


def test_of_a_damaged_model_what_can_be_read_is_shown_with_what_is_wrong(tmp_path: Path, models: Path) -> None:
    (folder_of(models, NAME) / "model.safetensors").write_bytes(b"\1")
    done = command(tmp_path, "models", "show", "causal", QUIZAPP_LAB__MODELS=json.dumps({"causal": NAME}))
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ model.safetensors is damaged: it has no header." in done.stdout
    assert "LlamaForCausalLM" in done.stdout


@pytest.mark.parametrize(
    ("role", "model", "code", "says"),
    [
        ("causal", "Owner/Hides", 1, "BertForMaskedLM, which has not the head that the role causal needs"),
        ("masked", NAME, 1, "LlamaForCausalLM, which has not the head that the role masked needs"),
        ("causal", "small-model", 2, f"There is no model small-model: .* Did you mean {NAME}"),
        ("causal", "smollm2-135m-instruct", 2, "was not pulled yet; `quizapp models pull SmolLM2-135M-Instruct`"),
        ("causal", "gpt2-of-nobody", 2, "`quizapp models pull` fetches others"),
        ("causal", "./nowhere", 2, "There is no folder .*/nowhere; name one"),
        ("causal", "~", 1, "There is no config.json"),
        ("causal", "x" * 300, 2, "There is no model xxx"),
        ("masked", "/" + "x" * 300, 2, "There is no folder /xxx"),
        ("vision", NAME, 2, "There is no role 'vision' that has a model; there are causal, masked"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_tried(
    tmp_path: Path, models: Path, settings: Path, role: str, model: str, code: int, says: str
) -> None:
    done = command(tmp_path, "models", "use", role, model)
    assert (done.returncode, done.stdout, settings.exists()) == (code, "", False)
    assert re.search(says, done.stderr), done.stderr


def test_a_variable_that_counts_before_the_file_is_told(tmp_path: Path, models: Path, settings: Path) -> None:
    named = json.dumps({"causal": NAME})
    done = command(tmp_path, "models", "use", "causal", "shipped", QUIZAPP_LAB__MODELS=named)
    assert done.returncode == 0
    assert done.stderr == (
        f"But QUIZAPP_LAB__MODELS is set and counts before the file; unset it, or causal keeps {NAME}.\n"
    )
    assert settings.read_text() == '[lab.models]\ncausal = "shipped"\n'


def test_a_role_that_has_the_model_already_is_told_so(tmp_path: Path, settings: Path) -> None:
    done = command(tmp_path, "models", "use", "masked", "shipped")
    assert done.stdout.startswith(f"The role masked has shipped, as before.\nIt is written in {settings}.\n")


@pytest.mark.parametrize(
    ("what", "says"),
    [("shipped", "write a role that has it: causal, masked"), ("small-model", f"Did you mean {NAME}?")],
)
def test_what_cannot_be_shown_is_told(tmp_path: Path, models: Path, what: str, says: str) -> None:
    done = command(tmp_path, "models", "show", what)
    assert (done.returncode, done.stdout, says in done.stderr) == (2, "", True)


def test_a_model_elsewhere_cannot_be_read_here(tmp_path: Path) -> None:
    there = {"QUIZAPP_LAB__COMMAND": '["ssh", "box", "python3"]', "QUIZAPP_LAB__MODELS": '{"causal": "~/there"}'}
    done = command(tmp_path, "models", "show", "causal", **there)
    assert (done.returncode, "there is where `lab.command` starts the worker" in done.stderr) == (2, True)
    assert "elsewhere" not in command(tmp_path, "models", "show", "masked", **there).stderr
    listed = json.loads(command(tmp_path, "models", "list", "--json", **there).stdout)["models"]
    assert [(model["name"], model["place"]) for model in listed if model["roles"] == ["causal"]] == [
        ("~/there", "elsewhere")
    ]
