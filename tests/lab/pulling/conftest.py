"""A hub of this machine, a small real model in it, and a learner without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from quizapp.lab.pulling import fetching
from quizapp.lab.pulling.children import TOKENS
from quizapp.lab.pulling.place import Places
from quizapp.lab.pulling.pulling import Pulled, pull
from quizapp.lab.settings import SHIPPED_MODELS
from tests.lab.pulling.hub import COMMIT, Hub, files_of
from tests.lab.pulling.hub_server import served

NAME = "Owner/Small-Model"
WEIGHTS = "model.safetensors"
OTHER = COMMIT[::-1]
NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
NEVER = ("pytorch_model.bin", "modeling_small.py", "training_args.pt", "onnx/model.onnx", "model.fp16.safetensors")


class Heard:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.begun: list[tuple[str, int]] = []
        self.done: list[int] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def begin(self, what: str, total: int = 0) -> None:
        self.begun.append((what, total))

    def at(self, done: int) -> None:
        self.done.append(done)


class Learner:
    """Someone who pulls."""

    def __init__(self, folder: Path, places: Places | None = None) -> None:
        self.places = places or Places(folder / "data/models", folder / "cache/models")
        self.heard = Heard()

    def pull(self, text: str = NAME, **more: object) -> Pulled:
        self.heard = Heard()
        return pull(text, self.places, NOW, self.heard, **more)

    @property
    def left(self) -> list[str]:
        """Every file or folder where models are kept, those in models left out."""
        return sorted(path.name for path in self.places.models.glob("*"))

    @property
    def kept(self) -> dict[str, bytes]:
        """What is half fetched."""
        return {path: content for path, content in files_of(self.places.cache).items() if not path.endswith("/lock")}


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


@pytest.fixture(scope="session")
def small() -> dict[str, bytes]:
    """A real model, of the shape of the shipped one, in a hundredth of its bytes, and what lies beside real models."""
    shipped = files_of(SHIPPED_MODELS / "causal")
    weights = load(shipped["model.safetensors"])
    held = {name: np.ascontiguousarray(tensor.reshape(-1)[:192]) for name, tensor in weights.items()}
    files = {path: content for path, content in shipped.items() if path not in {"README.md", "loss.svg"}}
    files |= {"model.safetensors": save(held, {"format": "pt"}), "README.md": b"# Small\n", "LICENSE": b"Do.\n"}
    return files | dict.fromkeys(NEVER, b"never to be fetched")


def in_shards(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same model, its weights in two files with an index."""
    weights = load(files["model.safetensors"])
    names = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
    where = {tensor: names[at % 2] for at, tensor in enumerate(sorted(weights))}
    shards = {
        name: save({tensor: weights[tensor] for tensor in where if where[tensor] == name}, {"format": "pt"})
        for name in names
    }
    index = json.dumps({"metadata": {}, "weight_map": where}).encode()
    others = {path: content for path, content in files.items() if path != "model.safetensors"}
    return others | shards | {"model.safetensors.index.json": index}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small: dict[str, bytes]) -> Iterator[Hub]:
    """One that has the model, and that is asked instead of the real one."""
    from huggingface_hub import constants

    with served() as hub:
        hub.add(NAME, small)
        monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setenv("NO_PROXY", "*")
        for token in TOKENS:
            monkeypatch.delenv(token, raising=False)
        monkeypatch.setattr(fetching, "PAUSE", 0.0)
        yield hub
