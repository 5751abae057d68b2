"""The home screen says what is due, what is wrong and what the lab does, and keeps up with all three."""

from __future__ import annotations

from threading import Event

import pytest

from quizapp.cards.card import Library
from quizapp.lab.client import LabState, Phase
from quizapp.store.log import open_log
from quizapp.tui import keys
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.widgets.deck_list import DeckList
from tests.tui.conftest import Open, Seat
from tests.tui.fakes import NOON, World

ONE_CARD = """\
deck: {id}
title: {title}
cards:
  - id: a
    question: Why?
    answer: Because.
    verify: {{model: none, code: "assert True"}}
"""


async def test_it_counts_what_is_new_and_what_was_done(open_app: Open) -> None:
    async with open_app() as seat:
        assert "5 to study: 0 due · 0 learning · 5 new" in seat.static("#title"), "one cloze waits"
        await seat.study(at="recall")
        await seat.press("space", "4", "q")
        assert isinstance(seat.app.screen, HomeScreen)
        assert "4 new · 1 done" in seat.static("#title")
        assert "100%" in seat.text


async def test_decks_are_rows_and_enter_studies_one(open_app: Open, tmp_path) -> None:
    world = World(
        tmp_path / "other", {"a.yaml": ONE_CARD.format(id="a", title="A"), "b.yaml": ONE_CARD.format(id="b", title="B")}
    )
    async with open_app(world=world) as seat:
        assert [row.title for row in seat.app.screen.query_one(DeckList)._rows] == ["Everything", "A", "B"]
        await seat.press("down", "down", "enter")
        assert isinstance(seat.app.screen, StudyScreen)
        assert str(seat.app.screen.attempt.prompt.card.id) == "b/a"
        assert "0 of 1 done" in seat.text


@pytest.mark.parametrize("presses", [("enter", "enter"), ("enter", "enter", "enter")])
async def test_a_double_press_opens_one_sitting(open_app: Open, presses: tuple[str, ...]) -> None:
    async with open_app() as seat:
        decks = seat.app.screen.query_one(DeckList)
        for _ in presses:
            decks.action_select()
        await seat.settle()
        await seat.pilot.pause(0.2)
        assert sum(isinstance(screen, StudyScreen) for screen in seat.app.screen_stack) == 1


async def test_enter_before_the_decks_are_there_studies_when_they_come(world: World) -> None:
    read = Event()

    def slowly() -> Library:
        assert read.wait(30)
        return world.load()

    app = QuizApp(world.services(load_library=slowly))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert isinstance(app.screen, HomeScreen)
        read.set()
        await Seat(app, pilot, world).settle()
        assert isinstance(app.screen, StudyScreen)


