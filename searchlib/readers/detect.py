"""Which files are read, in which order, and by which reader when nobody says.

A folder gives the files whose suffix a reader knows, in order of name, hidden ones left out; a file
that is named is read whatever it is called when the format is given. A `.txt` file is an article
when its first line says so.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from searchlib.errors import ReaderError
from searchlib.readers import articles, html, isolated, jsonl, markdown, text
from searchlib.readers.base import (
    OnSkip,
    ReadDocument,
    Reader,
    Reason,
    Skipped,
    Source,
    read_all,
    reporting,
)
from searchlib.readers.charset import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Format(StrEnum):
    """What a source holds; `auto` asks each file."""

    AUTO = "auto"
    ARTICLES = "articles"
    HTML = "html"
    MARKDOWN = "markdown"
    JSONL = "jsonl"
    TEXT = "text"


_PLAIN = frozenset({".txt"})
_LINES = frozenset({".jsonl", ".ndjson"})
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_MARKDOWN = frozenset({".md", ".markdown"})
_SUFFIXES = {
    Format.AUTO: _PLAIN | _LINES | _PAGES | _MARKDOWN,
    Format.MARKDOWN: _MARKDOWN,
    Format.HTML: _PAGES,
    Format.ARTICLES: _PLAIN,
    Format.TEXT: _PLAIN,
    Format.JSONL: _LINES,
}


def find(paths: Sequence[Path], format: Format, on_skip: OnSkip) -> list[Source]:
    """Return the files to read; what is passed over is reported.

    Raises ReaderError when a path is not there.
    """
    for path in paths:
        if not path.exists():
            raise ReaderError("there is no such file or folder", path=Source(path, "").shown)
    suffixes = _SUFFIXES[format]
    sources: dict[tuple[int, int], Source] = {}
    start = 0
    for path in paths:
        for source, named in _files(path, on_skip):
            known = _suffix(source.path) in suffixes or (named and format is not Format.AUTO)
            try:
                status = source.path.stat()
            except OSError as error:
                on_skip(Skipped(Reason.UNREADABLE, source.shown, None, error.strerror or ""))
                continue
            # A pipe that is named is the caller's wish; one met in a folder would wait for ever.
            if not known or not (named or source.path.is_file()):
                on_skip(Skipped(Reason.UNKNOWN_FORMAT, source.shown))
                continue
            # The same file by another way is read once.
            if (status.st_dev, status.st_ino) in sources:
                continue
            source.size, source.start = status.st_size, start
            start += source.size
            sources[status.st_dev, status.st_ino] = source
    return list(sources.values())


def read(sources: Sequence[Source], format: Format, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the documents of the sources, in order; what cannot be read is reported."""
    names: dict[str, Source] = {}
    try:
        for source in sources:
            if is_lines(source, format):
                yield from jsonl.read(source, on_skip)
                continue
            first = names.setdefault(source.name, source)
            if first is not source:
                detail = f"{source.name!r}, as {first.shown}"
                on_skip(Skipped(Reason.SAME_ID, source.shown, None, detail))
                continue
            yield from _WHOLE[format](source, on_skip)
    finally:
        isolated.stop()


def is_lines(source: Source, format: Format) -> bool:
    """Whether a source is a file of many documents, one a line."""
    return format is Format.JSONL or (format is Format.AUTO and _suffix(source.path) in _LINES)


def _whole(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    suffix = _suffix(source.path)
    if suffix in _PAGES or suffix in _MARKDOWN:
        reader = html.read if suffix in _PAGES else markdown.read
        yield from reader(source, on_skip)
        return
    with reporting(source, on_skip):
        data = read_all(source)
        if html.is_html(data):
            yield html.document(source, data)
            return
        whole = decode(data)
        kind = articles if articles.is_article(whole) else text
        yield kind.document(source, whole)


_WHOLE: dict[Format, Reader] = {
    Format.AUTO: _whole,
    Format.ARTICLES: articles.read,
    Format.HTML: html.read,
    Format.MARKDOWN: markdown.read,
    Format.TEXT: text.read,
}


def _files(path: Path, on_skip: OnSkip) -> Iterator[tuple[Source, bool]]:
    """Yield the files of a path, and whether the path names the file itself."""
    if not path.is_dir():
        yield Source(path, _stem(path.name)), True
        return

    def closed(error: OSError) -> None:
        folder = Source(Path(error.filename), "").shown
        on_skip(Skipped(Reason.UNREADABLE, folder, None, error.strerror or ""))

    for folder, folders, names in os.walk(path, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                file = Path(folder, name)
                yield Source(file, _stem(file.relative_to(path).as_posix())), False


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _stem(name: str) -> str:
    """Return a relative path without the suffixes that say the format."""
    path = Path(name)
    if path.suffix.lower() == ".gz":
        path = path.with_suffix("")
    return (path.with_suffix("") if path.suffix else path).as_posix()
