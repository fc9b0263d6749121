"""How fast: indexing and queries, searchlib beside tantivy on the same documents, one thread, warm.

Figures are the best of several passes. Scores are compared before times: tantivy keeps the factor
k1 + 1 that we leave out, and the two must agree within 1e-4 otherwise.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.systems import Field, Searchlib, Shape, System, Tantivy
from searchlib.analysis import russian

TANTIVY_FACTOR = 2.2
_QUERIES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in seconds, `note` says what was not equal."""

    what: str
    ours: float
    theirs: float
    note: str = ""


def keys_of(texts: Sequence[str]) -> list[str]:
    """Return each text as its words' first keys, by our own analysis, joined by spaces."""
    analyzer = russian()
    return [" ".join(t.keys[0].text for t in analyzer.analyze(text)) for text in texts]


def indexing(texts: Sequence[str], field: Field, what: str, *, warm_up: bool) -> list[Row]:
    """Time one indexing run of each system; of ours a second one, when forms are to be cached."""
    rows = []
    theirs = min(_timed(Tantivy(), texts, field) for _ in range(2))
    if warm_up:
        rows.append(Row(f"{what}, new forms", _timed(Searchlib(), texts, field), theirs))
        what += ", forms cached"
    rows.append(Row(what, min(_timed(Searchlib(), texts, field) for _ in range(2)), theirs))
    return rows


def _timed(system: System, texts: Sequence[str], field: Field) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        system.index(texts, field, Path(folder) / "index")
        return time.perf_counter() - started


def queries(keys: Sequence[str], passes: int) -> list[Row]:
    """Time each class of queries on the pre-analysed keys."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Searchlib(), Tantivy()
        for system in (ours, theirs):
            system.index(keys, "keys", Path(folder) / system.name)
            system.one_segment()
        return [
            _row(name, shape, lists, ours, theirs, passes)
            for name, shape, lists in classes(keys)
            if lists
        ]


def classes(keys: Sequence[str]) -> list[tuple[str, Shape, list[list[str]]]]:
    """Choose the queries of each class by a seeded rule from the words of the documents."""
    rng = random.Random(20251104)
    split = [text.split() for text in keys]
    counts = Counter(word for words in split for word in set(words) if word.isalpha())
    ranked = [word for word, _ in counts.most_common()]
    frequent = ranked[20:120] or ranked[:10]
    medium = [word for word in ranked[1000:3000] if counts[word] > 20] or ranked[:100]
    long = [words for words in split if len(words) > 30]

    def pick(*pools: Sequence[str]) -> list[list[str]]:
        return [[rng.choice(pool) for pool in pools] for _ in range(_QUERIES)]

    def from_documents(least: int, most: int) -> list[list[str]]:
        chosen = [rng.choice(long) for _ in range(_QUERIES)] if long else []
        return [rng.sample(words, rng.randint(least, most)) for words in chosen]

    def runs(length: int) -> list[list[str]]:
        chosen = [rng.choice(long) for _ in range(_QUERIES)] if long else []
        places = [rng.randrange(len(words) - length) for words in chosen]
        return [words[at : at + length] for words, at in zip(chosen, places, strict=True)]

    return [
        ("one frequent word", "word", pick(frequent)),
        ("one medium word", "word", pick(medium)),
        ("AND, two frequent", "and", pick(frequent, frequent)),
        ("AND, frequent and medium", "and", pick(frequent, medium)),
        ("OR, two frequent", "or", pick(frequent, frequent)),
        ("OR, 3-6 words of a document", "or", from_documents(3, 6)),
        ("phrase of 2", "phrase", runs(2)),
        ("phrase of 3", "phrase", runs(3)),
    ]


def _row(
    name: str, shape: Shape, lists: list[list[str]], ours: System, theirs: System, passes: int
) -> Row:
    # The same word twice is one clause to some and two to others: not what is measured here.
    lists = [words for words in lists if len(set(words)) == len(words)]
    mine = [ours.prepared(shape, words) for words in lists]
    other = [theirs.prepared(shape, words) for words in lists]
    differing = sum(
        not _agree(left(), [score / TANTIVY_FACTOR for score in right()])
        for left, right in zip(mine, other, strict=True)
    )
    note = f"{differing} of {len(lists)} differ in score" if differing else ""
    return Row(name, _best(mine, passes), _best(other, passes), note)


def _agree(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    return len(ours) == len(theirs) and all(
        abs(left - right) <= 1e-4 * max(abs(left), abs(right))
        for left, right in zip(ours, theirs, strict=True)
    )


def _best(searches: Sequence[Callable[[], object]], passes: int) -> float:
    """Return seconds a query in the best pass over all queries."""
    best = float("inf")
    for _ in range(passes):
        started = time.perf_counter()
        for search in searches:
            search()
        best = min(best, time.perf_counter() - started)
    return best / len(searches)
