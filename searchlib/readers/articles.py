"""Articles: the first line is `date YYYY-MM-DD Title`, the rest the paragraphs of the body."""

from __future__ import annotations

import re
from datetime import date
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

_FIRST_LINE = re.compile(r"\s*date[ \t]+([0-9]+-[0-9]+-[0-9]+)(?:[ \t]+([^\n]*))?(?:\n|\Z)")


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the one article of a file."""
    with reporting(source, on_skip):
        yield document(source, decode(read_all(source)))


def is_article(text: str) -> bool:
    r"""Whether the first line that is not empty means to be an article's.

    >>> is_article("date 2025-11-04 Пути нефти\\n\\nТекст."), is_article("Дата: 4 ноября")
    (True, False)
    """
    return _FIRST_LINE.match(text) is not None


def document(source: Source, text: str) -> ReadDocument:
    """Return the document of an article. Raises RowError for a wrong first line."""
    if not text.strip():
        raise RowError(Reason.EMPTY, "only white space")
    match = _FIRST_LINE.match(text)
    line = _first_line_number(text)
    if match is None or not (match[2] or "").strip():
        raise RowError(Reason.NOT_AN_ARTICLE, line=line)
    try:
        day = date.fromisoformat(match[1])
    except ValueError as error:
        raise RowError(Reason.WRONG_DATE, f"{match[1]}: {error}", line=line) from None
    fields = {
        "id": source.name,
        "date": day,
        "title": match[2].strip(),
        "body": text[match.end() :].strip("\n"),
    }
    return ReadDocument(fields, source)


def _first_line_number(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n") + 1
