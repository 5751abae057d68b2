"""The corpus: what the parsers make of small pieces of their sources, and what the splits promise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from training import bible, corpus, passages, python_text, speeches, wordnet
from training.errors import CorpusMissing

CALM = (
    "00022316 29 v 02 sedate 0 calm_down 0 001 @ 00019448 v 0000 01 + 09 00 | cause to be calm or quiet; "
    '"The patient must be sedated before the operation"; "sedate him"  '
)
DOG = '02084071 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 000 | a member of the genus Canis; "the dog barked"  '
PARIS = "08932568 15 n 01 Paris 0 000 | the capital and largest city of France  "
DEAD_ON = '00022460 00 s 01 dead-on(a) 0 000 | accurate; "small gestures and dead-on dialogue"- Peter S.Prescott  '
GENUS = "02083672 05 n 01 Canis 0 000 | type genus of the Canidae  "


class TestWordNet:
    def test_a_verb_is_defined_and_its_examples_become_sentences(self) -> None:
        assert wordnet.passage(wordnet.parse(CALM)) == (
            "To sedate is to cause to be calm or quiet. The patient must be sedated before the operation. Sedate him."
        )

    def test_a_noun_that_can_be_counted_gets_an_article_and_its_synonyms(self) -> None:
        assert wordnet.passage(wordnet.parse(DOG)) == (
            "A dog is a member of the genus Canis. It is also called domestic dog or Canis familiaris. The dog barked."
        )

    def test_a_name_gets_no_article(self) -> None:
        assert wordnet.passage(wordnet.parse(PARIS)) == "Paris is the capital and largest city of France."

    def test_an_adjective_loses_its_marker_and_an_example_its_author(self) -> None:
        assert wordnet.passage(wordnet.parse(DEAD_ON)) == (
            "Dead-on means accurate. Small gestures and dead-on dialogue."
        )

    def test_the_licence_and_latin_names_are_left_out(self, tmp_path: Path) -> None:
        for part in ("noun", "verb", "adj", "adv"):
            (tmp_path / f"data.{part}").write_text("  1 This software is provided\n" + f"{GENUS}\n{PARIS}\n")
        assert wordnet.passages(tmp_path) == ["Paris is the capital and largest city of France."] * 4

    def test_a_missing_folder_names_the_package(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusMissing, match="wordnet-base"):
            wordnet.passages(tmp_path / "nowhere")


class TestPythonText:
    def test_a_page_falls_into_sections_of_plain_prose(self) -> None:
        page = (
            ".. _top:\n\nClasses and names\n=================\n\n"
            "The :mod:`json` module has ``dumps`` and *more* than that.\n\n"
            ".. versionadded:: 3.2\n\nScopes\n------\n\nSee :ref:`the scopes <tut-scopes>` or `PEP 8 <https://x>`_::\n\n"
            "   x = 2 ** 3\n"
        )
        assert python_text.sections(page) == [
            "Classes and names\n\nThe json module has dumps and more than that.",
            "Scopes\n\nSee the scopes or PEP 8:\n\n   x = 2 ** 3",
        ]

    def test_a_module_falls_into_its_top_level_blocks(self) -> None:
        first = "def one():\n    first = 'a body that is long enough'\n\n    return first"
        second = "class Two:\n    name = 'a body that is long enough too'"
        assert python_text.blocks(f"x = 1\n\n\n{first}\n\n\n\n{second}\n") == [first, second]

    def test_tests_are_not_part_of_the_library(self, tmp_path: Path) -> None:
        block = "answer = 'a line that is certainly long enough'"
        for name in ("module.py", "test/test_module.py", "site-packages/other.py"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(block)
        assert python_text.library(tmp_path) == [block]

    def test_news_and_lists_of_signatures_are_no_prose(self, tmp_path: Path) -> None:
        page = "Page\n====\n\nA page that is certainly long enough to count.\n"
        for name in (
            "tutorial/page.rst.txt",
            "whatsnew/3.11.rst.txt",
            "c-api/list.rst.txt",
            "modules/generated/x.rst.txt",
        ):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(page)
        assert len(python_text.manual(tmp_path, "some-doc")) == 1

    @pytest.mark.parametrize(
        ("read", "package"),
        [
            (lambda folder: python_text.manual(folder, "python3.11-doc"), "python3.11-doc"),
            (python_text.library, "libpython3.11-stdlib"),
            (bible.passages, "fetch.sh"),
            (speeches.passages, "fetch.sh"),
        ],
    )
    def test_a_missing_folder_says_where_to_get_it(
        self, read: Callable[[Path], list[str]], package: str, tmp_path: Path
    ) -> None:
        with pytest.raises(CorpusMissing, match=package):
            read(tmp_path / "nowhere")


class TestQuestions:
    def test_a_verb_is_asked_for_what_it_means(self) -> None:
        assert wordnet.questions(wordnet.parse(CALM), 4) == [
            ("What does it mean to sedate?", "To sedate is to cause to be calm or quiet.")
        ]

    def test_a_noun_is_asked_for_what_it_is_or_for_its_use(self) -> None:
        dog = wordnet.parse(DOG)
        assert wordnet.questions(dog, 8) == [("What is a dog?", "A dog is a member of the genus Canis.")]
        assert wordnet.questions(dog, 12) == [("Use the word dog in a sentence.", "The dog barked.")]

    def test_three_senses_of_four_are_not_asked_for(self) -> None:
        assert [bool(wordnet.questions(wordnet.parse(DOG), number)) for number in range(4)] == [
            True,
            False,
            False,
            False,
        ]


class TestRunningText:
    OSIS = (
        "$$$[ Module Heading ]\nno verse\n$$$Genesis 1:0\n<title>Creation</title>\n"
        '$$$Genesis 1:1\n<w lemma="strong:H7225">In the beginning</w> God <q>made</q> it.<note>Or: built</note>\n'
        "$$$Genesis 1:2\nIt was good.\n$$$Genesis 2:1\nThe next chapter.\n"
    )

    def test_verses_lose_their_tags_and_notes_and_stay_within_their_chapter(self, tmp_path: Path) -> None:
        (tmp_path / "bible.imp").write_text(self.OSIS)
        assert bible.passages(tmp_path / "bible.imp") == [
            "In the beginning God made it. It was good.",
            "The next chapter.",
        ]

    def test_speeches_of_our_time_are_cut_between_sentences(self, tmp_path: Path) -> None:
        sentence = "My fellow Americans, this is a sentence of a speech.  "
        (tmp_path / "1962_a_president_d.txt").write_text(sentence * 40)
        (tmp_path / "1790_another_n.txt").write_text("Fellow citizens.")
        found = speeches.passages(tmp_path)
        assert all(passage.endswith("speech.") and len(passage) <= passages.LONGEST for passage in found)
        assert " ".join(found) == " ".join([sentence.strip()] * 40)

    def test_a_long_piece_is_a_passage_of_its_own(self) -> None:
        long = "x" * (passages.LONGEST + 1)
        assert list(passages.joined(["a", "b", long, "c"])) == ["a b", long, "c"]

    def test_typographic_quotes_and_dashes_become_plain(self) -> None:
        assert "“It’s — well…”".translate(corpus.PLAIN) == '"It\'s  -  well..."'


class TestSplit:
    def test_every_fiftieth_is_held_out_and_nothing_is_in_both(self) -> None:
        documents = [f"document {number}" for number in range(200)]
        whole = corpus.split(documents)
        assert len(whole.held_out) == 4
        assert sorted(whole.train + whole.held_out) == sorted(documents)

    def test_repeated_documents_count_once(self) -> None:
        whole = corpus.split(["again"] * 100 + ["once"])
        assert sorted(whole.train + whole.held_out) == ["again", "once"]

    def test_the_same_documents_give_the_same_text_and_others_do_not(self) -> None:
        one, same, other = (corpus.split(["a", "b", last]) for last in ("c", "c", "d"))
        assert one == same
        assert one.sha256 == same.sha256 != other.sha256
        assert one.size == 3
