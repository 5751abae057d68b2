"""Two readings of the decks compared: what is told of the difference, and what a broken file leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.card import Library, Problem
from quizapp.cards.changes import kept, same, told
from quizapp.cards.loader import load_library

CARD = '  - {{id: {0}, question: Why {0}, answer: {1}, verify: {{model: none, code: "assert True"}}}}\n'


def deck(cards: str, *, id_: str = "mine", title: str = "Mine", answer: str = "yes") -> str:
    """A deck with a card for each letter; an upper-case letter is a card without an answer."""
    wrong = "  - {{id: {0}, question: Why {0}}}\n"
    lines = [(wrong if name.isupper() else CARD).format(name.lower(), answer) for name in cards]
    return f"deck: {id_}\ntitle: {title}\ncards:\n" + "".join(lines)


class Folder:
    """Two folders of decks, the first the project's own."""

    def __init__(self, folder: Path) -> None:
        self.shipped, self.own = folder / "shipped", folder / "own"
        self.shipped.mkdir()
        self.own.mkdir()
        self.known = self.read()

    def read(self):
        return load_library([self.shipped, self.own], shipped=self.shipped)

    def start(self, text: str, name: str = "mine.yaml") -> None:
        (self.own / name).write_text(text)
        self.known = self.read()

    def save(self, text: str, name: str = "mine.yaml") -> str:
        (self.own / name).write_text(text)
        return self.told()

    def told(self) -> str:
        """What is told of the folders as they are now; taken for known then, as an app does."""
        now = self.read()
        before, self.known = self.known, kept(self.known, now)
        return str(told(before, now, self.known))

    @property
    def asked(self) -> list[str]:
        """The cards that are asked, in their order."""
        return [card.id.card for card in self.known.cards.values()]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_is_new_changed_and_gone_is_counted(folder: Folder) -> None:
    folder.start(deck("abc"))
    text = deck("bcde").replace("Why b", "Why really b")
    assert folder.save(text) == "mine.yaml was saved: 2 cards new, 1 changed, 1 gone."
    assert folder.asked == list("bcde")


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ("a", "ab", "1 card new"),
        ("a", "abc", "2 cards new"),
        ("abc", "a", "2 cards gone"),
        ("ab", "bc", "1 card new, 1 gone"),
    ],
)
def test_what_is_none_is_left_out(folder: Folder, before: str, now: str, says: str) -> None:
    folder.start(deck(before))
    assert folder.save(deck(now)) == f"mine.yaml was saved: {says}."


def test_nothing_is_told_of_what_nobody_can_see(folder: Folder) -> None:
    folder.start(deck("ab"))
    assert folder.save("# a comment\n\n" + deck("ab")) == ""
    assert folder.known.decks[0].cards[0].line == 6, "but a mistake would be told at its new line"


def test_another_title_is_told_by_name(folder: Folder) -> None:
    folder.start(deck("ab"))
    assert folder.save(deck("ab", title="Other").replace("title", "notes: n.md\ntitle")) == (
        "mine.yaml was saved: another title and notes."
    )


@pytest.mark.parametrize(("one", "other"), [("1", "1.0"), ("1", "true"), ("true", '"true"'), ("[1, 2]", "[2, 1]")])
def test_values_that_only_look_alike_are_a_change(folder: Folder, one: str, other: str) -> None:
    def drawing(values: str) -> str:
        listed = values if values.startswith("[") else f"[{values}]"
        return deck("a").replace("answer: yes", f"vary: {{n: {listed}}}, answer: yes").replace("Why a", "'Why {n}'")

    folder.start(drawing(one))
    assert folder.save(drawing(other)) == "mine.yaml was saved: 1 card changed."


def test_both_cards_of_a_cloze_change_with_their_sentence(folder: Folder) -> None:
    def cloze(end: str) -> str:
        return (
            "deck: mine\ntitle: M\ncards:\n  - id: a\n    cloze: '{{c1::x}} is {{c2::y}}"
            f"{end}'\n    verify: {{model: none, code: assert True}}\n"
        )

    folder.start(cloze("."))
    assert folder.save(cloze("!")) == "mine.yaml was saved: 2 cards changed."


