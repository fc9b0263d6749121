"""How good the answers are: nDCG@10 (gain 2^judgment - 1), MRR@10, recall@100."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import searchlib
from benchmarks import baseline
from benchmarks.corpus import Document, Judged

Search = Callable[[str, int], dict[str, float]]
DEPTH = 100


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
        # Equal scores keep the engine's order: measures sort by score alone.
        return {str(hit.key): hit.score - 1e-9 * place for place, hit in enumerate(hits)}

    return search


def measured(judged: Judged, search: Search) -> dict[str, float]:
    """Return the measures of a search; a document that is the query itself does not count."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = {
        "nDCG@10": nDCG @ 10,
        "MRR@10": RR @ 10,
        "R@100": R @ 100,
    }
    gains = {
        query: {key: 2**judgment - 1 for key, judgment in found.items()}
        for query, found in judged.judgments.items()
    }
    run = {}
    for query, text in judged.queries.items():
        if query in judged.judgments:
            found = search(text, DEPTH + 1)
            run[query] = {key: score for key, score in found.items() if key != query}
    values = ir_measures.calc_aggregate(list(measures.values()), gains, run)
    return {name: values[measure] for name, measure in measures.items()}


def compare(judged: Judged) -> dict[str, dict[str, float]]:
    """Return the measures of searchlib and of plain BM25 on one set, by system."""
    with tempfile.TemporaryDirectory() as folder:
        systems: dict[str, Search] = {
            "searchlib": searchlib_search(judged.documents, Path(folder) / "index"),
            "Snowball BM25": baseline.Baseline(judged.documents, baseline.stems()).search,
            "words as they are": baseline.Baseline(judged.documents, baseline.words).search,
        }
        return {name: measured(judged, search) for name, search in systems.items()}
