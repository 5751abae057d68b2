"""Training itself, on a corpus of a few lines: what a step is given, and that the command leaves a whole folder."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, LlamaForCausalLM

from training import baselines, causal, fitting, masked, polish, vocabularies
from training.__main__ import main
from training.corpus import HELD_OUT_EVERY

DOCUMENTS = [f"A {noun} number {number} is not a {noun}." for noun in ("dog", "cat", "tree") for number in range(40)]


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """The options that name a tiny corpus."""
    for folder in ("wordnet", "manual", "guide", "library", "speeches"):
        (tmp_path / folder).mkdir()
    for part in ("noun", "verb", "adj", "adv"):
        lines = [f"1 03 n 01 {part}{number} 0 000 | a {part} with number {number}" for number in range(HELD_OUT_EVERY)]
        (tmp_path / "wordnet" / f"data.{part}").write_text("\n".join(lines))
    for folder in ("manual", "guide"):
        page = f"Page\n====\n\nA page of the {folder} that is certainly long enough to count.\n"
        (tmp_path / folder / "page.rst.txt").write_text(page)
    (tmp_path / "bible").write_text("$$$Genesis 1:1\nIn the beginning.\n$$$Genesis 2:1\nAnd then.\n")
    (tmp_path / "speeches" / "1962_someone_d.txt").write_text("A speech. It is short.")
    (tmp_path / "library" / "module.py").write_text("answer = 'a line that is certainly long enough'\n")
    names = ("wordnet", "bible", "speeches", "guide", "manual", "library")
    own = {"runs": tmp_path / "runs", "held-out": tmp_path / "held_out.gz", "device": "cpu"}
    return [*(f"--{name}={tmp_path / name}" for name in names), *(f"--{name}={value}" for name, value in own.items())]


class TestMasking:
    def test_15_in_100_are_hidden_80_10_10(self) -> None:
        ids = torch.randint(5, 6144, (200, 200), generator=torch.Generator().manual_seed(1))
        corrupted, chosen = masked.corrupt(ids, 6144, torch.Generator().manual_seed(2))
        assert torch.equal(corrupted[~chosen], ids[~chosen])
        assert chosen.float().mean().item() == pytest.approx(0.15, abs=0.01)
        assert (corrupted[chosen] == masked.MASK_ID).float().mean().item() == pytest.approx(0.8, abs=0.02)
        assert (corrupted[chosen] == ids[chosen]).float().mean().item() == pytest.approx(0.1, abs=0.02)

    def test_special_tokens_are_never_hidden(self) -> None:
        specials = torch.arange(5).repeat(100, 20)
        corrupted, chosen = masked.corrupt(specials, 6144, torch.Generator().manual_seed(3))
        assert not chosen.any()
        assert torch.equal(corrupted, specials)

    def test_rows_hold_whole_documents_and_lose_nothing(self) -> None:
        tokenizer = vocabularies.masked(DOCUMENTS)
        packed = masked.pack([[10] * 3, [11] * 4, [12] * 20], 10, tokenizer)
        assert packed.shape == (4, 10)
        assert packed[0].tolist() == [2, 10, 10, 10, 11, 11, 11, 11, 3, 0]
        assert np.count_nonzero(packed == 12) == 20
        assert set(packed[:, 0]) == {tokenizer.cls_token_id}


class TestSchedule:
    def test_the_rate_rises_to_its_peak_and_falls_to_zero(self) -> None:
        rates = [fitting.learning_rate(progress, 1e-3) for progress in (0, fitting.WARM_UP, 0.3, 0.7, 1)]
        assert rates[0] == 0
        assert rates[1] == pytest.approx(1e-3)
        assert rates[1] > rates[2] > rates[3] > rates[4] == pytest.approx(0)


class TestResuming:
    def test_a_training_that_was_cut_short_ends_as_one_that_was_not(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fitting, "KEEP_EVERY", 2)
        whole, curve = self._trained(tmp_path / "whole.pt")
        with pytest.raises(KeyboardInterrupt):
            self._trained(tmp_path / "cut.pt", stop_at=5)
        resumed, resumed_curve = self._trained(tmp_path / "cut.pt", from_step=4)
        assert all(torch.equal(one, other) for one, other in zip(whole.parameters(), resumed.parameters(), strict=True))
        assert resumed_curve.held_out == curve.held_out

    def test_what_was_begun_otherwise_is_begun_anew(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fitting, "KEEP_EVERY", 2)
        with pytest.raises(KeyboardInterrupt):
            self._trained(tmp_path / "cut.pt", stop_at=5)
        self._trained(tmp_path / "cut.pt", text="another text", from_step=0)

    @staticmethod
    def _trained(
        checkpoint: Path, stop_at: int = -1, text: str = "a text", from_step: int = 0
    ) -> tuple[LlamaForCausalLM, fitting.Curve]:
        """Eight steps; interrupted before the one that is named, and refusing to begin with another than named."""
        torch.manual_seed(0)
        tokenizer = vocabularies.causal(DOCUMENTS)
        model = causal.build(tokenizer)
        seen: list[int] = []

        def loss(step: int) -> torch.Tensor:
            if step == stop_at:
                raise KeyboardInterrupt
            seen.append(step)
            ids = torch.randint(6, len(tokenizer), (2, 8), generator=torch.Generator().manual_seed(step))
            return model(input_ids=ids, labels=ids).loss

        course = fitting.Course(8, 1e-3, 0, torch.device("cpu"), checkpoint, "a command", text)
        curve = fitting.fit(model, loss, course, lambda: model.lm_head.weight.sum().item())
        assert seen == list(range(from_step, 8))
        return model, curve


class TestConversations:
    def test_they_are_written_as_the_template_writes_them(self) -> None:
        tokenizer = vocabularies.causal(DOCUMENTS)
        question, answer = "What is a dog?", "A dog is not a tree."
        asked = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], add_generation_prompt=True, return_dict=False
        )
        learnt = tokenizer(causal.conversation(tokenizer, question, answer)).input_ids
        assert learnt[: len(asked)] == asked
        assert tokenizer.decode(learnt[len(asked) :]) == f"{answer}<|im_end|>"


class TestPolishing:
    def test_a_piece_repeats_that_ends_a_phrase_said_twice_on_end(self) -> None:
        written = torch.tensor([[1, 2, 3, 1, 2, 3, 1, 4], [1, 2, 3, 9, 1, 2, 3, 4], [5, 5, 5, 6, 7, 8, 6, 9]])
        expected = [[False] * 5 + [True, True, False], [False] * 8, [False, True, True] + [False] * 5]
        assert polish.repetitions(written).tolist() == expected

    def test_what_follows_the_end_of_a_text_repeats_nothing(self) -> None:
        written = torch.tensor([[7, 2, 0, 0], [0, 0, 0, 0]])
        assert polish.ended(written, end=2).tolist() == [[False, True, True, True], [False] * 4]

    def test_it_breaks_the_loop_of_a_model_that_goes_round_in_circles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(polish, "CONTINUED", 12)
        torch.manual_seed(0)
        model = causal.build(vocabularies.causal(DOCUMENTS)).eval()
        optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
        circle, prompts = torch.tensor([[1, *[40, 41, 42] * 6]]), torch.tensor([[1, 40, 41, 42]])
        for _ in range(20):
            _descend(optimizer, model(input_ids=circle, labels=circle).loss)
        assert model.generate(prompts, max_new_tokens=12, do_sample=False)[0, 4:].tolist() == [40, 41, 42] * 4
        before = polish.unlikelihood(model, prompts).item()
        for _ in range(8):
            _descend(optimizer, polish.unlikelihood(model, prompts))
        assert polish.unlikelihood(model, prompts).item() < before / 2
        assert model.generate(prompts, max_new_tokens=12, do_sample=False)[0, 4:].tolist() != [40, 41, 42] * 4


def _descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    if loss.requires_grad:
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()


class TestBaselines:
    def test_a_bigram_that_has_seen_it_all_needs_few_bits_and_never_infinitely_many(self) -> None:
        train = [[0, 1, 2, 3]] * 50
        known, unknown = baselines.bigram_bits(train, [[0, 1, 2, 3]], 8), baselines.bigram_bits(train, [[0, 7, 7]], 8)
        assert 0 < known < 0.5
        assert 5 < unknown < 60

    @given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=9), min_size=1, max_size=9), st.integers(0, 4))
    def test_what_a_bigram_expects_after_a_piece_sums_to_one(self, train: list[list[int]], before: int) -> None:
        bits = [baselines.bigram_bits(train, [[before, after]], 5) for after in range(5)]
        assert sum(2**-one for one in bits) == pytest.approx(1)

    def test_a_trigram_guesses_what_stood_between_the_same_neighbours(self) -> None:
        counts = baselines.Counts([[5, 1, 6], [5, 1, 6], [5, 2, 6], [5, 3, 7], [8, 4, 6]], vocabulary=9)
        assert counts.guesses(5, 6, hidden=0) == [1, 2, 3, 4, 6]
        assert counts.guesses(5, 0, hidden=0)[:3] == [1, 2, 3]
        assert counts.guesses(0, 0, hidden=0) == counts.frequent

    def test_ends_of_documents_are_no_neighbours(self) -> None:
        counts = baselines.Counts([[1, 2], [3, 4], [5, 5, 5]] * 3, vocabulary=9)
        assert counts.guesses(2, 0, hidden=0)[0] == counts.frequent[0] == 5

    def test_shares_count_first_guesses_and_five(self) -> None:
        counts = baselines.Counts([[1, 2, 3]] * 3 + [[1, 4, 3]], vocabulary=9)
        question = torch.tensor([[1, 4, 3]]), torch.tensor([[False, True, False]])
        assert baselines.guessed(counts, [question], hidden=0)["trigram"] == (0.0, 1.0)


class TestCommand:
    @pytest.mark.parametrize("role", ["causal", "masked"])
    def test_it_trains_a_model_that_loads(self, role: str, sources: list[str], tmp_path: Path) -> None:
        out = tmp_path / "models"
        (out / role).mkdir(parents=True)
        (out / role / "stale.txt").touch()
        assert main([role, "--out", str(out), "--steps", "3", *sources]) == 0
        kind = AutoModelForMaskedLM if role == "masked" else AutoModelForCausalLM
        model = kind.from_pretrained(out / role, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(out / role, local_files_only=True)
        assert model.config.vocab_size == len(tokenizer)
        assert [file.name for file in out.iterdir()] == [role]
        assert not (out / role / "stale.txt").exists()
        assert all(file.stat().st_mode & 0o044 == 0o044 for file in (out / role).iterdir())
        assert "<svg" in (out / role / "loss.svg").read_text("utf-8")
        card = (out / role / "README.md").read_text("utf-8")
        assert f"python -m training {role} --steps 3 --seed 0" in card
        weights = (out / role / "model.safetensors").read_bytes()
        assert f"| model.safetensors | {len(weights):,} | `{hashlib.sha256(weights).hexdigest()}` |" in card

    def test_missing_text_is_one_sentence_and_exit_code_2(
        self, sources: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["all", *sources, "--manual", str(tmp_path / "nowhere")]) == 2
        assert "python3.11-doc" in capsys.readouterr().err
        assert not (tmp_path / "models").exists()