def test_of_many_decks_only_the_one_that_was_saved_is_read_anew(folder: Folder) -> None:
    folder.start(deck("a", id_="other"), "other.yaml")
    folder.start(deck("ab"))
    before = folder.known
    folder.save(deck("ab", answer="no"))
    entries = [[card.entry for card in library.cards.values()] for library in (before, folder.known)]
    assert [old is new for old, new in zip(*entries, strict=True)] == [False, False, True]


class TestBroken:
    def test_a_broken_card_stays_in_its_place_as_it_was(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        assert folder.save(deck("aBc", answer="no")) == (
            "mine.yaml:5: card 'b' has no answer; add `answer:`. (The other 2 are fine.) "
            "mine.yaml was saved: 2 cards changed."
        )
        assert folder.asked == ["a", "b", "c"]
        assert [card.answer for card in folder.known.cards.values()] == ["no", "yes", "no"]

    def test_it_is_told_once_and_again_when_it_is_mended(self, folder: Folder) -> None:
        folder.start(deck("ab"))
        assert folder.save(deck("aB")).startswith("mine.yaml:5: card 'b' has no answer")
        assert folder.save("# now in another line\n" + deck("aB")) == ""
        assert folder.save(deck("ab")) == "Nothing is wrong with mine.yaml any more."

    def test_what_was_changed_meanwhile_is_told_against_what_was_last_good(self, folder: Folder) -> None:
        folder.start(deck("abcd"))
        assert folder.save(deck("abcd")[:-60]).endswith("(The last good version stays: 4 cards.)")
        assert folder.asked == list("abcd")
        assert folder.save(deck("abce")) == "mine.yaml was saved: 1 card new, 1 gone."

    def test_a_card_that_is_taken_out_goes_though_another_is_broken(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        folder.save(deck("aB"))
        assert folder.asked == ["a", "b"]

    def test_a_card_whose_id_is_being_edited_stays(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        folder.save(deck("abc").replace("id: b, ", ""))
        assert folder.asked == ["a", "b", "c"]

    @pytest.mark.parametrize(("cards", "says"), [("A", ""), ("aB", "one is"), ("abC", "2 are")])
    def test_how_many_are_fine_is_said(self, folder: Folder, cards: str, says: str) -> None:
        folder.start(deck(cards.lower()))
        assert (f"(The other {says} fine.)" in folder.save(deck(cards))) == bool(says)

    def test_several_mistakes_are_one_and_a_count(self, folder: Folder) -> None:
        folder.start(deck("abcd"))
        assert "There is more: `quizapp check` lists all 2." in folder.save(deck("aBCd"))

    def test_a_file_that_was_never_right_keeps_nothing(self, folder: Folder) -> None:
        assert folder.save("deck: mine\n").startswith("mine.yaml:1: ")
        assert folder.asked == []
        (folder.own / "mine.yaml").unlink()
        assert folder.told() == "Nothing is wrong with mine.yaml any more."

    def test_a_broken_copy_of_a_shipped_deck_does_not_bring_the_shipped_one_back(self, folder: Folder) -> None:
        (folder.shipped / "their.yaml").write_text(deck("ab", answer="theirs"))
        folder.start(deck("abc", answer="mine"))
        folder.save(deck("abc")[:-30])
        assert folder.asked == ["a", "b", "c"]
        assert {card.answer for card in folder.known.cards.values()} == {"mine"}

    def test_a_broken_card_stays_though_its_deck_is_in_another_file_now(self, folder: Folder) -> None:
        (folder.shipped / "their.yaml").write_text(deck("ab"))
        folder.known = folder.read()
        assert folder.save(deck("aBc")).endswith("mine.yaml takes the place of the shipped deck: 1 card new.")
        assert folder.asked == list("abc")
        (folder.own / "mine.yaml").rename(folder.own / "ours.yaml")
        folder.told()
        assert folder.asked == list("abc")

    def test_a_folder_that_cannot_be_listed_takes_no_card_away(self, folder: Folder) -> None:
        (folder.own / "sub").mkdir()
        folder.start(deck("ab"), "sub/mine.yaml")
        unlisted = Library((), (Problem(folder.own / "sub", 1, "cannot be read: Permission denied."),))
        assert str(told(folder.known, unlisted, kept(folder.known, unlisted))) == (
            "sub:1: cannot be read: Permission denied. (The last good version stays: 2 cards.)"
        )
        assert list(kept(folder.known, unlisted).cards) == list(folder.known.cards)


class TestFiles:
    def test_a_new_file(self, folder: Folder) -> None:
        assert folder.save(deck("abc")) == "mine.yaml is new: 3 cards."

    def test_a_file_that_is_gone(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        (folder.own / "mine.yaml").unlink()
        assert folder.told() == "mine.yaml is gone: 3 cards with it; what you know of them is kept."
        assert folder.asked == []

    def test_a_new_name(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        (folder.own / "mine.yaml").rename(folder.own / "ours.yaml")
        assert folder.told() == "mine.yaml is ours.yaml now: the cards are the same."

    def test_another_id_of_the_deck_says_what_it_costs(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        assert folder.save(deck("abc", id_="ours")) == (
            "mine.yaml is deck 'ours' now, not 'mine': 3 cards new; `deck: mine` brings back what you knew."
        )

    def test_the_learners_copy_of_a_shipped_deck_and_its_end(self, folder: Folder) -> None:
        (folder.shipped / "their.yaml").write_text(deck("ab"))
        folder.known = folder.read()
        assert folder.save(deck("abc")) == "mine.yaml takes the place of the shipped deck: 1 card new."
        (folder.own / "mine.yaml").unlink()
        assert folder.told() == "mine.yaml is gone and the shipped deck is back: 1 card gone."

    def test_many_files_are_one_sentence(self, folder: Folder) -> None:
        folder.start(deck("ab"))
        (folder.own / "mine.yaml").unlink()
        (folder.own / "x.yaml").write_text(deck("a", id_="x"))
        assert folder.save(deck("abc", id_="y"), "y.yaml") == "3 deck files changed: 4 cards new, 2 gone."

    def test_a_second_file_of_the_same_id_takes_no_card_away(self, folder: Folder) -> None:
        folder.start(deck("abc"))
        said = folder.save(deck("a"), "copy.yaml")
        assert "mine.yaml:1: deck 'mine' is also" in said
        assert folder.asked == ["a", "b", "c"]


# -- any two readings --------------------------------------------------------------------------------------------

letters = st.text("abcdEFGH", max_size=6).filter(lambda text: len({*text.lower()}) == len(text))
readings = st.dictionaries(st.sampled_from(["one", "two", "three"]), letters.filter(bool), max_size=3)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


def library(place: Path, files: dict[str, str]):
    for old in place.iterdir():
        old.unlink()
    for name, cards in files.items():
        (place / f"{name}.yaml").write_text(deck(cards, id_=name))
    return load_library([place])


@given(readings, readings)
def test_what_is_right_is_as_it_is_now_and_what_is_wrong_as_it_was(place, before, now):
    old, new = library(place, before), library(place, now)
    whole = kept(old, new)
    had, can_be_read = set(old.cards), set(new.cards)
    wrong = {(name, letter.lower()) for name, cards in now.items() for letter in cards if letter.isupper()}
    unread = {name for name, cards in now.items() if cards.isupper()}
    assert can_be_read <= set(whole.cards) <= can_be_read | had
    assert {(id_.deck, id_.card) for id_ in whole.cards.keys() - can_be_read} == {
        (id_.deck, id_.card) for id_ in had if (id_.deck, id_.card) in wrong or id_.deck in unread
    }
    assert all(same(whole.cards[id_], new.cards[id_]) for id_ in can_be_read)


@given(readings)
def test_the_same_reading_again_changes_nothing_and_is_not_told(place, files):
    now = library(place, files)
    assert kept(now, now) == now
    assert not told(now, now, kept(now, now))
    assert all(same(card, card) for card in now.cards.values())


@given(readings, readings)
def test_what_was_told_once_is_not_told_again(place, before, now):
    old, new = library(place, before), library(place, now)
    known = kept(old, new)
    assert not told(known, new, kept(known, new))
