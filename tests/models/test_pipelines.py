"""Pipelines: text-generation, fill-mask, feature-extraction."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import pipeline

from tests.models.conftest import LONG, SHORT, Specimen


def piped(specimen: Specimen, task: str) -> Any:
    return pipeline(task, model=specimen.fresh(), tokenizer=specimen.tokenizer, device="cpu")


def test_text_is_continued_as_generate_does(causal: Specimen) -> None:
    write = piped(causal, "text-generation")
    ids = causal.model.generate(**causal.batch(LONG), max_new_tokens=6)[0]
    whole = causal.tokenizer.decode(ids, skip_special_tokens=True)
    assert write(LONG, max_new_tokens=6, do_sample=False) == [{"generated_text": whole}]
    (alone,) = write(LONG, max_new_tokens=6, do_sample=False, return_full_text=False)
    assert alone["generated_text"] == whole.removeprefix(LONG)


def test_a_batch_of_prompts_is_continued_as_each_alone(causal: Specimen) -> None:
    write = piped(causal, "text-generation")
    write.tokenizer.padding_side = "left"
    how = {"max_new_tokens": 6, "do_sample": False}
    assert write([SHORT, LONG], batch_size=2, **how) == [write(SHORT, **how), write(LONG, **how)]


def test_several_samples_of_one_prompt(causal: Specimen) -> None:
    write = piped(causal, "text-generation")
    told = write(SHORT, max_new_tokens=4, do_sample=True, num_return_sequences=3)
    assert len(told) == 3
    assert all(one["generated_text"].startswith(SHORT) for one in told)


def test_a_gap_is_filled_by_the_likeliest_tokens(masked: Specimen) -> None:
    text = f"The cat sat on the {masked.tokenizer.mask_token}."
    batch = masked.batch(text)
    gap = batch["input_ids"][0] == masked.tokenizer.mask_token_id
    probs, tokens = masked.logits(**batch)[0, gap][0].softmax(-1).topk(3)
    guesses = piped(masked, "fill-mask")(text, top_k=3)
    assert [guess["token"] for guess in guesses] == tokens.tolist()
    assert [guess["score"] for guess in guesses] == pytest.approx(probs.tolist(), rel=1e-3)
    assert guesses[0]["token_str"] == masked.tokenizer.decode(tokens[:1])


def test_two_gaps_are_filled_apart_and_among_words_that_are_named(masked: Specimen) -> None:
    mask = masked.tokenizer.mask_token
    fill = piped(masked, "fill-mask")
    first, second = fill(f"The {mask} sat on {mask} mat.", top_k=2)
    assert len(first) == len(second) == 2
    words = [masked.tokenizer.tokenize(word)[0] for word in ("the", "of")]
    guesses = fill(f"He is one {mask} them.", targets=words)
    assert {guess["token"] for guess in guesses} == set(masked.tokenizer.convert_tokens_to_ids(words))


def test_features_are_the_body_s_hidden_states(either: Specimen) -> None:
    extract = pipeline("feature-extraction", model=either.fresh().base_model, tokenizer=either.tokenizer, device="cpu")
    with torch.no_grad():
        expected = either.model.base_model(**either.batch(LONG)).last_hidden_state
    assert torch.allclose(torch.tensor(extract(LONG)), expected, atol=1e-4)
