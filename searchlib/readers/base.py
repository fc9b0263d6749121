"""What every reader shares: a source, a document read from it, and a row that was left out.

A reader is a function `(source, on_skip) -> iterator of documents`. It never stops a run: what it
cannot read it hands to `on_skip` and goes on. Nothing here knows a format or a schema.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedReader, FileIO, RawIOBase
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

MAX_DOCUMENT = 256 << 20
"""The longest document that is read, in bytes, so that a hostile file cannot fill the memory."""
BUFFER = 1 << 16
"""How many bytes are read at a time, and of a file of lines looked at for its charset, 64 KiB."""


class Reason(StrEnum):
    """Why a row or a file was left out; what a person reads about it is in `searchlib.messages`."""

    EMPTY = "empty"
    BINARY = "binary"
    ENCODING = "encoding"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NOT_AN_ARTICLE = "not_an_article"
    WRONG_DATE = "wrong_date"
    BROKEN_JSON = "broken_json"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_VALUE = "wrong_value"
    SAME_ID = "same_id"
    TOO_COMPLEX = "too_complex"
    BROKEN_FRONT_MATTER = "broken_front_matter"
    REJECTED = "rejected"
    UNKNOWN_FORMAT = "unknown_format"

    @property
    def is_problem(self) -> bool:
        """Whether the data is at fault; a file of another kind beside them is not."""
        return self is not Reason.UNKNOWN_FORMAT


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row or a file that was left out; `line` counts from 1, None means the whole file.

    >>> Skipped(Reason.BROKEN_JSON, "news.jsonl", 7, "…").place
    'news.jsonl:7'
    """

    reason: Reason
    path: str
    line: int | None = None
    detail: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as editors read it."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


OnSkip = Callable[[Skipped], None]


@dataclass(slots=True)
class Source:
    """A file to read; `name` is the id of a document that has no other.

    `size` is in bytes on the disk, `start` the bytes of the sources before it.
    """

    path: Path
    name: str
    size: int = 0
    start: int = 0
    _file: FileIO | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The path as text that can be printed, whatever bytes it is made of."""
        return os.fsencode(self.path).decode(errors="backslashreplace")

    @property
    def position(self) -> int:
        """How many bytes of this source and of those before it were read."""
        # A pipe has no size and no place in it.
        inside = self._file is not None and self.size
        return self.start + (self._file.tell() if self._file and inside else self.size)

    @contextmanager
    def open(self) -> Iterator[BufferedReader]:
        """Open the file for reading; what ends in `.gz` comes unpacked. Raises OSError."""
        # The file itself is kept, since a buffer knows only how much was taken out of it.
        with self.path.open("rb", buffering=0) as self._file:
            try:
                with ExitStack() as stack:
                    raw: RawIOBase = self._file
                    if self.path.suffix.lower() == ".gz":
                        # GzipFile reads into a buffer, which is all that is asked of a raw file.
                        raw = cast("RawIOBase", stack.enter_context(gzip.open(self._file)))
                    yield stack.enter_context(BufferedReader(raw, BUFFER))
            finally:
                self._file = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document and where it stands: its source and, in a file of many, the line from 1.

    `loose` is true when each file names fields of its own, so that the schema may lack some.
    """

    document: dict[str, Any]
    source: Source
    line: int | None = None
    loose: bool = False


Reader = Callable[[Source, OnSkip], Iterator[ReadDocument]]


class RowError(Exception):
    """Inside a reader: this row, or this file when there is no line, cannot be read."""

    def __init__(self, reason: Reason, detail: str = "", line: int | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.line = line


@contextmanager
def reporting(source: Source, on_skip: OnSkip) -> Iterator[None]:
    """Turn whatever ends the reading of a source into a report."""
    try:
        yield
    except RowError as problem:
        on_skip(Skipped(problem.reason, source.shown, problem.line, problem.detail))
    except OSError as error:
        on_skip(Skipped(Reason.UNREADABLE, source.shown, None, error.strerror or str(error)))
    except (EOFError, zlib.error) as error:
        on_skip(Skipped(Reason.UNREADABLE, source.shown, None, str(error)))


def read_all(source: Source) -> bytes:
    """Return all bytes of a source. Raises RowError for none and for too many, OSError."""
    with source.open() as file:
        data = file.read(MAX_DOCUMENT + 1)
    if not data:
        raise RowError(Reason.EMPTY)
    if len(data) > MAX_DOCUMENT:
        raise too_large()
    return data


def too_large(line: int | None = None) -> RowError:
    """Return the problem of a document above `MAX_DOCUMENT`."""
    return RowError(
        Reason.TOO_LARGE, f"above {MAX_DOCUMENT >> 20} MiB; cut it into parts", line=line
    )
