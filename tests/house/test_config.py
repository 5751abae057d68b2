"""Settings: what they take, and what is said of what they do not take."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quizapp.config import load_settings, unknown_variables
from quizapp.errors import ConfigError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("QUIZAPP_CONFIG", str(path))
    return path


MISTAKES = {
    "misspelt section": ("[stuyd]", "unknown key 'stuyd' in the settings; did you mean 'study'?"),
    "misspelt key": (
        "[study]\nlearning_stesp = ['1m']",
        "unknown key 'learning_stesp' in `[study]`; did you mean 'learning_steps'?",
    ),
    "unknown key": (
        "[lab]\nzzz = 1",
        "unknown key 'zzz' in `[lab]`; remove it, or use one of enabled, command, device, timeout, ",
    ),
    "a section that is a value": ("study = 3", "`study` is 3; it should be a valid dictionary or instance of "),
    "a value out of range": (
        "[study]\ndesired_retention = 2",
        "`study.desired_retention` is 2; it should be less than or equal to 0.99.",
    ),
    "no wait": (
        "[study]\nlearning_steps = ['1m', 'soon']",
        '`study.learning_steps.1` is \'soon\'; it should be a time such as "30s", "10m", "1h" or "2d".',
    ),
    "a wait too long": ("[study]\nlearn_ahead = '9999999999d'", "`study.learn_ahead` is '9999999999d'; it should be a"),
    "a key without quotes": (
        '[keys]\nstudy.run = "x"',
        '`keys.study` should be a text; put quotes around an id that has a dot in it: `"study.run" = "x"`.',
    ),
    "a key that is a number": ('[keys]\n"study.run" = 1', "`keys.study.run` is 1; it should be a valid string."),
    "keys that are no table": ("keys = 'x'", "`keys` is 'x'; it should be a valid dictionary."),
    "two at once": (
        "[study]\nnew_per_day = 'many'\nfuzzz = true",
        "`study.new_per_day` is 'many'; it should be a valid integer, unable to parse string as an integer.\n"
        "unknown key 'fuzzz' in `[study]`; did you mean 'fuzz'?",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_was_meant(config: Path, mistake: str) -> None:
    text, sentence = MISTAKES[mistake]
    config.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    where, _, said = str(raised.value).partition("\n")
    assert str(config) in where
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("10 m", timedelta(minutes=10)),
        ("1h", timedelta(hours=1)),
        ("1.5h", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("0:10:00", timedelta(minutes=10)),
        ("PT30S", timedelta(seconds=30)),
        (90, timedelta(seconds=90)),
    ],
)
def test_waits_are_written_plainly(config: Path, written: str | int, meant: timedelta) -> None:
    config.write_text(f"[study]\nlearning_steps = [{written!r}]\nlearn_ahead = '1h'")
    study = load_settings().study
    assert (study.learning_steps, study.learn_ahead) == ((meant,), timedelta(hours=1))


def test_waits_are_written_so_in_variables_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_STUDY__RELEARNING_STEPS", '["30s"]')
    monkeypatch.setenv("QUIZAPP_STUDY__LEARN_AHEAD", "10m")
    study = load_settings().study
    assert (study.relearning_steps, study.learn_ahead) == ((timedelta(seconds=30),), timedelta(minutes=10))


def test_quoted_binding_ids_are_keys(config: Path) -> None:
    config.write_text('[keys]\n"study.run" = "x"')
    assert load_settings().keys == {"study.run": "x"}


def test_the_file_of_settings_need_not_be_there_unless_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUIZAPP_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    load_settings()
    monkeypatch.setenv("QUIZAPP_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigError, match=r"QUIZAPP_CONFIG names .*none\.toml, which is no file"):
        load_settings()


def test_settings_and_the_name_of_their_file_are_no_unknown_variables(config: Path) -> None:
    assert unknown_variables() == []
