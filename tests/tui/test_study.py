"""The study screen asks each kind of card in its way, and logs what the learner decides before it goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.cards.proof import Check, Run, Verdict
from quizapp.errors import StoreError
from quizapp.lab.client import Phase
from quizapp.study.memory import Rating
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.note import NoteScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen
from tests.tui.conftest import Open
from tests.tui.deck import ALL_KINDS, ORDER
from tests.tui.fakes import VERIFIED, World


async def last_review(seat) -> object:
    return (await seat.app.services.log.events())[-1].review


async def test_the_answer_is_hidden_until_space_reveals_it(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        assert "makes them probabilities" not in seat.text
        assert "softmax(-1)" not in seat.text, "the code would give the answer away"
        await seat.press("space")
        assert "makes them probabilities" in seat.text


async def test_deck_text_is_text_and_nothing_else(open_app: Open) -> None:
    async with open_app(size=(110, 40)) as seat:
        await seat.study(at="recall")
        assert "y[i]" in seat.text
        assert "[/INST]" in seat.text
        assert "[@click=app.quit]press[/]" in seat.text
        assert "输出的 logits 不是概率" in seat.text
        assert "[bold]one of each[/]" in seat.text
        await seat.press("space")
        assert "[link](https://example.invalid)" in seat.text


async def test_a_rating_is_logged_and_the_next_card_comes(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space")
        seat.world.tick(seconds=7)
        await seat.press("3")
        assert await seat.log() == [("review", "recall")]
        review = await last_review(seat)
        assert (review.rating, review.duration) == (Rating.GOOD, timedelta(seconds=9)), "two keys took one second each"
        assert seat.card == ORDER[1]


async def test_nothing_is_rated_before_it_is_revealed(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("1", "2", "3", "4")
        assert await seat.log() == []


async def test_space_gives_good_once_revealed(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "space")
        assert (await last_review(seat)).rating is Rating.GOOD


async def test_each_rating_shows_its_next_interval(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space")
        assert "1 again <1 m" in seat.static("#ratings")
        assert "▸3 good 10 m" in seat.static("#ratings")


@pytest.mark.parametrize(("right", "rating"), [(True, Rating.GOOD), (False, Rating.AGAIN)])
async def test_a_choice_suggests_a_rating_and_explains_every_option(
    open_app: Open, right: bool, rating: Rating
) -> None:
    async with open_app(size=(100, 40)) as seat:
        screen = await seat.study(at="choices")
        choices = screen.attempt.prompt.drawn.choices
        pick = next(n for n, choice in enumerate(choices, 1) if choice.right is right)
        await seat.press(str(pick), "enter")
        assert screen.attempt.suggested is rating
        assert f"suggested: {rating.name.lower()}" in seat.static("#ratings")
        assert "the head has not run yet" in seat.text
        assert "one score for each token" in seat.text
        assert "◂ you" in seat.text
        await seat.press("4")
        review = await last_review(seat)
        assert (review.rating, review.suggested) == (Rating.EASY, rating), "the learner decides, both are logged"
        assert review.response == choices[pick - 1].text


async def test_enter_with_nothing_pointed_at_says_how_to_point(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="choices")
        await seat.press("enter")
        assert not screen.attempt.revealed
        assert [n.message for n in seat.app._notifications] == ["Point at a choice first: ↑↓ or its number."]


@pytest.mark.parametrize(("typed", "rating"), [("MINUS 100", Rating.GOOD), ("-1", Rating.AGAIN)])
async def test_a_typed_answer_is_graded(open_app: Open, typed: str, rating: Rating) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="typed")
        await seat.press(*keys(typed), "enter")
        assert screen.attempt.response == typed
        assert screen.attempt.suggested is rating
        assert ("✓" if rating is Rating.GOOD else "✗") in seat.static("#feedback")


def keys(text: str) -> list[str]:
    """The keys that type a text."""
    names = {" ": "space", "-": "minus", "(": "left_parenthesis", ")": "right_parenthesis", ",": "comma"}
    return [names.get(c, c) for c in text]


async def test_an_empty_answer_only_reveals(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="typed")
        await seat.press("enter")
        assert screen.attempt.revealed
        assert screen.attempt.suggested is None


async def test_a_cloze_asks_one_deletion_and_its_sibling_waits(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="cloze#c1")
        assert "Labels of […] are ignored by cross-entropy." in seat.text
        await seat.press("space", "3")
        assert seat.card == "predict"


async def test_enter_predicts_runs_and_compares(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        assert "mask = torch.tensor" in seat.text, "a predict card shows its code at once"
        assert "assert …" in seat.text
        assert "short + long + 4" not in seat.text, "but not the checks, which say what comes out"
        await seat.press("9", "enter")
        _, values, seed = seat.world.lab.runs[0]
        assert values == screen.attempt.prompt.drawn.values
        assert seed == screen.attempt.prompt.seed
        assert "you  9     model  9     ✓ predicted" in seat.static("#feedback")
        await seat.press("pagedown")
        assert "✓ 3  assert mask.sum() == short + long + 4" in seat.text, "the checks, and how they went"
        await seat.press("space")
        review = await last_review(seat)
        assert (review.response, review.observed, review.verdict) == ("9", "9", Verdict.VERIFIED)
        assert (review.suggested, review.rating, review.seed) == (Rating.GOOD, Rating.GOOD, seed)
        assert review.environment is not None


async def test_a_wrong_prediction_says_what_differs_and_suggests_again(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("8", "enter")
        assert "you  8     model  9     ✗ not so" in seat.static("#feedback")
        assert "predicted" not in seat.static("#feedback"), "the two stand there already"
        assert screen.attempt.suggested is Rating.AGAIN


async def test_a_prediction_that_is_no_literal_is_said_and_kept(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press(*keys("f(x)"), "enter")
        assert seat.world.lab.runs == []
        assert not screen.attempt.revealed
        assert any("f(x)" in notice.message for notice in seat.app._notifications)
        assert screen.query_one("AnswerLine").value == "f(x)"


async def test_a_prediction_that_could_not_be_compared_suggests_nothing(open_app: Open) -> None:
    async with open_app() as seat:
        seat.world.lab.answer = Run(Verdict.DIED, error="The process was killed.")
        screen = await seat.study(at="predict")
        await seat.press("9", "enter")
        assert screen.attempt.revealed
        assert screen.attempt.suggested is None
        assert "died" in seat.text
        assert "▸" not in seat.static("#ratings"), "no key that means yes makes it right"
        assert "you decide" in seat.static("#ratings")
        await seat.press("space", "enter")
        assert "review" not in dict(await seat.log())
        await seat.press("3")
        assert (await last_review(seat)).verdict is Verdict.DIED


async def test_r_runs_the_snippet_and_shows_checks_charts_and_output(open_app: Open) -> None:
    async with open_app(size=(100, 50)) as seat:
        await seat.study(at="recall")
        await seat.press("space", "r")
        assert "✓ verified" in seat.text
        assert "✓ mask.sum() == 14" in seat.text
        assert "attention_mask" in seat.text
        assert "猫" in seat.text
        assert "one line of output" in seat.text


async def test_a_refuted_claim_shows_its_values(open_app: Open) -> None:
    async with open_app(size=(100, 50)) as seat:
        failed = Check(2, "a == b", passed=False, values=("1", "2"))
        seat.world.lab.answer = Run(Verdict.REFUTED, (failed,))
        await seat.study(at="recall")
        await seat.press("space", "r")
        assert "✗ refuted" in seat.text
        assert "✗ a == b   1   2" in seat.text


async def test_output_of_a_snippet_cannot_reach_the_terminal_or_the_markup(open_app: Open) -> None:
    async with open_app(size=(100, 50)) as seat:
        seat.world.lab.answer = Run(
            Verdict.ERROR, output="\x1b[2Jgone [red]y[i][/red]\x07", error="[/x] \x1b]52;c;eA==\x07"
        )
        await seat.study(at="recall")
        await seat.press("space", "r")
        assert "[red]y[i][/red]" in seat.text
        assert "[/x]" in seat.text
        assert "\x1b" not in seat.text


async def test_undo_takes_back_one_rating_and_asks_its_card_again(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "3", "u")
        assert seat.card == "recall"
        assert await seat.log() == [("review", "recall"), ("undo", "recall")]
        states = await seat.app.services.log.states()
        assert [state.reps for state in states.values()] == [0]


async def test_undo_works_after_a_restart(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "1")
    async with open_app() as seat:
        await seat.press("u")
        assert await seat.log() == [("review", "recall"), ("undo", "recall")]
        await seat.study()
        assert seat.card == "recall"


async def test_a_clock_put_right_in_a_sitting_counts_the_day_it_goes_back_to(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "4", "q")
        seat.world.tick(days=2)
        await seat.study()
        assert seat.app.screen.sitting.session.progress.done == 0
        seat.world.tick(days=-2)
        await seat.press("b")
        assert seat.app.screen.sitting.session.progress.done == 1


async def test_with_nothing_to_undo_nothing_happens(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("u")
        assert await seat.log() == []
        assert seat.card == "recall"


async def test_suspend_and_bury_hide_the_card_and_can_be_undone(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("s")
        assert seat.card == "choices"
        await seat.press("escape")
        await seat.app.screen.run_action("bury")
        await seat.settle()
        assert seat.card == "typed"
        for hidden in ("choices", "recall"):
            await seat.app.screen.run_action("undo")
            await seat.settle()
            assert seat.card == hidden


async def test_a_session_goes_on_where_it_stopped(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        await seat.press("space", "4")
        asked, drawn = seat.card, screen.attempt.prompt.drawn
    async with open_app() as seat:
        screen = await seat.study()
        assert seat.card == asked
        assert screen.attempt.prompt.drawn == drawn, "the same seed draws the same values"


async def test_the_end_is_a_summary_with_misses_and_undo(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", "4")
        while isinstance(seat.app.screen, StudyScreen):
            await seat.app.screen.run_action("bury")
            await seat.settle()
        assert isinstance(seat.app.screen, SummaryScreen)
        assert "1 review today" in seat.text
        await seat.press("u")
        assert isinstance(seat.app.screen, StudyScreen)


async def test_a_rating_that_may_be_on_the_disk_is_written_again_before_anything_else(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk took it but said no: another key must not count a second time."""
    async with open_app() as seat:
        await seat.study(at="recall")
        log = seat.app.services.log
        append = log.append

        async def doubt(event: object) -> None:
            await append(event)
            raise StoreError("It cannot be told.")

        await seat.press("space")
        with monkeypatch.context() as broken:
            broken.setattr(log, "append", doubt)
            await seat.press("3")
        await seat.press("1")
        assert await seat.log() == [("review", "recall")]
        assert (await last_review(seat)).rating is Rating.GOOD
        assert seat.card == "choices"


