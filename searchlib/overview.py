"""How the facts of an index look to a person: tables of counts, parts, fields and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchlib.console import field_table, table
from searchlib.messages import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchlib.messages import Messages

_COUNTS = ("documents", "deleted", "segments")
# What a reader of the table learns from the first column anyway.
_NO_ANALYZER_OPTION = ("name", "is_current")


def overview(facts: Mapping[str, Any], messages: Messages) -> str:
    """Return what `Index.info` says, as tables with an empty line between them."""
    return "\n\n".join(_tables(facts, messages))


def _tables(facts: Mapping[str, Any], messages: Messages) -> Iterator[str]:
    yield table(
        [
            (messages.text("engine"), facts["engine"]),
            *((messages.text(name), messages.number(facts[name])) for name in _COUNTS),
            (messages.text("size"), messages.size(facts["bytes"])),
        ]
    )
    yield field_table(facts["fields"], messages, facts["terms"])
    if facts["analyzers"]:
        yield table(_analyzer_rows(facts["analyzers"], messages))
    if facts["segments"] > 1:
        yield table(_segment_rows(facts["by_segment"], messages))
    if facts["sizes"]:
        yield table(_size_rows(facts["sizes"], messages))
    versions = facts["versions"].items()
    yield table(
        [
            (messages.text("version_of"), messages.text("version")),
            *((_named(f"version.{name}", messages), text) for name, text in versions),
        ]
    )


def _segment_rows(
    segments: Sequence[Mapping[str, int]], messages: Messages
) -> Iterator[Sequence[str]]:
    yield tuple(map(messages.text, ("segment", "documents", "deleted", "size")))
    for number, segment in enumerate(segments, 1):
        counts = (messages.number(segment[name]) for name in ("documents", "deleted"))
        yield (messages.number(number), *counts, messages.size(segment["bytes"]))


def _analyzer_rows(
    analyzers: Mapping[str, Mapping[str, Any]], messages: Messages
) -> Iterator[Sequence[str]]:
    yield tuple(map(messages.text, ("field", "analyzer", "made_with")))
    for field, analyzer in analyzers.items():
        made = [f"{k} {v}" for k, v in analyzer.items() if k not in _NO_ANALYZER_OPTION]
        if not analyzer["is_current"]:
            made.append(messages.text("not_current"))
        yield (field, analyzer["name"], ", ".join(made))


def _size_rows(sizes: Mapping[str, int], messages: Messages) -> Iterator[Sequence[str]]:
    yield tuple(map(messages.text, ("part", "size", "share")))
    whole = sum(sizes.values()) or 1
    for part, size in sizes.items():
        share = messages.text("percent", value=messages.number(100 * size / whole, 1))
        yield (_named(f"part.{part}", messages), messages.size(size), share)


def _named(key: str, messages: Messages) -> str:
    """A name of ours in the user's language; another engine's as it is."""
    return messages.text(key) if key in TEXTS else key.partition(".")[2]
