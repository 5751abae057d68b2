"""A role's model before the fork, and the device that is chosen for all of them."""

from __future__ import annotations

import json
import re
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.worker import loading
from quizapp.lab.worker.loading import RoleFailed, choose_device, load
from quizapp.lab.worker.spare import practise

UNBOUNDED = resource.getrlimit(resource.RLIMIT_AS)


@pytest.mark.parametrize(("device", "asks"), [("cpu", True), ("cuda:0", False)])
def test_what_is_done_before_the_fork_for_a_gpu_asks_cuda_nothing(
    monkeypatch: pytest.MonkeyPatch, device: str, asks: bool
) -> None:
    asked: list[str] = []
    for name in ("is_current_stream_capturing", "current_device", "_lazy_init", "device_count"):
        monkeypatch.setattr(torch.cuda, name, lambda name=name: asked.append(name))
    model = load("causal", str(SHIPPED_MODELS / "causal"), device)
    practise(model)
    assert model.device == device
    assert model.model.device.type == "cpu"
    assert bool(asked) is asks, "on a CPU it is run once, which asks"


@pytest.mark.parametrize(
    ("wanted", "cuda", "mps", "chosen"),
    [
        ("auto", True, False, "cuda:0"),
        ("auto", True, True, "cuda:0"),
        ("auto", False, True, "mps"),
        ("auto", False, False, "cpu"),
        ("cuda", False, False, "cuda:0"),
        ("cuda:1", True, False, "cuda:1"),
        ("cpu", True, True, "cpu"),
        ("mps", True, False, "mps"),
    ],
)
def test_the_device_is_the_one_that_is_set_or_the_best_there_is(
    monkeypatch: pytest.MonkeyPatch, wanted: str, cuda: bool, mps: bool, chosen: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device(wanted) == chosen


def configure(folder: Path, file: str, **settings: object) -> None:
    """Write settings into a file of a model, whether or not there is one."""
    path = folder / f"{file}.json"
    path.write_text(json.dumps((json.loads(path.read_text()) if path.is_file() else {}) | settings))


def keep(folder: Path, *lost: str) -> None:
    """Leave out the weights whose names have one of these in them."""
    weights = load_file(folder / "model.safetensors")
    kept = {name: weight for name, weight in weights.items() if not any(part in name for part in lost)}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def needs_code(folder: Path, **settings: object) -> None:
    """Have a model come with code that leaves a mark when it is run."""
    (folder / "own.py").write_text(f"open({str(folder / 'was-run')!r}, 'w')")
    configure(folder, "config", auto_map={"AutoConfig": "own.C", "AutoModelForCausalLM": "own.M"}, **settings)
    configure(folder, "tokenizer_config", auto_map={"AutoTokenizer": ["own.T", "own.T"]})


@pytest.mark.parametrize(
    ("role", "shipped", "spoil", "says"),
    [
        ("causal", "masked", lambda _: None, "BertForMaskedLM, which has not the head that the role causal needs."),
        ("masked", "causal", lambda _: None, "LlamaForCausalLM, which has not the head that the role masked needs."),
        ("causal", "causal", lambda it: keep(it, "layers.0"), r"lack 9 of its weights, model.layers.0.input_layernorm"),
        ("causal", "causal", lambda it: keep(it, "embed_tokens", "lm_head"), "lack 2 of its weights, lm_head.weight"),
        ("masked", "masked", lambda it: keep(it, "cls."), "of its weights, cls.predictions.bias, "),
        ("causal", "causal", lambda it: configure(it, "adapter_config", r=2), "adapter of a model that lies elsewhere"),
        ("causal", "causal", lambda it: needs_code(it, model_type="own"), "code of its own, and none .* is run here"),
        ("causal", "causal", lambda it: configure(it, "config", intermediate_size=7), "mismatch"),
    ],
)
def test_a_model_that_is_not_whole_or_is_for_something_else_is_told(
    tmp_path: Path, role: str, shipped: str, spoil: Callable[[Path], None], says: str
) -> None:
    """transformers would run what it lacks with random numbers."""
    folder = shutil.copytree(SHIPPED_MODELS / shipped, tmp_path / "model")
    spoil(folder)
    with pytest.raises(RoleFailed) as told:
        load(role, str(folder), "cpu")
    assert re.search(says, str(told.value)), told.value
    assert str(told.value).endswith(f"\n`lab.models.{role}` in the settings names it.")
    assert not (folder / "was-run").exists()


def test_a_configuration_takes_no_more_memory_than_the_weights_explain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it describes is made before anyone looks whether there are weights for it."""
    folder = shutil.copytree(SHIPPED_MODELS / "causal", tmp_path / "model")
    keep(folder, "embed_tokens", "lm_head")
    configure(folder, "config", vocab_size=20_000_000)
    monkeypatch.setattr(loading, "BESIDES", 1 << 30)
    with pytest.raises(RoleFailed, match="cannot be loaded: it takes far more memory than its files"):
        load("causal", str(folder), "cpu")
    assert resource.getrlimit(resource.RLIMIT_AS) == UNBOUNDED


def half(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file({name: weight.bfloat16() for name, weight in weights.items()}, folder / "model.safetensors")
    configure(folder, "config", dtype="bfloat16")


def in_two_files(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    place = {name: f"model-0000{1 + at % 2}-of-00002.safetensors" for at, name in enumerate(weights)}
    for file in set(place.values()):
        save_file({name: weights[name] for name in weights if place[name] == file}, folder / file, {"format": "pt"})
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": place}))


@pytest.mark.parametrize(
    "change",
    [
        half,
        in_two_files,
        needs_code,
        lambda it: configure(it, "tokenizer_config", tokenizer_class="NoSuchTokenizer"),
        lambda it: (it / "chat_template.jinja").write_text("{% for i in range(10**12) %}{% endfor %}"),
    ],
    ids=["bfloat16", "two files", "code besides", "unknown tokenizer", "endless template"],
)
def test_a_model_is_loaded_however_it_is_stored_and_none_of_its_code_is_run(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    folder = shutil.copytree(SHIPPED_MODELS / "causal", tmp_path / "model")
    change(folder)
    model = load("causal", str(folder), "cpu")
    assert {weight.dtype for weight in model.model.parameters()} == {torch.float32}
    assert model.tokenizer.bos_token_id == model.tokenizer("a cat")["input_ids"][0]
    assert not (folder / "was-run").exists()
