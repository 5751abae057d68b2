"""The headers of safetensors files say what is in them; a damaged one is a sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from quizapp.lab.anatomy.files import Unreadable
from quizapp.lab.anatomy.weights import MOST_DIMENSIONS, weights_of


def test_parameters_are_counted_over_all_files_by_type(tmp_path: Path) -> None:
    save_file({"a.weight": torch.zeros(3, 4), "b.bias": torch.zeros(4)}, tmp_path / "model-1.safetensors")
    save_file({"c.weight": torch.zeros(20, 10).bfloat16()}, tmp_path / "model-2.safetensors", {"format": "pt"})
    found = weights_of(tmp_path)
    assert (found.parameters, found.dtypes) == (3 * 4 + 4 + 200, ("bfloat16", "float32"))


def test_positions_and_masks_that_are_stored_are_no_parameters(tmp_path: Path) -> None:
    tensors = {
        "embeddings.position_ids": torch.arange(9),
        "h.0.attn.bias": torch.ones(1, 1, 8, 8),
        "h.0.attn.masked_bias": torch.tensor(-1e4),
        "h.0.attn.c_attn.bias": torch.ones(5),
    }
    save_file(tensors, tmp_path / "model.safetensors")
    assert weights_of(tmp_path).parameters == 5


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("lm_head.weight", True),
        ("cls.predictions.decoder.weight", True),
        ("lm_head.decoder.weight", True),
        ("vocab_projector.weight", True),
        ("embed_out.weight", True),
        ("model.embed_tokens.weight", False),
        ("cls.predictions.transform.dense.weight", False),
    ],
)
def test_a_head_of_its_own_is_known_by_its_name(tmp_path: Path, name: str, own: bool) -> None:
    save_file({name: torch.zeros(4, 2)}, tmp_path / "model.safetensors")
    assert weights_of(tmp_path).has_own_head is own


def header(text: str | bytes, numbers: int = 0) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    return len(content).to_bytes(8, "little") + content + bytes(numbers)


TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "has no header"),
        (b"\xff" * 8, "has no header"),
        ((1 << 60).to_bytes(8, "little"), "has no header"),
        (header("{}")[:9], "has no header"),
        (header("{nonsense"), "is no JSON"),
        (header(b"\xff\xfe"), "is no JSON"),
        (header("[" * 5000), "is no JSON"),
        (header("[]"), "no JSON object"),
        (header('{"a": 3}'), "describes no tensors"),
        (header('{"a": {"dtype": "F32"}}'), "describes no tensors"),
        (header('{"a": {"dtype": "F32", "shape": ["x"], "data_offsets": [0, 8]}}', 8), "describes no tensors"),
        (header('{"a": {"dtype": "F32", "shape": [2], "data_offsets": "ab"}}', 8), "describes no tensors"),
        (header('{"a": {"dtype": "F32", "shape": [Infinity], "data_offsets": [0, 8]}}', 8), "describes no tensors"),
        (header('{"a": {"dtype": "F32", "shape": [65], "data_offsets": [0, 8]}}', 8), "tensors that are not there"),
        (header(json.dumps({"a": TENSOR | {"shape": [9] * (MOST_DIMENSIONS + 1)}}), 8), "describes no tensors"),
        (header(json.dumps({"a": TENSOR}), 7), "has 7 bytes of numbers and should have 8"),
        (header(json.dumps({"a": TENSOR}), 9), "has 9 bytes"),
    ],
)
def test_a_damaged_file_is_a_sentence_that_names_it(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(Unreadable, match=rf"^model.safetensors is damaged: .*{says}"):
        weights_of(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.safetensors")
    with pytest.raises(Unreadable, match=r"no \*.safetensors"):
        weights_of(tmp_path)


def test_without_weights_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(Unreadable, match=r"no \*.safetensors, and weights of other kinds"):
        weights_of(tmp_path)
