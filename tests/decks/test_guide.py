"""What docs/decks.md says is so: its decks are decks, their proofs hold, its commands print what it shows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quizapp.cards import notes
from quizapp.cards.asked import LONGEST
from quizapp.cards.card import Deck
from quizapp.cards.deck import DeckFile, Entry, Text, Verify
from quizapp.cards.draft import MOST
from quizapp.cards.loader import load_text
from quizapp.cards.plain_yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES
from quizapp.cards.reading import MAX_ID
from quizapp.cli import app
from quizapp.config import load_settings
from quizapp.errors import QuizappError
from quizapp.lab import verification
from quizapp.lab.protocol import COLUMNS, POINTS, ROWS, SIDE
from quizapp.lab.settings import LabSettings
from quizapp.lab.worker import charts
from tests.decks.bench import Bench, draws

GUIDE = Path(__file__).parents[2] / "docs/decks.md"
TEXT = GUIDE.read_text(encoding="utf-8")
SLIPS = "slips.yaml"
"""The one file of the guide that is wrong on purpose."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the file it is said to be, and its line for the test's name."""

    language: str
    text: str
    file: str | None
    line: int


def blocks() -> Iterator[Block]:
    for found in re.finditer(r"(?:<!-- file: (\S+) -->\n)?^```([a-z ]+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE):
        yield Block(found[2], found[3], found[1], TEXT.count("\n", 0, found.start(3)))


BLOCKS = list(blocks())
YAML = [block for block in BLOCKS if block.language == "yaml" and block.file != SLIPS]


def deck_of(block: Block) -> Deck:
    """The deck, or the cards as a deck."""
    whole = "\ndeck: " in f"\n{block.text}"
    loaded = load_text(block.text if whole else f"deck: d\ntitle: D\ncards:\n{block.text}", Path("d.yaml"))
    assert loaded.problems == ()
    assert loaded.deck
    return loaded.deck


def entries() -> Iterator[tuple[Block, Entry]]:
    for block in YAML:
        yield from ((block, entry) for entry in {card.id.card: card.entry for card in deck_of(block).cards}.values())


ENTRIES = {entry.id: entry for _, entry in entries()}
PROVED = [entry for entry in ENTRIES.values() if entry.verify]


def test_every_fenced_block_is_looked_at() -> None:
    assert TEXT.count("\n```") == 2 * len(BLOCKS)
    assert {block.language for block in BLOCKS} == {
        "yaml", "yaml stub", "console", "sh", "toml", "python", "markdown"
    }  # fmt: skip


@pytest.mark.parametrize("block", YAML, ids=lambda block: str(block.line))
def test_every_deck_and_card_it_shows_is_right(block: Block) -> None:
    deck_of(block)


@pytest.mark.parametrize("entry", PROVED, ids=lambda entry: entry.id)
def test_every_proof_it_shows_holds(bench: Bench, entry: Entry) -> None:
    observed = [bench.run(entry, values) for values in draws(entry)]
    assert len(set(map(repr, observed))) == len(observed), "what is drawn has to change the answer"


def test_the_proof_that_is_to_fail_does_when_its_claim_is_broken(bench: Bench) -> None:
    entry = ENTRIES["what-a-mask-keeps-out"]
    assert entry.verify
    mask = 'batch["attention_mask"]'
    for old, new in [
        ("model(**batch)", 'model(input_ids=batch["input_ids"])'),
        (f"kept = {mask}", f"{mask}[:] = 1\nkept = {mask}"),
    ]:
        assert old in entry.verify.code
        with pytest.raises(AssertionError):
            bench.run(entry, {}, entry.verify.code.replace(old, new))


def test_the_proof_that_proves_nothing_holds_for_a_wrong_mask(bench: Bench) -> None:
    (idle,) = [block.text for block in BLOCKS if block.language == "python"]
    wrong = 'batch = tokenizer(["a", "a cat"], padding=True, return_tensors="pt")\nbatch["attention_mask"][:] = 1\n'
    entry = Entry(id="idle", verify=Verify(model="masked", code=wrong + idle))
    bench.run(entry, {})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the guide's files are and its commands run."""
    folder = tmp_path / "guide"
    (folder / "decks").mkdir(parents=True)
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QUIZAPP_DECKS", str(folder / "decks"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("quizapp.config.shipped_decks", lambda: tmp_path / "shipped")
    monkeypatch.chdir(folder)
    return folder


def test_its_commands_print_what_it_shows(home: Path) -> None:
    for block in BLOCKS:
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "yaml stub":
            assert block.text in Path("course.yaml").read_text("utf-8")
        elif block.language == "console":
            for command, expected in transcript(block.text):
                assert_prints(home, command, expected)


def transcript(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines that it prints."""
    for part in re.split(r"^\$ quizapp ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield command, lines


def assert_prints(home: Path, command: str, expected: list[str]) -> None:
    """A line `…` stands for any lines; the data folder is said to be where it is on Linux."""
    done = CliRunner().invoke(app, command.split())
    assert not isinstance(done.exception, QuizappError), done.exception
    pattern = "".join(r"(?:.*\n)*" if line == "…" else f"{re.escape(line)}\n" for line in expected)
    printed = done.stdout.replace(str(home.parent / "data"), "~/.local/share/quizapp")
    assert re.fullmatch(pattern, printed), f"quizapp {command} prints:\n{printed}"


def test_the_commands_it_names_exist_with_their_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    named = re.findall(r"(?:`|^\$? ?)quizapp ([a-z]+)((?: \S+)*?)(?=`|$| >)", TEXT, re.MULTILINE)
    assert len(named) >= 8
    for command, arguments in named:
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0, command
        for option in re.findall(r"(?<= )--[a-z]+", arguments):
            assert option in shown.output


def test_the_settings_it_shows_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (toml,) = [block.text for block in BLOCKS if block.language == "toml"]
    (tmp_path / "config.toml").write_text(toml)
    monkeypatch.setenv("QUIZAPP_CONFIG", str(tmp_path / "config.toml"))
    assert load_settings().lab == LabSettings()
    assert set(re.findall(r"^(\w+) =", toml, re.MULTILINE)) == {"timeout", "memory_gb", "output_kb"}


def test_every_key_has_its_row() -> None:
    tables = TEXT[TEXT.index("## Every key") : TEXT.index("## Kinds")]
    rows = [re.findall(r"`(\w+)`", row) for row in re.findall(r"^\| (`[^|]*) \|", tables, re.MULTILINE)]
    deck, card = rows[: len(DeckFile.model_fields)], rows[len(DeckFile.model_fields) :]
    assert set(itertools.chain(*deck)) == set(DeckFile.model_fields)
    assert set(itertools.chain(*card)) == set(Entry.model_fields)


def test_its_limits_are_those_of_the_code() -> None:
    limits = dict(re.findall(r"^\| ([A-Z][^|]*) \| ([^|]*) \|$", TEXT[TEXT.index("## Limits") :], re.MULTILINE))
    (longest,) = [part.max_length for part in Text.__metadata__[0].metadata if hasattr(part, "max_length")]
    assert limits == {
        "A deck file": f"{MAX_BYTES >> 10} KiB, {MAX_DEPTH} levels, {MAX_NODES} keys and values",
        "A text": f"{longest} characters",
        "An id": f"{MAX_ID} characters",
        "Charts of a run": f"{charts.CHARTS}",
        "A chart": (
            f"{SIDE} bars, {SIDE} × {SIDE} cells, {ROWS} × {COLUMNS} in a table; a line is drawn from {POINTS} points"
        ),
        "Draws of a card that `verify` runs": f"{verification.DRAWS}",
        "Notes that are drafted or outlined": (
            f"{notes.MAX_BYTES >> 10} KiB; a draft has {MOST} cards, a question {LONGEST} characters"
        ),
    }


def test_its_links_lead_somewhere() -> None:
    titles = re.findall(r"^##? (.*)$", TEXT, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings
