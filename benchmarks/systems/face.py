"""What every system must do to be measured.

Two fields never mixed: `raw` is text through a system's own Russian analysis, `keys` is the same
pre-analysed keys for all through a white-space analyzer, so that only the engines differ;
`attributed` is keys with two attributes beside them, a group and a rank.
Documents are numbered from 0 in the order of adding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal, Protocol

Field = Literal["raw", "keys", "attributed"]
Shape = Literal["word", "and", "or", "phrase", "prefix", "fuzzy", "filtered", "sorted"]
Operator = Literal["any", "all"]
Found = list[tuple[int, float]]
"""The best documents with their scores, best first."""

HEAP = 512 << 20
"""Bytes of pending documents that a writer may hold."""

K1, B = 1.2, 0.75


class System(Protocol):
    """An index of one text field and a way to search it."""

    name: str
    version: str
    note: str
    """What of its setting a reader of the table must know."""
    shapes: frozenset[Shape]
    operators: frozenset[Operator]

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""

    def one_segment(self) -> None:
        """Merge everything into one segment and open it for searching."""

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents."""

    def weight(self, documents: int, having: int) -> float:
        """Return the factor and the idf of its formula for a word that `having` documents have."""

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> float | None:
        """Return the same for a phrase, whose words `each` so many have; None: scored as words."""

    def size(self) -> dict[str, int]:
        """Return bytes on disk by part; a system that tells no parts has one, `all`."""

    def close(self) -> None:
        """Let go of files."""


class Attributed(System, Protocol):
    """A system that keeps attributes and can open what it wrote earlier."""

    def open(self, folder: Path) -> None:
        """Open the one segment of keys with attributes in a folder for searching."""


GROUP = "g3"
"""The group that filtered queries ask for: a tenth of the documents."""


def rank_of(document: int) -> int:
    """Return a number that the order of adding does not give away: the same by every driver."""
    return (document * 2654435761) & 0xFFFFFFFF


def group_of(document: int) -> str:
    """Return one of ten groups of about the same size.

    >>> group_of(0), group_of(1), group_of(2)
    ('g0', 'g3', 'g7')
    """
    return f"g{(rank_of(document) >> 16) % 10}"


def folder_size(folder: Path) -> int:
    """Return the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
