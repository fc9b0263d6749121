"""CSV and TSV: a row is a document, its columns are named by the header.

How the file is written is told from its first lines. A row of another width and a row with broken
quotes are reported, the others are read. Values stay the texts they are.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from searchlib.readers import charset
from searchlib.readers.base import (
    BUFFER,
    OnSkip,
    ReadDocument,
    Reason,
    RowError,
    Skipped,
    Source,
    reporting,
)
from searchlib.readers.dialects import fitted, layout
from searchlib.readers.records import Record, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The dialect is told from so many lines, or fewer long ones.
_SAMPLE_LINES = 200
_SAMPLE_LETTERS = 1 << 20


def read(source: Source, on_skip: OnSkip, columns: Sequence[str] = ()) -> Iterator[ReadDocument]:
    """Yield the rows of a table one at a time; an empty cell is no value.

    `columns` are the names of the columns of a table without a header.
    """
    with reporting(source, on_skip), source.open() as file:
        head = file.peek(BUFFER)
        if not head:
            raise RowError(Reason.EMPTY)
        end = "\r" if b"\r" in head and b"\n" not in head else "\n"
        lines = charset.lines(file, charset.of_beginning(head), end)
        sample, whole = _sample(lines)
        told = layout(
            ["\n" if isinstance(line, RowError) else line for line in sample],
            whole=whole,
            tabbed=source.suffix == ".tsv",
            columns=columns,
        )
        empty = True
        for row in records(chain(sample, lines), told.dialect):
            if isinstance(row, Record) and row.line in told.above:
                continue
            try:
                document = _document(row, told.columns)
            except RowError as problem:
                on_skip(Skipped(problem.reason, source.shown, problem.line, problem.detail))
            else:
                yield ReadDocument(document, source, row.line, untyped=True)
            empty = False
        if empty:
            raise RowError(Reason.EMPTY, "no row below the header")


def _sample(lines: Iterator[str | RowError]) -> tuple[list[str | RowError], bool]:
    """Return the first lines, and whether there are no more."""
    taken: list[str | RowError] = []
    letters = 0
    for line in lines:
        taken.append(line)
        letters += 0 if isinstance(line, RowError) else len(line)
        if len(taken) == _SAMPLE_LINES or letters > _SAMPLE_LETTERS:
            return taken, False
    return taken, True


def _document(row: Record | RowError, columns: Sequence[str]) -> dict[str, Any]:
    if isinstance(row, RowError):
        raise row
    cells = fitted(row.cells, len(columns))
    if cells is None:
        detail = f"{len(row.cells)} instead of {len(columns)}"
        raise RowError(Reason.COLUMNS, detail, line=row.line)
    return {name: cell or None for name, cell in zip(columns, cells, strict=True)}
