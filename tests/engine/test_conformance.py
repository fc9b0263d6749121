"""Both engines give the same answers: documents, scores, order and snippets of any tree.

`make conformance` runs 10,000 trees, on Whoosh and on its fork.
"""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchlib as sl
from searchlib.query import Query
from tests.engine.collections_of_documents import build
from tests.engine.test_oracle import queries

COLLECTIONS = 6

Pair = tuple[sl.Snapshot, sl.Snapshot]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    root = tmp_path_factory.mktemp("pairs")
    return [
        (
            build(root / f"native-{seed}", seed, "native").snapshot,
            build(root / f"whoosh-{seed}", seed, "whoosh").snapshot,
        )
        for seed in range(COLLECTIONS)
    ]


@settings(
    max_examples=max(400, settings().max_examples),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, COLLECTIONS - 1), queries, st.sampled_from(["or", "and"]))
def test_the_engines_agree(pairs: list[Pair], which: int, query: Query, operator: str) -> None:
    native, whoosh = (
        snapshot.search(query, limit=1000, operator=operator, count=True)  # type: ignore[arg-type]
        for snapshot in pairs[which]
    )
    scores = {hit.key: hit.score for hit in native}
    assert {hit.key for hit in whoosh} == scores.keys()
    assert whoosh.total == native.total
    for hit in whoosh:
        assert math.isclose(hit.score, scores[hit.key], rel_tol=1e-4, abs_tol=1e-6)
    # The core computes in single precision, so the order of all but equal scores may differ.
    for before, after in pairwise(whoosh):
        first, second = scores[before.key], scores[after.key]
        assert first >= second or math.isclose(first, second, rel_tol=1e-4)
    by_key = {hit.key: hit for hit in native}
    for hit in whoosh[:2]:
        ours = by_key[hit.key]
        for field in ("title", "body"):
            assert hit.snippet(field).html() == ours.snippet(field).html()
            assert hit.highlighted(field).html() == ours.highlighted(field).html()