async def test_a_log_that_cannot_be_read_is_told(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as seat:

        async def refuse(*_: object, **__: object) -> None:
            raise StoreError("It cannot be read [/x].")

        monkeypatch.setattr(seat.app.services.log, "last_undoable", refuse)
        await seat.press("u")
        assert [n.message for n in seat.app._notifications] == ["It cannot be read [/x]."]
        await seat.study(at="recall")
        await seat.press("u")
        assert [n.message for n in seat.app._notifications] == ["It cannot be read [/x]."]


async def test_a_day_that_cannot_be_read_is_not_taken_for_a_finished_one(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        log, events = seat.app.services.log, seat.app.services.log.events
        reads = 0

        async def refuse_once(since: object = None) -> object:
            nonlocal reads
            reads += 1
            if reads == 1:
                raise StoreError("It cannot be read.")
            return await events(since)

        monkeypatch.setattr(log, "events", refuse_once)
        seat.world.tick(days=-1)
        await seat.press("b")
        assert isinstance(seat.app.screen, HomeScreen)
        assert [n.message for n in seat.app._notifications][-1] == "It cannot be read."


async def test_a_rating_that_cannot_be_written_leaves_the_card(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        await seat.press("space")

        async def refuse(event: object) -> None:
            raise StoreError("The disk is full; make room.")

        with monkeypatch.context() as broken:
            broken.setattr(seat.app.services.log, "append", refuse, raising=True)
            await seat.press("3")
        assert seat.card == "recall"
        assert screen.attempt.revealed
        assert any("The disk is full" in notice.message for notice in seat.app._notifications)
        await seat.press("3")
        assert await seat.log() == [("review", "recall")]


@pytest.mark.parametrize("key", ["3", "enter"])
async def test_a_key_pressed_too_often_answers_no_other_card(open_app: Open, key: str) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("space", key, key, key)
        assert await seat.log() == [("review", "recall")]
        assert seat.card == "choices"


async def test_a_double_press_of_space_does_not_rate_what_was_not_seen(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        screen.SETTLING = 5  # type: ignore[misc]
        await seat.pilot.press("space", "space", "enter")
        assert screen.attempt.revealed
        assert await seat.log() == []


@pytest.mark.parametrize("key", ["b", "s", "r", "space"])
async def test_a_key_pressed_before_the_question_can_be_read_does_nothing(open_app: Open, key: str) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="cloze#c1")
        await seat.press("space")
        screen.SETTLING = 600  # type: ignore[misc]
        await seat.pilot.press("4", key, "1")
        assert seat.card == "predict"
        assert not screen.attempt.revealed
        assert seat.world.lab.runs == []
        assert (await seat.log())[-1] == ("review", "cloze#c1")


async def test_enter_without_a_prediction_gives_nothing_away(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("enter")
        assert not screen.attempt.revealed
        assert seat.world.lab.runs == []
        assert [n.message for n in seat.app._notifications][-1].startswith("Type what you predict")
        await seat.press("escape", "r")
        assert screen.attempt.revealed


async def test_a_card_is_revealed_from_its_question_on(open_app: Open) -> None:
    async with open_app(size=(80, 16)) as seat:
        await seat.study(at="recall")
        await seat.press("r", "pagedown", "pagedown")
        assert "Do logits sum to 1?" not in seat.text
        await seat.press("space")
        await seat.until("Do logits sum to 1?")


async def test_keys_that_were_changed_are_the_ones_shown_and_share_what_they_shared(open_app: Open) -> None:
    async with open_app(keys={"study.reveal": "v", "study.good": "j"}) as seat:
        await seat.study(at="recall")
        assert seat.static("#ratings") == "v reveals"
        await seat.press("v")
        assert "▸j good" in seat.static("#ratings")
        await seat.press("space")
        assert (await last_review(seat)).rating is Rating.GOOD, "space was shared with reveal, and still rates"


async def test_while_a_snippet_runs_the_key_that_stops_it_is_shown(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        seat.world.lab.gate = asyncio.Event()
        await seat.press("9", "enter")
        assert seat.static("#ratings") == "esc stops the run"


async def test_a_rating_given_while_another_is_written_is_not_logged(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        await seat.press("space")
        await asyncio.gather(screen.action_rate(3), screen.action_rate(1))
        assert [await seat.log(), (await last_review(seat)).rating] == [[("review", "recall")], Rating.GOOD]


async def test_n_says_why_there_is_no_note(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        await seat.press("n")
        assert isinstance(seat.app.screen, NoteScreen)
        assert "names no section of any notes" in seat.text


async def test_n_shows_the_section_of_the_note(open_app: Open, tmp_path) -> None:
    (tmp_path / "notes.md").write_text("# 笔记\n\n2-2\n\n输出的 logits 不是概率 [/x]\n\n2-3 models\n\nother\n")
    world = World(tmp_path, {"kinds.yaml": ALL_KINDS.replace("cards:", "notes: notes.md\ncards:", 1)})
    async with open_app(world=world, notes=tmp_path) as seat:
        await seat.study(at="recall")
        await seat.press("n")
        assert "输出的 logits 不是概率 [/x]" in seat.text
        assert "other" not in seat.text


async def test_leaving_stops_what_runs(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        seat.world.lab.gate = asyncio.Event()
        await seat.press("space", "r", "q")
        assert seat.world.lab.stops == 1
        assert not isinstance(seat.app.screen, StudyScreen)
        assert await seat.log() == []
    assert seat.world.lab.closed


async def test_escape_stops_what_runs_and_only_then_is_offered(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        assert screen.check_action("stop", ()) is False
        seat.world.lab.gate = asyncio.Event()
        await seat.press("space", "r")
        assert screen.check_action("stop", ()) is True
        await seat.press("escape")
        assert "! stopped" in seat.text
        assert screen.attempt.run.verdict is Verdict.TIMEOUT


async def test_a_run_that_waits_for_the_lab_says_what_the_lab_is_busy_with(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="recall")
        lab, ready = seat.world.lab, seat.world.lab.state
        lab.gate, lab.answer = asyncio.Event(), replace(VERIFIED, output="")
        lab.on_state(replace(ready, phase=Phase.STARTING, message="importing torch…"))
        await seat.press("space", "r")
        await seat.until("importing torch…")
        lab.on_state(replace(ready, phase=Phase.STARTING, message="loading causal…"))
        await seat.until("loading causal…")
        lab.on_state(ready)
        await seat.until("running…")
        lab.on_state(replace(ready, phase=Phase.STARTING, message="loading masked…"))
        await seat.until("loading masked…")
        lab.print("It prints.")
        await seat.until("running…")
        lab.gate.set()
        await seat.until("✓ verified")
        lab.on_state(replace(ready, phase=Phase.STARTING, message="loading masked…"))
        await seat.settle()
        assert "✓ verified" in seat.text


async def test_what_a_run_waits_for_and_prints_is_in_sight_on_a_small_screen(open_app: Open) -> None:
    async with open_app(size=(80, 16)) as seat:
        await seat.study(at="predict")
        lab = seat.world.lab
        lab.gate, lab.answer = asyncio.Event(), replace(VERIFIED, output="")
        lab.on_state(replace(lab.state, phase=Phase.STARTING, message="importing torch…"))
        await seat.press("escape", "r")
        await seat.until("importing torch…")
        for number in range(6):
            lab.print(f"line {number}\n")
        await seat.until("line 5")


async def test_why_a_run_failed_is_in_sight_on_a_small_screen(open_app: Open) -> None:
    async with open_app(size=(80, 16)) as seat:
        await seat.study(at="choices")
        seat.world.lab.answer = Run(Verdict.UNAVAILABLE, error="The role 'causal' cannot be had.")
        await seat.press("r")
        await seat.until("The role 'causal' cannot be had.")


@pytest.mark.parametrize("action", ["rate(3)", "bury", "suspend", "undo"])
async def test_what_ends_after_the_card_has_gone_touches_no_other(open_app: Open, action: str) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="recall")
        await seat.press("space", "4", "space")
        seat.world.lab.gate = asyncio.Event()
        await seat.press("r")
        await screen.run_action(action)
        await seat.settle()
        assert screen.attempt.run is None
        assert not screen.attempt.revealed


async def test_a_prediction_stands_once_it_runs(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        seat.world.lab.gate = asyncio.Event()
        await seat.press("8", "enter")
        screen.query_one("AnswerLine").focus()
        await seat.press("backspace", "9", "enter")
        seat.world.lab.gate.set()
        await seat.settle()
        assert screen.attempt.response == "8"
        assert screen.attempt.suggested is Rating.AGAIN


async def test_an_observation_that_is_no_literal_suggests_nothing(open_app: Open) -> None:
    async with open_app() as seat:
        seat.world.lab.answer = replace(VERIFIED, observed="<object at 0x7f>")
        screen = await seat.study(at="predict")
        await seat.press("9", "enter")
        assert screen.attempt.suggested is None
        assert "cannot be compared" in seat.static("#feedback")


async def test_long_cards_scroll_by_keys_in_both_layouts(open_app: Open, tmp_path) -> None:
    long = ALL_KINDS.replace('answer: "No.', 'answer: "' + "And so on. " * 400)
    for number, size in enumerate([(80, 24), (130, 30)]):
        world = World(tmp_path / str(number), {"kinds.yaml": long})
        async with open_app(world=world, size=size) as seat:
            await seat.study(at="recall")
            await seat.press("space")
            before = seat.text
            await seat.press("pagedown")
            assert seat.text != before
            await seat.press("pageup")
            assert seat.text == before


async def test_very_many_blocks_are_shown_at_once_as_text(open_app: Open, tmp_path) -> None:
    many = ALL_KINDS.replace('answer: "No.', 'answer: "' + "- a\\n" * 4000 + "[/x] ")
    assert many != ALL_KINDS
    async with open_app(world=World(tmp_path / "other", {"kinds.yaml": many})) as seat:
        screen = await seat.study(at="recall")
        await seat.press("space")
        assert len(screen.query("MarkdownBlock")) < 10


async def test_entities_cannot_bring_in_what_was_taken_out(open_app: Open, tmp_path) -> None:
    hostile = ALL_KINDS.replace("Do logits", "&#x202e;&#x1b;[2J Do logits")
    async with open_app(world=World(tmp_path / "other", {"kinds.yaml": hostile})) as seat:
        await seat.study(at="recall")
        assert "&#x202e;&#x1b;[2J" in seat.text
        assert "\u202e" not in seat.text
