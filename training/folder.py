"""Puts a model into its folder so that whoever has the old one open keeps it whole."""

import json
import shutil
import tempfile
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerFast


def replace(folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, card: str) -> None:
    """Write model, tokenizer and card beside `folder`, then swap them in by renaming: no mapped file changes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as scratch:
        fresh, old = Path(scratch, "fresh"), Path(scratch, "old")
        model.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
        _name_the_portable_class(fresh / "tokenizer_config.json")
        (fresh / "README.md").write_text(card, "utf-8")
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _name_the_portable_class(config: Path) -> None:
    """Name the tokenizer's class as transformers 4 and 5 both know it; 5 would write a name only 5 has."""
    settings = json.loads(config.read_text("utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    config.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", "utf-8")
