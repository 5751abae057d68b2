"""The model card: what a folder holds, where it comes from, how it was trained, and the figures measured."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from training import plot, samples
from training.corpus import Corpus
from training.fitting import BATCH_TOKENS, Course, Curve

_TEMPLATE = Template("""\
---
license: other
language: en
library_name: transformers
---

# quizapp's $role model

$title, trained from nothing so that quiz cards can run live without a network. It is a specimen to learn on:
it has the shapes, the tokenizer and the behaviour of its kind, and the knowledge of its size.

## Architecture

- `$architecture`, $parameters parameters in fp32; input and output embeddings are tied
- $layers layers, hidden size $hidden, $heads heads, feed-forward size $feed_forward, context $context tokens
- tokenizer: $vocabulary pieces, special tokens $specials, padding side $padding$chat

## Figures on the held-out text

$figures

$baselines

## What it says

$samples

## Training

    training/fetch.sh
    $command

$steps steps of $tokens tokens: Muon for the layers' matrices, AdamW for the rest, warm-up and cosine, clipped
gradients, bfloat16 over fp32 weights, no dropout. The same seed and text give the same tokenizer and the same batches.
$polishing

![$measure, and the loss](loss.svg)

| Steps | $measure |
|---|---|
$milestones

## Text

$documents documents, $size bytes (UTF-8), every 50th held out; SHA-256 of the text as used:
`$sha256`.

| Source | Package | Licence | Documents | Bytes | SHA-256 of the text |
|---|---|---|---|---|---|
$origins

The library is that of Python $python. $conversations

## Files

| File | Bytes | SHA-256 |
|---|---|---|
$files

## Licences of the text

Python's documentation and library: Copyright (c) 2001-2023 Python Software Foundation. All rights reserved.
See <https://docs.python.org/3.11/license.html>.

scikit-learn: Copyright (c) 2007-2022 The scikit-learn developers. All rights reserved.

$bsd_license

$wordnet_license
""")

_BASELINES = {
    "causal": "The bigram has the same pieces, with Kneser-Ney smoothing. Compressors read the text as one file.",
    "masked": "The trigram guesses a piece from its two neighbours, then from one of them, by counts in the text for "
    "training.",
}
_POLISHING = {
    "causal": "At the end, for one step in fifty, repetitions of its own were made less likely (`training/polish.py`).",
    "masked": "",
}

BSD_LICENSE = """\
Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following
  disclaimer.
* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
  disclaimer in the documentation and/or other materials provided with the distribution.
* Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
  derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""

WORDNET_LICENSE = """\
WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. This software and database is being provided
to you, the LICENSEE, by Princeton University under the following license. By obtaining, using and/or copying this
software and database, you agree that you have read, understood, and will comply with these terms and conditions.:
Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and
without fee or royalty is hereby granted, provided that you agree to comply with the following copyright notice and
statements, including the disclaimer, and that the same appear on ALL copies of the software, database and
documentation, including modifications that you make for internal use or for distribution.
THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES,
EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES
OF MERCHANTABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR
DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS.
The name of Princeton University or Princeton may not be used in advertising or publicity pertaining to distribution of
the software and/or database. Title to copyright in this software, database and any associated documentation shall at
all times remain with Princeton University and LICENSEE agrees to preserve same."""


@dataclass(frozen=True)
class Report:
    """What there is to say of a training."""

    text: Corpus
    course: Course
    curve: Curve
    measure: str
    """What the curve's points on text never seen are."""
    figures: Mapping[str, Mapping[str, str]]
    """A figure for this model and for each baseline, by the name of the measure; all rows have the same names."""


def describe(
    folder: Path, role: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, report: Report
) -> None:
    """Put the card (README.md) and the plot (loss.svg) into a folder that has all else already."""
    plot.draw(folder / "loss.svg", report.curve, report.measure)
    (folder / "README.md").write_text(written(folder, role, model, tokenizer, report), "utf-8")


def written(folder: Path, role: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, report: Report) -> str:
    """The card of one model as Markdown."""
    config, text = model.config, report.text
    return _TEMPLATE.substitute(
        role=role,
        title=f"A small {config.model_type.capitalize()}",
        architecture=type(model).__name__,
        parameters=f"{model.num_parameters():,}",
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        heads=config.num_attention_heads,
        feed_forward=config.intermediate_size,
        context=config.max_position_embeddings,
        vocabulary=f"{len(tokenizer):,}",
        specials=" ".join(f"`{token}`" for token in tokenizer.all_special_tokens),
        padding=tokenizer.padding_side,
        chat=", with a ChatML template" if tokenizer.chat_template else "",
        figures=table(
            ["Measure", *next(iter(report.figures.values()))], [[k, *v.values()] for k, v in report.figures.items()]
        ),
        baselines=_BASELINES[role],
        polishing=_POLISHING[role],
        samples=table(*_samples(role, model, tokenizer)),
        command=report.course.command,
        steps=f"{report.course.steps:,}",
        tokens=f"{BATCH_TOKENS:,}",
        measure=report.measure,
        milestones="\n".join(f"| {step:,} | {value:.3f} |" for step, value in report.curve.held_out),
        documents=f"{len(text.train) + len(text.held_out):,}",
        size=f"{text.size:,}",
        sha256=text.sha256,
        origins="\n".join(
            f"| {part.origin.title} | {part.origin.package} | {part.origin.licence} "
            f"| {len(part.documents):,} | {part.size:,} | `{part.sha256}` |"
            for part in text.parts
        ),
        python=platform.python_version(),
        conversations=_conversations(role, text),
        files="\n".join(_file(file) for file in sorted(folder.iterdir()) if file.name != "README.md"),
        bsd_license=BSD_LICENSE,
        wordnet_license=WORDNET_LICENSE,
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; bars and line ends within a cell are spelt out."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "⏎")


def _samples(
    role: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast
) -> tuple[list[str], list[list[str]]]:
    if role == "masked":
        gaps = [[text, " ".join(samples.filled(model, tokenizer, text))] for text, _ in samples.GAPS]
        return ["Gap", "Five likeliest pieces"], gaps
    rows = [[text, tokenizer.decode(samples.continued(model, tokenizer, text))] for text in samples.BEGINNINGS]
    rows += [[f"(asked) {text}", samples.answered(model, tokenizer, text)] for text in samples.QUESTIONS]
    return ["Beginning", f"{samples.NEW_TOKENS} tokens, greedily"], rows


def _conversations(role: str, text: Corpus) -> str:
    if role == "masked" or not text.conversations:
        return ""
    return f"{len(text.conversations):,} questions with answers, made of WordNet's part for training, are read besides."


def _file(file: Path) -> str:
    content = file.read_bytes()
    return f"| {file.name} | {len(content):,} | `{hashlib.sha256(content).hexdigest()}` |"
