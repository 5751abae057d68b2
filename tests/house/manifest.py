"""The manifest of the project's own code, by which a deck that was edited in place is told from one as it came."""

from __future__ import annotations

import json

from quizapp.lab.trust import OWN_CODE
from quizapp.lab.trust_code import codes_of, digest
from tests.shipped import library


def manifest() -> str:
    """What the manifest should read: the hash of the code of each shipped entry that has any."""
    assert not library().problems
    codes = codes_of(library().cards.values())
    return json.dumps({entry: digest(entry, codes[entry]) for entry in sorted(codes)}, indent=1) + "\n"


if __name__ == "__main__":
    OWN_CODE.write_text(manifest())
    print(f"{OWN_CODE.name}: {manifest().count(':')} snippets are the project's own")
