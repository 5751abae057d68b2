"""A deck that is saved while the app runs: every screen goes on with it, and says what changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from textual.widgets import OptionList

from quizapp.cards.card import Library
from quizapp.study.memory import Rating
from quizapp.tui.readings import Readings
from quizapp.tui.screens.help import HelpScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen
from quizapp.tui.screens.trust import TrustScreen
from quizapp.tui.widgets.answer_area import AnswerLine
from quizapp.tui.widgets.confidence_line import ConfidenceLine
from quizapp.tui.widgets.deck_list import DeckList
from tests.tui.conftest import Open, Seat
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import World
from tests.tui.test_home import ONE_CARD

PREDICT = "Sentences of {short} and {long} words: how many columns?"
MORE = """  - {id: more, question: "Why more?", answer: So., verify: {model: none, code: assert True}}\n"""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readings, "EVERY", 0.01)
    monkeypatch.setattr(Readings, "SETTLING", 0.01)


def write(seat: Seat, text: str, name: str = "kinds.yaml") -> None:
    """Save as editors do: a new file takes the place of the old one."""
    new = seat.world.decks / f".{name}.new"
    new.write_text(text, encoding="utf-8")
    new.rename(seat.world.decks / name)


async def save(seat: Seat, text: str, name: str = "kinds.yaml") -> None:
    """Save, and wait until the app has gone on with it."""
    before = seat.app.library
    write(seat, text, name)
    await taken(seat, before)
    await seat.settle()


async def taken(seat: Seat, before: Library) -> None:
    """Wait until the app has gone on with decks that were read after these."""
    async with asyncio.timeout(30):
        while seat.app.library is before:
            await seat.pilot.pause(0.01)
    done = asyncio.Event()
    seat.app.call_later(done.set)
    await done.wait()


def told(seat: Seat) -> str:
    """The last notice."""
    return [notice.message for notice in seat.app._notifications][-1]


def edited(old: str, new: str) -> str:
    assert old in ALL_KINDS
    return ALL_KINDS.replace(old, new)


def without(card: str) -> str:
    """The deck without one card."""
    head, *cards = ALL_KINDS.split("  - id: ")
    return "  - id: ".join([head, *(text for text in cards if not text.startswith(f"{card}\n"))])


class TestHome:
    async def test_counts_follow_and_the_cursor_stays_on_its_deck(self, open_app: Open, tmp_path) -> None:
        decks = {f"{id_}.yaml": ONE_CARD.format(id=id_, title=f"Deck {id_}") for id_ in "bc"}
        async with open_app(world=World(tmp_path / "other", decks)) as seat:
            await seat.press("down", "down")
            await save(seat, ONE_CARD.format(id="a", title="Deck a"), "a.yaml")
            await save(seat, ONE_CARD.format(id="c", title="Deck c, said otherwise") + MORE, "c.yaml")
            assert "4 new" in seat.static("#title")
            assert [row.title for row in seat.app.screen.query_one(DeckList)._rows][-1] == "Deck c, said otherwise"
            assert seat.app.screen.query_one(DeckList).chosen.deck == "c"
            assert told(seat) == "c.yaml was saved: 1 card new."
            await seat.press("enter")
            assert str(seat.app.screen.attempt.prompt.card.id) == "c/a"
            assert "0 of 2 done" in seat.text

    async def test_a_mistake_is_told_and_listed_until_it_is_mended(self, open_app: Open) -> None:
        async with open_app(size=(140, 24)) as seat:
            await save(seat, edited("type: {accept", "typ: {accept"))
            assert "kinds.yaml:25: " in seat.static("#problems")
            assert told(seat).startswith("kinds.yaml:25: ")
            assert "(The other 5 are fine.)" in told(seat)
            assert list(seat.app._notifications)[-1].severity == "warning"
            await save(seat, ALL_KINDS)
            assert seat.static("#problems") == ""
            assert told(seat) == "Nothing is wrong with kinds.yaml any more."
            before = list(seat.app._notifications)
            assert len(before) == 1, "each in the place of the last"
            await save(seat, "# a comment\n" + ALL_KINDS)
            assert list(seat.app._notifications) == before, "nobody is told of what nobody can see"

    async def test_decks_that_cannot_be_read_stay_as_they_were_and_that_is_told_once(self, open_app: Open) -> None:
        async with open_app(size=(120, 24)) as seat:
            loads = 0

            def refuse() -> object:
                nonlocal loads
                loads += 1
                if loads < 4:
                    raise OSError(24, "Too many open files [/x]")
                return seat.world.load()

            object.__setattr__(seat.app.services, "load_library", refuse)
            reading = next(worker for worker in seat.app.workers if worker.group == "decks")
            reading.cancel()
            seat.app._follow_decks()
            async with asyncio.timeout(30):
                while loads < 4:
                    await seat.pilot.pause(0.01)
            said = [notice.message for notice in seat.app._notifications if "cannot be read" in notice.message]
            assert said == ["The decks cannot be read: [Errno 24] Too many open files [/x]. They stay as they were."]
            assert "5 new" in seat.static("#title")


class TestAQuestionThatIsAsked:
    async def test_it_is_asked_as_it_is_written_now(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            seat.world.tick(seconds=7)
            await save(seat, edited("Do logits sum to 1?", "Do [b]logits[/b] sum up to 1?"))
            assert "Do [b]logits[/b] sum up to 1?" in seat.text
            assert told(seat) == "kinds.yaml was saved: 1 card changed. The card on the screen is the new version."
            await seat.press("space", "3")
            assert (await seat.log())[-1] == ("review", "recall")
            assert (await seat.app.services.log.events())[-1].review.duration == timedelta(seconds=9), (
                "since first seen"
            )
            assert seat.card == "choices"

    async def test_what_was_typed_stays_with_the_cursor_in_it(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="predict")
            await seat.press("1", "2", "left", "tab", "8", "escape")
            await save(seat, edited("The longer one's words, and two.", "The words of the longer one, and two."))
            await seat.press("0", "enter")
            assert screen.attempt.response == "102"
            assert screen.attempt.confidence == 80
            assert "The words of the longer one, and two." in seat.text

    async def test_what_was_typed_stays_when_the_question_has_other_words(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="predict")
            await seat.press("9")
            await save(seat, edited(PREDICT, "How many columns do {short} and {long} words make?"))
            assert "words make?" in seat.text
            assert screen.query_one(AnswerLine).value == "9"
            assert screen.query_one(AnswerLine).has_focus
            assert "then r runs and space reveals" in seat.static("#ratings")

    async def test_other_values_are_drawn_for_the_new_version_and_run(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="predict")
            await save(seat, edited("short: [2, 3]", "short: [2.0, 3.0]"))
            assert ".0, long=7" in seat.static("#drawn")
            await save(seat, edited("long: [7]", "long: [11]"))
            assert "and 11 words" in seat.text
            assert "long=11" in seat.static("#drawn")
            await seat.press("9", "enter")
            assert isinstance(seat.app.screen, TrustScreen), "the project's own code did not come with these values"
            await seat.press("down", "enter")
            assert seat.world.lab.runs[0][1]["long"] == 11

    async def test_other_code_is_the_code_that_runs(self, open_app: Open) -> None:
        async with open_app(size=(100, 40)) as seat:
            await seat.study(at="predict")
            await save(seat, edited("padding=True)", "padding=True, return_tensors=None)"))
            assert "return_tensors=None" in seat.text
            assert "short + long + 4" not in seat.text, "a check still says nothing before its answer"

    async def test_choices_keep_what_is_pointed_at_and_other_choices_are_pointed_at_anew(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="choices")
            await seat.press("2")
            await save(seat, edited("Which size has", "Tell which size has"))
            assert screen.query_one(OptionList).highlighted == 1
            await save(seat, edited("- the number of labels", "- the number of heads"))
            assert "the number of heads" in seat.text
            await seat.press("enter")
            assert not screen.attempt.revealed, "what it pointed at may be something else now"
            right = next(n for n, choice in enumerate(screen.attempt.prompt.drawn.choices, 1) if choice.right)
            await seat.press(str(right), "enter")
            assert screen.attempt.suggested is Rating.GOOD

    async def test_another_kind_asks_in_its_way_and_keeps_the_line(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="predict")
            await seat.press("9")
            await save(seat, edited('predict: {value: "long + 2"}', 'type: {accept: ["90", ninety]}'))
            assert not screen.query(ConfidenceLine)
            await seat.press("0", "enter")
            assert screen.attempt.suggested is Rating.GOOD
            assert "✓ you  90" in seat.text

    async def test_it_asks_nothing_less_because_other_cards_changed(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="predict")
            attempt, line = screen.attempt, screen.query_one(AnswerLine)
            await save(seat, edited("Do logits sum", "Will logits sum") + MORE)
            assert (screen.attempt, screen.query_one(AnswerLine)) == (attempt, line)
            assert told(seat) == "kinds.yaml was saved: 1 card new, 1 changed."


class TestACardThatHasBegun:
    async def test_an_answer_that_is_shown_is_rated_as_it_was_asked_and_asked_anew_next_time(
        self, open_app: Open
    ) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space")
            await save(seat, edited("Do logits sum", "Will logits sum"))
            assert "Do logits sum" in seat.text
            assert told(seat).endswith("The card on the screen stays as it was asked.")
            await seat.press("3")
            assert await seat.log() == [("review", "recall")]
            await seat.press("u")
            assert "Will logits sum" in seat.text

    async def test_a_run_ends_as_it_began(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="predict")
            seat.world.lab.gate = asyncio.Event()
            await seat.press("9", "enter")
            await save(seat, edited("long + 2", "long + 3"))
            seat.world.lab.gate.set()
            await seat.settle()
            assert "you  9     model  9     ✓ predicted" in seat.static("#feedback")
            await seat.press("3")
            assert (await seat.log())[-1] == ("review", "predict")
            assert seat.world.lab.runs[0][0].predict == "long + 2"

    async def test_of_a_card_that_is_gone_the_rating_is_kept(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space")
            await save(seat, without("recall"))
            await seat.press("3")
            assert await seat.log() == [("review", "recall")]
            assert seat.card == "choices"
            assert seat.app.screen.sitting.session.progress.done == 1
            await save(seat, ALL_KINDS)
            assert {str(id_): state.reps for id_, state in (await seat.app.services.log.states()).items()} == {
                "kinds/recall": 1
            }

    async def test_a_rating_that_is_being_written_is_kept(self, open_app: Open, monkeypatch) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="recall")
            await seat.press("space")
            log, written = seat.app.services.log, asyncio.Event()
            append = log.append

            async def slowly(event: object) -> None:
                await written.wait()
                await append(event)

            monkeypatch.setattr(log, "append", slowly)
            rating = asyncio.create_task(screen.action_rate(3))
            before = seat.app.library
            write(seat, without("recall"))
            await taken(seat, before)
            assert seat.card == "recall"
            written.set()
            await rating
            await seat.settle()
            assert await seat.log() == [("review", "recall")]
            assert seat.card == "choices"


class TestACardThatIsGone:
    async def test_the_next_one_is_asked_and_that_is_said(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await save(seat, without("recall").replace("cards:\n", "cards:\n" + MORE))
            assert seat.card == "more"
            assert "space reveals" in seat.static("#ratings")
            assert "reveal" in seat.text.splitlines()[-1], "the keys are offered again"
            assert await seat.log() == []
            assert told(seat) == "kinds.yaml was saved: 1 card new, 1 gone. The card on the screen is gone."

    async def test_keys_that_were_meant_for_it_do_nothing_to_the_next(self, open_app: Open) -> None:
        async with open_app() as seat:
            screen = await seat.study(at="predict")
            before = await seat.log()
            StudyScreen.SETTLING = 0.05
            screen._settle()
            StudyScreen.SETTLING = 600
            write(seat, without("predict") + MORE)
            await seat.until("Why more?")
            await seat.pilot.pause(0.1)  # what was left of the moment for the card before counts no more
            await seat.pilot.press("u", "q", "space")
            assert seat.card == "more"
            assert await seat.log() == before
            assert screen.attempt.revealed is False

    async def test_the_last_one_ends_the_sitting_once_nothing_is_over_it(self, open_app: Open, tmp_path) -> None:
        decks = {f"{id_}.yaml": ONE_CARD.format(id=id_, title=f"Deck {id_}") for id_ in "ab"}
        async with open_app(world=World(tmp_path / "other", decks)) as seat:
            await seat.press("down", "enter", "question_mark")
            (seat.world.decks / "a.yaml").unlink()
            await taken(seat, seat.app.library)
            assert isinstance(seat.app.screen, HelpScreen)
            await seat.press("escape")
            assert isinstance(seat.app.screen, SummaryScreen)
            assert "Nothing more is due today" in seat.text
            await seat.press("q")
            assert isinstance(seat.app.screen, HomeScreen)
            assert "Deck a" not in seat.text

    async def test_another_id_of_its_deck_says_how_to_get_back(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await save(seat, edited("deck: kinds", "deck: others"))
            assert "`deck: kinds` brings back what you knew" in told(seat)
            assert str(seat.app.screen.attempt.prompt.card.id) == "others/recall"


class TestASitting:
    async def test_a_broken_file_takes_no_card_away_from_it_nor_from_the_next(self, open_app: Open) -> None:
        async with open_app(size=(120, 24)) as seat:
            await seat.study(at="choices")
            await save(seat, ALL_KINDS[: ALL_KINDS.index(PREDICT) + 10])
            assert seat.card == "choices"
            assert "(The last good version stays: 6 cards.)" in told(seat)
            assert "0 of 4 done" in seat.text, "recall is buried"
            await save(seat, edited("Which size has", "Tell which size has"))
            assert told(seat).startswith("kinds.yaml was saved: 1 card changed.")
            assert "Tell which size has" in seat.text
            await save(seat, "deck: kinds\n")
            await seat.press("escape")
            await seat.app.screen.run_action("leave")
            await seat.settle()
            assert "4 new" in seat.static("#title")
            assert "kinds.yaml:1: " in seat.static("#problems")
            await seat.press("enter")
            assert "Tell which size has" in seat.text

    async def test_new_cards_are_asked_in_it_and_undo_reaches_back(self, open_app: Open) -> None:
        async with open_app() as seat:
            await seat.study(at="recall")
            await seat.press("space", "4")
            await save(seat, ALL_KINDS.replace("cards:\n", "cards:\n" + MORE))
            assert seat.card == "choices", "the card on the screen stays"
            assert "1 of 6 done" in seat.text
            await seat.press("escape")
            await seat.app.screen.run_action("bury")
            await seat.settle()
            assert seat.card == "more"
            for _ in range(2):
                await seat.app.screen.run_action("undo")
                await seat.settle()
            assert seat.card == "recall"
            assert "0 of 6 done" in seat.text

    async def test_one_deck_takes_in_no_others(self, open_app: Open, tmp_path) -> None:
        decks = {f"{id_}.yaml": ONE_CARD.format(id=id_, title=f"Deck {id_}") for id_ in "ab"}
        async with open_app(world=World(tmp_path / "other", decks)) as seat:
            await seat.press("down", "enter")
            await save(seat, ONE_CARD.format(id="b", title="Deck b") + MORE, "b.yaml")
            await save(seat, ONE_CARD.format(id="c", title="Deck c"), "c.yaml")
            assert "0 of 1 done" in seat.text
            assert told(seat) == "c.yaml is new: 1 card."

    async def test_new_cards_at_the_end_are_offered(self, open_app: Open, tmp_path) -> None:
        world = World(tmp_path / "other", {"a.yaml": ONE_CARD.format(id="a", title="A")})
        async with open_app(world=world) as seat:
            await seat.press("enter", "space", "4")
            assert "Nothing more is due today." in seat.text
            await save(seat, ONE_CARD.format(id="a", title="A") + MORE, "a.yaml")
            assert "Ready now: 1 card; g goes on." in seat.text
            assert "1 review today" in seat.text
            await seat.press("g")
            assert seat.card == "more"


class TestTrust:
    async def test_a_snippet_that_changed_is_asked_about_again_with_what_changed(
        self, open_app: Open, tmp_path
    ) -> None:
        async with open_app(world=World(tmp_path / "other", {"kinds.yaml": ALL_KINDS}, shipped=False)) as seat:
            await seat.study(at="recall")
            await seat.press("r", "down", "down", "enter")
            await save(seat, edited('tokenizer("The cat"', 'tokenizer("The dog"'))
            await seat.press("r")
            assert [run[0].code.count("cat") for run in seat.world.lab.runs] == [1, 1], "it has begun as it was"
            await seat.press("space", "3", "u", "r")
            assert isinstance(seat.app.screen, TrustScreen)
            assert "The dog" in seat.text
            assert "The cat" in seat.text
            assert len(seat.world.lab.runs) == 2

    async def test_while_code_is_asked_about_nothing_changes_and_nothing_is_told(
        self, open_app: Open, tmp_path
    ) -> None:
        async with open_app(world=World(tmp_path / "other", {"kinds.yaml": ALL_KINDS}, shipped=False)) as seat:
            await seat.study(at="recall")
            await seat.press("r", "question_mark")
            library = seat.app.library
            write(seat, edited('tokenizer("The cat"', 'tokenizer("The dog"'))
            await seat.pilot.pause(0.3)
            assert seat.app.library is library
            assert not seat.app._notifications
            await seat.press("escape", "escape")
            await taken(seat, library)
            await seat.settle()
            await seat.press("r")
            assert isinstance(seat.app.screen, TrustScreen)
            assert "The dog" in seat.text
