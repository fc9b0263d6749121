"""The check of instruction counts says what became slower, and how to accept it."""

from __future__ import annotations

import pytest

from benchmarks.counts import EXPECTED, compared, read, written

BEFORE = {"one word": 1000, "or of two": 5000}


@pytest.mark.parametrize(
    ("now", "good", "said"),
    [
        (BEFORE, True, "+0.00%"),
        (BEFORE | {"one word": 1029}, True, "+2.90%"),
        (BEFORE | {"one word": 1031}, False, "more than 3% slower; if that is meant, `make counts"),
        (BEFORE | {"one word": 900}, True, "faster: `make counts-accept`"),
        ({"or of two": 5000}, False, "is gone"),
        (BEFORE | {"or of five": 1}, False, "is new"),
    ],
)
def test_counts_beside_those_of_before(now: dict[str, int], good: bool, said: str) -> None:
    lines, is_good = compared(now, BEFORE)
    assert is_good == good
    assert any(said in line for line in lines)


def test_a_file_of_counts_is_read_as_it_was_written() -> None:
    assert read(written(BEFORE, "rustc 1.2; nightly")) == (BEFORE, "rustc 1.2; nightly")
    assert min(read(EXPECTED.read_text(encoding="utf-8"))[0].values()) > 0
