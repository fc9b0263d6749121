"""What every reader shares: a source, a document read from it, and a row that was left out.

A reader is a function `(source, on_skip) -> iterator of documents`. It never stops a run: what it
cannot read it hands to `on_skip` and goes on. Nothing here knows a format or a schema.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from gzip import GzipFile
from io import BufferedReader, FileIO, RawIOBase
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from searchlib.readers.archives import BROKEN, BombError, Member, Unpacked

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
    ENCRYPTED = "encrypted"
    NOT_AN_ARTICLE = "not_an_article"
    WRONG_DATE = "wrong_date"
    BROKEN_JSON = "broken_json"
    NOT_AN_OBJECT = "not_an_object"
    BROKEN_ROW = "broken_row"
    COLUMNS = "columns"
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
    """A file to read, or a member of an archive; `name` is the id of a document that has no other.

    `size` is in bytes on the disk, `start` the bytes of the sources before it.
    """

    path: Path
    name: str
    size: int = 0
    start: int = 0
    member: Member | None = None
    _file: FileIO | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The path as text that can be printed, whatever bytes it is made of."""
        path = os.fsencode(self.path).decode(errors="backslashreplace")
        return path if self.member is None else f"{path}!{self.member.name}"

    @property
    def suffix(self) -> str:
        """The last suffix of the name in small letters, that of a packer left out."""
        suffixes = self._suffixes
        if suffixes and suffixes[-1] == ".gz":
            suffixes.pop()
        return suffixes[-1] if suffixes else ""

    @property
    def position(self) -> int:
        """How many bytes of this source and of those before it were read."""
        if self._file is None or not self.size:
            # A pipe has no size and no place in it.
            return self.start + self.size
        return self.start + (self._file.tell() if self.member is None else self.member.taken)

    @contextmanager
    def open(self) -> Iterator[BufferedReader]:
        """Open the file for reading; what is packed comes unpacked.

        Raises OSError, while reading also what `reporting` knows of packers.
        """
        # The file itself is kept, since a buffer knows only how much was taken out of it.
        with self.path.open("rb", buffering=0) as self._file:
            try:
                with ExitStack() as stack:
                    raw: RawIOBase = self._file
                    if self.member is not None:
                        raw = stack.enter_context(self.member.open())
                    if self._suffixes[-1:] == [".gz"]:
                        inner = raw
                        packed = stack.enter_context(GzipFile(fileobj=inner))
                        raw = Unpacked(packed, self._taken)
                    yield stack.enter_context(BufferedReader(raw, BUFFER))
            finally:
                self._file = None

    @property
    def _suffixes(self) -> list[str]:
        name = PurePath(self.path.name if self.member is None else self.member.name)
        return [suffix.lower() for suffix in name.suffixes[-2:]]

    def _taken(self) -> int:
        return self.position - self.start


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document and where it stands: its source and, in a file of many, the line from 1.

    `untyped` says that all its values are texts whose types are still to be told from them, `loose`
    that each file names fields of its own, so that the schema may lack some.
    """

    document: dict[str, Any]
    source: Source
    line: int | None = None
    untyped: bool = False
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
    except BombError as error:
        on_skip(Skipped(Reason.TOO_LARGE, source.shown, None, str(error)))
    except BROKEN as error:
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
