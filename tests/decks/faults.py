"""Libraries that are wrong in one respect: what the notes' claims are about is broken in torch, transformers, or peft.

No snippet is changed, so those that are about it must notice by themselves. `python -m tests.decks.faults` prints for
each fault the cards that do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import peft.tuners.lora.layer as lora
import pytest
import torch
import transformers.trainer_callback as callbacks
from transformers import DataCollatorForLanguageModeling, GenerationMixin, LogitsProcessorList, PreTrainedModel, Trainer
from transformers.loss import loss_utils
from transformers.models.bert import modeling_bert
from transformers.models.llama import modeling_llama
from transformers.tokenization_utils_tokenizers import TokenizersBackend

from quizapp.cards.deck import Entry
from tests.decks.bench import ENTRIES, Bench, draws
from tests.decks.judging import silence

Fault = Callable[[pytest.MonkeyPatch], None]
"""Breaks something for as long as the patch lasts; its docstring says what."""


def looks_ahead(patch: pytest.MonkeyPatch) -> None:
    """A causal model attends to what comes later."""
    both_ways = modeling_bert.create_bidirectional_mask

    def no_causal_mask(config: Any, inputs_embeds: Any, attention_mask: Any, **_: Any) -> Any:
        return both_ways(config=config, inputs_embeds=inputs_embeds, attention_mask=attention_mask)

    patch.setattr(modeling_llama, "create_causal_mask", no_causal_mask)
    patch.setattr(modeling_llama.LlamaAttention, "is_causal", False, raising=False)
    made = modeling_llama.LlamaAttention.__init__

    def not_causal(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        self.is_causal = False

    patch.setattr(modeling_llama.LlamaAttention, "__init__", not_causal)


def reads_no_mask(patch: pytest.MonkeyPatch) -> None:
    """The attention mask that a model is given changes nothing."""
    for module, name in ((modeling_llama, "create_causal_mask"), (modeling_bert, "create_bidirectional_mask")):
        make = getattr(module, name)

        def without(*args: Any, make: Callable[..., Any] = make, **kwargs: Any) -> Any:
            return make(*args, **(kwargs | {"attention_mask": None}))

        patch.setattr(module, name, without)


def shifts_no_labels(patch: pytest.MonkeyPatch) -> None:
    """A causal model's loss compares each position with its own token."""

    def aligned(logits: Any, labels: Any, vocab_size: int, **kwargs: Any) -> Any:
        kwargs.pop("shift_labels", None)
        return loss_utils.fixed_cross_entropy(logits.float().view(-1, vocab_size), labels.view(-1), **kwargs)

    patch.setitem(loss_utils.LOSS_MAPPING, "ForCausalLM", aligned)


def ignores_nothing(patch: pytest.MonkeyPatch) -> None:
    """A label of -100 counts as the label 0."""
    given = torch.nn.functional.cross_entropy

    def counted(logits: Any, labels: Any, *args: Any, **kwargs: Any) -> Any:
        labels = labels if labels.is_floating_point() else labels.clamp(min=0)
        return given(logits, labels, *args, **kwargs)

    patch.setattr(torch.nn.functional, "cross_entropy", counted)


def normalises_nothing(patch: pytest.MonkeyPatch) -> None:
    """`softmax` gives the exponentials, not divided by their sum."""
    patch.setattr(torch.Tensor, "softmax", lambda self, *_, **__: self.exp())


def pads_on_the_other_side(patch: pytest.MonkeyPatch) -> None:
    """Tokenizers pad left for right."""
    other = {"left": "right", "right": "left"}
    given = TokenizersBackend.set_truncation_and_padding

    def turned(self: Any, *args: Any, padding_side: str | None = None, **kwargs: Any) -> None:
        given(self, *args, padding_side=other[padding_side or self.padding_side], **kwargs)

    patch.setattr(TokenizersBackend, "set_truncation_and_padding", turned)
    pad = TokenizersBackend._pad

    def padded(self: Any, *args: Any, padding_side: str | None = None, **kwargs: Any) -> Any:
        return pad(self, *args, padding_side=other[padding_side or self.padding_side], **kwargs)

    patch.setattr(TokenizersBackend, "_pad", padded)


def adds_no_special_tokens(patch: pytest.MonkeyPatch) -> None:
    """Tokenizers put nothing in front of a text, and nothing behind."""
    given = TokenizersBackend._encode_plus

    def bare(self: Any, *args: Any, **kwargs: Any) -> Any:
        return given(self, *args, **(kwargs | {"add_special_tokens": False}))

    patch.setattr(TokenizersBackend, "_encode_plus", bare)


def keeps_special_tokens(patch: pytest.MonkeyPatch) -> None:
    """`decode` spells special tokens out, whatever it is told."""
    given = TokenizersBackend._decode

    def whole(self: Any, *args: Any, **kwargs: Any) -> Any:
        return given(self, *args, **(kwargs | {"skip_special_tokens": False}))

    patch.setattr(TokenizersBackend, "_decode", whole)


