from quizapp.cards.why import REASONS, why
from tests.cards.test_after import IN_A_DECK
from tests.cards.test_mistakes import CARD_MISTAKES, DECK_MISTAKES
from tests.cards.test_suggestions import HURTS

TOLD = (*CARD_MISTAKES.values(), *DECK_MISTAKES.values(), *HURTS.values())
SENTENCES = [
    *(sentence for _, *told in TOLD for _, sentence in told),
    *(sentence for _, sentence in IN_A_DECK.values()),
    "deck 'd' is also x.yaml:1; rename one of them.",
    "card 'a' comes after 'b', which comes after 'a': none could be the first; remove one of these from `after`.",
    "card 'a' has the id of the card in line 4; give it another.",
]  # fmt: skip


def test_every_reason_belongs_to_a_sentence_that_can_be_said():
    assert [part for part, _ in REASONS if not any(part in sentence for sentence in SENTENCES)] == []


def test_a_reason_adds_something():
    assert why("unknown key 'x' in the deck; did you mean 'y'?").startswith("A key that is not known")
    assert why("card 'a' has no answer; add `answer:`.") == ""
