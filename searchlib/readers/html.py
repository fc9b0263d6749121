"""HTML: a page is a document: its main text, its title and its day of publication.

Here the charset is found and the document made; the page itself is read by `page`, in a process of
its own.
"""

from __future__ import annotations

import re
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING

from searchlib.readers import isolated
from searchlib.readers.base import (
    OnSkip,
    ReadDocument,
    Source,
    read_all,
    reporting,
)
from searchlib.readers.charset import decode
from searchlib.readers.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = 4096
_XML_ENCODING = re.compile(r"\s*<\?xml\b[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)")
# Atomic groups, so that a head of many comments is not tried in every division of them.
_IS_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?><\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the one document of a page."""
    with reporting(source, on_skip):
        yield document(source, read_all(source))


def is_html(data: bytes) -> bool:
    """Whether a file begins as a page does.

    >>> is_html(b"<!DOCTYPE html><p>"), is_html(b"<p> stands before a paragraph")
    (True, False)
    """
    return _IS_HTML.match(data[:_HEAD]) is not None


def document(source: Source, data: bytes) -> ReadDocument:
    """Return the document of a page. Raises RowError for one without text, or too much."""
    page = isolated.parse("html", decode(data, _declared(data)))
    title = page.get("title") or page["body"].split("\n", 1)[0]
    fields = {"id": source.name, "title": shortened(title), "body": page["body"]}
    if "date" in page:
        fields["date"] = date.fromisoformat(page["date"])
    return ReadDocument(fields, source)


def _declared(data: bytes) -> str:
    """Return the charset that a page says it is in, nothing when it does not say."""
    from selectolax.lexbor import LexborHTMLParser

    # Every charset that can be declared this way has ASCII where ASCII has it.
    head = data[:_HEAD].decode("latin-1")
    if named := _XML_ENCODING.match(head):
        return named[1]
    for node in LexborHTMLParser(head).css("meta"):
        attributes = node.attributes
        if name := attributes.get("charset"):
            return name.strip()
        if (attributes.get("http-equiv") or "").strip().lower() == "content-type":
            message = EmailMessage()
            message["Content-Type"] = attributes.get("content") or ""
            if name := message.get_content_charset():
                return str(name)
    return ""
