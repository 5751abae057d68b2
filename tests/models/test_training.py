"""Collators, and the Trainer on a data set of a few sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    DataCollatorForLanguageModeling,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

from tests.models.conftest import LONG, SHORT, Specimen

TEXTS = [SHORT, LONG, "A dog.", "The dog looked at the mat."]


def data_set(specimen: Specimen) -> Dataset:
    tokenizer = specimen.tokenizer
    return Dataset.from_dict({"text": TEXTS}).map(lambda row: tokenizer(row["text"]), remove_columns=["text"])


def arguments(folder: Path, **settings: Any) -> TrainingArguments:
    quiet = {"report_to": [], "disable_tqdm": True, "use_cpu": True, "save_strategy": "no", "logging_strategy": "no"}
    steps = {"max_steps": 4, "per_device_train_batch_size": 2, "learning_rate": 1e-3, "seed": 3}
    return TrainingArguments(str(folder), **quiet | steps | settings)


def language_trainer(specimen: Specimen, folder: Path, **settings: Any) -> Trainer:
    collator = DataCollatorForLanguageModeling(specimen.tokenizer, mlm=not specimen.model.can_generate(), seed=5)
    rows = data_set(specimen)
    return Trainer(
        specimen.fresh(), arguments(folder, **settings), train_dataset=rows, eval_dataset=rows, data_collator=collator
    )


def loss_of(specimen: Specimen, model: Any) -> float:
    """Over a text, all of it asked for."""
    ids = specimen.batch(LONG)["input_ids"]
    with torch.no_grad():
        return model.eval()(input_ids=ids, labels=ids).loss.item()


def test_the_padding_collator_pads_each_batch_to_its_longest(either: Specimen) -> None:
    rows = [either.tokenizer(text) for text in TEXTS]
    batch = DataCollatorWithPadding(either.tokenizer)(rows)
    assert batch["input_ids"].shape == (4, max(len(row["input_ids"]) for row in rows))
    assert batch["attention_mask"].sum(-1).tolist() == [len(row["input_ids"]) for row in rows]


def test_the_causal_collator_asks_for_every_token_but_pads(causal: Specimen) -> None:
    rows = [causal.tokenizer(text) for text in TEXTS]
    batch = DataCollatorForLanguageModeling(causal.tokenizer, mlm=False)(rows)
    read = batch["attention_mask"] == 1
    assert torch.equal(batch["labels"][read], batch["input_ids"][read])
    assert (batch["labels"][~read] == -100).all()
    assert not read.all()


def test_the_masked_collator_asks_for_some_and_never_for_a_special_token(masked: Specimen) -> None:
    tokenizer = masked.tokenizer
    rows = [tokenizer(LONG) for _ in range(60)]
    before = torch.tensor([row["input_ids"] for row in rows])
    batch = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.3, seed=5)(rows)
    asked = batch["labels"] != -100
    special = torch.isin(before, torch.tensor(tokenizer.all_special_ids))
    assert 0.2 < asked[~special].float().mean() < 0.4
    assert not asked[special].any()
    assert torch.equal(batch["labels"][asked], before[asked])
    assert torch.equal(batch["input_ids"][~asked], before[~asked])
    assert (batch["input_ids"][asked] == tokenizer.mask_token_id).float().mean() > 0.6


def test_whole_words_can_be_masked(masked: Specimen) -> None:
    tokenizer = masked.tokenizer
    rows = [tokenizer("counterrevolutionaries spoke " * 5, return_offsets_mapping=True) for _ in range(10)]
    words = rows[0].word_ids()
    collator = DataCollatorForLanguageModeling(
        tokenizer, whole_word_mask=True, mask_replace_prob=1, random_replace_prob=0, mlm_probability=0.3, seed=5
    )
    asked = collator(rows)["labels"] != -100
    for row in asked.tolist():
        fates = {word: {fate for other, fate in zip(words, row, strict=True) if other == word} for word in words}
        assert all(len(fate) == 1 for word, fate in fates.items() if word is not None)
    assert asked.any()


def test_labels_of_tokens_are_padded_like_the_tokens(either: Specimen) -> None:
    rows = [{**row, "labels": [1] * len(row["input_ids"])} for row in map(either.tokenizer, TEXTS)]
    batch = DataCollatorForTokenClassification(either.tokenizer)(rows)
    assert torch.equal(batch["labels"] == 1, batch["attention_mask"] == 1)
    assert set(batch["labels"].unique().tolist()) == {-100, 1}


def test_the_trainer_teaches_a_text(either: Specimen, tmp_path: Path) -> None:
    trainer = language_trainer(either, tmp_path, max_steps=5)
    before = loss_of(either, either.model)
    assert trainer.train().global_step == 5
    assert trainer.evaluate()["eval_loss"] > 0
    if either.model.can_generate():  # a masked model is taught by other questions each time
        assert loss_of(either, trainer.model) < before


def test_batches_that_are_accumulated_count_as_one(causal: Specimen, tmp_path: Path) -> None:
    losses = []
    for rows, batches in ((2, 1), (1, 2)):
        trainer = language_trainer(
            causal, tmp_path, max_steps=2, per_device_train_batch_size=rows, gradient_accumulation_steps=batches
        )
        trainer.train()
        losses.append(loss_of(causal, trainer.model))
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert losses[0] != loss_of(causal, causal.model)


def test_training_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(causal: Specimen, tmp_path: Path) -> None:
    whole = language_trainer(causal, tmp_path, save_strategy="steps", save_steps=2)
    whole.train()
    resumed = language_trainer(causal, tmp_path)
    resumed.train(resume_from_checkpoint=str(tmp_path / "checkpoint-2"))
    assert resumed.state.global_step == 4
    assert loss_of(causal, resumed.model) == pytest.approx(loss_of(causal, whole.model), rel=1e-5)
    saved = causal.kind.from_pretrained(tmp_path / "checkpoint-4")
    assert loss_of(causal, saved) == loss_of(causal, whole.model)


def test_a_classifier_learns_to_tell_texts_apart(either: Specimen, tmp_path: Path) -> None:
    classifier = AutoModelForSequenceClassification.from_pretrained(either.folder, num_labels=2, local_files_only=True)
    rows = data_set(either).add_column("label", [0, 1, 0, 1])
    trainer = Trainer(
        classifier,
        arguments(tmp_path, max_steps=20, learning_rate=3e-3, per_device_train_batch_size=4),
        train_dataset=rows,
        data_collator=DataCollatorWithPadding(either.tokenizer),
        compute_metrics=lambda told: {"right": (told.predictions.argmax(-1) == told.label_ids).mean()},
    )
    trainer.train()
    assert trainer.evaluate(rows)["eval_right"] == 1
