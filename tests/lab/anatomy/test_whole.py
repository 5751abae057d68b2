"""A model's folder as a whole: what is read without torch is what transformers finds, and nothing in it is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

from quizapp.cards.sanitize import clean
from quizapp.cli.models_json import anatomy_as_json
from quizapp.cli.models_text import LABEL, LEAST_ROOM, as_text
from quizapp.lab.anatomy.origin import origin_of
from quizapp.lab.anatomy.whole import anatomy_of
from quizapp.lab.naming import RECORD
from quizapp.lab.record import Record, write_record
from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.worker.loading import Model
from quizapp.lab.worker.revision import Revision
from tests.models import strangers


def made(kind: str, folder: Path) -> Path:
    """A model of each kind: shipped, or made for this test."""
    return SHIPPED_MODELS / kind if kind in {"causal", "masked"} else getattr(strangers, kind)(folder / kind)


@pytest.mark.parametrize("kind", ["causal", "masked", "gpt2", "llama", "bert"])
def test_what_is_read_is_what_transformers_finds(tmp_path: Path, kind: str) -> None:
    folder = made(kind, tmp_path)
    found = anatomy_of(folder)
    auto = AutoModelForMaskedLM if kind in {"masked", "bert"} else AutoModelForCausalLM
    model, tokenizer = auto.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    config = model.config
    assert found.lacks == ()
    assert found.shape is not None
    assert found.weights is not None
    assert found.tokens is not None
    assert found.shape.architecture == type(model).__name__
    assert found.weights.parameters == sum(tensor.numel() for tensor in set(model.parameters()))
    assert found.tied is (model.get_output_embeddings().weight is model.get_input_embeddings().weight)
    sizes = (config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.vocab_size)
    assert (found.shape.layers, found.shape.hidden_size, found.shape.heads, found.shape.vocabulary) == sizes
    assert found.shape.key_value_heads == getattr(config, "num_key_value_heads", config.num_attention_heads)
    assert found.shape.context == config.max_position_embeddings
    named = {
        role: (str(getattr(tokenizer, f"{role}_token")), getattr(tokenizer, f"{role}_token_id"))
        for role in ("bos", "eos", "unk", "pad", "cls", "sep", "mask")
        if getattr(tokenizer, f"{role}_token")
    }
    assert {role: (token.text, token.id) for role, token in found.tokens.special.items()} == named
    assert (found.tokens.size, found.tokens.padding_side) == (len(tokenizer), tokenizer.padding_side)
    assert found.tokens.chat_template == tokenizer.chat_template
    assert found.why_not("masked" if auto is AutoModelForMaskedLM else "causal") == []
    assert "has not the head" in found.why_not("causal" if auto is AutoModelForMaskedLM else "masked")[0]


def test_a_masked_model_whose_tokenizer_hides_nothing_does_not_do(tmp_path: Path) -> None:
    folder = strangers.bert(tmp_path / "bert")
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / name).is_file():
            known = json.loads((folder / name).read_text())
            (folder / name).write_text(json.dumps({key: known[key] for key in known if key != "mask_token"}))
    assert anatomy_of(folder).why_not("masked") == ["Its tokenizer has no mask token."]


def test_of_a_folder_with_nothing_in_it_all_that_is_missing_is_told(tmp_path: Path) -> None:
    found = anatomy_of(tmp_path)
    assert [sentence.split(".")[0] for sentence in found.lacks] == [
        "There is no config",
        "There are no *",
        "There is no tokenizer: neither tokenizer",
    ]
    assert (found.shape, found.weights, found.tokens, found.tied) == (None, None, None, None)


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    found = anatomy_of(tmp_path)
    assert found.lacks[0] == found.card_problem == "The folder cannot be read: Permission denied."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
KNOWN = {
    "config": ["architectures", "hidden_size", "text_config", "vocab_size", "num_attention_heads"],
    "tokenizer": ["model", "added_tokens"],
    "tokenizer_config": ["bos_token", "added_tokens_decoder", "chat_template", "additional_special_tokens"],
    RECORD.removesuffix(".json"): ["name", "source", "files"],
}
FILES = st.fixed_dictionaries(
    {name: JSON | st.dictionaries(st.sampled_from(keys), JSON, max_size=4) for name, keys in KNOWN.items()}
)


@given(FILES, st.text(max_size=60), st.binary(max_size=30))
def test_whatever_is_in_the_files_it_can_be_told_in_any_width(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, object], card: str, weights: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    (folder / "README.md").write_text(f"# Results\n| {card} |", errors="replace")
    (folder / "model.safetensors").write_bytes(weights)
    found = anatomy_of(folder)
    for columns in (80, 30):
        with mock.patch.dict(os.environ, COLUMNS=str(columns)):
            lines = list(as_text(found, {"folder": card}))
        assert lines == [clean(line, newlines=False) for line in lines]
        assert max(map(cell_len, lines)) <= max(columns, LABEL + 1 + LEAST_ROOM)
    json.dumps(anatomy_as_json(found, origin_of(folder, found.card)))
    found.why_not("causal")


def test_where_a_model_came_from_is_told_as_its_record_has_it(tmp_path: Path) -> None:
    folder = strangers.llama(tmp_path / "Owner--Name")
    own = origin_of(folder, None)
    assert (own.source, own.licence) == ("a folder of yours", None)
    assert own.revision == Revision(Model("any", "cpu"), str(folder)).value()
    record = {"name": "Owner/Name", "source": "the Hugging Face hub", "origin": "Owner/Name", "revision": "abc"}
    more = {"licence": "mit", "pulled": "2026-11-23T00:00:00Z", "files": {}}
    write_record(folder, Record.model_validate(record | more))
    pulled = origin_of(folder, None)
    assert (pulled.source, pulled.licence) == ("the Hugging Face hub: Owner/Name, abc", "mit")
    assert pulled.revision == own.revision


def test_a_model_in_the_cache_of_hugging_face_is_pinned_by_its_commit(tmp_path: Path) -> None:
    assert origin_of(tmp_path / "models--gpt2/snapshots/0123abc", None).revision == "0123abc"


def test_nothing_of_this_needs_torch() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from quizapp.cli.models_text import as_text; from quizapp.lab.catalogue import catalogue\n"
        "from quizapp.lab.anatomy.whole import anatomy_of; from quizapp.lab.anatomy.origin import origin_of\n"
        "from quizapp.lab.settings import LabSettings, SHIPPED_MODELS\n"
        "found = anatomy_of(SHIPPED_MODELS / 'masked'); origin_of(SHIPPED_MODELS / 'masked', found.card)\n"
        "list(catalogue(LabSettings(), Path('/nowhere'))); list(as_text(found, {}))\n"
        "sys.exit(bool({'torch', 'transformers', 'tokenizers', 'safetensors', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
