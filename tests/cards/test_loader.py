import os
from pathlib import Path

import pytest

from quizapp.cards.loader import load_library, load_text

RECALL = "deck: {deck}\ntitle: {title}\ncards:\n  - id: a\n    question: q\n    answer: a\n"


def write(path: Path, deck: str, title: str = "T") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RECALL.format(deck=deck, title=title), encoding="utf-8")
    return path


def test_decks_come_in_the_order_of_their_names_from_all_folders(tmp_path):
    for name in ("b/z.yml", "b/deep/a.yaml", "a/y.YAML", "a/x.yaml"):
        write(tmp_path / name, name.replace("/", "-"))
    library = load_library([tmp_path / "b", tmp_path / "a"])
    assert [deck.id for deck in library.decks] == ["b-z.yml", "b-deep-a.yaml", "a-x.yaml", "a-y.YAML"]
    assert not library.problems


def test_folders_inside_come_by_name(tmp_path):
    for name in "geicahbdfj":
        write(tmp_path / name / "deck.yaml", name)
    assert [deck.id for deck in load_library([tmp_path]).decks] == list("abcdefghij")


def test_a_missing_folder_is_empty_and_a_file_is_read(tmp_path):
    file = write(tmp_path / "one.YML", "one")
    assert [deck.id for deck in load_library([tmp_path / "none", file]).decks] == ["one"]


def test_a_named_file_of_another_kind_is_told_to_be_no_deck(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Decks: `mine`\n\n- [one]: here\n")
    (problem,) = load_library([readme]).problems
    assert str(problem) == f"{readme}:1: this is no deck file, for the name of one ends in `.yaml` or `.yml`."


def test_hidden_and_other_files_are_passed_over(tmp_path):
    for name in (".hidden.yaml", ".git/x.yaml", "notes.md", "deck.yaml.bak"):
        write(tmp_path / name, name)
    (tmp_path / "folder.yaml").mkdir()
    assert load_library([tmp_path]).decks == ()


def test_a_file_met_twice_is_read_once(tmp_path):
    file = write(tmp_path / "x.yaml", "x")
    library = load_library([tmp_path, file, tmp_path])
    assert len(library.decks) == 1
    assert not library.problems


def test_a_second_file_with_the_same_deck_id_is_named_with_the_place_of_the_first(tmp_path):
    first, second = write(tmp_path / "a.yaml", "same", "first"), write(tmp_path / "b.yaml", "same", "second")
    library = load_library([tmp_path])
    assert [deck.title for deck in library.decks] == ["first"]
    assert [str(problem) for problem in library.problems] == [
        f"{second}:1: deck 'same' is also {first}:1; rename one of them."
    ]


def test_the_learners_copy_takes_the_place_of_a_shipped_deck(tmp_path):
    write(tmp_path / "shipped/a.yaml", "same", "shipped")
    write(tmp_path / "own/a.yaml", "same", "own")
    library = load_library([tmp_path / "shipped", tmp_path / "own"], shipped=tmp_path / "shipped")
    assert [(deck.title, deck.shipped) for deck in library.decks] == [("own", False)]
    assert not library.problems


def test_two_shipped_decks_of_one_id_are_a_problem(tmp_path):
    write(tmp_path / "a.yaml", "same", "first")
    write(tmp_path / "b.yaml", "same", "second")
    library = load_library([tmp_path], shipped=tmp_path)
    assert [deck.title for deck in library.decks] == ["first"]
    assert len(library.problems) == 1


def test_a_broken_copy_leaves_the_shipped_deck_in_place(tmp_path):
    write(tmp_path / "shipped/a.yaml", "same", "shipped")
    (tmp_path / "own.yaml").write_text("deck: same\ntitle: [\n")
    library = load_library([tmp_path / "shipped", tmp_path / "own.yaml"], shipped=tmp_path / "shipped")
    assert [(deck.title, deck.shipped) for deck in library.decks] == [("shipped", True)]
    assert len(library.problems) == 1


def test_one_broken_deck_never_hides_good_ones(tmp_path):
    write(tmp_path / "good.yaml", "good")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "deep.yaml").write_bytes(b"[" * 200_000)
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "lost.yaml").symlink_to("nowhere.yaml")
    library = load_library([tmp_path])
    assert [deck.id for deck in library.decks] == ["good"]
    assert [problem.path.name for problem in library.problems] == ["bad.yaml", "deep.yaml", "loop.yaml", "lost.yaml"]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    file = write(tmp_path / "x.yaml", "x")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert [str(problem) for problem in load_library([tmp_path]).problems] == [
        f"{file}:1: cannot be read: Permission denied."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "deck: d # mine\ntitle: T\ncards:\n- id: a\n",
        "title: T\ndeck: 'd'\ncards: [\n",
        "\ufeffdeck: d\r\n",
        "deck: d\ntitle: T\ncards:\n- id: a\n  question: q\n  answer: a\n- id: b\n",
    ],
    ids=["no card is right", "no YAML", "no cards", "one card is wrong"],
)
def test_a_problem_names_its_deck_though_the_deck_cannot_be_used(text):
    problems = load_text(text, Path("x.yaml")).problems
    assert problems
    assert {problem.deck for problem in problems} == {"d"}


def test_what_is_no_deck_has_no_deck_id():
    (problem,) = load_text("title: T\n  deck: d", Path("x.yaml")).problems
    assert problem.deck is None


def test_a_folder_whose_name_is_too_long_is_as_one_that_is_missing(tmp_path):
    assert load_library([tmp_path / ("x" * 300)]).problems == ()


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert load_library([tmp_path]) == load_library([])
    for path in (tmp_path / "pipe.yaml", Path("/dev/zero")):  # named, they are told
        (problem,) = load_library([path]).problems
        assert problem.message == "cannot be read: it is a pipe or a device, no file."


def test_a_folder_that_cannot_be_listed_is_told_and_hides_no_other(tmp_path, monkeypatch):
    (tmp_path / "private").mkdir()
    write(tmp_path / "a.yaml", "a")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("private"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    library = load_library([tmp_path])
    assert [deck.id for deck in library.decks] == ["a"]
    assert [problem.path for problem in library.problems] == [tmp_path / "private"]
