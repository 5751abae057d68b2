"""How and where snippets are run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

SHIPPED_MODELS = Path(__file__).parent / "models"


def _shipped() -> dict[str, str]:
    return {role: str(SHIPPED_MODELS / role) for role in ("causal", "masked")}


class LabSettings(BaseModel):
    """The worker, its limits and the models behind the roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    """The switch that turns all running of code off."""
    command: tuple[str, ...] = ()
    """What starts a Python, as `["ssh", "box", "python3"]` does, to which the worker is sent; empty means this one."""
    sandbox: Literal["auto", "bubblewrap", "landlock", "basic"] = "auto"
    """What locks snippets in: `auto`, the best; `bubblewrap` or `landlock`, that or nothing; `basic`, limits only."""
    device: str = "auto"
    """`auto` (cuda, else mps, else cpu, as there is), `cpu`, `cuda`, `cuda:1`, `mps`."""
    timeout: float = Field(10.0, gt=0, le=600)
    """Seconds a snippet may take."""
    memory_gb: float = Field(4.0, gt=0, le=4096)
    """Memory a snippet may add, in GiB: of address space on a CPU, of torch's on a GPU."""
    output_kb: int = Field(64, ge=1, le=65536)
    """How much printed text of a run is kept, in KiB (head and tail)."""
    imports: tuple[str, ...] = ("datasets", "transformers.trainer", "peft")
    """Modules imported once, ahead of all runs; others that a snippet imports are imported anew by each run."""
    models: dict[str, str] = Field(default_factory=_shipped)
    """Role to model: `shipped`, one you pulled by its name, a folder, or an id in the cache of Hugging Face."""

    @field_validator("command")
    @classmethod
    def _only_a_python(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if "quizapp.lab.worker" in given:
            raise ValueError("it should end with the name of a Python, as the worker is sent to it: leave out `-m …`")
        return given

    @field_validator("imports")
    @classmethod
    def _names_of_modules(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for name in given:
            if not all(part.isidentifier() for part in name.split(".")):
                raise ValueError(f"{name!r} is no name of a module, as `datasets` is")
        return given

    @field_validator("device")
    @classmethod
    def _known(cls, given: str) -> str:
        if not re.fullmatch(r"auto|cpu|cuda(:(0|[1-9][0-9]?))?|mps", given):
            raise ValueError("it should be `auto`, `cpu`, `cuda`, `cuda:` and a number, or `mps`")
        return given

    @field_validator("models")
    @classmethod
    def _above_the_shipped(cls, given: dict[str, str]) -> dict[str, str]:
        """A role that is left out keeps its shipped model."""
        return _shipped() | given
