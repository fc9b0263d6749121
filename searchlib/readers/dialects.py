"""How a table is written, told from its first lines: delimiter, quotes, header.

Each dialect there could be reads the sample; the one that gives the most rows of one width is it.
Nothing here reads files.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchlib.readers.base import Reason, RowError
from searchlib.readers.records import Dialect, Record, records
from searchlib.readers.values import FIELD_NAME, guessed

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of two that fit as well the first: a comma is also a decimal mark.
_DELIMITERS = "\t;|,"
_LONGEST_NAME = 64
# Below it the delimiter only happens to be in the texts of a single column.
_MOST = 0.5
# Excel's own way to name the delimiter.
_NAMED_DELIMITER = re.compile(r"\ufeff?\"?sep=(.)\"?[\r\n]*")
_NO_DELIMITER = "\x1f"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written; `above` are lines that are no rows: the header, Excel's `sep=;`."""

    dialect: Dialect
    columns: list[str]
    above: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a dialect makes of the sample."""

    dialect: Dialect
    rows: list[Record]
    width: int
    share: float
    broken: int
    quoted: int


def layout(
    sample: Sequence[str], *, whole: bool, tabbed: bool = False, columns: Sequence[str] = ()
) -> Layout:
    r"""Return how the table that begins with these lines is written.

    `whole` says that nothing follows them, `tabbed` that the file is called a TSV. `columns` are
    the names of the columns when the caller knows them: then a header is only a row that has just
    these. Raises RowError when there is no row.

    >>> table = layout(["id;цена, руб.\n", "1;2,5\n", "2;3,5\n"], whole=True)
    >>> table.dialect.delimiter, table.columns, sorted(table.above)
    (';', ['id', 'цена_руб'], [1])
    """
    named = _NAMED_DELIMITER.fullmatch(sample[0]) if sample else None
    delimiters = named[1] if named else _DELIMITERS
    if tabbed and any("\t" in line for line in sample):
        delimiters = "\t"
    lines = ["\n", *sample[1:]] if named else list(sample)
    above = frozenset({1}) if named else frozenset()
    readings = [_with_quotes(mark, lines, whole=whole) for mark in delimiters]
    best = max(readings, key=lambda reading: reading.share)
    if best.share < _MOST:
        best = _with_quotes(_NO_DELIMITER, lines, whole=whole)
    if not best.rows:
        raise RowError(Reason.EMPTY, "no row")
    rows = [row for row in best.rows if fitted(row.cells, best.width) is not None]
    cells = [row.cells[: best.width] for row in rows]
    if columns:
        same = len(columns) == best.width and names(cells[0]) == names(columns)
        return Layout(best.dialect, names(columns), above | ({rows[0].line} if same else set()))
    if not _is_header(cells[0], cells[1:]):
        return Layout(best.dialect, names([""] * best.width), above)
    return Layout(best.dialect, names(cells[0]), above | {rows[0].line})


def fitted(cells: list[str], width: int) -> list[str] | None:
    """Return the cells of a row of so many columns, None when it has another number of them.

    Empty cells beyond them are no columns: spreadsheets leave them there.

    >>> fitted(["1", "нефть", ""], 2), fitted(["1", "нефть", "газ"], 2), fitted(["1"], 2)
    (['1', 'нефть'], None, None)
    """
    if len(cells) == width:
        return cells
    if len(cells) < width or any(cell and not cell.isspace() for cell in cells[width:]):
        return None
    return cells[:width]


def names(header: Sequence[str]) -> list[str]:
    """Return names of fields for the cells of a header; no two are the same.

    >>> names(["Дата публикации", "№", "2024 год", "цена", "цена"])
    ['Дата_публикации', 'column2', 'column_2024_год', 'цена', 'цена_2']
    """
    made: list[str] = []
    for number, cell in enumerate(header, 1):
        name = re.sub(r"[^\w.-]+", "_", cell.lstrip("\ufeff")).strip("_-.")
        if not name:
            name = f"column{number}"
        elif not FIELD_NAME.fullmatch(name):
            name = f"column_{name}"
        free, copy = name, 1
        while free in made:
            copy += 1
            free = f"{name}_{copy}"
        made.append(free)
    return made


def _reading(dialect: Dialect, lines: Sequence[str], *, whole: bool) -> _Reading:
    rows: list[Record] = []
    broken = 0
    found = list(records(lines, dialect))
    if not whole and found and isinstance(found[-1], RowError):
        # Its end is still to come.
        found.pop()
    for row in found:
        if isinstance(row, Record):
            rows.append(row)
        else:
            broken += 1
    widths = Counter(len(row.cells) for row in rows)
    width = widths.most_common(1)[0][0] if widths else 0
    usual = [row.cells for row in rows if len(row.cells) == width]
    while width > 1 and not any(cells[width - 1] for cells in usual):
        width -= 1
    good = sum(fitted(row.cells, width) is not None for row in rows)
    share = good / (len(rows) + broken) if width > 1 else 0.0
    quoted = sum('"' in lines[row.line - 1] for row in rows)
    return _Reading(dialect, rows, width, share, broken, quoted)


def _with_quotes(mark: str, lines: Sequence[str], *, whole: bool) -> _Reading:
    r"""Return the best reading with a delimiter: quotes doubled, escaped by `\`, mere letters."""
    usual = _reading(Dialect(mark), lines, whole=whole)
    if not usual.broken:
        return usual
    if any('\\"' in line for line in lines):
        escaped = _reading(Dialect(mark, escape="\\"), lines, whole=whole)
        if escaped.broken < usual.broken and escaped.share >= usual.share:
            return escaped
    plain = _reading(Dialect(mark, quoted=False), lines, whole=whole)
    # A quote here and there is a slip; more slips than quotes mean that they are not meant.
    if usual.broken > usual.quoted and plain.share >= usual.share:
        return plain
    return usual


def _is_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns: no numbers and days, nothing long, nothing that comes again."""
    cells = [cell.strip() for cell in first]
    if not any(cells):
        return False
    for column, cell in enumerate(cells):
        if not cell:
            continue
        if len(cell) > _LONGEST_NAME or "\n" in cell or not isinstance(guessed(cell), str):
            return False
        if any(row[column].strip() == cell for row in below):
            return False
    return True
