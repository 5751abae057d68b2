"""`convert GGUF FOLDER`: writes a model as safetensors in fp32, with its tokenizer, so that it loads like any other.

The one place of a pull that imports torch; it runs in a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gguf import GGUFReader
from safetensors import SafetensorError
from safetensors.torch import save_file

from quizapp.lab.pulling.gguf_tokenizer import Metadata, tokenizer_of
from quizapp.printing import say

ARCHITECTURE = "llama"
DIGITS = 6
"""Of a number that was kept as a 32-bit float, such as 1e-05."""


def convert(source: Path, folder: Path) -> None:
    """Write config, weights and tokenizer of a GGUF file into a folder.

    Raises:
        ValueError: it holds what cannot be converted.
        OSError: it cannot be read, or the folder not written.
    """
    metadata = metadata_of(source)
    if metadata["general.architecture"] != ARCHITECTURE:
        raise ValueError(f"a model of the architecture {metadata['general.architecture']!r} is not converted")
    tokenizer = tokenizer_of(metadata)
    model = _read(source)
    model.generation_config._from_model_config = False  # it is a file of its own from here on
    model.generation_config.save_pretrained(folder)
    _corrected(model.config).save_pretrained(folder)
    tied = "lm_head.weight" if model.config.tie_word_embeddings else None
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if name != tied}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod((folder / "config.json").stat().st_mode)  # it is written for its owner alone
    tokenizer.save_pretrained(folder)


def metadata_of(source: Path) -> Metadata:
    """All that a GGUF file says beside its weights."""
    return {name: field.contents() for name, field in GGUFReader(source).fields.items()}


def _read(source: Path) -> Any:  # noqa: ANN401 - transformers has no types
    """The model with its weights in fp32, the queries and keys in the order of transformers."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(1)
    return AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)


def _corrected(config: Any) -> Any:  # noqa: ANN401
    """The config of a model that is quantised no more, its numbers as they were before they were 32-bit floats."""
    del config.quantization_config
    for name in ("unk_token_id", "_model_name_or_path"):  # of the file, not of the architecture
        if hasattr(config, name):
            delattr(config, name)
    config.architectures = ["LlamaForCausalLM"]
    config.rms_norm_eps = float(f"{config.rms_norm_eps:.{DIGITS}g}")
    return config


if __name__ == "__main__":
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except (ValueError, KeyError, OSError, SafetensorError) as problem:
        say(f"{type(problem).__name__}: {problem}".replace("\n", " "), problem=True)
        sys.exit(1)
