"""What comes out besides logits, how attention is computed, and the head with its embeddings."""

from __future__ import annotations

import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from tests.models.conftest import LONG, SHORT, Specimen, same


def test_there_is_a_hidden_state_before_each_layer_and_after_the_last(either: Specimen) -> None:
    batch = either.batch(SHORT, LONG)
    config = either.model.config
    with torch.no_grad():
        states = either.model(**batch, output_hidden_states=True).hidden_states
        last = either.model.base_model(**batch).last_hidden_state
    assert len(states) == config.num_hidden_layers + 1
    assert {state.shape for state in states} == {(*batch["input_ids"].shape, config.hidden_size)}
    assert torch.equal(states[-1], last)


def test_a_llama_begins_with_its_embeddings_and_ends_in_a_linear_head(causal: Specimen) -> None:
    batch, model = causal.batch(LONG), causal.model
    with torch.no_grad():
        out = model(**batch, output_hidden_states=True)
        assert torch.equal(out.hidden_states[0], model.get_input_embeddings()(batch["input_ids"]))
        assert same(out.hidden_states[-1] @ model.get_output_embeddings().weight.T, out.logits)


def test_logits_may_be_computed_for_the_last_positions_alone(causal: Specimen) -> None:
    batch = causal.batch(LONG)
    assert same(causal.logits(**batch, logits_to_keep=2), causal.logits(**batch)[:, -2:])


def test_the_body_alone_loads_from_the_same_folder(either: Specimen) -> None:
    body = AutoModel.from_pretrained(either.folder, local_files_only=True).eval()
    batch = either.batch(LONG)
    with torch.no_grad():
        assert torch.equal(body(**batch).last_hidden_state, either.model.base_model(**batch).last_hidden_state)


def test_each_attention_sums_to_one_and_none_goes_to_a_pad(either: Specimen) -> None:
    model = either.fresh(attn_implementation="eager")
    batch = either.batch(SHORT, LONG)
    width = batch["input_ids"].shape[1]
    with torch.no_grad():
        attentions = model(**batch, output_attentions=True).attentions
    assert len(attentions) == model.config.num_hidden_layers
    for attention in attentions:
        assert attention.shape == (2, model.config.num_attention_heads, width, width)
        assert same(attention.sum(-1), torch.ones(attention.shape[:-1]))
        read = batch["attention_mask"][:, None, None].bool()
        assert not (attention * ~read).any()


def test_attention_looks_back_in_a_causal_model_and_both_ways_in_a_masked_one(
    causal: Specimen, masked: Specimen
) -> None:
    for specimen, looks_ahead in ((causal, False), (masked, True)):
        with torch.no_grad():
            out = specimen.fresh(attn_implementation="eager")(**specimen.batch(LONG), output_attentions=True)
        assert bool(torch.stack(out.attentions).triu(1).any()) == looks_ahead


@pytest.mark.parametrize("side", ["left", "right"])
def test_every_way_to_compute_attention_gives_the_same_logits(either: Specimen, side: str) -> None:
    batch = either.batch(SHORT, LONG, side=side)
    kept = batch["attention_mask"] == 1
    eager, sdpa = (either.fresh(attn_implementation=way) for way in ("eager", "sdpa"))
    assert (eager.config._attn_implementation, sdpa.config._attn_implementation) == ("eager", "sdpa")
    with torch.no_grad():
        expected = eager(**batch).logits
        assert same(sdpa(**batch).logits[kept], expected[kept])
        sdpa.set_attn_implementation("eager")
        assert torch.equal(sdpa(**batch).logits, expected)


def test_head_and_embeddings_are_one_matrix_where_they_are_tied(either: Specimen) -> None:
    model = either.fresh()
    head, embeddings = model.get_output_embeddings(), model.get_input_embeddings()
    tied = model.config.tie_word_embeddings
    assert (head.weight is embeddings.weight) == tied
    assert head.weight.shape == embeddings.weight.shape == (model.config.vocab_size, model.config.hidden_size)
    with torch.no_grad():
        embeddings.weight += 1
    assert torch.equal(head.weight, embeddings.weight) == tied


def test_every_token_of_the_tokenizer_has_a_row_and_a_logit(either: Specimen) -> None:
    assert len(either.tokenizer) <= either.model.config.vocab_size
    assert max(either.tokenizer.get_vocab().values()) < either.model.get_input_embeddings().num_embeddings


def test_a_vocabulary_may_grow_and_what_was_known_stays(either: Specimen) -> None:
    model, tokenizer = either.fresh(), either.tokenizer
    tokenizer.add_tokens(["<|new|>"])
    before, rows = either.logits(**either.batch(LONG)), model.config.vocab_size
    model.resize_token_embeddings(rows + 3)
    assert model.config.vocab_size == model.get_output_embeddings().out_features == rows + 3
    assert (model.get_output_embeddings().weight is model.get_input_embeddings().weight) == (
        model.config.tie_word_embeddings
    )
    with torch.no_grad():
        assert same(model(**either.batch(LONG)).logits[..., :rows], before)
        with_new = tokenizer(LONG + "<|new|>", return_tensors="pt")
        assert model(**with_new).logits.isfinite().all()
    assert tokenizer.convert_tokens_to_ids("<|new|>") in with_new["input_ids"]
    model.resize_token_embeddings(rows)
    with torch.no_grad():
        assert same(model(**either.batch(LONG)).logits, before)


def test_one_score_for_each_label_where_the_head_classifies_texts(either: Specimen) -> None:
    classifier = AutoModelForSequenceClassification.from_pretrained(either.folder, num_labels=3, local_files_only=True)
    batch, labels = either.batch(SHORT, LONG), torch.tensor([0, 2])
    out = classifier.eval()(**batch, labels=labels)
    assert out.logits.shape == (2, 3)
    assert same(out.loss, torch.nn.functional.cross_entropy(out.logits, labels))
    alone = classifier(**either.batch(SHORT)).logits
    assert same(out.logits[:1], alone)


@pytest.mark.parametrize("kind", [AutoModelForTokenClassification, AutoModelForQuestionAnswering])
def test_scores_for_each_token_where_the_head_labels_or_points(either: Specimen, kind: type) -> None:
    batch = either.batch(SHORT, LONG)
    out = kind.from_pretrained(either.folder, num_labels=2, local_files_only=True)(**batch)
    scores = out.logits if "logits" in out else torch.stack([out.start_logits, out.end_logits], dim=-1)
    assert scores.shape == (*batch["input_ids"].shape, 2)
