"""From the words of a query to the keys at their positions.

A word that is several (тест-кейс, 4 ноября 2025) can be looked for in two ways: as its parts, one
after another, and as the whole that the analyzer gives beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searchlib.analysis.analyzer import Key, QueryToken, Token
from searchlib.query import tree

AnyToken = Token | QueryToken


class Place(NamedTuple):
    """A position, counted from the first one, and the keys that may stand there."""

    offset: int
    keys: Sequence[Key]


def parts(tokens: Sequence[AnyToken]) -> list[Place]:
    """Return the positions of words, each with what stands there alone."""
    if len(tokens) == 1:
        return [Place(0, tokens[0].keys)]
    by_position: dict[int, list[AnyToken]] = {}
    for token in tokens:
        by_position.setdefault(token.position, []).append(token)
    places = []
    for position, here in by_position.items():
        alone = [token for token in here if token.position_length == 1]
        places.append(Place(position, _merged(alone or here)))
    return rebased(places)


def wholes(tokens: Sequence[AnyToken]) -> list[Place]:
    """Return the positions with each whole in place of its parts; empty if nothing is a whole.

    >>> from searchlib.analysis import russian
    >>> tokens = russian().analyze("новый тест-кейс")
    >>> [place.offset for place in parts(tokens)], [place.offset for place in wholes(tokens)]
    ([0, 1, 2], [0, 1])
    """
    if all(token.position_length == 1 for token in tokens):
        return []
    by_position: dict[int, list[AnyToken]] = {}
    for token in tokens:
        by_position.setdefault(token.position, []).append(token)
    places = []
    behind, saved = 0, 0
    for position, here in by_position.items():
        if position < behind:
            continue
        length = max(token.position_length for token in here)
        longest = [token for token in here if token.position_length == length]
        places.append(Place(position - saved, _merged(longest)))
        behind = position + length
        saved += length - 1
    return rebased(places)


def rebased(places: list[Place]) -> list[Place]:
    """Return the places counted from the first."""
    if not places or places[0].offset == 0:
        return places
    first = places[0].offset
    return [Place(place.offset - first, place.keys) for place in places]


def _merged(tokens: Sequence[AnyToken]) -> Sequence[Key]:
    if len(tokens) == 1:
        return tokens[0].keys
    best: dict[tuple[str, str], Key] = {}
    for key in (key for token in tokens for key in token.keys):
        known = best.get((key.kind, key.text))
        if known is None or known.weight < key.weight:
            best[key.kind, key.text] = key
    return tuple(best.values())


def is_shouted(query: tree.Query) -> bool:
    """Whether a query has several words and no small letter, so that its capitals say nothing.

    >>> from searchlib import parse
    >>> [is_shouted(parse(text)) for text in ("ВОЙНА И МИР", "МГУ", "студенты МГУ")]
    [True, False, False]
    """
    words = 0
    for text in _texts(query):
        if text != text.upper():
            return False
        words += 1
    return words > 1


def _texts(query: tree.Query) -> Iterator[str]:
    for name in ("text", "words", "clause", "clauses", "must", "should", "must_not"):
        value = getattr(query, name, ())
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, tree.Query):
                yield from _texts(item)
            else:
                yield str(item)
