"""The tokenizers: the same text gives the same file, and the special tokens have the ids that are promised."""

from collections.abc import Callable, Sequence

import pytest
from transformers import PreTrainedTokenizerFast

from training import vocabularies

Build = Callable[[Sequence[str]], PreTrainedTokenizerFast]

DOCUMENTS = [f"The {noun} number {number} is not a {noun}?" for noun in ("dog", "cat", "tree") for number in range(40)]


@pytest.mark.parametrize("build", [vocabularies.causal, vocabularies.masked])
def test_the_same_text_gives_the_same_tokenizer(build: Build) -> None:
    assert build(DOCUMENTS).backend_tokenizer.to_str() == build(DOCUMENTS).backend_tokenizer.to_str()


@pytest.mark.parametrize(
    ("build", "specials"),
    [(vocabularies.causal, vocabularies.CAUSAL_SPECIALS), (vocabularies.masked, vocabularies.MASKED_SPECIALS)],
)
def test_special_tokens_come_first_and_only_they_are_special(build: Build, specials: dict[str, str]) -> None:
    tokenizer = build(DOCUMENTS)
    assert tokenizer.convert_tokens_to_ids(list(specials.values())) == list(range(len(specials)))
    turns = set(vocabularies.TURN.values()) if build is vocabularies.causal else set()
    assert set(tokenizer.all_special_tokens) == set(specials.values()) | turns
    assert tokenizer.decode(tokenizer("dog?").input_ids, skip_special_tokens=True) == "dog?"


def test_a_document_is_encoded_whole_whatever_the_tokenizer_was_last_called_with() -> None:
    tokenizer = vocabularies.causal(DOCUMENTS)
    tokenizer([DOCUMENTS[0], "dog"], padding=True, truncation=True, max_length=4)
    short, long = vocabularies.encoded(tokenizer, ["dog", DOCUMENTS[0]], special=False)
    assert tokenizer.decode(short) == "dog"
    assert tokenizer.decode(long) == DOCUMENTS[0]


def test_every_byte_survives_the_causal_tokenizer() -> None:
    tokenizer = vocabularies.causal(DOCUMENTS)
    text = "  Ünïcode 漢字\n\tand tabs "
    ids = tokenizer(text).input_ids
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text
