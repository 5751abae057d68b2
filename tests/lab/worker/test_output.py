"""What is printed is kept to a head and a tail, of whole lines where there are any."""

from __future__ import annotations

import os

import pytest

from quizapp.lab.worker.output import Output


def kept(printed: bytes, limit: int, piece: int = 1 << 16) -> str:
    """What is given away of it when it is printed in pieces of that size."""
    end, begin = os.pipe()
    given: list[str] = []
    output = Output(end, limit, given.append)
    for start in range(0, len(printed), piece):
        os.write(begin, printed[start : start + piece])
        output.drain()
    os.close(begin)
    output.finish()
    os.close(end)
    return "".join(given)


@pytest.mark.parametrize("piece", [1, 7, 100, 1 << 12])
def test_a_line_is_not_cut_in_two_where_some_are_left_out(piece: int) -> None:
    lines = [f"\x1b[3{n % 8}mline {n}\x1b[0m\n" for n in range(200)]
    given = kept("".join(lines).encode(), 500, piece)
    head, left_out, tail = given.partition("\n[… ")[0], given.count("bytes left out"), given.partition("…]\n")[2]
    assert left_out == 1
    assert tail == "".join(lines[-tail.count("\n") :])
    assert head == "".join(lines[: head.count("\n")])


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_what_fits_is_kept_whole(size: int) -> None:
    assert kept(b"x" * size, 100) == "x" * size


def test_how_much_is_left_out_is_told_to_the_byte() -> None:
    printed = b"".join(b"line %d\n" % n for n in range(1000))
    given = kept(printed, 100)
    head, _, rest = given.partition("\n[… ")
    told, _, tail = rest.partition(" bytes left out …]\n")
    assert len(head) + int(told.replace(",", "")) + len(tail) == len(printed)
