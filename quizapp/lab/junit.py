"""A verification as JUnit XML, which build servers read: a suite for each deck, a case for each run of a claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from quizapp.cards.card import Problem
from quizapp.cards.proof import Run, Verdict
from quizapp.cards.sanitize import clean
from quizapp.lab.verification import Verification
from quizapp.lab.verification_report import draw_words, failures

OUTCOMES: Mapping[Verdict, str] = {
    Verdict.REFUTED: "failure",
    Verdict.ERROR: "error",
    Verdict.DIED: "error",
    Verdict.TIMEOUT: "error",
    Verdict.UNAVAILABLE: "skipped",
}
"""The element that a verdict other than *verified* becomes."""
COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
"""What an attribute of a suite counts."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have, not even escaped (https://www.w3.org/TR/xml/#charsets)."""


def as_junit(
    verifications: Iterable[Verification], problems: Iterable[Problem], at: datetime, *, stopped: bool = False
) -> bytes:
    """The document.

    Args:
        verifications: In the order in which they are to stand.
        problems: What could not be read, so not be verified; each is an error.
        at: When the verification began.
        stopped: Whether it was ended before all was run; a property of each suite says so.
    """
    decks: dict[str, list[Verification]] = {}
    for verification in verifications:
        decks.setdefault(verification.claim.card.id.deck, []).append(verification)
    suites = [_suite(deck, [_case(*run) for v in of_deck for run in _runs(v)]) for deck, of_deck in decks.items()]
    for suite, of_deck in zip(suites, decks.values(), strict=True):
        suite.insert(0, _properties([run for v in of_deck for run in v.runs], stopped=stopped))
    if unread := [_unread(problem) for problem in problems]:
        suites.append(_suite("not read", unread))
    root = Element("testsuites", name="quizapp verify", timestamp=at.isoformat(timespec="seconds"))
    root.extend(suites)
    _count(root)
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _runs(verification: Verification) -> Iterator[tuple[Verification, str, Run]]:
    for draw, run in zip(verification.claim.draws, verification.runs, strict=True):
        yield verification, draw_words(draw), run


def _suite(name: str, cases: list[Element]) -> Element:
    suite = Element("testsuite", name=_legal(name))
    suite.extend(cases)
    _count(suite)
    return suite


def _count(suite: Element) -> None:
    """Say of a suite, or of all, what is in it."""
    found = Counter(element.tag for element in suite.iter())
    suite.attrib |= {name: str(found[tag]) for name, tag in COUNTED.items()}
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in suite.iter('testcase')):.6f}")


def _case(verification: Verification, draw: str, run: Run) -> Element:
    card = verification.claim.card
    case = Element("testcase", classname=_legal(card.id.deck), time=f"{run.seconds:.6f}")
    case.set("name", _legal(f"{card.id.card} ({draw})" if draw else card.id.card))
    case.attrib |= {"file": _legal(str(card.path)), "line": str(card.line)}
    if outcome := OUTCOMES.get(run.verdict):
        lines = failures(run) or [run.verdict.value]
        wrong = SubElement(case, outcome, type=run.verdict.value, message=_legal(lines[0]))
        wrong.text = _legal("\n".join(lines))
    if run.output:
        SubElement(case, "system-out").text = _legal(run.output)
    return case


def _unread(problem: Problem) -> Element:
    case = Element("testcase", classname=_legal(problem.deck or problem.path.name), time="0.000000")
    case.attrib |= {"name": f"line {problem.line}", "file": _legal(str(problem.path)), "line": str(problem.line)}
    SubElement(case, "error", type="not read", message=_legal(problem.message))
    return case


def _properties(runs: Iterable[Run], *, stopped: bool) -> Element:
    """Where the runs of a suite were: what they share, and all the models there were."""
    seen: dict[str, dict[str, None]] = {"stopped": {"true": None} if stopped else {}}
    for environment in (run.environment for run in runs if run.environment is not None):
        for name in ("python", "torch", "transformers", "device", "sandbox"):
            seen.setdefault(name, {})[getattr(environment, name)] = None
        model = f"{environment.model} {environment.revision} {environment.dtype}"
        seen.setdefault("model", {}).update({model: None} if environment.model != "none" else {})
    properties = Element("properties")
    for name, values in seen.items():
        if values:
            SubElement(properties, "property", name=name, value=_legal(", ".join(values)))
    return properties


def _legal(text: str) -> str:
    """The text as it may be shown, without what XML cannot hold."""
    return _NOT_XML.sub("", clean(text))
