"""What is told of a verification is whole, plain and safe: as text, as JSON, as JUnit XML."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.card import Problem
from quizapp.cards.proof import Check, Line, Run, Verdict
from quizapp.lab.junit import as_junit
from quizapp.lab.trust_standing import Standing
from quizapp.lab.verification import COUNTED, Verification, claims_of
from quizapp.lab.verification_report import as_json, as_text, where
from tests.lab.test_verification import HERE, card, trusting

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REFUTED = Run(
    Verdict.REFUTED,
    checks=(
        Check(3, "n == \x1b[2J4", passed=False, values=("3", "4\x07"), message="no\u202e"),
        Check(4, "a", passed=True),
    ),
    error="E: x\nmore",
    charts=(Line("l", (float("nan"),)),),
    seconds=0.25,
    environment=HERE,
)
HELD = Run(Verdict.VERIFIED, output="printed\x1b]0;title\x07\n", seconds=0.5, environment=HERE)


def of(*runs: Run, name: str = "a", possible: int | None = None, **entry: object) -> Verification:
    values = list(range(possible or len(runs)))
    (claim,) = trusting(card(name, "1", vary={"n": values} if len(values) > 1 else {}, **entry), draws=len(runs))
    return Verification(claim, runs)


def test_a_refuted_claim_is_told_with_what_was_compared_and_nothing_reaches_the_terminal() -> None:
    assert as_text(of(HELD, REFUTED)).splitlines() == [
        "✗ refuted     deck/a  (all 2 draws)",
        "    refuted with n=1",
        "    line 3: assert n == 4  with 3, 4␇  (no⟨U+202E⟩)",
        "    E: x",
        "    more",
    ]


def test_a_claim_that_holds_is_one_line_that_says_how_much_was_run() -> None:
    assert as_text(of(HELD)) == "✓ verified    deck/a"
    assert as_text(of(HELD, HELD)) == "✓ verified    deck/a  (all 2 draws)"
    assert as_text(of(HELD, HELD, possible=50)) == "✓ verified    deck/a  (2 of 50 draws)"
    many = of(HELD, HELD, possible=50)
    endless = replace(many, claim=replace(many.claim, possible=COUNTED))
    assert as_text(endless) == "✓ verified    deck/a  (2 of 1000000 or more draws)"


def test_where_the_runs_were_is_told_once_for_all_that_say_so() -> None:
    elsewhere = replace(HELD, environment=replace(HERE, device="cuda:0"))
    assert where([of(HELD, REFUTED), of(HELD)]) == f" on {HERE.device}"
    assert where([of(elsewhere), of(HELD)]) == f" on {HERE.device} and cuda:0"
    assert where([of(Run(Verdict.UNAVAILABLE))]) == ""


def test_draws_that_fail_alike_are_told_once() -> None:
    other = replace(REFUTED, verdict=Verdict.ERROR)
    told = as_text(of(REFUTED, REFUTED, other))
    assert (told.count("line 3:"), told.count("n=0"), told.count("n=1"), told.count("error with n=2")) == (2, 1, 0, 1)


def test_what_was_not_allowed_is_told_once_without_draws() -> None:
    (claim,) = claims_of([card("a", "1", vary={"n": [1, 2]})], lambda _: Standing.NEW)
    told = as_text(Verification(claim, (Run(Verdict.UNAVAILABLE, error=claim.refusal),)))
    assert told.splitlines()[0] == "– unavailable deck/a"
    assert len(told.splitlines()) == 2


def test_as_data_each_run_is_told_with_its_draw() -> None:
    first, second = json.loads(json.dumps(list(as_json(of(HELD, REFUTED))), allow_nan=False))
    assert (first["card"], first["verdict"], first["values"], first["possible_draws"]) == (
        "deck/a",
        "verified",
        {"n": 0},
        2,
    )
    assert second["checks"][0]["values"] == ["3", "4\x07"]
    assert first["environment"]["transformers"] == "5.23.0"
    assert first["claim"] == second["claim"] == of(HELD, HELD).claim.card.claim


def junit(*verifications: Verification, problems: tuple[Problem, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(as_junit(verifications, problems, NOON))


def test_junit_has_a_case_for_each_run_of_a_claim_with_what_it_came_to() -> None:
    died = Run(Verdict.DIED, error="The process was ended.", environment=HERE)
    unknown = Run(Verdict.UNAVAILABLE, error="Not allowed.")
    root = junit(of(HELD, REFUTED), of(died, name="b"), of(unknown, name="c"))
    (suite,) = root
    assert suite.attrib == {
        "name": "deck",
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
        "time": "0.750000",
    }
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "4", "1")
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == ["a (n=0)", "a (n=1)", "b", "c"]
    assert [child.tag for case in cases.values() for child in case] == ["system-out", "failure", "error", "skipped"]
    failure = cases["a (n=1)"][0]
    assert failure.get("message") == "line 3: assert n == 4  with 3, 4␇  (no⟨U+202E⟩)"
    assert failure.text is not None
    assert failure.text.endswith("E: x\nmore")
    assert cases["a (n=0)"].get("time") == "0.500000"
    assert cases["b"][0].get("type") == "died"
    assert (cases["b"].get("file"), cases["b"].get("line")) == ("deck.yaml", "3")


def test_junit_says_where_the_runs_were() -> None:
    masked = replace(HELD, environment=replace(HERE, model="masked"))
    no_model = replace(HELD, environment=replace(HERE, model="none", revision="none"))
    root = junit(of(HELD), of(masked, name="b"), of(no_model, name="c"))
    assert {p.get("name"): p.get("value") for p in root.iter("property")} == {
        "python": "3.11.7",
        "torch": "2.13.0",
        "transformers": "5.23.0",
        "device": "cpu",
        "sandbox": "strong",
        "model": "tiny sha256:0123456789ab float32, masked sha256:0123456789ab float32",
    }


def test_junit_says_of_each_suite_that_it_was_stopped() -> None:
    ended, not_run = of(HELD), Verification.none(of(HELD, name="b").claim, "Stopped.")
    root = ElementTree.fromstring(as_junit([ended, not_run], (), NOON, stopped=True))
    assert [p.get("value") for p in root.iter("property") if p.get("name") == "stopped"] == ["true"]
    assert [[child.tag for child in case] for case in root.iter("testcase")] == [["system-out"], ["skipped"]]
    assert "stopped" not in {p.get("name") for p in junit(ended).iter("property")}


def test_junit_counts_what_could_not_be_read_as_an_error() -> None:
    root = junit(of(HELD), problems=(Problem(Path("x.yaml"), 8, "card 'k' has no answer.", "k", "mine"),))
    assert [suite.get("name") for suite in root] == ["deck", "not read"]
    assert root.get("errors") == "1"
    assert root[1][0].attrib["classname"] == "mine"


@given(st.text(), st.text())
def test_any_text_makes_a_document_that_can_be_read_and_shown(said: str, named: str) -> None:
    run = Run(Verdict.ERROR, error=said, output=said, environment=replace(HERE, model=named))
    (case,) = junit(replace_path(of(run), named)).iter("testcase")
    assert case.get("name") == "a"
    assert not {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))} & set(
        "".join(case.itertext())
    )


def replace_path(verification: Verification, path: str) -> Verification:
    claim = verification.claim
    return replace(verification, claim=replace(claim, card=replace(claim.card, path=Path(path))))
