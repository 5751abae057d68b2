"""Which files are wanted, and what is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizapp.errors import PullError
from quizapp.lab.pulling.files import besides_weights, role_of, weights

BERT = ["config.json", "model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "README.md"]


@pytest.mark.parametrize(
    "path",
    [
        *[
            "pytorch_model.bin",
            "model.pt",
            "modeling.py",
            "tokenization_x.py",
            "optimizer.pt",
            "x.pkl",
            "flax_model.msgpack",
        ],
        *[
            "tf_model.h5",
            "rust_model.ot",
            "onnx/model.onnx",
            "model.gguf",
            "adapter_model.safetensors",
            ".gitattributes",
        ],
        *["../config.json", "sub/tokenizer.json", "tokenizer.json/../x", "tokenizer.jsonx", "README.md.py", "setup.py"],
        *[
            "additional_chat_templates/../../x.jinja",
            "training_args.bin",
            "tokenizer.model.py",
            "chat_template.jinja\n",
        ],
    ],
)
def test_nothing_that_can_hold_code_and_nothing_that_is_not_needed(path: str) -> None:
    assert path not in besides_weights([*BERT, path])


@pytest.mark.parametrize(
    "path",
    [
        *["generation_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt"],
        *["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "chat_template.jinja", "chat_template.json"],
        *["LICENSE", "LICENSE.txt", "LICENCE.md", "NOTICE", "additional_chat_templates/rag.jinja"],
    ],
)
def test_settings_tokenizers_and_licences_are_wanted(path: str) -> None:
    assert path in besides_weights([*BERT, path])


def test_the_weights_are_one_file_or_those_the_index_names() -> None:
    index = json.dumps(
        {"weight_map": {"a": "model-2.safetensors", "b": "model-1.safetensors", "c": "model-1.safetensors"}}
    )
    there = ["config.json", "model-1.safetensors", "model-2.safetensors", "model-3.safetensors"]
    assert weights(there, index.encode()) == ["model-1.safetensors", "model-2.safetensors"]
    assert weights([*there, "model.safetensors"], b"") == ["model.safetensors"]


@pytest.mark.parametrize(
    "index",
    [
        *[b"", b"{}", b"[]", b"null", b"\xff", b'{"weight_map": {}}', b'{"weight_map": []}', b"[" * 100_000],
        *[b'{"weight_map": {"a": "pytorch_model.bin"}}', b'{"weight_map": {"a": "../config.json"}}'],
        *[b'{"weight_map": {"a": "gone.safetensors"}}', b'{"weight_map": {"a": 3}}', b'{"weight_map": {"a": ["x"]}}'],
    ],
)
def test_an_index_that_names_no_safetensors_is_refused(index: bytes) -> None:
    with pytest.raises(PullError, match=r"^Its model.safetensors.index.json "):
        weights(["config.json", "pytorch_model.bin", "model-1.safetensors"], index)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(PullError, match=r"no config.json"):
        besides_weights(["README.md", "model.safetensors"])


@pytest.mark.parametrize(
    ("architectures", "role"),
    [(["BertForMaskedLM"], "masked"), (["LlamaForCausalLM"], "causal"), ([], "causal"), (None, "causal")],
)
def test_the_role_is_told_from_the_config(tmp_path: Path, architectures: object, role: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": architectures}))
    assert role_of(tmp_path) == role
