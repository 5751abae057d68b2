"""The two tokenizers: byte-level BPE for the causal model, lower-case WordPiece for the masked one."""

import string
from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

CONTEXT = 256
"""Tokens that either model reads at once."""

CAUSAL_VOCABULARY = 4096
CAUSAL_SPECIALS = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
"""By role, in the order of their ids."""

TURN = {"begins": "<|im_start|>", "ends": "<|im_end|>"}
"""What a turn of a conversation stands between, as in ChatML."""

CHAT_TEMPLATE = """\
{{- bos_token -}}
{%- for message in messages -%}
{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '<|im_start|>assistant\n' }}
{%- endif -%}
"""
"""`<s>`, then each message between marks, its role on the first line."""

MASKED_VOCABULARY = 6144
MASKED_SPECIALS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
"""By role, in the order of their ids."""

MASKED_ALPHABET = "".join(sorted(string.digits + string.ascii_lowercase + string.punctuation))
"""Every other character makes its word `[UNK]`."""


def causal(documents: Sequence[str]) -> PreTrainedTokenizerFast:
    """Byte-level BPE: keeps case and spaces, knows every byte, puts `<s>` in front and nothing behind; has a chat."""
    tokenizer = Tokenizer(models.BPE(unk_token=CAUSAL_SPECIALS["unk_token"]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=CAUSAL_VOCABULARY,
        special_tokens=[*CAUSAL_SPECIALS.values(), *TURN.values()],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A $B:1", special_tokens=_ids(tokenizer, ["<s>"])
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **CAUSAL_SPECIALS,
        additional_special_tokens=list(TURN.values()),
        chat_template=CHAT_TEMPLATE,
        padding_side="right",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
        model_input_names=["input_ids", "attention_mask"],
    )


def masked(documents: Sequence[str]) -> PreTrainedTokenizerFast:
    """Lower-case WordPiece: splits at spaces and punctuation, wraps in `[CLS]` ... `[SEP]`, numbers the segments."""
    tokenizer = _plain_wordpiece(models.WordPiece(_pieces(documents), unk_token=MASKED_SPECIALS["unk_token"]))
    tokenizer.add_special_tokens(list(MASKED_SPECIALS.values()))
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=_ids(tokenizer, ["[CLS]", "[SEP]"]),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **MASKED_SPECIALS,
        padding_side="right",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=True,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def encoded(tokenizer: PreTrainedTokenizerFast, documents: Sequence[str], *, special: bool) -> list[list[int]]:
    """Each document's ids, all of them, whatever padding and truncation the tokenizer was last called with.

    Args:
        tokenizer: One of the two.
        documents: Of any length.
        special: Whether to put in what its template puts around a text.
    """
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    return [encoding.ids for encoding in backend.encode_batch_fast(list(documents), add_special_tokens=special)]


def _plain_wordpiece(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _pieces(documents: Sequence[str]) -> dict[str, int]:
    """The pieces and their ids, the same on every run.

    The trainer numbers the `##` letters in the order a hash table yields words, and breaks ties by these numbers:
    given ahead of everything else, as special tokens of a tokenizer that is then dropped, they have a fixed order.
    """
    trainer = trainers.WordPieceTrainer(
        vocab_size=MASKED_VOCABULARY,
        special_tokens=[*MASKED_SPECIALS.values(), *MASKED_ALPHABET, *(f"##{letter}" for letter in MASKED_ALPHABET)],
        initial_alphabet=list(MASKED_ALPHABET),
        limit_alphabet=len(MASKED_ALPHABET),
        show_progress=False,
    )
    tokenizer = _plain_wordpiece(models.WordPiece(unk_token=MASKED_SPECIALS["unk_token"]))
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer.get_vocab()


def _ids(tokenizer: Tokenizer, tokens: Sequence[str]) -> list[tuple[str, int]]:
    vocabulary = tokenizer.get_vocab()
    return [(token, vocabulary[token]) for token in tokens]
