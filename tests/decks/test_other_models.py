"""No claim hangs on the shipped models: all hold on others, of other kinds, sizes and vocabularies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizapp.cards.deck import Entry
from quizapp.cards.proof import Verdict
from quizapp.lab.cores import cores
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust_standing import Standing
from quizapp.lab.verification import claims_of, verify
from tests.decks.bench import ENTRIES, LIBRARY, Bench, draws
from tests.lab.conftest import lab_bench
from tests.models import strangers

WITH_MODEL = {card: entry for card, entry in ENTRIES.items() if entry.verify and entry.verify.model != "none"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strangers")
    strangers.gpt2(folder / "gpt2")
    strangers.llama(folder / "llama")
    strangers.bert(folder / "cased")
    strangers.bert(folder / "letters", cased=False)
    return folder


@pytest.fixture(scope="module")
def letters(folders: Path) -> Bench:
    """A Llama with more logits than tokens, and a BERT that knows no words, only letters."""
    return Bench.with_models(causal=folders / "llama", masked=folders / "letters")


@pytest.mark.parametrize("entry", WITH_MODEL.values(), ids=WITH_MODEL)
def test_every_claim_holds_with_a_vocabulary_of_letters(letters: Bench, entry: Entry) -> None:
    for values in draws(entry):
        letters.run(entry, values)


async def test_the_worker_verifies_every_claim_with_models_of_other_kinds(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = claims_of(LIBRARY.cards.values(), lambda _: Standing.OWN)
    models = {"causal": str(folders / "gpt2"), "masked": str(folders / "cased")}
    imports = LabSettings().imports
    async with lab_bench(
        f"mark-of-others-{os.getpid()}", monkeypatch, jobs=cores(), models=models, imports=imports
    ) as bench:
        ended = [verification async for verification in verify(claims, bench.lab)]
    runs = [run for verification in ended for run in verification.runs]
    assert [(v.claim.card.id.entry, v.runs) for v in ended if v.verdict is not Verdict.VERIFIED] == []
    assert len(ended) == len(ENTRIES)
    assert {run.environment.model for run in runs if run.environment} == {"gpt2", "cased", "none"}
