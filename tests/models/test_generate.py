"""`generate`: how it chooses, when it stops, what it returns, and that cache and padding change nothing."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any

import pytest
import torch
from transformers import GenerationConfig, TextStreamer

from tests.models.conftest import LONG, SHORT, Specimen, same

FULL = {"return_dict_in_generate": True, "output_scores": True, "output_logits": True}


def ends(specimen: Specimen) -> list[int]:
    """The tokens that end a text: one, or as of many chat models several."""
    named = specimen.model.generation_config.eos_token_id
    return named if isinstance(named, list) else [named]


def written(specimen: Specimen, *texts: str, tokens: int = 8, **how: Any) -> list[list[int]]:
    """The new tokens of each text, so many of them: the model never chooses to end."""
    batch = specimen.batch(*texts, side="left")
    how = {"max_new_tokens": tokens, "suppress_tokens": ends(specimen)} | how
    return specimen.model.generate(**batch, **how)[:, batch["input_ids"].shape[1] :].tolist()


def up_to(tokens: list[int], *end: int) -> list[int]:
    """The tokens up to the first of these, which is kept."""
    return tokens[: 1 + next((place for place, token in enumerate(tokens) if token in end), len(tokens))]


def test_greedy_takes_the_likeliest_token_each_time(causal: Specimen) -> None:
    ids = causal.batch(LONG)["input_ids"]
    for _ in range(6):
        logits = causal.logits(input_ids=ids)[0, -1]
        logits[ends(causal)] = -torch.inf
        ids = torch.cat([ids, logits.argmax()[None, None]], dim=1)
    assert written(causal, LONG, tokens=6) == [ids[0, -6:].tolist()]


@pytest.mark.parametrize(
    "how", [{"use_cache": False}, {"cache_implementation": "static"}, {"prompt_lookup_num_tokens": 3}]
)
def test_other_ways_to_compute_write_the_same(causal: Specimen, how: dict[str, Any]) -> None:
    assert written(causal, LONG, **how) == written(causal, LONG)


def test_the_cache_stands_for_the_tokens_that_were_read(causal: Specimen) -> None:
    ids = causal.batch(LONG)["input_ids"]
    with torch.no_grad():
        cache = causal.model(input_ids=ids[:, :4], use_cache=True).past_key_values
        parts = [causal.model(input_ids=ids[:, 4:7], past_key_values=cache).logits]
        parts += [causal.model(input_ids=ids[:, [place]], past_key_values=cache).logits for place in range(7, 10)]
    assert cache.get_seq_length() == 10
    assert same(torch.cat(parts, dim=1), causal.logits(input_ids=ids[:, :10])[:, 4:])


def test_each_text_of_a_left_padded_batch_goes_on_as_it_does_alone(causal: Specimen) -> None:
    texts = [SHORT, LONG, "A"]
    assert written(causal, *texts) == [written(causal, text)[0] for text in texts]


def test_a_finished_text_is_filled_with_pads_while_others_go_on(causal: Specimen) -> None:
    rows = written(causal, SHORT, LONG, tokens=12)
    end = next(token for row in rows for token in row if len({len(up_to(row, token)) for row in rows}) > 1)
    ended = [up_to(row, end) for row in rows]
    width = max(map(len, ended))
    pad = causal.model.generation_config.pad_token_id
    stopped = written(causal, SHORT, LONG, tokens=12, eos_token_id=end)
    assert stopped == [[*row, *[pad] * (width - len(row))] for row in ended]


def test_it_stops_at_the_end_token_and_at_any_of_several(causal: Specimen) -> None:
    (tokens,) = written(causal, LONG, tokens=10)
    for end in ([tokens[4]], [tokens[4], tokens[2]]):
        assert written(causal, LONG, tokens=10, eos_token_id=end) == [up_to(tokens, *end)]


def test_it_stops_at_a_text(causal: Specimen) -> None:
    tokenizer = causal.tokenizer
    (tokens,) = written(causal, LONG, tokens=12)
    pieces = [tokenizer.decode(token) for token in tokens]
    stop = next(piece for piece in pieces[1:] if piece.isascii() and piece.strip())  # others may be half a character
    so_far = [tokenizer.decode(tokens[: end + 1]) for end in range(len(tokens))]
    (stopped,) = written(causal, LONG, tokens=12, stop_strings=[stop], tokenizer=tokenizer)
    assert stopped == tokens[: 1 + [stop in text for text in so_far].index(True)]


def test_new_tokens_are_counted_without_the_prompt_and_length_with_it(causal: Specimen) -> None:
    batch = causal.batch(LONG)
    prompt = batch["input_ids"].shape[1]
    assert len(written(causal, LONG, tokens=5)[0]) == 5
    whole = causal.model.generate(**batch, max_length=prompt + 3, min_length=prompt + 3)
    assert whole.shape == (1, prompt + 3)
    assert whole[0, :prompt].tolist() == batch["input_ids"][0].tolist()


def test_sampling_repeats_with_its_seed_only(causal: Specimen) -> None:
    def sampled(seed: int) -> list[list[int]]:
        torch.manual_seed(seed)
        return written(causal, LONG, do_sample=True, tokens=8)

    assert sampled(1) == sampled(1)
    assert len({str(sampled(seed)) for seed in range(4)}) > 1


@pytest.mark.parametrize("how", [{"top_k": 1}, {"top_p": 1e-6}, {"temperature": 1e-5}])
def test_sampling_among_one_token_is_greedy(causal: Specimen, how: dict[str, Any]) -> None:
    assert written(causal, LONG, do_sample=True, **how) == written(causal, LONG)


def test_temperature_divides_the_logits_before_sampling(causal: Specimen) -> None:
    out = causal.model.generate(
        **causal.batch(LONG), **FULL, do_sample=True, temperature=2.0, top_k=0, top_p=1.0, max_new_tokens=1
    )
    assert same(out.scores[0], out.logits[0] / 2)


def test_scores_and_logits_are_those_of_a_forward_pass(causal: Specimen) -> None:
    batch = causal.batch(LONG)
    prompt = batch["input_ids"].shape[1]
    out = causal.model.generate(**batch, **FULL, max_new_tokens=5, min_new_tokens=5)
    again = causal.logits(input_ids=out.sequences[:, :-1])
    assert same(torch.stack(out.logits, dim=1), again[:, prompt - 1 :])
    assert len(out.scores) == 5
    assert all(score.shape == (1, causal.model.config.vocab_size) for score in out.scores)
    assert (torch.stack(out.scores, dim=1).argmax(-1) == out.sequences[:, prompt:]).all()


def test_hidden_states_and_attentions_come_for_each_new_token(causal: Specimen) -> None:
    model = causal.fresh(attn_implementation="eager")
    batch = causal.batch(LONG)
    prompt, layers = batch["input_ids"].shape[1], model.config.num_hidden_layers
    out = model.generate(
        **batch,
        max_new_tokens=3,
        min_new_tokens=3,
        return_dict_in_generate=True,
        output_hidden_states=True,
        output_attentions=True,
    )
    assert [step[-1].shape[1] for step in out.hidden_states] == [prompt, 1, 1]
    assert {len(step) for step in out.hidden_states} == {layers + 1}
    assert [step[0].shape[-1] for step in out.attentions] == [prompt, prompt + 1, prompt + 2]
    assert {len(step) for step in out.attentions} == {layers}


def test_beams_come_best_first_and_are_scored_by_their_mean_log_probability(causal: Specimen) -> None:
    batch = causal.batch(LONG)
    prompt = batch["input_ids"].shape[1]
    how = {"num_beams": 4, "num_return_sequences": 3, "max_new_tokens": 5, "eos_token_id": None}
    out = causal.model.generate(**batch, **FULL, **how)
    logs = causal.logits(input_ids=out.sequences)[:, prompt - 1 : -1].log_softmax(-1)
    new = out.sequences[:, prompt:]
    assert same(out.sequences_scores, logs.gather(-1, new[..., None]).squeeze(-1).mean(-1))
    assert out.sequences_scores.tolist() == sorted(out.sequences_scores.tolist(), reverse=True)
    assert len({tuple(row) for row in new.tolist()}) == 3


def test_several_samples_of_one_prompt_come_as_rows(causal: Specimen) -> None:
    rows = written(causal, SHORT, LONG, do_sample=True, num_return_sequences=3)
    assert len(rows) == 6


def test_no_pair_of_tokens_repeats_where_none_may(causal: Specimen) -> None:
    (tokens,) = written(causal, "A", tokens=40, no_repeat_ngram_size=2)
    pairs = list(pairwise(tokens))
    assert len(set(pairs)) == len(pairs)


def test_words_can_be_forbidden(causal: Specimen) -> None:
    first = written(causal, LONG)[0][0]
    assert first not in written(causal, LONG, bad_words_ids=[[first]])[0]


def test_text_is_streamed_as_it_is_written(causal: Specimen) -> None:
    tokenizer = causal.tokenizer
    with redirect_stdout(io.StringIO()) as printed:
        (tokens,) = written(causal, LONG, streamer=TextStreamer(tokenizer, skip_prompt=True))
    assert printed.getvalue().strip() == tokenizer.decode(tokens).strip()


def test_without_a_prompt_it_begins_with_the_beginning(causal: Specimen) -> None:
    assert causal.model.generate(max_new_tokens=2)[0, 0] == causal.tokenizer.bos_token_id


def test_its_defaults_come_from_the_folder_and_name_the_tokenizer_s_tokens(causal: Specimen) -> None:
    kept = GenerationConfig.from_pretrained(causal.folder)
    for name in ("bos_token_id", "pad_token_id"):
        assert getattr(kept, name) == getattr(causal.model.config, name) == getattr(causal.tokenizer, name)
        assert getattr(causal.model.generation_config, name) == getattr(kept, name)
    assert causal.tokenizer.eos_token_id == causal.model.config.eos_token_id == ends(causal)[0]
    assert kept.eos_token_id == causal.model.generation_config.eos_token_id
    assert not kept.do_sample


def test_a_configuration_of_one_s_own_counts_and_an_argument_counts_more(causal: Specimen) -> None:
    model, batch = causal.fresh(), causal.batch(LONG)
    model.generation_config.max_new_tokens = model.generation_config.min_new_tokens = 3
    prompt = batch["input_ids"].shape[1]
    assert model.generate(**batch).shape[1] == prompt + 3
    assert model.generate(**batch, max_new_tokens=5, min_new_tokens=5).shape[1] == prompt + 5
    given = GenerationConfig(max_new_tokens=2, min_new_tokens=2, pad_token_id=0, eos_token_id=1)
    assert model.generate(**batch, generation_config=given).shape[1] == prompt + 2


def test_a_masked_model_does_not_generate(masked: Specimen) -> None:
    assert not masked.model.can_generate()
