"""A deck is saved while the real program asks one of its questions."""

from __future__ import annotations

from pathlib import Path

from quizapp.store.log import open_reader
from tests.program.deck import DECK
from tests.program.terminal import Terminal, choose_own_deck


def test_a_deck_saved_in_two_steps_while_its_question_is_answered(home: Path) -> None:
    decks = home / ".local/share/quizapp/decks"
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?", "0 of 2 done", "esc leave the line")
        terminal.press("7")
        terminal.wait_for("│  7")

        (decks / "day.yaml").write_text(DECK.replace("How many", "Tell how many")[:100])  # as far as it got
        terminal.wait_for("day.yaml:5: ", "The last good", "How many columns?", "│  7")

        (decks / "day.yaml.new").write_text(
            DECK.replace("How many", "Tell how many").replace("comes second", "is next")
        )
        (decks / "day.yaml.new").rename(decks / "day.yaml")
        terminal.wait_for("day.yaml was saved: 2", "Tell how many columns?", "│  7", "0 of 2 done")

        terminal.press("escape", "space")
        terminal.wait_for("3 good")
        terminal.press_until("4", "What is next?")
        (decks / "day.yaml").unlink()
        terminal.wait_for("Done for now", "1 review today", "day.yaml is gone")
        terminal.press("q", "q")
        assert terminal.wait_for_exit() == 0
    assert [str(event.card) for event in open_reader(home / ".local/share/quizapp").events()] == ["day/columns"]
