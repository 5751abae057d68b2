"""Nothing of a stranger's runs before the learner has seen exactly that and said yes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from quizapp.lab.settings import LabSettings
from quizapp.lab.trust import Trust
from quizapp.tui.screens.asking import AskingScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.trust import DeckTrustScreen, TrustScreen
from quizapp.tui.widgets.source_view import SourceView
from tests.tui.conftest import Open, Seat
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import World

ONCE, CODE, DECK, NEVER = (("down",) * times + ("enter",) for times in (1, 2, 3, 4))
"""The keys of each answer but no, which is under the cursor."""
TO_THE_END = ("pagedown",) * 7
SNIPPETS = 5
CHANGED = ALL_KINDS.replace("assert not torch", "import urllib.request as u; assert not torch")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, {"kinds.yaml": ALL_KINDS}, shipped=False)


def many(count: int) -> str:
    """A deck of small snippets."""
    card = "  - {{id: c{0}, question: '?', answer: '!', verify: {{model: none, code: \"x = {0}\\nassert 1\"}}}}\n"
    return "deck: kinds\ntitle: Many\ncards:\n" + "".join(card.format(at) for at in range(count))


def edit(world: World, text: str = CHANGED) -> None:
    """The deck on the disk becomes another."""
    (world.decks / "kinds.yaml").write_text(text)


async def ask(seat: Seat, *keys: str, at: str = "recall") -> None:
    """Want to run a card's code, and answer."""
    await seat.study(at=at)
    await seat.press("space", "r", *keys)


async def test_the_code_is_shown_and_no_is_the_default(open_app: Open) -> None:
    async with open_app(size=(100, 50)) as seat:
        await ask(seat)
        assert isinstance(seat.app.screen, TrustScreen)
        assert "assert torch.isclose(logits.softmax(-1).sum()" in seat.text
        assert "▸ no" in seat.text, "told without colour"
        await seat.press("enter")
        assert isinstance(seat.app.screen, StudyScreen)
        assert seat.world.lab.runs == []


async def test_the_keys_are_told_over_the_question(open_app: Open) -> None:
    async with open_app() as seat:
        await ask(seat, "question_mark")
        assert "Run nothing" in seat.text
        await seat.press("escape")
        assert isinstance(seat.app.screen, TrustScreen)


async def test_escape_is_no(open_app: Open) -> None:
    async with open_app() as seat:
        await ask(seat, "escape")
        assert seat.world.lab.runs == []


async def test_once_asks_again(open_app: Open) -> None:
    async with open_app() as seat:
        await ask(seat, *ONCE)
        assert len(seat.world.lab.runs) == 1
        await seat.press("r")
        assert isinstance(seat.app.screen, TrustScreen)


async def test_this_code_is_remembered_until_it_changes(open_app: Open) -> None:
    async with open_app() as seat:
        await ask(seat, *CODE, "r")
        assert len(seat.world.lab.runs) == 2
    edit(seat.world)
    async with open_app() as seat:
        await ask(seat)
        assert isinstance(seat.app.screen, TrustScreen)


