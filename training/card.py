"""The model card: what a folder holds, where it comes from, and the figures measured."""

import platform
from collections.abc import Mapping
from string import Template

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from training.corpus import Corpus
from training.fitting import BATCH_TOKENS

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
- tokenizer: $vocabulary pieces, special tokens $specials, padding side $padding

## Text

$documents documents, $size bytes (UTF-8), every 50th held out; SHA-256 of the text as used:
`$sha256`

| Source | Debian package | Licence |
|---|---|---|
| WordNet 3.0, glosses and examples put into sentences | wordnet-base | WordNet 3.0 license (below) |
| Python 3.11 documentation, reStructuredText sources | python3.11-doc | PSF License 2; examples also 0BSD |
| Python standard library, one block in three | libpython3.11-stdlib; here that of Python $python | PSF License 2 |

## Training

    $command

$steps steps of $tokens tokens on one CPU core: AdamW, warm-up and cosine, clipped gradients, bfloat16 over fp32
weights, no dropout. The same seed and text give the same tokenizer; the weights depend on how many steps the time
allowed.

## Figures on the held-out text

| Measure | Value |
|---|---|
$figures

## Licences of the text

Python's documentation and library: Copyright (c) 2001-2023 Python Software Foundation. All rights reserved.
See <https://docs.python.org/3.11/license.html>.

$wordnet_license
""")

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


def write(
    role: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    corpus: Corpus,
    command: str,
    steps: int,
    figures: Mapping[str, str],
) -> str:
    """The card of one model as Markdown; `figures` are its measures by name."""
    config = model.config
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
        documents=f"{len(corpus.train) + len(corpus.held_out):,}",
        size=f"{corpus.size:,}",
        sha256=corpus.sha256,
        command=command,
        python=platform.python_version(),
        steps=f"{steps:,}",
        tokens=f"{BATCH_TOKENS:,}",
        figures="\n".join(f"| {name} | {value} |" for name, value in figures.items()),
        wordnet_license=WORDNET_LICENSE,
    )
