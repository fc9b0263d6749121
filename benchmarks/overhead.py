"""What Python adds to a query: the time of a call less that of the core within it.

Queries are three words that follow one another in a document, more of them than the library
remembers the analyses of: each is new to it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple, cast

import searchlib
from benchmarks.corpus import Document
from benchmarks.workload import SEED, words_of
from searchlib.engines.base import Outcome
from searchlib.results import Results
from searchlib.snapshot import Snapshot

_QUERIES = 6_000
_WORDS = 3
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Overhead:
    """Seconds of a query: the core's own, and what comes beside them."""

    core: float
    text: float
    """Read, planned, brought to the core, searched for, given back."""
    prepared: float
    """Prepared before: searched for and given back."""
    titles: float
    """The titles of the first ten hits."""


def measure(documents: Sequence[Document], passes: int) -> Overhead:
    """Ask for words of some documents; the median of the queries, in the best pass."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _indexed(documents, Path(folder) / "index")
        queries = _queries(documents)
        found = [_one_pass(snapshot, queries) for _ in range(passes)]
    return Overhead(*(min(seconds) for seconds in zip(*found, strict=True)))


def _indexed(documents: Sequence[Document], path: Path) -> Snapshot:
    schema = searchlib.Schema(
        id=searchlib.Keyword(unique=True), title=searchlib.Text(weight=2.0), body=searchlib.Text()
    )
    index = searchlib.Index.create(path, schema)
    with index.writer() as writer:
        writer.add_many({"id": one.id, "title": one.title, "body": one.text} for one in documents)
    index.optimize()
    return index.snapshot()


def _queries(documents: Sequence[Document]) -> list[str]:
    rng = random.Random(SEED)
    split = [words for one in documents if len(words := words_of(one.text).split()) >= _WORDS]

    def together() -> str:
        words = rng.choice(split)
        at = rng.randrange(len(words) - _WORDS + 1)
        return " ".join(words[at : at + _WORDS])

    return [together() for _ in range(_QUERIES)]


def _one_pass(snapshot: Snapshot, queries: Sequence[str]) -> tuple[float, float, float, float]:
    asked = [_asked(partial(snapshot.search, query)) for query in queries]
    prepared = [snapshot.prepare(query) for query in queries]
    for one in prepared:
        one.search()
    again = [_asked(one.search) for one in prepared]
    return (
        median(one.core for one in again),
        median(one.beside for one in asked),
        median(one.beside for one in again),
        median(one.titles for one in asked),
    )


class _Asked(NamedTuple):
    core: float
    beside: float
    titles: float


def _asked(search: Callable[[], Results]) -> _Asked:
    started = time.perf_counter()
    results = search()
    found = time.perf_counter()
    for hit in results[:_SHOWN]:
        hit["title"]
    shown = time.perf_counter()
    core = cast(Outcome, results._found).took
    return _Asked(core, found - started - core, shown - found)
