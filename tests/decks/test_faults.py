"""The model has the last word: where a library is wrong in what a card claims, the card is refuted."""

from __future__ import annotations

import pytest

from tests.decks import faults
from tests.decks.bench import ENTRIES
from tests.decks.faults import FAULTS, Fault, noticed

NOTICED_BY: dict[Fault, list[str]] = {
    faults.looks_ahead: ["masked-and-causal/who-sees-a-change", "attention-masks/weights-above-the-diagonal"],
    faults.reads_no_mask: ["batching-and-tokenizers/padding-without-a-mask", "attention-masks/hide-one-token"],
    faults.shifts_no_labels: ["logits-and-loss/loss-of-a-causal-model", "logits-and-loss/shifted-twice"],
    faults.ignores_nothing: ["logits-and-loss/ignored-label", "masked-and-causal/masked-loss-stays-put"],
    faults.normalises_nothing: ["logits-and-loss/logits-are-scores", "logits-and-loss/softmax-sees-differences"],
    faults.pads_on_the_other_side: ["batching-and-tokenizers/side-of-the-padding", "generate/padding-for-generate"],
    faults.adds_no_special_tokens: ["batching-and-tokenizers/tokenize-or-call", "special-tokens/token-type-ids"],
    faults.keeps_special_tokens: ["batching-and-tokenizers/decode-without-specials"],
    faults.hides_every_token: ["masked-and-causal/share-of-masks", "masked-and-causal/signal-per-pass"],
    faults.scores_are_logits: ["generate/temperature-in-the-scores", "generate/greedy-scores"],
    faults.caches_nothing: ["generate/shape-of-a-step", "generate/work-without-a-cache"],
    faults.generates_with_gradients: ["logits-and-loss/train-with-forward"],
    faults.infers_no_mask: ["attention-masks/mask-from-pads"],
    faults.resizes_no_head: ["embeddings-and-vocabulary/both-matrices-grow"],
    faults.adds_rows_of_zeros: ["embeddings-and-vocabulary/what-is-in-new-rows"],
    faults.ties_nothing: ["embeddings-and-vocabulary/tied-weights", "logits-and-loss/head-of-a-causal-model"],
    faults.merges_nothing: ["lora/merged-weight", "lora/evaluation-without-merging"],
    faults.begins_with_a_change: ["lora/fresh-adapter", "lora/gaussian-start"],
    faults.scales_by_one: ["lora/scale-of-an-adapter"],
    faults.forgets_the_optimizer: ["saving-and-resuming/lost-file"],
    faults.saves_no_state: ["saving-and-resuming/resuming-from-a-state"],
    faults.logs_nothing: ["trainer-and-logging/disable-tqdm"],
    faults.computes_its_own_loss: ["trainer-and-logging/where-the-loss-comes-from"],
}


def test_every_fault_is_put_to_a_card() -> None:
    assert tuple(NOTICED_BY) == FAULTS
    assert {card for cards in NOTICED_BY.values() for card in cards} <= set(ENTRIES)


@pytest.mark.parametrize(("fault", "cards"), NOTICED_BY.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_a_fault_of_the_libraries_is_noticed_by_the_cards_about_it(fault: Fault, cards: list[str]) -> None:
    assert noticed(fault, {card: ENTRIES[card] for card in cards}) == cards
