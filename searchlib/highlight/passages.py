"""Marks and passages: where a query matches a text, and which pieces of it are shown for that.

All places are code points. The core chooses the passages; this module knows no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchlib.errors import QueryError


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the query matches. A phrase is one mark.

    `clause` is the part of the query, `weight` its idf times its boost, `share` what the matched
    key counts for (1 for the form asked for, less for an unlikely reading of it).
    """

    start: int
    end: int
    clause: int
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a text by start, and its sentences' starts (and whether of a paragraph)."""

    marks: tuple[Mark, ...]
    sentences: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """`text[start:end]`, the ranges to mark, and whether it begins or ends inside a sentence."""

    start: int
    end: int
    ranges: tuple[tuple[int, int], ...]
    cut_start: bool = False
    cut_end: bool = False


def check_sizes(fragments: int, length: int) -> None:
    """Raise QueryError unless the number and length of passages are whole numbers from 1 on."""
    for name, value in (("fragments", fragments), ("length", length)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise QueryError(f"{name} of a snippet is a whole number from 1 on, not {value!r}")


def merged(marks: Sequence[Mark]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of marks in order of their starts, overlapping ones as one.

    >>> merged([Mark(0, 5, 0, 1.0, 1.0), Mark(3, 9, 1, 1.0, 1.0), Mark(9, 12, 0, 1.0, 1.0)])
    ((0, 9), (9, 12))
    """
    ranges: list[tuple[int, int]] = []
    for mark in marks:
        if ranges and mark.start < ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], mark.end))
        else:
            ranges.append((mark.start, mark.end))
    return tuple(ranges)
