"""WordNet's synsets as short passages of English: a definition in a sentence, synonyms, examples of use."""

import re
from pathlib import Path
from typing import NamedTuple

from training.errors import CorpusMissing

ANIMAL, PLANT = "05", "20"
"""The lexicographer files whose capitalised words are Latin names of taxa, which nobody's quiz asks for."""

_QUOTED = re.compile(r'"([^"]+)"')
_COUNTABLE = re.compile(r"(an?|any|one|someone|something) ")


class Synset(NamedTuple):
    """One sense: its words, its part of speech (`n`, `v`, `a`, `s` or `r`) and its gloss, split in two."""

    words: list[str]
    part_of_speech: str
    domain: str
    definition: str
    examples: list[str]


def parse(line: str) -> Synset:
    """Read one line of a `data.*` file (format: wndb(5WN)); the line must hold a gloss after ` | `."""
    record, _, gloss = line.partition(" | ")
    fields = record.split()
    count = int(fields[3], 16)
    words = [_spelled(word) for word in fields[4 : 4 + 2 * count : 2]]
    before_examples = gloss.partition('"')[0]
    definition = before_examples.strip(" ;:\n")
    return Synset(words, fields[2], fields[1], definition, _QUOTED.findall(gloss))


def passage(synset: Synset) -> str:
    """The sense in plain sentences: "A dog is a member of the genus Canis. It is also called a ... "."""
    sentences = [_definition(synset), *_synonyms(synset), *synset.examples]
    return " ".join(_sentence(text) for text in sentences if text.strip())


def questions(synset: Synset, number: int) -> list[tuple[str, str]]:
    """One question on the sense, with its answer, for every fourth sense: what it is, what it means, or its use.

    Args:
        synset: The sense.
        number: Its place among all, which decides what is asked.
    """
    if number % 4:
        return []
    word = synset.words[0]
    if number % 3 == 0 and (use := next((text for text in synset.examples if word in text), None)):
        return [(f"Use the word {word} in a sentence.", _sentence(use))]
    answer = _sentence(_definition(synset))
    if synset.part_of_speech == "v":
        return [(f"What does it mean to {word}?", answer)]
    if synset.part_of_speech == "n":
        return [(f"What is {_with_article(word, synset.definition)}?", answer)]
    return [(f"What does {word} mean?", answer)]


def passages(folder: Path) -> list[str]:
    """Every sense in WordNet's `folder` but the Latin names, nouns first, in the files' order."""
    return [passage(synset) for synset in synsets(folder)]


def synsets(folder: Path) -> list[Synset]:
    """The senses of which there are passages; raises `CorpusMissing`."""
    files = [folder / f"data.{part}" for part in ("noun", "verb", "adj", "adv")]
    if not all(file.is_file() for file in files):
        raise CorpusMissing(f"No WordNet in {folder}: install Debian's package wordnet-base or pass --wordnet.")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    parsed = [parse(line) for line in lines if not line.startswith("  ")]
    return [synset for synset in parsed if not _is_latin_name(synset)]


def _spelled(word: str) -> str:
    """A word as people write it: `dead-on(a)` is `dead-on`, `pick_up` is `pick up`."""
    return re.sub(r"\((a|p|ip)\)$", "", word).replace("_", " ")


def _definition(synset: Synset) -> str:
    word, meaning = synset.words[0], synset.definition
    if synset.part_of_speech == "v":
        return f"to {word} is to {meaning}"
    if synset.part_of_speech == "n":
        return f"{_with_article(word, meaning)} is {meaning}"
    return f"{word} means {meaning}"


def _synonyms(synset: Synset) -> list[str]:
    if synset.part_of_speech != "n" or len(synset.words) == 1:
        return []
    return [f"it is also called {' or '.join(synset.words[1:3])}"]


def _with_article(word: str, meaning: str) -> str:
    """`a dog`, `an owl`; names and what cannot be counted stay bare, judged by how the meaning begins."""
    if not word.islower() or not _COUNTABLE.match(meaning):
        return word
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _sentence(text: str) -> str:
    text = text.strip(" ;,")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _is_latin_name(synset: Synset) -> bool:
    return synset.domain in (ANIMAL, PLANT) and not synset.words[0].islower()
