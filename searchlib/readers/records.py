"""Lines of a table become records of cells, by the standard library's `csv`, in constant memory.

A record whose quotes are broken costs its first line only: the lines after it are read anew, since
one quote that is never closed would otherwise take the rest of the file. Nothing here knows names
of columns or types of values.
"""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchlib.readers.base import MAX_DOCUMENT, Reason, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_RECORD = 1 << 24
"""How many letters a record of several lines may have before its quote counts as not closed."""


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How the cells of a line are told apart; `escape` stands before a quote inside quotes."""

    delimiter: str
    quoted: bool = True
    escape: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record, and the line it begins at, from 1."""

    line: int
    cells: list[str]


def records(lines: Iterable[str | RowError], dialect: Dialect) -> Iterator[Record | RowError]:
    r"""Yield the records of a table; what is broken comes as its problem, with the line.

    Lines without a letter count for nothing.

    >>> [record.cells for record in records(['1;"Нефть;\n', 'газ"\n'], Dialect(";"))]
    [['1', 'Нефть;\nгаз']]
    """
    # The module has one limit for all; a longer line never comes here.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_DOCUMENT))
    taken = _Lines(lines)
    reader = csv.reader(
        taken,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
        strict=True,
    )
    while True:
        taken.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowError(Reason.BROKEN_ROW, _told(error), line=taken.first)
            taken.again()
        except RowError as problem:
            # It takes with it the record it stands in, when that is one of several lines.
            yield problem
        else:
            if any(cell and not cell.isspace() for cell in cells):
                yield Record(taken.first, [_plain_ends(cell) for cell in cells])


class _Lines:
    """The lines, numbered; those of the record that is being read can be read once more."""

    def __init__(self, lines: Iterable[str | RowError]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[str | RowError] = deque()
        self._taken: list[str] = []
        self._letters = 0
        self._number = 0

    @property
    def first(self) -> int:
        """The line that the record begins at."""
        return self._number - len(self._taken) + 1

    def begin(self) -> None:
        self._taken.clear()
        self._letters = 0

    def again(self) -> None:
        """Give all lines of this record but the first once more."""
        rest = self._taken[1:]
        self._waiting.extendleft(reversed(rest))
        self._number -= len(rest)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._letters > MAX_RECORD and len(self._taken) > 1:
            raise csv.Error("unexpected end of data")
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self._number += 1
        if isinstance(line, RowError):
            raise RowError(line.reason, line.detail, line=self._number)
        self._taken.append(line)
        self._letters += len(line)
        return line


def _told(error: csv.Error) -> str:
    said = str(error)
    return "a quote is not closed" if said == "unexpected end of data" else said


def _plain_ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
