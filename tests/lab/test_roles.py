"""`--role` names roles that there are, and models that there may be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quizapp.errors import ConfigError
from quizapp.lab.roles import chosen
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings

SHIPPED = LabSettings()
NONE = Path("/nowhere/models")
"""The folder of pulled models, where there are none."""


def test_without_one_all_roles_keep_their_models() -> None:
    assert chosen([], SHIPPED, NONE) == (None, SHIPPED)


def test_a_role_alone_keeps_its_model() -> None:
    assert chosen(["causal", "none"], SHIPPED, NONE) == (frozenset({"causal", "none"}), SHIPPED)


def test_a_model_takes_the_place_of_the_one_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copytree(SHIPPED_MODELS / "causal", tmp_path / "own")
    for written in (f"causal={tmp_path / 'own'}", "causal=own", "causal=./own", "causal=~/own"):
        roles, settings = chosen([written], SHIPPED, NONE)
        assert roles == {"causal"}
        assert settings.models == SHIPPED.models | {"causal": str(tmp_path / "own")}
    assert SHIPPED.models == LabSettings().models


def test_a_folder_of_another_machine_is_left_to_it(tmp_path: Path) -> None:
    elsewhere = LabSettings(command=("ssh", "box", "python3"))
    assert chosen(["causal=/data/there"], elsewhere, NONE)[1].models["causal"] == "/data/there"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["casual"], "no role 'casual'; there are causal, masked, none"),
        ([""], "no role ''"),
        (["causal="], "names no model"),
        (["none=x"], "names no model for a role that has one"),
        (["causal", "causal=x"], "causal twice"),
        (["causal=/nowhere/at/all"], "no folder /nowhere/at/all"),
        (["causal=./nowhere"], "no folder .*/nowhere; name one"),
        ([f"masked={SHIPPED.models['causal']}"], "LlamaForCausalLM, which has not the head that the role masked needs"),
        (
            ["causal=SmolLM2-135M-Instruct"],
            "was not pulled yet; `quizapp models pull SmolLM2-135M-Instruct` fetches it",
        ),
        (["causal=who/what"], "--role causal=who/what: There is no model who/what"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(asked: list[str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        chosen(asked, SHIPPED, NONE)
