"""Labels, the loss, and where its gradient goes."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.models.conftest import LONG, SHORT, Specimen, same

NEEDLESS = ("key.bias", "predictions.bias")
"""A bias of the keys adds the same to all scores of a row, which softmax does not see. BERT's second name for the bias
of its head is a weight of its own where head and embeddings are not tied, and nothing uses it.
"""


def test_a_causal_model_moves_labels_by_one_and_a_masked_one_does_not(causal: Specimen, masked: Specimen) -> None:
    for specimen, moved in ((causal, 1), (masked, 0)):
        ids = specimen.batch(LONG)["input_ids"]
        with torch.no_grad():
            out = specimen.model(input_ids=ids, labels=ids)
        places = ids.shape[1] - moved
        assert same(out.loss, cross_entropy(out.logits[0, :places], ids[0, moved:]))


def test_labels_of_minus_100_count_for_nothing(either: Specimen) -> None:
    batch = either.batch(SHORT, LONG)
    labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
    labels[:, :3] = -100
    out = either.model(**batch, labels=labels)
    moved = int(either.model.can_generate())
    logits, wanted = out.logits[:, : labels.shape[1] - moved], labels[:, moved:]
    counted = wanted != -100
    assert 0 < counted.sum() < wanted.numel()
    assert same(out.loss, cross_entropy(logits[counted], wanted[counted]))


def test_a_loss_over_no_label_is_no_number(either: Specimen) -> None:
    ids = either.batch(LONG)["input_ids"]
    assert either.model(input_ids=ids, labels=torch.full_like(ids, -100)).loss.isnan()


def test_the_loss_can_be_shared_out_among_more_tokens_than_are_there(causal: Specimen) -> None:
    ids = causal.batch(LONG)["input_ids"]
    mean, summed = (causal.model(input_ids=ids, labels=ids, num_items_in_batch=n).loss for n in (None, 1))
    assert same(summed, mean * (ids.shape[1] - 1))


def test_the_gradient_reaches_every_weight_that_computes_the_loss(either: Specimen) -> None:
    model, ids = either.fresh(), either.batch(LONG)["input_ids"]
    model(input_ids=ids, labels=ids).loss.backward()
    lacking = {name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.any()}
    assert {name for name in lacking if not name.endswith(NEEDLESS)} == set()


def test_only_rows_of_tokens_that_were_read_or_scored_get_a_gradient(either: Specimen) -> None:
    model, ids = either.fresh(), either.batch(LONG)["input_ids"]
    model(input_ids=ids, labels=ids).loss.backward()
    rows = model.get_input_embeddings().weight.grad.abs().sum(-1) > 0
    unread = torch.ones(len(rows), dtype=torch.bool)
    unread[ids] = False
    last = int(either.model.can_generate() and not model.config.tie_word_embeddings)  # read, and asked for nothing
    assert rows[ids[0, : ids.shape[1] - last]].all()
    assert rows[unread].any() == model.config.tie_word_embeddings


def test_frozen_weights_stay_as_they_are(either: Specimen) -> None:
    model, ids = either.fresh(), either.batch(LONG)["input_ids"]
    model.base_model.requires_grad_(False)
    free = [weight for weight in model.parameters() if weight.requires_grad]
    if not free:  # the head is the embeddings
        model.get_output_embeddings().weight.requires_grad_(True)
        free = [model.get_output_embeddings().weight]
    before = {name: weight.clone() for name, weight in model.named_parameters() if not name.endswith(NEEDLESS)}
    optimizer = torch.optim.SGD(free, lr=1.0)
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    after = dict(model.named_parameters())
    for name, weight in before.items():
        assert torch.equal(weight, after[name]) != after[name].requires_grad, name


def test_a_step_against_the_gradient_lowers_the_loss(either: Specimen) -> None:
    model, ids = either.fresh(), either.batch(LONG)["input_ids"]
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(3):
        loss = model(input_ids=ids, labels=ids).loss
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # a step of one length, however steep it is
        optimizer.step()
    assert losses == sorted(losses, reverse=True)


def test_recomputing_instead_of_keeping_gives_the_same_gradients(either: Specimen) -> None:
    ids = either.batch(LONG)["input_ids"]
    still = {} if either.model.can_generate() else {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    gradients = []
    for recompute in (False, True):
        model = either.fresh(**still).train()  # in evaluation nothing is recomputed
        if recompute:
            model.activation_checkpointing_enable()
        model(input_ids=ids, labels=ids).loss.backward()
        gradients.append([weight.grad for weight in model.parameters() if weight.grad is not None])
    assert all(same(one, other) for one, other in zip(*gradients, strict=True))


def test_in_training_only_a_model_with_dropout_says_something_else_each_time(
    causal: Specimen, masked: Specimen
) -> None:
    for specimen, drops in ((causal, False), (masked, True)):
        model, batch = specimen.fresh().train(), specimen.batch(LONG)
        with torch.no_grad():
            assert torch.equal(model(**batch).logits, model(**batch).logits) != drops
            model.eval()
            assert torch.equal(model(**batch).logits, model(**batch).logits)


@pytest.mark.parametrize("text", [SHORT, LONG])
def test_perplexity_is_e_to_the_loss(causal: Specimen, text: str) -> None:
    ids = causal.batch(text)["input_ids"]
    loss = causal.model(input_ids=ids, labels=ids).loss
    logs = causal.logits(input_ids=ids)[0, :-1].double().log_softmax(-1)
    product = logs.gather(-1, ids[0, 1:, None]).sum().exp()
    assert same(loss.double().exp(), product ** (-1 / (ids.shape[1] - 1)), off=1e-3)
