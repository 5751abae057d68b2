"""Every test of a mechanism is put to the shipped model and to one that is unlike it but for its architecture."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, PreTrainedTokenizerFast

from quizapp.lab.settings import SHIPPED_MODELS
from tests.models import strangers

SHORT = "The cat sat."
LONG = "The cat sat on the mat, and the dog looked at it."


def same(one: torch.Tensor, other: torch.Tensor, off: float = 1e-4) -> bool:
    """Whether two tensors are equal but for rounding."""
    return one.shape == other.shape and torch.allclose(one, other, atol=off, rtol=off)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A model in evaluation mode with its tokenizer, of which a test may spoil a copy."""

    folder: Path
    kind: type
    _model: Any
    _tokenizer: PreTrainedTokenizerFast

    @property
    def model(self) -> Any:
        """To be looked at, not changed."""
        return self._model

    @property
    def tokenizer(self) -> PreTrainedTokenizerFast:
        """One's own."""
        return copy.deepcopy(self._tokenizer)

    def fresh(self, **settings: object) -> Any:
        """One's own model, as `from_pretrained` makes it with these settings."""
        return self.kind.from_pretrained(self.folder, local_files_only=True, **settings).eval()

    def batch(self, *texts: str, side: str = "right") -> Any:
        """The texts as the model's inputs."""
        return self.tokenizer(list(texts), padding=True, padding_side=side, return_tensors="pt")

    def logits(self, **inputs: Any) -> torch.Tensor:
        """What the model says of inputs."""
        with torch.no_grad():
            return self._model(**inputs).logits


@pytest.fixture(scope="package", autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small are fastest on one thread, and other tests keep theirs."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="package", params=["shipped", "other"])
def causal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """A Llama."""
    return _of_role("causal", request.param, tmp_path_factory)


@pytest.fixture(scope="package", params=["shipped", "other"])
def masked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """A BERT."""
    return _of_role("masked", request.param, tmp_path_factory)


@pytest.fixture(scope="package", params=["causal-shipped", "causal-other", "masked-shipped", "masked-other"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """A Llama or a BERT."""
    return _of_role(*request.param.split("-"), tmp_path_factory)


def specimen(folder: Path, kind: Any) -> Specimen:
    """The model in a folder, loaded."""
    model = kind.from_pretrained(folder, local_files_only=True)
    return Specimen(folder, kind, model, AutoTokenizer.from_pretrained(folder, local_files_only=True))


def _of_role(role: str, which: str, folders: pytest.TempPathFactory) -> Specimen:
    make = strangers.llama if role == "causal" else strangers.bert
    folder = SHIPPED_MODELS / role if which == "shipped" else make(folders.mktemp(role))
    return specimen(folder, AutoModelForCausalLM if role == "causal" else AutoModelForMaskedLM)
