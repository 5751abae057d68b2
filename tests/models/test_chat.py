"""Conversations: what a chat template writes, and what a model makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

from quizapp.lab.settings import SHIPPED_MODELS
from tests.models import strangers
from tests.models.conftest import Specimen, specimen

ASKED = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "What is a cat?"}]
ANSWERED = [*ASKED, {"role": "assistant", "content": "An animal."}, {"role": "user", "content": "Is it?"}]
SHIPPED = [SHIPPED_MODELS / "causal"] if (SHIPPED_MODELS / "causal/chat_template.jinja").exists() else []


@pytest.fixture(scope="module", params=[*SHIPPED, None], ids=lambda folder: "shipped" if folder else "other")
def chatty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """A Llama with a chat template."""
    folder: Path = request.param or strangers.llama(tmp_path_factory.mktemp("chatty"))
    return specimen(folder, AutoModelForCausalLM)


def test_messages_are_written_in_their_order_with_their_roles(chatty: Specimen) -> None:
    text = chatty.tokenizer.apply_chat_template(ANSWERED, tokenize=False)
    place = 0
    for message in ANSWERED:
        place = text.index(message["content"], text.index(message["role"], place))


def test_the_text_and_the_ids_are_the_same_and_begin_once(chatty: Specimen) -> None:
    tokenizer = chatty.tokenizer
    text = tokenizer.apply_chat_template(ANSWERED, tokenize=False)
    ids = tokenizer.apply_chat_template(ANSWERED)["input_ids"]
    assert ids == tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == text
    assert ids.count(tokenizer.bos_token_id) == 1
    assert ids[0] == tokenizer.bos_token_id


def test_each_turn_is_marked_by_tokens_of_its_own(chatty: Specimen) -> None:
    tokenizer = chatty.tokenizer
    marks = set(tokenizer.all_special_ids) - {tokenizer.bos_token_id}
    shorter, longer = (tokenizer.apply_chat_template(messages)["input_ids"] for messages in (ASKED, ANSWERED))
    turns = [sum(token in marks for token in ids) for ids in (shorter, longer)]
    assert turns[1] == 2 * turns[0] >= 2 * len(ASKED)


def test_a_prompt_ends_where_the_answer_begins(chatty: Specimen) -> None:
    tokenizer = chatty.tokenizer
    asked, bare = (
        tokenizer.apply_chat_template(ASKED, add_generation_prompt=prompt)["input_ids"] for prompt in (True, False)
    )
    whole = tokenizer.apply_chat_template(ANSWERED)["input_ids"]
    assert whole[: len(asked)] == asked
    assert asked[: len(bare)] == bare
    assert len(asked) > len(bare)
    assert tokenizer.decode(whole[len(asked) :]).startswith("An animal.")


def test_an_answer_that_was_begun_is_left_open(chatty: Specimen) -> None:
    text = chatty.tokenizer.apply_chat_template(ANSWERED[:3], continue_final_message=True, tokenize=False)
    assert text.endswith("An animal.")


def test_conversations_are_padded_to_a_batch(chatty: Specimen) -> None:
    tokenizer = chatty.tokenizer
    batch = tokenizer.apply_chat_template([ASKED, ANSWERED], padding=True, return_tensors="pt")
    alone = tokenizer.apply_chat_template(ASKED)["input_ids"]
    assert batch["input_ids"][0][batch["attention_mask"][0] == 1].tolist() == alone
    assert batch["attention_mask"][1].all()


def test_the_model_reads_every_mark_and_answers(chatty: Specimen) -> None:
    prompt = chatty.tokenizer.apply_chat_template(ASKED, add_generation_prompt=True, return_tensors="pt")
    assert chatty.logits(**prompt).isfinite().all()
    marks = torch.tensor(chatty.tokenizer.all_special_ids)
    assert marks.max() < chatty.model.get_input_embeddings().num_embeddings
    written = chatty.model.generate(**prompt, max_new_tokens=4, do_sample=False)
    assert torch.equal(written[:, : prompt["input_ids"].shape[1]], prompt["input_ids"])


def test_a_pipeline_takes_a_conversation_and_adds_an_answer(chatty: Specimen) -> None:
    chat = pipeline("text-generation", model=chatty.fresh(), tokenizer=chatty.tokenizer, device="cpu")
    (told,) = chat(ASKED, max_new_tokens=4, do_sample=False)
    prompt = chatty.tokenizer.apply_chat_template(ASKED, add_generation_prompt=True, return_tensors="pt")
    ids = chatty.model.generate(**prompt, max_new_tokens=4, do_sample=False)[0, prompt["input_ids"].shape[1] :]
    answer = chatty.tokenizer.decode(ids, skip_special_tokens=True)
    assert told["generated_text"] == [*ASKED, {"role": "assistant", "content": answer}]


def test_the_template_is_saved_and_loaded_with_the_tokenizer(chatty: Specimen, tmp_path: Path) -> None:
    chatty.tokenizer.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.chat_template == chatty.tokenizer.chat_template
    assert loaded.apply_chat_template(ANSWERED) == chatty.tokenizer.apply_chat_template(ANSWERED)