async def test_a_prediction_waits_for_the_answer(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("9", "enter")
        assert isinstance(seat.app.screen, TrustScreen)
        await seat.press("enter")
        assert seat.app.screen is screen
        assert seat.world.lab.runs == []
        assert not screen.attempt.revealed


class TestReading:
    async def test_long_code_hides_no_answer_and_can_be_read_to_its_end(self, open_app: Open, tmp_path) -> None:
        long = ALL_KINDS.replace("        assert not torch", "        x = 1\n" * 99 + "        assert not torch", 1)
        vary = "    vary: {planted: ['[/x]', other]}\n    verify:"
        long = long.replace("    verify:", vary, 1).replace(
            "        assert not torch", "        planted; assert not torch"
        )
        world = World(tmp_path / "other", {"kinds.yaml": long}, shipped=False)
        async with open_app(world=world, size=(60, 24)) as seat:
            await ask(seat)
            answers = ("no", "once", "this code, until it changes", "this deck, until it", "never this deck")
            assert "drawn: planted = '[/x]' or 'other'" in seat.text, "what may be bound is part of what is asked"
            assert all(answer in seat.text for answer in answers)
            await seat.press(*["pagedown"] * 20)
            assert "softmax(-1).sum()" in seat.text
            assert all(answer in seat.text for answer in answers)

    async def test_what_a_prediction_is_compared_with_is_shown(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="predict")
            await seat.press("9", "enter")
            assert "predict: long + 2" in seat.text
            assert "drawn: short = 2 or 3" in seat.text

    async def test_what_it_reaches_out_for_stands_at_its_line(self, open_app: Open, world: World) -> None:
        edit(world)
        async with open_app(size=(100, 30)) as seat:
            await ask(seat)
            rows = seat.text.splitlines()
            (at,) = [at for at, row in enumerate(rows) if " 2  import urllib" in row]
            assert rows[at + 1].rstrip(" │").endswith("imports: urllib"), "the line itself has no place for it"
            assert "imports: urllib · 0 hidden characters" in seat.text

    async def test_a_change_is_shown_with_what_was_allowed_before(self, open_app: Open, world: World) -> None:
        world.services().trust.allow(world.load().decks[0].cards)
        edit(world)
        async with open_app(size=(100, 30)) as seat:
            await ask(seat)
            assert "It changed since you allowed it" in seat.text
            assert "-    assert not torch.isclose" in seat.text
            assert "+ 2  import urllib.request as u" in seat.text

    async def test_a_change_far_down_is_in_sight_at_once(self, open_app: Open, world: World) -> None:
        long = ALL_KINDS.replace("        assert not torch", "        x = 1\n" * 99 + "        assert not torch", 1)
        edit(world, long)
        world.services().trust.allow(world.load().decks[0].cards)
        edit(world, long.replace("assert not torch", "import os; assert not torch"))
        async with open_app() as seat:
            await ask(seat)
            assert "import os" in seat.text
            await seat.press(*["pageup"] * 20)
            assert " 1  logits = model" in seat.text, "the whole code is there"

    async def test_a_forged_permission_is_said_to_be_one(self, open_app: Open, world: World) -> None:
        world.services().trust.allow(world.load().decks[0].cards)
        (world.data / "trust.key").unlink()
        world.services().trust.allow([])
        async with open_app() as seat:
            await ask(seat)
            assert "Your key did not sign" in seat.text

    async def test_a_key_that_others_can_read_is_said(self, open_app: Open, world: World) -> None:
        world.services().trust.allow(world.load().decks[0].cards)
        (world.data / "trust.key").chmod(0o644)
        async with open_app(size=(100, 40)) as seat:
            await ask(seat)
            assert "other users can read it" in seat.static("#asks")
            await seat.press(*CODE)
            assert "other users can read it" in str([notice.message for notice in seat.app._notifications])
            assert len(seat.world.lab.runs) == 1

    async def test_that_what_was_decided_is_lost_is_said(self, open_app: Open, world: World) -> None:
        world.data.mkdir(exist_ok=True)
        (world.data / "trust.json").write_text("{")
        async with open_app() as seat:
            await ask(seat, *CODE)
            (notice,) = seat.app._notifications
            assert "counts no more; the file is now" in notice.message
            assert len(seat.world.lab.runs) == 1

    @pytest.mark.parametrize(
        ("sandbox", "says", "not_says"),
        [
            ("strong", "It will not have: the network, your files.", "it can read"),
            ("basic", "it can read and change your files and use the network", "will not have"),
            ("none", "it can read and change your files and use the network", "will not have"),
            ("", "Not known yet whether a sandbox holds it; without one it can read your files", "will not have"),
        ],
    )
    async def test_what_it_will_and_will_not_have_is_said_as_it_is(
        self, open_app: Open, world: World, sandbox: str, says: str, not_says: str
    ) -> None:
        world.lab.state = replace(world.lab.state, sandbox=sandbox)
        async with open_app(size=(124, 30), lab=LabSettings(timeout=7.5, memory_gb=2)) as seat:
            await ask(seat)
            words = " ".join(seat.static("#access").split())
            assert "It will have: the model causal, 7.5 s, 2 GB." in words
            assert says in words
            assert not_says not in words

    async def test_what_holds_it_is_told_as_soon_as_it_is_known(self, open_app: Open, world: World) -> None:
        world.lab.state = replace(world.lab.state, sandbox="", device="auto")
        async with open_app() as seat:
            await ask(seat)
            assert "on this machine" in seat.static("#asks")
            world.lab.on_state(replace(world.lab.state, sandbox="strong", device="cuda:0"))
            await seat.settle()
            assert "on cuda:0" in seat.static("#asks")
            assert "will not have: the network" in seat.static("#access")


STATES = {
    "new": "wants to run",
    "changed": "changed since you allowed it",
    "refused": "your key did not sign",
    "problem": "other users can read it",
}


@pytest.mark.parametrize("size", [(60, 20), (80, 20)], ids=str)
@pytest.mark.parametrize("state", STATES)
async def test_a_small_screen_hides_no_answer_and_all_can_be_read(
    open_app: Open, world: World, state: str, size: tuple[int, int]
) -> None:
    edit(world, ALL_KINDS.replace("assert not torch", f"import os, sys, socket; exec({'9' * 300!r}); assert not torch"))
    if state != "new":
        world.services().trust.allow(world.load().decks[0].cards)
    match state:
        case "changed":
            edit(world)
        case "refused":
            (world.data / "trust.key").write_bytes(b"x" * 32)
        case "problem":
            (world.data / "trust.key").chmod(0o644)
    world.lab.state = replace(world.lab.state, sandbox="")
    async with open_app(size=size) as seat:
        await ask(seat)
        seen = ""
        for answer in ("no", "once", "this code, until it", "this deck, until it", "never this deck"):
            assert f"▸ {answer}" in seat.text, "what enter would choose is in sight"
            assert all(
                f" {other}" in seat.text for other in ("no", "once", "this code", "this deck", "never this deck")
            )
            await seat.press("down")
        for _ in TO_THE_END:
            seen += " ".join(word for word in seat.text.split() if word not in "│▁▂▃▄▅▆▇█")
            await seat.press("pagedown")
        assert STATES[state] in seen.replace("Your", "your")
        assert "Not known yet" in seen


class TestTooEarly:
    """A key that was on its way when the question came is no answer to it."""

    @pytest.fixture(autouse=True)
    def _slow(self, monkeypatch: pytest.MonkeyPatch, _settle_soon: None) -> None:
        monkeypatch.setattr(AskingScreen, "SETTLING", 600.0)

    EVERY = (
        "down",
        "up",
        "enter",
        "space",
        "escape",
        "q",
        "tab",
        "question_mark",
        "end",
        "pagedown",
        "r",
        "y",
        "ctrl+p",
    )

    async def test_no_key_does_anything(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space")
            await seat.pilot.press("r", *self.EVERY)
            screen = seat.app.screen
            assert isinstance(screen, TrustScreen)
            assert screen.query_one(OptionList).highlighted == 0
            screen._settled()
            await seat.pilot.press("escape")
            assert isinstance(seat.app.screen, StudyScreen)
            assert seat.world.lab.runs == []

    async def test_no_click_does_anything(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space")
            await seat.pilot.press("r")
            await seat.pilot.click(OptionList, offset=(2, 1))
            assert isinstance(seat.app.screen, TrustScreen)

    async def test_nor_over_the_deck(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space")
            await seat.pilot.press("r")
            seat.app.screen._settled()
            await seat.pilot.press(*DECK, *self.EVERY)
            screen = seat.app.screen
            assert isinstance(screen, DeckTrustScreen)
            assert screen.query_one(OptionList).highlighted == 0
            assert seat.world.lab.runs == []

    def test_it_is_half_a_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        assert AskingScreen.SETTLING == 0.5


class TestDeck:
    async def test_all_snippets_are_shown_first_and_no_is_the_default(self, open_app: Open) -> None:
        async with open_app(size=(100, 60)) as seat:
            await ask(seat, *DECK)
            assert isinstance(seat.app.screen, DeckTrustScreen)
            assert f"{SNIPPETS} snippets in" in seat.text
            assert f"yes, allow {SNIPPETS} snippets" in seat.text
            for number, card in enumerate(("recall", "choices", "typed", "cloze", "predict"), 1):
                assert f"{number} of {SNIPPETS} · {card} · model" in seat.text
            assert "mask.sum() == short + long + 4" in seat.text
            await seat.press("enter")
            assert isinstance(seat.app.screen, TrustScreen), "no to the deck is no answer for the code"
            await seat.press("enter")
            assert seat.world.lab.runs == []
        assert not (seat.world.data / "trust.json").exists()

    async def test_yes_runs_the_code_and_asks_no_more_for_any_card(self, open_app: Open) -> None:
        async with open_app() as seat:
            await ask(seat, *DECK, *TO_THE_END, "down", "enter")
            assert len(seat.world.lab.runs) == 1
            trust = seat.app.services.trust
            cards = [card for card in seat.world.load().decks[0].cards if card.snippet]
            assert len(cards) > SNIPPETS - 1
            assert all(map(trust.is_trusted, cards))

    async def test_only_what_was_shown_is_allowed(self, open_app: Open) -> None:
        new = "  - {id: new, question: '?', answer: '!', verify: {model: none, code: 'assert 2'}}\n"
        async with open_app() as seat:
            await ask(seat, *DECK)
            edit(seat.world, CHANGED + new)
            await seat.press(*TO_THE_END, "down", "enter")
            assert len(seat.world.lab.runs) == 1
            standing = {
                card.id.card: seat.app.services.trust.is_trusted(card) for card in seat.world.load().decks[0].cards
            }
        assert standing == {
            "recall": False, "new": False, "choices": True, "typed": True, "cloze": True, "predict": True
        }  # fmt: skip

    async def test_yes_is_to_be_had_only_once_the_end_was_in_sight(self, open_app: Open, world: World) -> None:
        edit(world, many(15))
        async with open_app() as seat:
            await ask(seat, *DECK, at="c0")
            screen = seat.app.screen
            assert isinstance(screen, DeckTrustScreen)
            assert "yes, once you have read to the end" in seat.text
            assert "lines 1–" in seat.text
            assert " of 59 " in seat.text
            await seat.press("pagedown", "down", "down", "enter")
            assert isinstance(seat.app.screen, TrustScreen), "no is all that can be answered"
            await seat.press(*DECK, *["pagedown"] * 15)
            assert "–59 of 59 " in seat.text
            await seat.press(*["pageup"] * 15, "down", "enter")
            assert len(seat.app.services.trust.reading().remembered) == 15

    async def test_only_what_is_in_sight_is_coloured(self, open_app: Open, world: World) -> None:
        edit(world, many(200))
        async with open_app() as seat:
            await ask(seat, *DECK, at="c0")
            view = seat.app.screen.query_one(SourceView)
            assert 0 < len(view._coloured) < 10
            await seat.press("pagedown")
            assert len(view._coloured) < 20


class TestNever:
    async def test_nothing_of_the_deck_is_asked_again_and_how_to_undo_it_is_said(self, open_app: Open) -> None:
        async with open_app() as seat:
            await ask(seat, *NEVER)
            assert seat.world.lab.runs == []
            for key in ("", "r"):
                await seat.press(*key)
                assert isinstance(seat.app.screen, StudyScreen)
                assert seat.world.lab.runs == []
                (notice,) = seat.app._notifications
                assert "`quizapp trust revoke kinds`" in notice.message

    async def test_it_can_be_taken_back_meanwhile(self, open_app: Open) -> None:
        async with open_app() as seat:
            await ask(seat, *NEVER)
            seat.world.services().trust.revoke(["kinds"])
            await seat.press("r")
            assert isinstance(seat.app.screen, TrustScreen)


class TestWhatRunsIsWhatWasShown:
    async def test_a_file_swapped_while_it_is_asked_changes_nothing(self, open_app: Open) -> None:
        async with open_app() as seat:
            await ask(seat)
            edit(seat.world)
            await seat.press(*CODE)
            ((snippet, _, _),) = seat.world.lab.runs
            assert "urllib" not in snippet.code
            await seat.press("r")
            assert ["urllib" in run[0].code for run in seat.world.lab.runs] == [False, False]
        async with open_app() as seat:
            await ask(seat)
            assert isinstance(seat.app.screen, TrustScreen), "what was swapped in was not allowed"

    async def test_decks_that_change_during_a_sitting_change_nothing_in_it(self, open_app: Open) -> None:
        """A stranger's card stays a stranger's, whatever now stands under its id."""
        async with open_app() as seat:
            await seat.study(at="recall")
            seat.app.library = replace(seat.app.library, decks=())
            await seat.press("space", "r")
            assert isinstance(seat.app.screen, TrustScreen)

    async def test_a_deck_of_the_project_that_was_edited_in_place_asks(self, open_app: Open, tmp_path: Path) -> None:
        world = World(tmp_path / "other", {"kinds.yaml": ALL_KINDS})
        as_it_came = world.manifest().rename(tmp_path / "as-it-came.json")
        edit(world)
        async with open_app(world=world, trust=Trust(world.data, as_it_came)) as seat:
            await ask(seat)
            assert isinstance(seat.app.screen, TrustScreen)
            assert "came with quizapp, but not with this code" in seat.text

    async def test_while_running_is_switched_off_nothing_is_asked(self, open_app: Open) -> None:
        """The lab itself runs nothing then, and says why."""
        async with open_app(lab=LabSettings(enabled=False)) as seat:
            await ask(seat)
            assert isinstance(seat.app.screen, StudyScreen)


class TestSandbox:
    """A yes that was told "It will not have: the network, your files" is for a sandbox only."""

    @pytest.mark.parametrize("keys", [CODE, (*DECK, *TO_THE_END, *ONCE)], ids=["code", "deck"])
    @pytest.mark.parametrize("level", ["strong", "basic", ""])
    async def test_a_yes_is_for_what_was_told(
        self, open_app: Open, world: World, level: str, keys: tuple[str, ...]
    ) -> None:
        world.lab.state = replace(world.lab.state, sandbox=level)
        async with open_app() as seat:
            await ask(seat, *keys)
            assert world.lab.sandboxed == [level == "strong"]
            await seat.press("r")
            assert world.lab.sandboxed == [level == "strong"] * 2

    @pytest.mark.parametrize("level", ["basic", "none"])
    async def test_without_one_it_asks_again_and_a_yes_then_counts_everywhere(
        self, open_app: Open, world: World, level: str
    ) -> None:
        world.services().trust.allow(world.load().decks[0].cards, sandboxed=True)
        world.lab.state = replace(world.lab.state, sandbox=level)
        async with open_app(size=(100, 30)) as seat:
            await ask(seat)
            assert isinstance(seat.app.screen, TrustScreen)
            assert "You allowed it for the sandbox, which is not there now." in seat.text
            assert world.lab.runs == []
            await seat.press(*ONCE, "r")
            assert isinstance(seat.app.screen, TrustScreen), "once was for once"
            await seat.press(*CODE, "r")
            assert world.lab.sandboxed == [False] * 3

    @pytest.mark.parametrize("level", ["strong", ""])
    async def test_where_one_holds_it_or_may_it_runs_in_that_only(
        self, open_app: Open, world: World, level: str
    ) -> None:
        world.services().trust.allow(world.load().decks[0].cards, sandboxed=True)
        world.lab.state = replace(world.lab.state, sandbox=level)
        async with open_app() as seat:
            await ask(seat)
            assert world.lab.sandboxed == [True]
