"""Every exception searchlib raises, in one tree.

Each class can be made from one message string, because the compiled core makes some of them so;
what else is known (a field, a position, a process id) is keyword-only and may be absent. The
module knows nothing of the rest of the package.
"""

from __future__ import annotations

import reprlib
import unicodedata
from collections.abc import Iterable


class SearchlibError(Exception):
    """The root of the tree: catch it to catch everything searchlib raises on purpose."""


class SchemaError(SearchlibError):
    """A schema contradicts itself, or an operation needs something the schema does not have."""


class DocumentError(SearchlibError):
    """A document does not fit the schema; nothing of it was written.

    `field` is the field's name, `value` what stood there, `position` the document's place in the
    batch, counted from 0.

    >>> print(DocumentError("give a datetime.date", field="date", value="вчера", position=3))
    give a datetime.date (field 'date', value 'вчера', document 3 of the batch)
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.field = field
        self.value = value
        self.position = position

    def __str__(self) -> str:
        details = []
        if self.field is not None:
            details.append(f"field {self.field!r}")
        if self.field is not None or self.value is not None:
            details.append(f"value {_short.repr(self.value)}")
        if self.position is not None:
            details.append(f"document {self.position} of the batch")
        message = super().__str__()
        return f"{message} ({', '.join(details)})" if details else message


class DuplicateKeyError(DocumentError):
    """`add` met a document whose unique key is in the index already; `upsert` would replace it."""


class IndexExistsError(SearchlibError):
    """An index was to be made where one is already."""


class IndexNotFoundError(SearchlibError):
    """There is no index at the path that was to be opened."""


class IndexLockedError(SearchlibError):
    """Another writer holds the index; `pid` is its process, when known."""

    def __init__(self, message: str, *, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class CorruptIndexError(SearchlibError):
    """A file of the index is broken: a checksum, a length or an offset is wrong."""


class IndexVersionError(SearchlibError):
    """The index is whole but of another format version; the message names the way to rebuild."""


class UntrustedIndexError(SearchlibError):
    """Opening the index could run code hidden in it, and the caller did not say to trust it."""


class QueryError(SearchlibError):
    """A query cannot be: a tree with wrong arguments, or a value its field cannot hold."""


class QuerySyntaxError(QueryError):
    """The text of a query cannot be read.

    `position` is where, in code points of `text`, counted from 0; `str()` shows the line and a
    caret under the place, in at most 80 columns.

    >>> print(QuerySyntaxError("the bracket is never closed", text="нефть (газ", position=6))
    the bracket is never closed
      нефть (газ
            ^
    """

    def __init__(
        self, message: str, *, text: str | None = None, position: int | None = None
    ) -> None:
        super().__init__(message)
        self.text = text
        self.position = position

    def __str__(self) -> str:
        return self.pointed(80)

    def pointed(self, width: int) -> str:
        """Return the message, then the line and the caret in at most so many columns."""
        message = super().__str__()
        if self.text is None or self.position is None:
            return message
        # An indent of two, an ellipsis on each side.
        line, column = _line_at(self.text, self.position, around=max(1, (width - 4) // 2))
        return f"{message}\n  {line}\n  {' ' * column}^"


class UnsupportedQueryError(QueryError):
    """The query is right, but the engine or the kind of the field cannot answer it."""


class UnsupportedError(SearchlibError):
    """An operation needs what the index was told not to keep, such as stored text for snippets."""


class ReaderError(SearchlibError):
    """A source of documents cannot be read; `path` and `line` (from 1) say where, when known.

    >>> print(ReaderError("the first line needs a date", path="статьи/1.txt", line=1))
    статьи/1.txt:1: the first line needs a date
    """

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.line = line

    def __str__(self) -> str:
        message = super().__str__()
        if self.path is None:
            return message
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {message}"


class AnalysisError(SearchlibError):
    """Text cannot be analysed: a broken analyzer, or one that returns impossible tokens."""


class SearchTimeoutError(SearchlibError):
    """The search ran out of the time it was given."""


class WriterClosedError(SearchlibError):
    """A writer was used after its block was left."""


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


def _line_at(text: str, position: int, *, around: int) -> tuple[str, int]:
    """Return the line of `text` around `position` and the caret's column in it.

    At most `around` columns are left on each side of the caret.
    """
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    # A tab would be as wide as the terminal likes.
    line = "".join(c if c.isprintable() else " " for c in line)
    place = position - start
    while 0 < place < len(line) and _columns(line[place]) == 0:
        place -= 1
    before = _fitting(reversed(line[:place]), around)
    after = _fitting(line[place:], around)
    shown = line[place - before : place]
    # What stands on a character that was cut off would stand on the ellipsis.
    while shown and before < place and _columns(shown[0]) == 0:
        shown = shown[1:]
    if before < place:
        shown = "…" + shown
    column = sum(map(_columns, shown))
    shown += line[place : place + after]
    return shown + ("…" if place + after < len(line) else ""), column


def _fitting(characters: Iterable[str], columns: int) -> int:
    """Return how many characters, from the first on, fit into so many columns."""
    count = 0
    for character in characters:
        columns -= _columns(character)
        if columns < 0:
            break
        count += 1
    return count


def _columns(character: str) -> int:
    """Return how many columns of a terminal a printable character takes."""
    if unicodedata.category(character)[0] == "M" or _JAMO[0] <= character <= _JAMO[1]:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


# Vowels and finals of a Korean syllable, which are drawn into its initial.
_JAMO = ("\u1160", "\u11ff")
