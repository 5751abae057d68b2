"""Special tokens, and the way from text to ids and back."""

from __future__ import annotations

import pytest

from tests.models.conftest import LONG, SHORT, Specimen

TEXTS = [SHORT, LONG, "def f(x):\n    return x ** 2", "naïve café — 猫 🙂"]


@pytest.mark.parametrize("text", TEXTS)
def test_bytes_make_every_text_and_ids_lead_back_to_it(causal: Specimen, text: str) -> None:
    tokenizer = causal.tokenizer
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_a_causal_tokenizer_puts_its_beginning_in_front_and_nothing_behind(causal: Specimen) -> None:
    tokenizer = causal.tokenizer
    ids = tokenizer(SHORT)["input_ids"]
    assert ids == [tokenizer.bos_token_id, *tokenizer(SHORT, add_special_tokens=False)["input_ids"]]
    assert tokenizer.eos_token_id not in ids


def test_a_masked_tokenizer_wraps_one_text_and_two(masked: Specimen) -> None:
    tokenizer = masked.tokenizer
    one, two = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (SHORT, LONG))
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    assert tokenizer(SHORT)["input_ids"] == [cls, *one, sep]
    assert tokenizer(SHORT, LONG)["input_ids"] == [cls, *one, sep, *two, sep]
    assert tokenizer.num_special_tokens_to_add(pair=True) == 3


def test_every_special_token_is_one_token_wherever_it_is_written(either: Specimen) -> None:
    tokenizer = either.tokenizer
    for token in tokenizer.all_special_tokens:
        ids = tokenizer("a" + token + "b", add_special_tokens=False)["input_ids"]
        assert ids.count(tokenizer.convert_tokens_to_ids(token)) == 1
        assert token not in tokenizer.decode(ids, skip_special_tokens=True)
        assert token in tokenizer.decode(ids)


def test_special_tokens_are_told_apart(either: Specimen) -> None:
    tokenizer = either.tokenizer
    batch = tokenizer([SHORT, LONG], padding=True, return_special_tokens_mask=True)
    for ids, marks in zip(batch["input_ids"], batch["special_tokens_mask"], strict=True):
        assert marks == [int(token in tokenizer.all_special_ids) for token in ids]


def test_special_tokens_have_ids_of_their_own(either: Specimen) -> None:
    assert len(set(either.tokenizer.all_special_ids)) == len(either.tokenizer.all_special_tokens)


def test_what_no_piece_spells_is_one_unknown_token(masked: Specimen) -> None:
    tokenizer = masked.tokenizer
    assert tokenizer.tokenize("the 猫 sat").count(tokenizer.unk_token) == 1


def test_pieces_of_a_word_share_its_number_and_its_place_in_the_text(either: Specimen) -> None:
    batch = either.tokenizer(LONG, return_offsets_mapping=True)
    words = batch.word_ids()
    numbered = [word for word in words if word is not None]
    assert numbered == sorted(numbered)
    for word, (start, end) in zip(words, batch["offset_mapping"], strict=True):
        assert (start == end) == (word is None)
    spelt = "".join(LONG[start:end] for start, end in batch["offset_mapping"])
    assert spelt.replace(" ", "") == LONG.replace(" ", "")


def test_truncation_keeps_the_special_tokens_and_hands_out_the_rest(either: Specimen) -> None:
    tokenizer = either.tokenizer
    added = tokenizer.num_special_tokens_to_add()
    whole = tokenizer(LONG, add_special_tokens=False)["input_ids"]
    rows = tokenizer(LONG, truncation=True, max_length=6, return_overflowing_tokens=True)["input_ids"]
    assert all(len(row) <= 6 for row in rows)
    kept = [[token for token in row if token not in tokenizer.all_special_ids] for row in rows]
    assert [token for row in kept for token in row] == whole
    assert {len(row) - len(inner) for row, inner in zip(rows, kept, strict=True)} == {added}


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_and_truncation_take_either_side(either: Specimen, side: str) -> None:
    tokenizer = either.tokenizer
    tokenizer.padding_side = tokenizer.truncation_side = side
    padded = tokenizer([SHORT, LONG], padding=True)
    first = padded["attention_mask"][0]
    assert first == sorted(first, reverse=side == "right")
    assert padded["input_ids"][0].count(tokenizer.pad_token_id) == first.count(0) > 0
    inner = tokenizer(LONG, add_special_tokens=False)["input_ids"]
    cut = tokenizer(LONG, add_special_tokens=False, truncation=True, max_length=4)["input_ids"]
    assert cut == (inner[:4] if side == "right" else inner[-4:])
