"""Training itself, on a corpus of a few lines: what a step is given, and that the command leaves a whole folder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from training import fitting, masked, vocabularies
from training.__main__ import main
from training.corpus import HELD_OUT_EVERY

DOCUMENTS = [f"A {noun} number {number} is not a {noun}." for noun in ("dog", "cat", "tree") for number in range(40)]


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """The options that name a tiny corpus."""
    for folder in ("wordnet", "manual", "library"):
        (tmp_path / folder).mkdir()
    for part in ("noun", "verb", "adj", "adv"):
        lines = [f"1 03 n 01 {part}{number} 0 000 | a {part} with number {number}" for number in range(HELD_OUT_EVERY)]
        (tmp_path / "wordnet" / f"data.{part}").write_text("\n".join(lines))
    (tmp_path / "manual" / "page.rst.txt").write_text("Page\n====\n\nA page that is certainly long enough to count.\n")
    (tmp_path / "library" / "module.py").write_text("answer = 'a line that is certainly long enough'\n")
    return [f"--{name}={tmp_path / name}" for name in ("wordnet", "manual", "library")]


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


class TestCommand:
    def test_it_trains_a_model_that_loads(self, sources: list[str], tmp_path: Path) -> None:
        out = tmp_path / "models"
        (out / "masked").mkdir(parents=True)
        (out / "masked" / "stale.txt").touch()
        assert main(["masked", "--out", str(out), "--minutes", "0.01", *sources]) == 0
        model = AutoModelForMaskedLM.from_pretrained(out / "masked", local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(out / "masked", local_files_only=True)
        assert model.config.vocab_size == len(tokenizer)
        assert [file.name for file in out.iterdir()] == ["masked"]
        assert not (out / "masked" / "stale.txt").exists()

    def test_missing_text_is_one_sentence_and_exit_code_2(
        self, sources: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["all", *sources, "--manual", str(tmp_path / "nowhere")]) == 2
        assert "python3.11-doc" in capsys.readouterr().err
        assert not (tmp_path / "models").exists()
