"""Settings: what they take, and what is said of what they do not take."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quizapp.config import load_settings, missing_folders, unknown_variables
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
        "unknown key 'zzz' in `[lab]`; remove it, or use one of enabled, command, sandbox, device, timeout, ",
    ),
    "a section that is a value": ("study = 3", "`study` is 3; it should be a table."),
    "a value above its range": (
        "[study]\ndesired_retention = 2",
        "`study.desired_retention` is 2; it should be 0.99 or less.",
    ),
    "a value below its range": (
        "[study]\nleech_threshold = 1",
        "`study.leech_threshold` is 1; it should be 2 or more.",
    ),
    "nothing": ("[lab]\ntimeout = 0", "`lab.timeout` is 0; it should be more than 0."),
    "no bound": ("[lab]\nmemory_gb = inf", "`lab.memory_gb` is inf; it should be 4096 or less."),
    "no choice": (
        "[lab]\nsandbox = 'none'",
        "`lab.sandbox` is 'none'; it should be `auto`, `bubblewrap`, `landlock` or `basic`.",
    ),
    "no number": ("[lab]\ntimeout = 'long'", "`lab.timeout` is 'long'; it should be a number."),
    "part of a card": ("[study]\nnew_per_day = 1.5", "`study.new_per_day` is 1.5; it should be a whole number."),
    "neither yes nor no": ("[study]\nfuzz = 'perhaps'", "`study.fuzz` is 'perhaps'; it should be `true` or `false`."),
    "no time of day": (
        "[study]\nrollover = '4'",
        "`study.rollover` is '4'; it should be a time of day such as \"04:00\".",
    ),
    "a number for a time of day": (
        "[study]\nrollover = 4",
        '`study.rollover` is 4; it should be a time of day such as "04:00".',
    ),
    "a number for a wait": (
        "[study]\nlearn_ahead = 20",
        '`study.learn_ahead` is 20; it should be a time such as "30s", "10m", "1h" or "2d".',
    ),
    "a truth value for a wait": (
        "[study]\nlearning_steps = [true]",
        '`study.learning_steps.0` is True; it should be a time such as "30s", "10m", "1h" or "2d".',
    ),
    "no list": ("[lab]\ncommand = 'ssh box'", "`lab.command` is 'ssh box'; it should be a list."),
    "no path": ("notes = 3", "`notes` is 3; it should be a path."),
    "no wait": (
        "[study]\nlearning_steps = ['1m', 'soon']",
        '`study.learning_steps.1` is \'soon\'; it should be a time such as "30s", "10m", "1h" or "2d".',
    ),
    "a wait without end": (
        "[study]\nlearn_ahead = '9999999999d'",
        "`study.learn_ahead` is '9999999999d'; it should be a",
    ),
    "a wait too long": ("[study]\nlearn_ahead = '2d'", "`study.learn_ahead` is 2d; it should be 1d or less."),
    "a step too long": (
        "[study]\nlearning_steps = ['400d']",
        "`study.learning_steps.0` is '400d'; it should be 365d or less.",
    ),
    "a step of no time": (
        "[study]\nlearning_steps = ['0s']",
        "`study.learning_steps.0` is '0s'; it should be more than 0s.",
    ),
    "a key without quotes": (
        '[keys]\nstudy.run = "x"',
        '`keys.study` should be a text; put quotes around an id that has a dot in it: `"study.run" = "x"`.',
    ),
    "a key that is a number": ('[keys]\n"study.run" = 1', "`keys.study.run` is 1; it should be a text."),
    "keys that are no table": ("keys = 'x'", "`keys` is 'x'; it should be a table."),
    "two at once": (
        "[study]\nnew_per_day = 'many'\nfuzzz = true",
        "`study.new_per_day` is 'many'; it should be a whole number.",
        "unknown key 'fuzzz' in `[study]`; did you mean 'fuzz'?",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_was_meant(config: Path, mistake: str) -> None:
    text, *sentences = MISTAKES[mistake]
    config.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    head, *said = str(raised.value).splitlines()
    assert head == "Some settings are wrong:"
    assert len(said) == len(sentences)
    for line, sentence in zip(said, sentences, strict=True):
        assert line.startswith(f"{config}: {sentence}")


WRONG_VARIABLES = {
    "a value": (
        {"QUIZAPP_STUDY__NEW_PER_DAY": "many"},
        "QUIZAPP_STUDY__NEW_PER_DAY: `study.new_per_day` is 'many'; it should be a whole number.",
    ),
    "a value in a table": (
        {"QUIZAPP_STUDY": '{"new_per_day": "many"}'},
        "QUIZAPP_STUDY: `study.new_per_day` is 'many'; it should be a whole number.",
    ),
    "the more exact of two": (
        {"QUIZAPP_STUDY": '{"new_per_day": 3}', "QUIZAPP_STUDY__NEW_PER_DAY": "many"},
        "QUIZAPP_STUDY__NEW_PER_DAY: `study.new_per_day` is 'many'",
    ),
    "a part of a list": (
        {"QUIZAPP_STUDY__LEARNING_STEPS": '["1m", "soon"]'},
        "QUIZAPP_STUDY__LEARNING_STEPS: `study.learning_steps.1` is 'soon'",
    ),
    "a folder": ({"QUIZAPP_DECKS": "/tmp:~nosuchuser/x"}, "QUIZAPP_DECKS: `decks` is "),
    "no setting": (
        {"QUIZAPP_STUDY__FUZZZ": "1"},
        "QUIZAPP_STUDY__FUZZZ: unknown key 'fuzzz' in `[study]`; did you mean",
    ),
    "in other letters": ({"quizapp_study__new_per_day": "many"}, "QUIZAPP_STUDY__NEW_PER_DAY: `study.new_per_day` is "),
    "too deep in a list": (
        {"QUIZAPP_STUDY__LEARNING_STEPS__0": "1m"},
        "QUIZAPP_STUDY__LEARNING_STEPS__0: `study.learning_steps` is {'0': '1m'}; it should be a list.",
    ),
    "too deep in a number": (
        {"QUIZAPP_STUDY__NEW_PER_DAY__X": "1", "QUIZAPP_STUDY__FUZZ": "true"},
        "QUIZAPP_STUDY__NEW_PER_DAY__X: `study.new_per_day` is {'x': '1'}; it should be a whole number.",
    ),
    "null for a list": ({"QUIZAPP_LAB__COMMAND": "null"}, "QUIZAPP_LAB__COMMAND: `lab.command` is None; it should be"),
    "null beside no JSON": ({"QUIZAPP_KEYS": "null", "QUIZAPP_LAB": "x"}, "QUIZAPP_LAB: this is not JSON"),
    "no JSON": (
        {"QUIZAPP_LAB__MODELS": "x", "QUIZAPP_LAB__DEVICE": "cpu", "QUIZAPP_LAB__COMMAND": "[]"},
        "QUIZAPP_LAB__MODELS: this is not JSON, as the variable of a table or a list must be: ",
    ),
}


@pytest.mark.parametrize("case", WRONG_VARIABLES)
def test_a_mistake_in_a_variable_is_told_with_its_name(
    config: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    config.write_text("")
    variables, sentence = WRONG_VARIABLES[case]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert str(raised.value).removeprefix("Some settings are wrong:\n").startswith(sentence)


def test_each_mistake_is_told_where_it_was_made(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[study]\nfuzz = 'perhaps'")
    monkeypatch.setenv("QUIZAPP_STUDY", '{"new_per_day": "many"}')
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert [line.partition(": `")[0] for line in str(raised.value).splitlines()[1:]] == ["QUIZAPP_STUDY", str(config)]


def test_an_empty_variable_is_not_set(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("data_dir = '/somewhere'\nnotes = '/notes'")
    monkeypatch.setenv("QUIZAPP_DATA_DIR", "")
    monkeypatch.setenv("QUIZAPP_NOTES", "")
    settings = load_settings()
    assert (settings.data_dir, settings.notes) == (Path("/somewhere"), Path("/notes"))


def test_a_folder_stays_where_it_is_when_the_current_folder_changes(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("notes = 'notes'\ndecks = ['decks']")
    monkeypatch.setenv("QUIZAPP_DATA_DIR", "mine")
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert (settings.data_dir, settings.notes, settings.decks) == (
        tmp_path / "mine",
        tmp_path / "notes",
        (tmp_path / "decks",),
    )


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
    ],
)
def test_waits_are_written_plainly(config: Path, written: str, meant: timedelta) -> None:
    config.write_text(f"[study]\nlearning_steps = [{written!r}]\nlearn_ahead = '1h'")
    study = load_settings().study
    assert (study.learning_steps, study.learn_ahead) == ((meant,), timedelta(hours=1))


def test_waits_are_written_so_in_variables_too(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("")
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


def test_the_file_of_settings_may_be_named_in_other_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIZAPP_CONFIG", raising=False)
    monkeypatch.setenv("quizapp_config", str(tmp_path / "config.toml"))
    with pytest.raises(ConfigError, match="which is no file"):
        load_settings()
    (tmp_path / "config.toml").write_text("notes = '/notes'")
    assert load_settings().notes == Path("/notes")


@pytest.mark.parametrize("link", [False, True], ids=["folder", "link to nothing"])
def test_what_is_in_the_place_of_the_file_of_settings_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "quizapp/config.toml"
    path.parent.mkdir()
    path.symlink_to("nowhere") if link else path.mkdir()
    with pytest.raises(ConfigError, match=rf"{path} is {'a link to nothing' if link else 'no file'}; move it away"):
        load_settings()


def test_settings_and_the_name_of_their_file_are_no_unknown_variables(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STUDY", "STUDY__FUZZ", "STUDY__FUZZZ", "LAB__MODELS__CAUSAL", "KEYS__X", "DECKS", "data_dir"):
        monkeypatch.setenv(f"QUIZAPP_{name}", "x")
    assert unknown_variables() == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("DECK", "; did you mean QUIZAPP_DECKS?"),
        ("STUDY_NEW_PER_DAY", "; did you mean QUIZAPP_STUDY__NEW_PER_DAY?"),
        ("NEW_PER_DAY", "; did you mean QUIZAPP_STUDY__NEW_PER_DAY?"),
        ("LAB_TIMEOUT", "; did you mean QUIZAPP_LAB__TIMEOUT?"),
        ("NOTES__X", "; did you mean QUIZAPP_NOTES?"),
        ("FOO", ", so it does nothing."),
        ("ZZZ", ", so it does nothing."),
    ],
)
def test_a_variable_that_is_no_setting_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    monkeypatch.setenv(f"QUIZAPP_{name}", "1")
    assert unknown_variables() == [f"QUIZAPP_{name} is no setting{says}"]


@pytest.mark.parametrize("name", ["STUDY", "LAB", "KEYS"])
def test_a_variable_that_is_null_where_a_table_is_meant_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    config.write_text("")
    monkeypatch.setenv(f"QUIZAPP_{name}", "null")
    load_settings()
    assert unknown_variables() == [f"QUIZAPP_{name} is `null`, so it does nothing; unset it or give it a table."]


def test_a_folder_that_is_not_there_is_not_blamed_on_a_variable_that_does_nothing(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("notes = '/nowhere/notes'")
    monkeypatch.setenv("QUIZAPP_NOTES__X", "1")
    assert [line.partition(":")[0] for line in missing_folders(load_settings())] == [str(config)]


def test_a_folder_that_is_not_there_is_told_with_where_it_was_set(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("decks = ['/nowhere/decks', '/']")
    monkeypatch.setenv("QUIZAPP_NOTES", "/nowhere/notes")
    advice = "which does not exist; make the folder or correct the setting."
    assert missing_folders(load_settings()) == [
        f"{config}: `decks` is /nowhere/decks, {advice}",
        f"QUIZAPP_NOTES: `notes` is /nowhere/notes, {advice}",
    ]
