"""One key of the file of settings is changed by a program, and not another byte of it."""

from __future__ import annotations

import os
import string
import tomllib
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import ConfigError
from quizapp.settings_file import set_model, with_model

FILE = Path("config.toml")

LINE = 'causal = "Owner/Name"\n'
ADDED = f"[lab.models]\n{LINE}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ADDED),
        ("# mine\n", f"# mine\n\n{ADDED}"),
        ("[lab]\ntimeout = 3 # s", f"[lab]\ntimeout = 3 # s\n\n{ADDED}"),
        ("[lab]\ntimeout=3\n\n# keys\n[keys]\na='b'\n", f"[lab]\ntimeout=3\n\n# keys\n[keys]\na='b'\n\n{ADDED}"),
        ("[lab.models]\nmasked='m'\n\n# next\n[study]\n", f"[lab.models]\n{LINE}masked='m'\n\n# next\n[study]\n"),
        ("[ lab . models ] # here", f"[ lab . models ] # here\n{LINE}"),
        ("[lab.models]\r\nmasked='m'\r\n", "[lab.models]\r\ncausal = \"Owner/Name\"\r\nmasked='m'\r\n"),
        ("[lab.models]\n  causal  =  'x'  # why\n", '[lab.models]\n  causal  =  "Owner/Name"  # why\n'),
        ("[lab]\nmodels = {causal='x', masked='m'} # a\n", "[lab]\nmodels = {causal=\"Owner/Name\", masked='m'} # a\n"),
        ("lab.models.causal = 'x'\nnotes = 'n'\n", "lab.models.causal = \"Owner/Name\"\nnotes = 'n'\n"),
        ('note = """\n[lab.models]\n"""\n', f'note = """\n[lab.models]\n"""\n\n{ADDED}'),
        ("[lab.models]\ncausal='x'\n[study]\n[lab]\n", '[lab.models]\ncausal="Owner/Name"\n[study]\n[lab]\n'),
        ("[lab.models]\n[study]\n[lab]\ntimeout=3", f"[lab.models]\n{LINE}[study]\n[lab]\ntimeout=3"),
        ("lab.timeout = 3\n[study]\n", f"lab.timeout = 3\n[study]\n\n{ADDED}"),
    ],
)
def test_a_key_is_changed_where_it_is_or_added_where_it_belongs(before: str, after: str) -> None:
    assert with_model(before, "causal", "Owner/Name", FILE) == after


@pytest.mark.parametrize(
    "before",
    ["[lab]\nmodels = {masked = 'm'}\n", "lab.models.masked = 'm'\nnotes = 'n'\n", "lab = {models = {masked = 'm'}}\n"],
)
def test_a_key_is_added_to_a_table_that_is_written_without_a_header(before: str) -> None:
    after = with_model(before, "causal", "x", FILE)
    assert tomllib.loads(after)["lab"]["models"] == {"masked": "m", "causal": "x"}


@pytest.mark.parametrize("before", ["lab = 3\n", "lab = {timeout = 3}\n", "[lab]\nmodels = 'x'\n", "[[lab]]\n"])
def test_what_cannot_be_changed_is_told_with_the_line_to_write(before: str) -> None:
    with pytest.raises(ConfigError, match=r'config.toml .* yourself: `causal = "x"` below `\[lab.models\]`'):
        with_model(before, "causal", "x", FILE)


KEYS = st.text(string.ascii_uppercase + " .é\"'#", min_size=1, max_size=4)
LEAVES = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.floats(allow_nan=False), st.dates())
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2))
TABLES = st.dictionaries(KEYS, VALUES, max_size=3)
COMMENTS = st.text(string.printable.translate({ord(c): None for c in "\r\n\x0b\x0c"}), max_size=8)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files of settings: tables in any order, with comments and blank lines between all lines."""
    models = draw(st.dictionaries(st.sampled_from(["causal", "masked", "vision"]), st.text(max_size=6)))
    lab = draw(TABLES) | ({"models": models} if draw(st.booleans()) else {})
    rest = draw(TABLES)
    named = rest | ({"lab": lab} if draw(st.booleans()) else {})
    text = tomlkit.dumps(dict(draw(st.permutations(list(named.items())))))
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    return ending.join(_decorated(draw, text)) + draw(st.sampled_from(["", ending, ending * 2]))


def _decorated(draw: st.DrawFn, text: str) -> list[str]:
    """The lines of a file with something that means nothing between them, unless that would mean something."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += [draw(st.sampled_from(["", "  ", "# "])), f"# {draw(COMMENTS)}"] if draw(st.booleans()) else []
        lines.append(line)
    try:
        same = tomllib.loads("\n".join(lines)) == tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        same = False
    return lines if same else text.split("\n")


@given(files(), st.sampled_from(["causal", "masked"]), st.text(st.characters(exclude_categories=["C"]), max_size=10))
def test_any_file_stays_the_same_but_for_the_one_key(before: str, role: str, model: str) -> None:
    try:
        values = tomllib.loads(before)
        after = with_model(before, role, model, FILE)
    except tomllib.TOMLDecodeError:
        return
    wanted = values.setdefault("lab", {}).setdefault("models", {})
    had = role in wanted
    wanted[role] = model
    assert tomllib.loads(after) == values
    gone = _without(_without(before, after)[::-1], _without(after, before)[::-1])
    assert ("\n" not in gone) if had else not gone


def _without(text: str, other: str) -> str:
    """What is left of a text without what both begin with."""
    pairs = enumerate(zip(text, other, strict=False))
    return text[next((at for at, (mine, its) in pairs if mine != its), min(len(text), len(other))) :]


def test_a_file_is_made_with_its_folder(tmp_path: Path) -> None:
    set_model(tmp_path / "new/folder/config.toml", "masked", "x")
    assert (tmp_path / "new/folder/config.toml").read_text() == '[lab.models]\nmasked = "x"\n'


def test_a_link_stays_one_and_the_mode_and_bytes_of_the_file_stay(tmp_path: Path) -> None:
    kept, link = tmp_path / "dots/quizapp.toml", tmp_path / "config.toml"
    kept.parent.mkdir()
    kept.write_bytes(b"# mine\r\n[lab.models]\r\ncausal = 'x'\r\n")
    kept.chmod(0o640)
    link.symlink_to("dots/quizapp.toml")
    set_model(link, "causal", "y")
    assert link.is_symlink()
    assert kept.read_bytes() == b'# mine\r\n[lab.models]\r\ncausal = "y"\r\n'
    assert kept.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in kept.parent.iterdir()] == ["quizapp.toml"]


@pytest.mark.parametrize(
    ("content", "says"), [(b"notes =", "is not TOML"), (b"# \xff", "is not UTF-8"), (b"lab = 3", "yourself")]
)
def test_what_is_no_file_of_settings_stays_as_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        set_model(file, "causal", "x")
    assert file.read_bytes() == content


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot be written: .*It is as it was"):
        set_model(tmp_path / "file/config.toml", "causal", "x")


def test_a_file_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(ConfigError, match="You may not write"):
        set_model(file, "causal", "x")
    assert file.read_text() == "# mine\n"