async def test_help_lists_the_keys_and_closes(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.press("question_mark")
        assert "Take back the last rating" in seat.text
        assert "Leave; nothing is lost" in seat.text
        await seat.press("escape")
        assert isinstance(seat.app.screen, HomeScreen)


async def test_a_broken_deck_is_said_and_hides_nothing(open_app: Open, tmp_path) -> None:
    broken = ONE_CARD.format(id="b", title="B").replace("answer:", "anwser:")
    world = World(tmp_path / "other", {"a.yaml": ONE_CARD.format(id="a", title="A"), "b.yaml": broken})
    async with open_app(world=world, size=(140, 24)) as seat:
        assert "1 new" in seat.static("#title")
        assert "b.yaml:6:" in seat.text
        assert "did you mean 'answer'" in seat.text


async def test_a_hostile_file_name_is_only_text(open_app: Open, tmp_path) -> None:
    world = World(tmp_path / "other", {"[@click=app.quit]x.yaml": "deck: ]"})
    async with open_app(world=world, size=(160, 24)) as seat:
        assert "[@click=app.quit]x.yaml" in seat.text


async def test_without_any_deck_it_stands(open_app: Open, tmp_path) -> None:
    async with open_app(world=World(tmp_path / "other", {})) as seat:
        assert "all done" in seat.static("#title")
        await seat.press("enter")


async def test_new_cards_that_wait_are_said_where_nothing_else_is_left(open_app: Open, tmp_path) -> None:
    later = ONE_CARD.format(id="a", title="A") + "    after: [b/a]\n"
    world = World(tmp_path / "other", {"a.yaml": later, "b.yaml": ONE_CARD.format(id="b", title="B")})
    async with open_app(world=world, size=(120, 24)) as seat:
        assert "1 to study: 0 due · 0 learning · 1 new" in seat.static("#title")
        await seat.press("enter", "b", "enter")
        assert "nothing now · 1 new card waits until the cards that it comes after are learnt" in seat.static("#title")


async def test_where_the_limit_lets_no_more_come_all_is_done_whatever_waits(open_app: Open, tmp_path) -> None:
    later = ONE_CARD.format(id="a", title="A") + "    after: [b/a]\n"
    world = World(tmp_path / "other", {"a.yaml": later, "b.yaml": ONE_CARD.format(id="b", title="B")})
    world.settings = world.settings.model_copy(update={"new_per_day": 0})
    async with open_app(world=world, size=(120, 24)) as seat:
        assert "· all done" in seat.static("#title")


async def test_the_lab_says_what_it_does(open_app: Open) -> None:
    async with open_app() as seat:
        assert "lab ● cpu · causal tiny · masked tiny · no sandbox · ready" in seat.text
        seat.world.lab.on_state(LabState(Phase.BROKEN, "torch [/x] is missing", "cpu", (), "basic"))
        await seat.settle()
        assert "lab ✗" in seat.text
        assert "torch [/x] is missing" in seat.text


@pytest.mark.parametrize("columns", [60, 80])
async def test_long_names_of_models_leave_room_for_how_code_is_locked_in(open_app: Open, columns: int) -> None:
    models = (
        ("causal", "Owner/TinyLlama-1.1B-intermediate-step-1431k-3T"),
        ("masked", "模型-with-a-long-name-as-well"),
    )
    async with open_app(size=(columns, 24)) as seat:
        seat.world.lab.on_state(LabState(Phase.READY, "", "cpu", models, "basic"))
        await seat.settle()
        (line,) = [line for line in seat.text.splitlines() if "lab ●" in line]
        assert "cpu · causal Tin" in line
        assert "… · masked 模" in line
        assert line.rstrip().endswith("… · no sandbox · ready")


async def test_without_a_sandbox_it_warns_once_and_says_why(open_app: Open) -> None:
    def warnings(seat) -> list[str]:
        return [told.message for told in seat.app._notifications if "No sandbox." in told.message]

    async with open_app() as seat:
        seat.world.lab.on_state(LabState(Phase.STARTING, "importing torch…", "cpu", (), ""))
        assert warnings(seat) == []
        for phase in (Phase.STARTING, Phase.READY):
            seat.world.lab.on_state(LabState(phase, "", "cpu", (), "basic", "bubblewrap is [/not] installed."))
        await seat.settle()
        assert warnings(seat) == [
            "No sandbox. bubblewrap is [/not] installed. Code that you allow can read your files and use the network."
        ]
        seat.world.lab.on_state(LabState(Phase.READY, "", "cpu", (), "strong"))
        await seat.settle()
        assert len(warnings(seat)) == 1


async def test_the_forecast_and_the_retention_come_from_the_log(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "4", "q")
    seat.world.tick(days=30)
    async with open_app() as seat:
        assert "next 7 days   1  0  0" in seat.text
        await seat.study(at="recall")
        await seat.press("space", "3")
        await seat.app.screen.run_action("leave")
        await seat.settle()
        assert "true retention 100.0% of 90%" in seat.text


async def test_a_second_quiz_is_told_who_holds_the_log(open_app: Open) -> None:
    async with open_app() as first:
        await first.study(at="recall")
        second = World(first.world.data.parent, {})
        async with open_app(world=second) as seat:
            await seat.pilot.pause()
        assert seat.app.return_code == 2


async def test_a_log_that_cannot_be_opened_ends_the_app_with_its_reason(open_app: Open, world: World) -> None:
    world.data.mkdir()
    (world.data / "quizapp.db").write_bytes(b"not a database" * 100)
    async with open_app() as seat:
        await seat.pilot.pause()
    assert seat.app.return_code == 2


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_columns_stay_aligned_at_any_width(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size=size) as seat:
        lines = seat.text.split("\n")
        heading = next(line for line in lines if line.lstrip().startswith("Deck"))
        row = next(line for line in lines if "Everything" in line)
        assert heading.index("new") + len("new") == row.index("5") + 1


async def test_columns_stay_aligned_when_the_terminal_changes(open_app: Open) -> None:
    async with open_app(size=(120, 24)) as seat:
        await seat.pilot.resize_terminal(60, 20)
        await seat.settle()
        lines = seat.text.split("\n")
        heading = next(line for line in lines if line.lstrip().startswith("Deck"))
        row = next(line for line in lines if "Everything" in line)
        assert heading.index("new") + len("new") == row.index("5") + 1


async def test_keys_can_be_mapped(open_app: Open) -> None:
    async with open_app(keys={"home.study": "z"}) as seat:
        await seat.press("z")
        assert isinstance(seat.app.screen, StudyScreen)


async def test_what_was_noticed_before_the_screen_was_there_is_told(open_app: Open) -> None:
    async with open_app(notices=("QUIZAPP_FOO is no setting [/x].",), keys={"nonsense": "x"}) as seat:
        told = [notice.message for notice in seat.app._notifications]
        assert told[0] == "QUIZAPP_FOO is no setting [/x]."
        assert "nonsense" in told[1]


@pytest.mark.parametrize("key", ["+", "ampersand", "f5"])
async def test_a_key_can_be_given_as_a_sign_or_by_its_name(open_app: Open, key: str) -> None:
    async with open_app(keys={"home.study": key}) as seat:
        await seat.press(key)
        assert isinstance(seat.app.screen, StudyScreen)


async def test_a_binding_that_is_mapped_to_no_key_keeps_its_own(open_app: Open) -> None:
    async with open_app(keys={"home.study": "banana"}) as seat:
        await seat.press("enter")
        assert isinstance(seat.app.screen, StudyScreen)


async def test_the_palette_offers_only_what_makes_sense_here(open_app: Open) -> None:
    async with open_app() as seat:
        commands = {command.title for command in seat.app.get_system_commands(seat.app.screen)}
        assert commands == {"Keys", "Theme", "Quit"}


def test_every_binding_is_complete() -> None:
    """An id to map it by and a sentence for the help; the digits of a choice explain themselves."""
    for place in keys.PLACES:
        for binding in keys.bindings(place):
            assert binding.id, binding
            assert binding.tooltip or place == "Choices", binding


@pytest.mark.parametrize(
    ("keymap", "says"),
    [
        ({"study.rum": "x"}, "did you mean 'study.run'?"),
        ({"nonsense": "x"}, "the README lists the ids"),
        ({"study.run": "s"}, "'s' would be both 'study.run' and 'study.suspend'"),
        ({"study.run": "x"}, None),
        ({"study.run": "banana"}, "'banana', which is no key"),
        ({"study.run": "ctrl+banana"}, "'ctrl+banana', which is no key"),
        ({"study.run": ""}, "'', which is no key"),
        ({"study.run": "\x1b"}, "'\\x1b', which is no key"),
        ({"study.run": "\u202e"}, "'\\u202e', which is no key"),
        ({"study.run": "x,"}, "'', which is no key"),
        ({"study.run": "hyper+f5,question_mark,é,shift+tab,+,ampersand,comma,tilde,plus"}, None),
        ({"study.suspend": "bogus", "study.note": "s"}, "'s' would be both 'study.suspend' and 'study.note'"),
        ({"study.run": "s", "study.suspend": "x"}, None),
    ],
    ids=str,
)
def test_a_keymap_that_cannot_work_is_told(keymap: dict[str, str], says: str | None) -> None:
    found = list(keys.problems(keymap))
    assert any(says in problem for problem in found) if says else found == []


async def test_a_suspended_card_is_brought_back_from_the_palette(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("s", "escape")
        await seat.app.screen.run_action("leave")
        await seat.settle()
        assert "4 new" in seat.static("#title")
        await seat.press("ctrl+p", *"unsuspend")
        await seat.pilot.pause(0.5)
        await seat.press("enter")
        await seat.pilot.pause(0.3)
        await seat.settle()
        assert await seat.log() == [("suspend", "recall"), ("unsuspend", "recall")]
        assert "5 new" in seat.static("#title")


async def test_what_was_logged_is_in_the_file(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "3")
    log = open_log(seat.world.data, NOON)
    try:
        assert [str(event.card) for event in log.events()] == ["kinds/recall"]
    finally:
        log.close()
