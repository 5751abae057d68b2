"""LoRA: adapters where one usually puts them, on a model that stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForSequenceClassification, Trainer

from tests.models.conftest import LONG, SHORT, Specimen, same
from tests.models.test_training import arguments, data_set

NEW = 0.3
"""What a test puts into the adapters in place of training them: they begin as zero."""


def lora(specimen: Specimen, **settings: Any) -> LoraConfig:
    usual = ["q_proj", "v_proj"] if specimen.model.can_generate() else ["query", "value"]
    task = TaskType.CAUSAL_LM if specimen.model.can_generate() else None
    return LoraConfig(**{"task_type": task, "target_modules": usual, "r": 4, "lora_alpha": 8} | settings)


def adapted(specimen: Specimen, **settings: Any) -> Any:
    """The model with adapters that make a difference."""
    model = get_peft_model(specimen.fresh(), lora(specimen, **settings)).eval()
    torch.manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=NEW)
    return model


def logits_of(model: Any, specimen: Specimen) -> torch.Tensor:
    with torch.no_grad():
        return model(**specimen.batch(SHORT, LONG)).logits


def test_new_adapters_change_nothing_and_are_all_that_trains(either: Specimen) -> None:
    model = get_peft_model(either.fresh(), lora(either)).eval()
    trained, total = model.get_nb_trainable_parameters()
    layers, size = either.model.config.num_hidden_layers, either.model.config.hidden_size
    assert same(logits_of(model, either), logits_of(either.model, either))
    free = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    assert all("lora_A" in name or "lora_B" in name for name in free)
    assert len(free) == layers * 2 * 2
    assert sum(weight.numel() for name, weight in free.items() if "lora_A" in name) == layers * 2 * 4 * size
    assert trained == sum(weight.numel() for weight in free.values()) < total / 20


def test_a_step_changes_the_adapters_alone(either: Specimen) -> None:
    model, ids = get_peft_model(either.fresh(), lora(either)), either.batch(LONG)["input_ids"]
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(2):  # A learns only once B is no longer zero
        optimizer.zero_grad()
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
    for name, weight in model.named_parameters():
        assert torch.equal(weight, before[name]) != ("lora_" in name), name


def test_without_its_adapters_it_is_the_base_again(either: Specimen) -> None:
    model = adapted(either)
    base = logits_of(either.model, either)
    assert not same(logits_of(model, either), base)
    with model.disable_adapter():
        assert same(logits_of(model, either), base)
    assert not same(logits_of(model, either), base)
    assert same(logits_of(model.unload(), either), base)


def test_merged_it_says_the_same_and_is_the_plain_model_again(either: Specimen, tmp_path: Path) -> None:
    model = adapted(either)
    expected = logits_of(model, either)
    model.merge_adapter()
    assert same(logits_of(model, either), expected, off=1e-3)
    model.unmerge_adapter()
    merged = model.merge_and_unload()
    assert type(merged) is type(either.model)
    assert same(logits_of(merged, either), expected, off=1e-3)
    merged.save_pretrained(tmp_path)
    assert same(logits_of(either.kind.from_pretrained(tmp_path), either), expected, off=1e-3)


def test_an_adapter_is_saved_alone_and_loaded_onto_the_base(either: Specimen, tmp_path: Path) -> None:
    model = adapted(either)
    model.save_pretrained(tmp_path)
    size = sum(file.stat().st_size for file in tmp_path.glob("*.safetensors"))
    assert 0 < size < (either.folder / "model.safetensors").stat().st_size / 10
    loaded = PeftModel.from_pretrained(either.fresh(), tmp_path).eval()
    assert same(logits_of(loaded, either), logits_of(model, either))
    assert not any(weight.requires_grad for weight in loaded.parameters())


def test_of_two_adapters_one_is_active(either: Specimen) -> None:
    model = adapted(either)
    first = logits_of(model, either)
    model.add_adapter("second", lora(either, r=2))
    model.set_adapter("second")
    assert same(logits_of(model, either), logits_of(either.model, either))
    model.set_adapter("default")
    assert same(logits_of(model, either), first)


def test_every_linear_layer_but_the_head_can_be_adapted(either: Specimen) -> None:
    model = get_peft_model(either.fresh(), lora(either, target_modules="all-linear"))
    places = {name.split(".lora_")[0] for name, _ in model.named_parameters() if "lora_" in name}
    linear = [name for name, module in either.model.named_modules() if type(module) is torch.nn.Linear]
    head = either.model.get_output_embeddings()
    named = {f"base_model.model.{name}" for name in linear if either.model.get_submodule(name) is not head}
    assert places == named


def test_the_model_s_own_way_to_adapters_is_the_same(either: Specimen) -> None:
    model = either.fresh()
    model.add_adapter(lora(either))
    assert same(logits_of(model, either), logits_of(either.model, either))
    assert all(("lora_" in name) == weight.requires_grad for name, weight in model.named_parameters())


def test_an_adapted_model_generates(causal: Specimen) -> None:
    model = adapted(causal)
    batch = causal.batch(SHORT, LONG, side="left")
    how = {"max_new_tokens": 5, "eos_token_id": None}
    written = model.generate(**batch, **how)
    assert torch.equal(written, model.merge_and_unload().generate(**batch, **how))
    with_base = causal.model.generate(**batch, **how)
    assert with_base.shape == written.shape == (2, batch["input_ids"].shape[1] + 5)


def test_a_module_that_is_named_is_trained_whole_and_saved_with_the_adapter(either: Specimen, tmp_path: Path) -> None:
    def with_classifier() -> Any:
        torch.manual_seed(1)
        kind = AutoModelForSequenceClassification
        return kind.from_pretrained(either.folder, num_labels=3, local_files_only=True).eval()

    head = "score" if either.model.can_generate() else "classifier"
    model = get_peft_model(with_classifier(), lora(either, task_type=TaskType.SEQ_CLS, modules_to_save=[head])).eval()
    free = {name for name, weight in model.named_parameters() if weight.requires_grad and "lora_" not in name}
    assert free
    assert all(f"{head}.modules_to_save" in name for name in free)
    before = logits_of(model, either)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in free:
                weight += 1
    assert not same(logits_of(model, either), before)
    model.save_pretrained(tmp_path)
    loaded = PeftModel.from_pretrained(with_classifier(), tmp_path).eval()
    assert same(logits_of(loaded, either), logits_of(model, either))


def test_a_head_that_is_trained_whole_leaves_the_embeddings_as_they_are(causal: Specimen) -> None:
    model = get_peft_model(causal.fresh(), lora(causal, modules_to_save=["lm_head"])).eval()
    before = logits_of(model, causal)
    embeddings = model.get_input_embeddings().weight.clone()
    with torch.no_grad():
        model.get_output_embeddings().weight.mul_(2)
    assert same(logits_of(model, causal), before * 2)
    assert torch.equal(model.get_input_embeddings().weight, embeddings)
    with model.disable_adapter():
        assert same(logits_of(model, causal), before)


def test_the_trainer_trains_the_adapters_alone_and_saves_them_alone(causal: Specimen, tmp_path: Path) -> None:
    model = get_peft_model(causal.fresh(), lora(causal))
    rows = data_set(causal).map(lambda row: {"labels": row["input_ids"]})
    trainer = Trainer(model, arguments(tmp_path, per_device_train_batch_size=1), train_dataset=rows)
    trainer.train()
    trainer.save_model()
    assert not (tmp_path / "model.safetensors").exists()
    assert not same(logits_of(model.eval(), causal), logits_of(causal.model, causal))
    with model.disable_adapter():
        assert same(logits_of(model, causal), logits_of(causal.model, causal))
    loaded = PeftModel.from_pretrained(causal.fresh(), tmp_path).eval()
    assert same(logits_of(loaded, causal), logits_of(model, causal))
