"""`quizapp models` with the real program: what there is, what it is, and how a role is given another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from quizapp.cards.loader import load_file as load_deck
from quizapp.lab.trust import Trust
from quizapp.store.log import open_reader
from tests.lab.pulled import NAME, pull
from tests.program.terminal import Terminal, command

DECK = """\
deck: mine
title: Mine
cards:
  - id: sizes
    question: Has it a vocabulary?
    answer: Yes.
    verify: {model: causal, code: "assert model.config.vocab_size > 1"}
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The folder of pulled models, with one for each role and one whose weights are not numbers."""
    folder = tmp_path / ".local/share/quizapp/models"
    pull(folder)
    pull(folder, "Owner/Hides", "masked")
    spoilt = pull(folder, "Owner/Spoilt") / "model.safetensors"
    save_file({name: tensor * float("nan") for name, tensor in load_file(spoilt).items()}, spoilt, {"format": "pt"})
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / ".config/quizapp/config.toml"


def test_what_ships_what_was_pulled_and_what_can_be_is_listed(tmp_path: Path, models: Path) -> None:
    done = command(tmp_path, "models", "list", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    listed = json.loads(command(tmp_path, "models", "list", "--json").stdout)["models"]
    assert [(model["name"], model["place"], model["kind"], model["roles"]) for model in listed] == [
        ("shipped", "shipped", "causal", ["causal"]),
        ("shipped", "shipped", "masked", ["masked"]),
        ("Owner/Hides", "pulled", "masked", []),
        (NAME, "pulled", "causal", []),
        ("Owner/Spoilt", "pulled", "causal", []),
        ("SmolLM2-135M-Instruct", "to pull", "causal", []),
    ]
    assert all(model["name"] in done.stdout for model in listed)


def test_a_role_is_given_a_model_that_ran_and_verified_with_it_by_its_name(
    tmp_path: Path, models: Path, settings: Path
) -> None:
    settings.parent.mkdir(parents=True)
    settings.write_text("# mine\n[study]\nnew_per_day = 3 # few\n")
    done = command(tmp_path, "models", "use", "causal", NAME)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"The role causal had shipped, and has {NAME} from the next start on.",
        f"It is written in {settings}.",
        "Next: quizapp verify --role causal",
    ]
    added = f'[lab.models]\ncausal = "{NAME}"\n'
    assert settings.read_text() == f"# mine\n[study]\nnew_per_day = 3 # few\n\n{added}"
    deck = models.parent / "decks/mine.yaml"
    deck.parent.mkdir()
    deck.write_text(DECK)
    loaded = load_deck(deck).deck
    assert loaded is not None
    Trust(models.parent).allow(loaded.cards)
    with Terminal(tmp_path, "verify", "mine") as terminal:
        terminal.wait_for(f"Verifying 1 claim on causal={NAME} · cpu", "1 of 1 claim verified")
    (proof,) = open_reader(models.parent).proofs()
    assert (proof.environment.model, proof.environment.revision[:7]) == (NAME, "sha256:")

    back = command(tmp_path, "models", "use", "causal", "shipped")
    assert back.stdout.startswith(f"The role causal had {NAME}, and has shipped from the next start on.\n")
    assert settings.read_text().endswith('causal = "shipped"\n')


def test_a_model_that_runs_but_gives_no_numbers_is_not_taken(tmp_path: Path, models: Path, settings: Path) -> None:
    done = command(tmp_path, "models", "use", "causal", "Owner/Spoilt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Owner/Spoilt does not do for the role causal; nothing was written.\n")
    assert "logits.isfinite().all()" in done.stderr
    assert not settings.exists()


def test_stopped_while_it_is_tried_nothing_is_written(tmp_path: Path, models: Path, settings: Path) -> None:
    with Terminal(tmp_path, "models", "use", "causal", NAME) as terminal:
        terminal.wait_for(f"trying {NAME}: importing")
        terminal.press("\x03")
        assert terminal.wait_for_exit() == 130
        assert terminal.text.strip() == "Stopped; nothing was written."
    assert not settings.exists()
