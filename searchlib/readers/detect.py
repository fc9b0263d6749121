"""Which reader a file gets, when nobody says and when somebody does.

The suffix tells, that of a packer left out; a `.txt` file is an article when its first line says
so.
"""

from __future__ import annotations

from contextlib import nullcontext
from enum import StrEnum
from itertools import groupby, islice
from typing import TYPE_CHECKING

from searchlib.readers import articles, json_file, jsonl, tables, text
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
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    TEXT = "text"


_SUFFIXES = {
    Format.ARTICLES: (".txt",),
    Format.CSV: (".csv", ".tsv"),
    Format.JSON: (".json",),
    Format.JSONL: (".jsonl", ".ndjson"),
    Format.TEXT: (".txt",),
}
_OF_ROWS = frozenset({Format.CSV, Format.JSON, Format.JSONL})
_FIRST = 10
"""So many documents of a file are looked at however many files there are."""


def is_known(source: Source, asked: Format) -> bool:
    """Whether the suffix of a source is one of the format that was asked for, or of any."""
    kinds = _SUFFIXES if asked is Format.AUTO else [asked]
    return any(source.suffix in _SUFFIXES[kind] for kind in kinds)


def holds_rows(source: Source, asked: Format) -> bool:
    """Whether a source is a file of many documents, which have fields of their own."""
    return _format(source, asked) in _OF_ROWS


def read(
    sources: Sequence[Source], asked: Format, on_skip: OnSkip, columns: Sequence[str] = ()
) -> Iterator[ReadDocument]:
    """Yield the documents of the sources, in order; what cannot be read is reported.

    `columns` are names for the columns of tables without a header.
    """
    names: dict[str, Source] = {}
    for archive, group in groupby(sources, lambda source: source.member and source.member.archive):
        # An archive stays open from its first member to its last.
        with archive or nullcontext():
            for source in group:
                kind = _format(source, asked)
                if kind not in _OF_ROWS:
                    first = names.setdefault(source.name, source)
                    if first is not source:
                        detail = f"{source.name!r}, as {first.shown}"
                        on_skip(Skipped(Reason.SAME_ID, source.shown, None, detail))
                        continue
                if kind is Format.CSV:
                    yield from tables.read(source, on_skip, columns)
                else:
                    yield from _READERS[kind](source, on_skip)


def sample(
    sources: Sequence[Source], asked: Format, size: int, columns: Sequence[str] = ()
) -> list[ReadDocument]:
    """Return about `size` documents of all formats there are, from the beginnings of files.

    Pipes are left alone: what is read of them is gone.
    """
    by_format: dict[Format, list[Source]] = {}
    for source in sources:
        if source.path.is_file():
            by_format.setdefault(_format(source, asked), []).append(source)
    taken: list[ReadDocument] = []
    for number, group in enumerate(by_format.values(), 1):
        goal = size * number // len(by_format)
        share = max(_FIRST, (goal - len(taken)) // len(group))
        for source in group:
            if len(taken) < goal:
                taken += islice(read([source], asked, lambda _: None, columns), share)
    return taken


def _format(source: Source, asked: Format) -> Format:
    """Return the format a source is read as; `auto` stays for what is an article or a text."""
    if asked is not Format.AUTO:
        return asked
    of_rows = (kind for kind in _OF_ROWS if source.suffix in _SUFFIXES[kind])
    return next(of_rows, Format.AUTO)


def _plain(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    with reporting(source, on_skip):
        whole = decode(read_all(source))
        kind = articles if articles.is_article(whole) else text
        yield kind.document(source, whole)


_READERS: dict[Format, Reader] = {
    Format.AUTO: _plain,
    Format.ARTICLES: articles.read,
    Format.JSON: json_file.read,
    Format.JSONL: jsonl.read,
    Format.TEXT: text.read,
}