def hides_every_token(patch: pytest.MonkeyPatch) -> None:
    """The collator for masked language models chooses every token."""
    given = DataCollatorForLanguageModeling.torch_mask_tokens

    def all_of_them(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.mlm_probability = 1.0
        return given(self, *args, **kwargs)

    patch.setattr(DataCollatorForLanguageModeling, "torch_mask_tokens", all_of_them)


def scores_are_logits(patch: pytest.MonkeyPatch) -> None:
    """`generate` takes its tokens from the logits as they are."""
    patch.setattr(LogitsProcessorList, "__call__", lambda self, ids, scores, **_: scores)


def caches_nothing(patch: pytest.MonkeyPatch) -> None:
    """`generate` computes the whole text anew for each token."""
    given = GenerationMixin.generate

    def forgetful(self: Any, *args: Any, **kwargs: Any) -> Any:
        return given(self, *args, **(kwargs | {"use_cache": False}))

    patch.setattr(GenerationMixin, "generate", forgetful)


def generates_with_gradients(patch: pytest.MonkeyPatch) -> None:
    """`generate` remembers what it would take to train."""
    patch.setattr(GenerationMixin, "generate", GenerationMixin.generate.__wrapped__)


def infers_no_mask(patch: pytest.MonkeyPatch) -> None:
    """`generate` takes pads for words where it is given no mask."""

    def ones(self: Any, inputs: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        return torch.ones(inputs.shape[:2], dtype=torch.long, device=inputs.device)

    patch.setattr(GenerationMixin, "_prepare_attention_mask_for_generation", ones)


def resizes_no_head(patch: pytest.MonkeyPatch) -> None:
    """`resize_token_embeddings` leaves the output embeddings as they were, as the notes have it."""
    patch.setattr(PreTrainedModel, "_get_resized_lm_head", lambda self, head, *_, **__: head)


def adds_rows_of_zeros(patch: pytest.MonkeyPatch) -> None:
    """New rows of the embeddings do not begin near the mean of the old ones."""

    def zeros(self: Any, old: Any, new: Any, count: int, *_: Any) -> None:
        new.weight.data[-count:] = 0

    patch.setattr(PreTrainedModel, "_init_added_embeddings_weights_with_mean", zeros)


def ties_nothing(patch: pytest.MonkeyPatch) -> None:
    """Input and output embeddings are two tensors, whatever the configuration says."""
    patch.setattr(PreTrainedModel, "tie_weights", lambda self, *_, **__: None)


def merges_nothing(patch: pytest.MonkeyPatch) -> None:
    """Merging an adapter leaves the weights as they are."""
    patch.setattr(lora.Linear, "merge", lambda self, *_, **__: None)


def begins_with_a_change(patch: pytest.MonkeyPatch) -> None:
    """A fresh adapter has no zeros in its B."""
    given = lora.LoraLayer.reset_lora_parameters

    def drawn(self: Any, name: str, *args: Any) -> None:
        given(self, name, *args)
        if name in self.lora_B:
            torch.nn.init.normal_(self.lora_B[name].weight)

    patch.setattr(lora.LoraLayer, "reset_lora_parameters", drawn)


def scales_by_one(patch: pytest.MonkeyPatch) -> None:
    """An adapter's change is not scaled by alpha over r."""
    given = lora.LoraLayer.update_layer

    def unscaled(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        given(self, name, *args, **kwargs)
        self.scaling[name] = 1.0

    patch.setattr(lora.LoraLayer, "update_layer", unscaled)


def forgets_the_optimizer(patch: pytest.MonkeyPatch) -> None:
    """Training goes on from a checkpoint with an optimizer that begins anew."""
    patch.setattr(Trainer, "_load_optimizer_and_scheduler", lambda self, checkpoint: None)


def saves_no_state(patch: pytest.MonkeyPatch) -> None:
    """`save_state` writes nothing."""
    patch.setattr(Trainer, "save_state", lambda self: None)


def logs_nothing(patch: pytest.MonkeyPatch) -> None:
    """No callback hears of what is logged."""
    patch.setattr(callbacks.CallbackHandler, "on_log", lambda self, args, state, control, logs, **_: control)


def computes_its_own_loss(patch: pytest.MonkeyPatch) -> None:
    """The Trainer does not ask `compute_loss`, nor takes the model's loss: it trains on nothing."""

    def nothing(self: Any, model: Any, inputs: Any, *args: Any, return_outputs: bool = False, **_: Any) -> Any:
        outputs = model(**inputs)
        loss = outputs["logits"].sum() * 0
        return (loss, outputs) if return_outputs else loss

    patch.setattr(Trainer, "compute_loss", nothing)


FAULTS: tuple[Fault, ...] = (
    looks_ahead,
    reads_no_mask,
    shifts_no_labels,
    ignores_nothing,
    normalises_nothing,
    pads_on_the_other_side,
    adds_no_special_tokens,
    keeps_special_tokens,
    hides_every_token,
    scores_are_logits,
    caches_nothing,
    generates_with_gradients,
    infers_no_mask,
    resizes_no_head,
    adds_rows_of_zeros,
    ties_nothing,
    merges_nothing,
    begins_with_a_change,
    scales_by_one,
    forgets_the_optimizer,
    saves_no_state,
    logs_nothing,
    computes_its_own_loss,
)


def noticed(fault: Fault, entries: dict[str, Entry]) -> list[str]:
    """Those of some cards of which an assert fails while the libraries have a fault; in a process of its own.

    The models are loaded with the fault too, as it may be one of how they are made.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        silence()
        with pytest.MonkeyPatch.context() as patch, os.fdopen(writing, "w") as found:
            fault(patch)
            bench = Bench.with_shipped_models()
            found.writelines(f"{card}\n" for card, entry in entries.items() if _fails(bench, entry))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        cards = found.read().split()
    assert os.waitpid(pid, 0)[1] == 0
    return cards


def _fails(bench: Bench, entry: Entry) -> bool:
    for values in draws(entry):
        try:
            bench.run(entry, values)
        except AssertionError:
            return True
        except Exception:  # noqa: BLE001 - a snippet that cannot run at all shows nothing
            return False
    return False


def every_fault() -> Iterator[tuple[str, list[str]]]:
    """What each fault is, and which cards notice."""
    for fault in FAULTS:
        yield (fault.__doc__ or "").strip(), noticed(fault, ENTRIES)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for sentence, cards in every_fault():
        print(f"{len(cards):4}  {sentence}  {', '.join(cards)}", flush=True)
