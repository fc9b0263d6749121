"""How good the answers are: nDCG@10 (gain 2^judgment - 1), MRR@10, recall@100, query by query."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import searchlib
from benchmarks import baseline
from benchmarks.corpus import Document, Judged

Search = Callable[[str, int], Mapping[str, float]]
"""Returns the best documents of a query, best first, with their scores."""

Measured = dict[str, dict[str, float]]
"""The value of each measure for each query."""

OURS = "searchlib"
SNOWBALL, FIRST_LEMMA = "Snowball BM25", "first lemma BM25"
BESIDE = (SNOWBALL, FIRST_LEMMA)
"""What searchlib is compared with, query by query."""

MAIN = "nDCG@10"
DEPTH = 100


@dataclass(frozen=True, slots=True)
class System:
    """One way to search: its name, and how to index the documents in a folder of its own."""

    name: str
    index: Callable[[list[Document], Path], Search]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a system reached on a set, and the seconds of indexing and of all queries."""

    system: str
    values: Measured
    indexing: float
    searching: float

    def mean(self, measure: str) -> float:
        """Return the mean of a measure over the queries."""
        values = self.values[measure].values()
        return sum(values) / max(1, len(values))


def systems() -> list[System]:
    """Return the systems compared: searchlib with its defaults, and plain BM25 over three keys."""

    def plain(cut: Callable[[], baseline.Cut]) -> Callable[[list[Document], Path], Search]:
        return lambda documents, _: baseline.Baseline(documents, cut()).search

    return [
        System(OURS, searchlib_search),
        System(SNOWBALL, plain(baseline.stems)),
        System("words as they are", plain(lambda: baseline.words)),
        System(FIRST_LEMMA, plain(baseline.first_lemmas)),
    ]


def searchlib_search(documents: list[Document], folder: Path) -> Search:
    """Index documents as a user would and return a search over them."""
    schema = searchlib.Schema(
        id=searchlib.Keyword(unique=True),
        title=searchlib.Text(weight=2.0),
        body=searchlib.Text(),
    )
    index = searchlib.Index.create(folder, schema)
    with index.writer() as writer:
        writer.add_many({"id": d.id, "title": d.title, "body": d.text} for d in documents)
    snapshot = index.snapshot()

    def search(query: str, limit: int) -> dict[str, float]:
        hits = snapshot.search(query, limit=limit, lenient=True)
        return {str(hit.key): hit.score for hit in hits}

    return search


def answer(judged: Judged, search: Search) -> Measured:
    """Return the measures of a search; a document that is the query itself does not count."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = {str(nDCG @ 10): MAIN, str(RR @ 10): "MRR@10", str(R @ 100): "R@100"}
    gains = {
        query: {key: 2**judgment - 1 for key, judgment in found.items()}
        for query, found in judged.judgments.items()
    }
    run = {}
    for query, text in judged.queries.items():
        if query in judged.judgments:
            found = [key for key in search(text, DEPTH + 1) if key != query]
            # The order is the answer: of equal scores, measures would make an order of their own.
            run[query] = {key: float(-place) for place, key in enumerate(found)}
    # A query that finds nothing is absent from the answers of some versions: it counts as 0.
    values = {name: dict.fromkeys(run, 0.0) for name in measures.values()}
    for one in ir_measures.iter_calc([nDCG @ 10, RR @ 10, R @ 100], gains, run):
        if one.query_id in run:
            values[measures[str(one.measure)]][one.query_id] = float(one.value)
    return values


def compare(judged: Judged) -> Iterator[Answered]:
    """Yield what each system reaches on one set."""
    for system in systems():
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            search = system.index(judged.documents, Path(folder) / "index")
            indexed = time.perf_counter()
            values = answer(judged, search)
            done = time.perf_counter()
        yield Answered(system.name, values, indexed - started, done - indexed)


def differences(ours: Answered, theirs: Answered) -> list[float]:
    """Return ours less theirs in the main measure, query by query."""
    other = theirs.values[MAIN]
    return [value - other[query] for query, value in ours.values[MAIN].items()]
