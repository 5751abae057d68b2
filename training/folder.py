"""Puts a model into its folder so that whoever has the old one open keeps it whole."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerFast

READABLE = 0o644
"""Whoever installs a package is not always the one who uses it; safetensors writes for its owner alone."""


def replace(
    folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, describe: Callable[[Path], None]
) -> None:
    """Write model and tokenizer beside `folder`, then swap them in by renaming: no mapped file changes.

    Args:
        folder: Where they are to be.
        model: As it is to be stored.
        tokenizer: Likewise.
        describe: Puts what else belongs there (card, plot) into the folder it is given, where the rest already is.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as scratch:
        fresh, old = Path(scratch, "fresh"), Path(scratch, "old")
        model.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
        _as_older_releases_read_it(fresh / "tokenizer_config.json")
        describe(fresh)
        for file in fresh.iterdir():
            file.chmod(READABLE)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _as_older_releases_read_it(config: Path) -> None:
    """Name the tokenizer's class and its further special tokens as transformers 4 and 5 both know them."""
    settings = json.loads(config.read_text("utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    if further := settings.pop("extra_special_tokens", None):
        settings["additional_special_tokens"] = further
    config.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", "utf-8")
