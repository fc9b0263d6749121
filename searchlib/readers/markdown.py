"""Markdown: a file is a document, whose front matter gives title, date, tags and further fields.

Here the document is made; the text is read by `markdown_text`, in a process of its own.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from searchlib.readers import isolated
from searchlib.readers.base import OnSkip, ReadDocument, Source, read_all, reporting
from searchlib.readers.charset import decode
from searchlib.readers.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the one document of a file."""
    with reporting(source, on_skip):
        fields = isolated.parse("markdown", decode(read_all(source)))
        first: dict[str, Any] = {"id": source.name, "title": shortened(fields.pop("title"))}
        if "date" in fields:
            first["date"] = date.fromisoformat(fields.pop("date"))
        yield ReadDocument(first | fields, source, loose=True)
