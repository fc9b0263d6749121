"""Do two engines compute the same? Asked before their times are compared.

Systems differ in the idf and the constant of their formula, which is known for each, and in how
they round lengths, where nobody rounds those up to ten. So both index the first words of each
document, ours is asked with the peer's weights as boosts, and the ten best scores must then agree.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.systems import System
from benchmarks.systems.ours import Peer as Ours
from benchmarks.systems.ours import tree
from benchmarks.workload import Class, classes, seen
from searchlib.query import And, Boost, Or, Query, Word

TOLERANCE = 1e-4
_SHORT = 5, 10


def beginnings(keys: Sequence[str]) -> list[str]:
    """Return the first five to ten words of each document: lengths that nobody rounds."""
    least, most = _SHORT
    return [
        " ".join(islice(text.split(), least + number % (most - least + 1)))
        for number, text in enumerate(keys)
    ]


def compare(make: Callable[[], System], keys: Sequence[str]) -> dict[str, str]:
    """Return for each class of queries "equal", or how many differ."""
    short = beginnings(keys)
    asked = classes(seen(short))
    ours, theirs = Ours(), make()
    with tempfile.TemporaryDirectory() as folder:
        for name, system in (("ours", ours), ("theirs", theirs)):
            system.index(short, "keys", Path(folder) / name)
            system.one_segment()
        found = {
            one.name: _verdict(one, ours, theirs, len(short))
            for one in asked
            if one.shape in theirs.shapes
        }
        theirs.close()
    return found


def _verdict(one: Class, ours: Ours, theirs: System, documents: int) -> str:
    differing = [
        words
        for words in one.queries
        if not agree(
            _weighted(one, words, ours, theirs, documents),
            [score for _, score in theirs.prepared(one.shape, words)()],
        )
    ]
    return f"{len(differing)} of {len(one.queries)} differ" if differing else "equal"


def _weighted(
    one: Class, words: Sequence[str], ours: Ours, theirs: System, documents: int
) -> list[float]:
    """Return our ten best scores of a query by the peer's weights."""
    counts = [ours.snapshot.count(Word(text)) for text in words]
    query = tree(one.shape, words)
    if one.shape == "phrase":
        having = ours.snapshot.count(query)
        by_theirs = theirs.phrase_weight(documents, counts, having)
        if by_theirs is not None:
            by_ours = ours.phrase_weight(documents, counts, having)
            return _scores(ours, Boost(query, by_theirs / by_ours))
    weighed = tuple(
        Boost(Word(text), theirs.weight(documents, having) / ours.weight(documents, having))
        for text, having in zip(words, counts, strict=True)
    )
    if one.shape == "phrase":
        return _scores(ours, And(weighed), filter=query)
    return _scores(ours, Or(weighed) if one.shape == "or" else And(weighed))


def _scores(ours: Ours, query: Query, filter: Query | None = None) -> list[float]:
    return [hit.score for hit in ours.snapshot.search(query, filter=filter)]


def agree(left: Sequence[float], right: Sequence[float]) -> bool:
    """Return whether two lists of scores are the same within the tolerance."""
    return len(left) == len(right) and all(
        abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
        for one, other in zip(left, right, strict=True)
    )
