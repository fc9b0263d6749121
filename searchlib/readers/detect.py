"""Which reader a file gets, when nobody says and when somebody does.

The suffix tells, that of a packer left out; a `.txt` file is a page when it begins as one does, an
article when its first line says so.
"""

from __future__ import annotations

from contextlib import nullcontext
from itertools import groupby, islice
from typing import TYPE_CHECKING

from searchlib.formats import Format
from searchlib.readers import (
    articles,
    html,
    isolated,
    json_file,
    jsonl,
    markdown,
    tables,
    text,
)
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


_SUFFIXES = {
    Format.ARTICLES: (".txt",),
    Format.CSV: (".csv", ".tsv"),
    Format.HTML: (".html", ".htm", ".xhtml"),
    Format.JSON: (".json",),
    Format.JSONL: (".jsonl", ".ndjson"),
    Format.MARKDOWN: (".md", ".markdown"),
    Format.TEXT: (".txt",),
}
_OF_ROWS = frozenset({Format.CSV, Format.JSON, Format.JSONL})
_NAMING = _OF_ROWS | {Format.MARKDOWN}
_FIRST = 10
"""So many documents of a file are looked at however many files there are."""


def is_known(source: Source, asked: Format) -> bool:
    """Whether the suffix of a source is one of the format that was asked for, or of any."""
    kinds = _SUFFIXES if asked is Format.AUTO else [asked]
    return any(source.suffix in _SUFFIXES[kind] for kind in kinds)


def holds_rows(source: Source, asked: Format) -> bool:
    """Whether a source is a file of many documents."""
    return _format(source, asked) in _OF_ROWS


def names_fields(source: Source, asked: Format) -> bool:
    """Whether the documents of a source may have fields that its format does not know."""
    return _format(source, asked) in _NAMING


def read(
    sources: Sequence[Source], asked: Format, on_skip: OnSkip, columns: Sequence[str] = ()
) -> Iterator[ReadDocument]:
    """Yield the documents of the sources, in order; what cannot be read is reported.

    `columns` are names for the columns of tables without a header.
    """
    try:
        yield from _read(sources, asked, on_skip, columns, {})
    finally:
        isolated.stop()


def sample(
    sources: Sequence[Source], asked: Format, size: int, columns: Sequence[str] = ()
) -> list[ReadDocument]:
    """Return about `size` documents of all formats there are, from the beginnings of files.

    Of formats whose fields are known a few are enough. Pipes are left alone: what is read of them
    is gone.
    """
    by_format: dict[Format, list[Source]] = {}
    for source in sources:
        if source.path.is_file():
            by_format.setdefault(_format(source, asked), []).append(source)
    naming = sum(kind in _NAMING for kind in by_format)
    taken: list[ReadDocument] = []
    goal = 0
    names: dict[str, Source] = {}
    try:
        for kind, group in by_format.items():
            goal += size // naming if kind in _NAMING else _FIRST
            share = max(_FIRST, (goal - len(taken)) // len(group))
            for source in group:
                if len(taken) < goal:
                    taken += islice(_read([source], asked, lambda _: None, columns, names), share)
    finally:
        isolated.stop()
    return taken


def _read(
    sources: Sequence[Source],
    asked: Format,
    on_skip: OnSkip,
    columns: Sequence[str],
    names: dict[str, Source],
) -> Iterator[ReadDocument]:
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


def _format(source: Source, asked: Format) -> Format:
    """Return the format a source is read as; `auto` stays where its text has to tell."""
    if asked is not Format.AUTO:
        return asked
    kinds = [kind for kind, suffixes in _SUFFIXES.items() if source.suffix in suffixes]
    return kinds[0] if len(kinds) == 1 else Format.AUTO


def _plain(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    with reporting(source, on_skip):
        data = read_all(source)
        if html.is_html(data):
            yield html.document(source, data)
            return
        whole = decode(data)
        kind = articles if articles.is_article(whole) else text
        yield kind.document(source, whole)


_READERS: dict[Format, Reader] = {
    Format.AUTO: _plain,
    Format.ARTICLES: articles.read,
    Format.HTML: html.read,
    Format.JSON: json_file.read,
    Format.JSONL: jsonl.read,
    Format.MARKDOWN: markdown.read,
    Format.TEXT: text.read,
}
