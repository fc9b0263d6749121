"""What Tab offers: commands, fields, words of the index and values of keyword fields.

Words come by the number of documents that have them; case and ё do not matter. Knows nothing of
prompt-toolkit: `prompt.py` hands over what is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from searchlib.errors import SearchlibError
from searchlib.fields import Keyword, Stored, Text
from searchlib.query.values import FIELD_NAME, spell_word, unescape
from searchlib.repl.commands import SWITCHES, beginning_so, command

if TYPE_CHECKING:
    from searchlib.index import Index

_OFFERED = 12
# Of 1,050,000 different words, 73,000 begin with по: reading so many takes 0.12 s, and no two
# letters begin many more.
_TERMS_READ = 100_000
_LEAST_PREFIX = 2

# What is completed begins after the last space, bracket or quote, and after a mark at its start.
_LAST_WORD = re.compile(r"(?:\\.|[^\s\\(\"„“«])*\\?\Z", re.DOTALL)
_MARKS = "+-="
_FIELD = re.compile(rf"({FIELD_NAME}):(.*)", re.DOTALL)


@dataclass(frozen=True)
class Offer:
    """What may stand in place of the last `replaces` characters; `documents` have it, if known."""

    text: str
    replaces: int
    documents: int | None = None


def offers(index: Index, line: str) -> list[Offer]:
    """Return what the last word of a line may become, the most likely first."""
    _, space, argument = line.partition(" ")
    if not space:
        if commands := beginning_so(line):
            return [Offer(text, len(line)) for text in commands]
    elif (typed := command(line)) is not None:
        return _of_argument(index, typed.name, argument)
    return _of_query(index, line)


def _of_argument(index: Index, name: str | None, argument: str) -> list[Offer]:
    match name:
        case "filter" | "analyze":
            return _of_query(index, argument)
        case "sort":
            return _beginning(argument, _orders(index))
        case "json" | "time":
            return _beginning(argument, SWITCHES)
    return []


def _beginning(typed: str, texts: Iterable[str]) -> list[Offer]:
    return [Offer(text, len(typed)) for text in texts if text.startswith(typed)]


def _orders(index: Index) -> Iterable[str]:
    for name, field in index.schema.items():
        if isinstance(field, Text | Stored) or (isinstance(field, Keyword) and not field.sortable):
            continue
        yield from (name, f"-{name}")
    yield from ("added", "-added", "off")


def _of_query(index: Index, line: str) -> list[Offer]:
    last = _LAST_WORD.search(line)
    word = last[0].lstrip(_MARKS) if last else ""
    schema = index.schema
    if (named := _FIELD.fullmatch(word)) and named[1] in schema:
        return _of_field(index, named[1], named[2])
    folded = word.casefold()
    names = [
        Offer(f"{name}:", len(word))
        for name, field in schema.items()
        if word and name.casefold().startswith(folded) and not isinstance(field, Stored)
    ]
    return names + _words(index, list(schema.text_fields()), word)


def _of_field(index: Index, name: str, typed: str) -> list[Offer]:
    field = index.schema[name]
    if isinstance(field, Text):
        return _words(index, [name], typed)
    if isinstance(field, Keyword):
        # Values are matched exactly, so the case that was typed may not be theirs.
        value, _ = unescape(typed)
        spellings = dict.fromkeys((value, value.lower(), value.upper(), value.capitalize()))
        found = _most_frequent(index, [name], spellings)
        return [Offer(spell_word(value), len(typed), documents) for value, documents in found]
    return []


def _words(index: Index, fields: list[str], typed: str) -> list[Offer]:
    if len(typed) < _LEAST_PREFIX:
        return []
    found = _most_frequent(index, fields, [typed])
    return [Offer(word, len(typed), documents) for word, documents in found]


def _most_frequent(
    index: Index, fields: Iterable[str], prefixes: Iterable[str]
) -> list[tuple[str, int]]:
    """Return the terms most documents have, of those that begin with any of the prefixes."""
    counts: dict[str, int] = {}
    try:
        snapshot = index.snapshot()
        for field in fields:
            for prefix in prefixes:
                terms = snapshot.terms(field, prefix, limit=_TERMS_READ)
                for term, documents in nsmallest(_OFFERED, terms, key=_frequent_first):
                    counts[term] = max(counts.get(term, 0), documents)
    except (SearchlibError, OSError):
        # Completion is a help; what is wrong with the index the query itself will tell.
        return []
    return sorted(counts.items(), key=_frequent_first)[:_OFFERED]


def _frequent_first(term: tuple[str, int]) -> tuple[int, str]:
    return -term[1], term[0]
