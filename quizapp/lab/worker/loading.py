"""Models behind the roles: loaded once, placed on a device by each spare."""

from __future__ import annotations

import platform
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quizapp.lab import naming
from quizapp.lab.heads import MASKED, other_head
from quizapp.lab.protocol import NO_MODEL, SHIPPED
from quizapp.lab.worker.limits import memory_within
from quizapp.lab.worker.memory import is_shortage, touch_weights

SHIPPED_HERE = Path(__file__).parents[1] / "models"
SOME = 3
"""Missing weights that are named."""
MOST_TIMES = 6
"""Weights of 8 bits are four times as large as fp32, besides being mapped."""
BESIDES = 2 << 30
"""Bytes that loading may take whatever the weights: libraries, a tokenizer, a forward pass."""


@dataclass(frozen=True, slots=True)
class Model:
    """What a role stands for: a model in evaluation mode with its tokenizer, or neither."""

    name: str
    """Model id or the folder's name."""
    device: str
    dtype: str = "float32"
    commit: str | None = None
    """The hub's commit, where the model came with one."""
    model: Any = None
    tokenizer: Any = None

    def names(self) -> dict[str, Any]:
        """What is bound for a snippet."""
        import torch

        return {"torch": torch, "device": torch.device(self.device), "model": self.model, "tokenizer": self.tokenizer}


def choose_device(wanted: str) -> str:
    """The device for `auto` and for others: asked of the driver's library, which leaves CUDA uninitialised."""
    import torch

    if wanted == "auto":
        return "cuda:0" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return "cuda:0" if wanted == "cuda" else wanted


class RoleFailed(Exception):
    """A role cannot be had; the message says why, and which setting decides it."""


class Unfit(Exception):
    """A model is not whole, or not for its role; the message says so, as the end of a sentence."""


def located(path: str) -> str:
    """The folder of a model that came with the worker; others as `naming` has them."""
    if path.startswith(SHIPPED):
        return str(SHIPPED_HERE / path.removeprefix(SHIPPED))
    return naming.located(path)


def load(role: str, path: str, device: str) -> Model:
    """The role's model, with its weights as fp32 on the CPU. Its path is `located`.

    Raises:
        RoleFailed: there is no such model on this machine, it is not whole, or it is for something else.
    """
    if role == NO_MODEL:
        return Model(NO_MODEL, device)
    try:
        if lack := _lack(path):
            raise Unfit(lack)
        with _bounded(path):
            return _load(role, path, device)
    except Exception as error:
        told = f"The model {path!r} cannot be loaded: {_reason(error, path)}"
        raise RoleFailed(f"{told}\n{named_by(role)}") from error


def named_by(role: str) -> str:
    """Where a role's model is named, in a sentence."""
    return f"`lab.models.{role}` in the settings names it."


def _reason(error: Exception, path: str) -> str:
    """What went wrong, as the end of a sentence."""
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, OSError) and not naming.is_folder(path):
        return "it is neither a folder nor in the cache of Hugging Face, and nothing is downloaded here."
    if "trust_remote_code" in str(error):
        return "it needs code of its own, and none of a model's is run here."
    if is_shortage(error):
        return "it takes far more memory than its files, or than there is; its config.json may be damaged."
    return f"{type(error).__name__}: {error}"


def _bounded(path: str) -> AbstractContextManager[None]:
    """What keeps a configuration of a million layers from taking all memory; an id's files are not measured."""
    sizes = [file.stat().st_size for file in naming.weights_in(path)] if naming.is_folder(path) else []
    return memory_within(MOST_TIMES * sum(sizes) + BESIDES) if sizes else nullcontext()


def _lack(path: str) -> str:
    """What is missing that a model's folder has, in words; nothing for one that is whole, and for an id."""
    folder = Path(path)
    if path and not (folder.is_absolute() or path.startswith("~")):
        return ""
    if not path or not folder.is_dir():
        return "there is no such folder."
    if not (folder / "config.json").is_file():
        return "the folder has no config.json."
    if (folder / "adapter_config.json").is_file():
        return "the folder has an adapter_config.json, and an adapter of a model that lies elsewhere is not loaded."
    return "" if naming.weights_in(folder) else "the folder has no *.safetensors, and others are not read."


def _load(role: str, path: str, device: str) -> Model:
    """Load it. For the CPU, run it once, so that what is lazy is done before the fork.

    For a GPU only the spares do: each forward pass of transformers asks CUDA whether a graph is being captured.

    Raises:
        Unfit: it is for another role, or lacks weights, in whose place there would be random ones.
        Exception: whatever transformers raises.
    """
    import torch
    import transformers

    kind = transformers.AutoModelForMaskedLM if role == MASKED else transformers.AutoModelForCausalLM
    only = {"local_files_only": True, "trust_remote_code": False}
    config = transformers.AutoConfig.from_pretrained(path, **only)
    if why := other_head(str(next(iter(config.architectures or ()), "")), role):
        raise Unfit(f"{why[0].lower()}{why[1:]}")
    tokenizer = transformers.AutoTokenizer.from_pretrained(path, **only)
    how = {"use_safetensors": True, "dtype": torch.float32, "output_loading_info": True, **only}
    model, found = kind.from_pretrained(path, config=config, **how)
    if missing := sorted(found["missing_keys"]):
        raise Unfit(f"its files lack {len(missing)} of its weights, {', '.join(missing[:SOME])} among them.")
    model.eval()
    if device == "cpu":
        warm_up(model, tokenizer)
    return Model(
        naming.short_name(path),
        device,
        commit=getattr(model.config, "_commit_hash", None),
        model=model,
        tokenizer=tokenizer,
    )


def warm_up(model: Any, tokenizer: Any) -> None:
    """One forward pass."""
    import torch

    with torch.inference_mode():
        model(**tokenizer("ready", return_tensors="pt").to(model.device))


def place(model: Model) -> Model:
    """The model on its device, at hand. Only a spare calls this: what CUDA sets up does not survive a fork."""
    if model.device == "cpu":
        if model.model is not None:
            touch_weights(model.model)
        return model
    import torch

    torch.empty(1, device=model.device)
    return model if model.model is None else replace(model, model=model.model.to(model.device))


def environment(model: Model, revision: str, sandbox: str) -> dict[str, str]:
    """Where a verdict is reached; the fields of `cards.proof.Environment`."""
    import torch
    import transformers

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "model": model.name,
        "revision": revision,
        "device": model.device,
        "dtype": model.dtype,
        "sandbox": sandbox,
    }
