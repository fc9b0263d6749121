"""Plain text: a file is a document, its first line the title. Knows nothing of dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchlib.readers.base import (
    OnSkip,
    ReadDocument,
    Reason,
    RowError,
    Source,
    read_all,
    reporting,
)
from searchlib.readers.charset import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE_LENGTH = 120
"""The longest title taken from a first line, in code points."""


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the one document of a file: its name is the id, its first line the title."""
    with reporting(source, on_skip):
        yield document(source, decode(read_all(source)))


def document(source: Source, text: str) -> ReadDocument:
    """Return the document of a text. Raises RowError when there is nothing in it."""
    body = text.strip("\ufeff \t\r\n\f\v")
    if not body:
        raise RowError(Reason.EMPTY, "only white space")
    first = body.split("\n", 1)[0].rstrip()
    return ReadDocument({"id": source.name, "title": shortened(first), "body": text}, source)


def shortened(line: str, length: int = TITLE_LENGTH) -> str:
    """Return a line of at most `length` code points, cut after a word.

    >>> shortened("Ремонт энергоблока завершён досрочно", 20)
    'Ремонт энергоблока…'
    """
    if len(line) <= length:
        return line
    cut = line.rfind(" ", 0, length)
    return line[: cut if cut > 0 else length - 1].rstrip(" ,;:—–-") + "…"
