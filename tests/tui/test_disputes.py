"""A claim that held and does not now is told of where the learner is, and changes nothing of what they are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static

from quizapp.cards.proof import Proof, Verdict
from quizapp.store.log import open_log
from quizapp.study.memory import Rating
from quizapp.tui.screens.disputes import DisputesScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.study import StudyScreen
from tests.tui.conftest import Open
from tests.tui.fakes import ENVIRONMENT, NOON, World

NOW = ENVIRONMENT.without_sandbox
BEFORE = replace(NOW, transformers="4.57.1")
NOTICE = "⚑ held with transformers 4.57.1, not with 5.23; the model may have moved, not you"


def verified(world: World, *history: tuple[str, Verdict, object]) -> None:
    """Have it in the store that these cards' claims came to this, one after the other."""
    claims = {card.id.card: card.claim for card in world.load().cards.values()}
    log = open_log(world.data, NOON)
    log.record([Proof(f"kinds/{n}", claims.get(n, "gone"), e, v, NOON) for n, v, e in history])
    log.close()


@pytest.fixture
def disputed(world: World) -> World:
    held = [(name, Verdict.VERIFIED, BEFORE) for name in ("typed", "choices", "cloze", "predict")]
    verified(world, *held, ("typed", Verdict.REFUTED, NOW), ("cloze", Verdict.ERROR, NOW))
    return world


async def test_home_says_how_many_claims_are_disputed_and_lists_them(open_app: Open, disputed: World) -> None:
    async with open_app() as seat:
        assert seat.static("#disputes") == "2 claims are disputed since transformers 5.23 (d to look)"
        assert "d disputed" in seat.text
        await seat.press("d")
        assert isinstance(seat.app.screen, DisputesScreen)
        for shown in (
            "kinds/typed",
            "✓ held     with transformers 4.57.1, 22 Nov 2026",
            "✗ refuted  with transformers",
        ):
            assert shown in seat.text
        await seat.press("escape")
        assert isinstance(seat.app.screen, HomeScreen)


async def test_home_says_nothing_of_claims_that_hold_or_never_did(open_app: Open, world: World) -> None:
    gone = [("gone", Verdict.VERIFIED, BEFORE), ("gone", Verdict.REFUTED, NOW)]
    verified(world, ("recall", Verdict.REFUTED, BEFORE), ("recall", Verdict.VERIFIED, NOW), *gone)
    async with open_app() as seat:
        assert not seat.app.screen.query_one("#disputes").display
        assert "disputed" not in seat.text
        await seat.press("d")
        assert isinstance(seat.app.screen, HomeScreen)


async def test_the_key_that_is_named_is_the_learners_own(open_app: Open, disputed: World) -> None:
    async with open_app(keys={"home.disputes": "x"}) as seat:
        assert seat.static("#disputes").endswith("(x to look)")


async def test_a_disputed_card_says_so_and_is_asked_and_graded_as_ever(open_app: Open, disputed: World) -> None:
    async with open_app() as seat:
        await seat.study(at="choices")
        assert not seat.app.screen.query("#disputed"), "its claim holds"
        await seat.press("escape", "u")
        await seat.study(at="typed")
        screen = seat.app.screen
        assert isinstance(screen, StudyScreen)
        assert str(screen.query_one("#disputed", Static).render()) == NOTICE
        assert " ".join(NOTICE.split()[:8]) in seat.text
        await seat.press(*"-100", "enter", "space")
        event = (await seat.app.services.log.events())[-1]
        assert event.review is not None
        assert str(event.card) == "kinds/typed"
        assert (event.review.suggested, event.review.rating) == (Rating.GOOD, Rating.GOOD)


async def test_each_deletion_of_a_cloze_shares_the_dispute_of_its_claim(open_app: Open, disputed: World) -> None:
    async with open_app() as seat:
        await seat.study(at="cloze#c1")
        assert seat.static("#disputed") == NOTICE
