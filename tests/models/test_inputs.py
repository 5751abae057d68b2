"""What goes in: attention mask, padding, positions, token types, embeddings."""

from __future__ import annotations

import pytest
import torch

from tests.models.conftest import LONG, SHORT, Specimen, same


@pytest.mark.parametrize("side", ["left", "right"])
def test_with_its_mask_a_padded_sentence_gets_the_logits_it_gets_alone(causal: Specimen, side: str) -> None:
    batch = causal.batch(SHORT, LONG, side=side)
    kept = batch["attention_mask"][0] == 1
    assert not kept.all()
    assert bool(kept[0]) == (side == "right")
    assert same(causal.logits(**batch)[0, kept], causal.logits(**causal.batch(SHORT))[0])


@pytest.mark.parametrize("side", ["left", "right"])
def test_without_its_mask_only_pads_in_front_reach_a_causal_model(causal: Specimen, side: str) -> None:
    batch = causal.batch(SHORT, LONG, side=side)
    kept = batch["attention_mask"][0] == 1
    unmasked = causal.logits(input_ids=batch["input_ids"])[0, kept]
    assert same(unmasked, causal.logits(**causal.batch(SHORT))[0]) == (side == "right")


def test_a_masked_model_needs_the_mask_and_with_it_sees_no_pad(masked: Specimen) -> None:
    batch = masked.batch(SHORT, LONG)
    kept = batch["attention_mask"][0] == 1
    alone = masked.logits(**masked.batch(SHORT))[0]
    assert same(masked.logits(**batch)[0, kept], alone)
    assert not same(masked.logits(input_ids=batch["input_ids"])[0, kept], alone)


def test_nothing_later_reaches_a_token_of_a_causal_model(causal: Specimen) -> None:
    ids = causal.batch(LONG)["input_ids"]
    whole = causal.logits(input_ids=ids)
    for length in range(1, ids.shape[1]):
        assert same(causal.logits(input_ids=ids[:, :length]), whole[:, :length])


def test_every_token_reaches_every_other_of_a_masked_model(masked: Specimen) -> None:
    ids = masked.batch(LONG)["input_ids"]
    for place in range(ids.shape[1]):
        other = ids.clone()
        other[0, place] = masked.tokenizer.mask_token_id
        assert (masked.logits(input_ids=ids) != masked.logits(input_ids=other)).any(-1).all()


def test_a_sentence_of_a_batch_does_not_reach_another(either: Specimen) -> None:
    both = either.logits(**either.batch(LONG, "A " + SHORT))
    assert same(both[:1], either.logits(**either.batch(LONG)))


def test_positions_are_counted_from_zero_where_none_are_given(either: Specimen) -> None:
    batch = either.batch(LONG)
    places = torch.arange(batch["input_ids"].shape[1])[None]
    assert same(either.logits(**batch), either.logits(**batch, position_ids=places))
    assert not same(either.logits(**batch), either.logits(**batch, position_ids=places * 2))


def test_rotary_positions_are_relative_and_learnt_ones_are_not(causal: Specimen, masked: Specimen) -> None:
    for specimen, relative in ((causal, True), (masked, False)):
        batch = specimen.batch(LONG)
        places = torch.arange(batch["input_ids"].shape[1])[None]
        moved = specimen.logits(**batch, position_ids=places + 20)
        assert same(specimen.logits(**batch), moved) == relative


def test_there_is_a_position_for_as_many_tokens_as_the_configuration_says(either: Specimen) -> None:
    longest = either.model.config.max_position_embeddings
    ids = torch.full((1, longest), either.tokenizer.convert_tokens_to_ids("a"))
    assert either.logits(input_ids=ids).isfinite().all()


def test_embeddings_may_go_in_instead_of_ids(either: Specimen) -> None:
    batch = either.batch(LONG)
    embedded = either.model.get_input_embeddings()(batch.pop("input_ids"))
    assert same(either.logits(inputs_embeds=embedded, **batch), either.logits(**either.batch(LONG)))


def test_a_pair_has_two_token_types_and_they_make_a_difference(masked: Specimen) -> None:
    pair = masked.tokenizer(SHORT, LONG, return_tensors="pt")
    types, seps = pair["token_type_ids"][0], pair["input_ids"][0] == masked.tokenizer.sep_token_id
    first = int(seps.nonzero()[0, 0])
    assert seps.sum() == 2
    assert not types[: first + 1].any()
    assert types[first + 1 :].all()
    one_type = {**pair, "token_type_ids": torch.zeros_like(pair["token_type_ids"])}
    assert not same(masked.logits(**pair), masked.logits(**one_type))


def test_token_types_are_zero_where_none_are_given(masked: Specimen) -> None:
    batch = masked.batch(LONG)
    assert not batch.pop("token_type_ids").any()
    assert same(masked.logits(**batch), masked.logits(**masked.batch(LONG)))


def test_a_causal_tokenizer_makes_no_token_types(causal: Specimen) -> None:
    assert set(causal.tokenizer(SHORT, LONG)) == set(causal.batch(SHORT)) == {"input_ids", "attention_mask"}


def test_pads_may_fill_up_to_any_width(either: Specimen) -> None:
    tokenizer = either.tokenizer
    for wanted in ({"padding": "max_length", "max_length": 40}, {"padding": True, "pad_to_multiple_of": 40}):
        batch = tokenizer([SHORT], **wanted, return_tensors="pt")
        kept = batch["attention_mask"][0] == 1
        assert batch["input_ids"].shape == (1, 40)
        assert (batch["input_ids"][0, ~kept] == tokenizer.pad_token_id).all()
        assert same(either.logits(**batch)[0, kept], either.logits(**either.batch(SHORT))[0])
