"""The engines against the oracle: documents, order, scores and totals of every class of query."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchlib as sl
from searchlib.engines import EngineName
from searchlib.query import (
    And,
    Boolean,
    Boost,
    Everything,
    Exact,
    Fuzzy,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Quorum,
    Range,
    Regex,
    Wildcard,
    Word,
    Words,
)
from tests.engine.collections_of_documents import FIRST_DAY, TAGS, WORDS, Collection, build

EXAMPLES = 2500
COLLECTIONS = 16

words = st.sampled_from(WORDS)
text_fields = st.sampled_from([None, None, "title", "body"])
days = st.integers(-2, 42).map(lambda n: FIRST_DAY + timedelta(days=n))


def _range(field: str, bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Query]:
    side = st.none() | bounds
    return st.builds(Range, st.just(field), side, side, st.booleans(), st.booleans())


leaves: st.SearchStrategy[Query] = st.one_of(
    st.builds(Word, words, text_fields),
    st.builds(Exact, words, text_fields),
    st.builds(
        Phrase, st.lists(words, min_size=1, max_size=3).map(tuple), st.integers(0, 4), text_fields
    ),
    st.builds(
        Near, st.lists(words, min_size=2, max_size=3).map(tuple), st.integers(1, 6), text_fields
    ),
    st.builds(
        Prefix, st.sampled_from(["не", "стал", "транс", "ёж", "л", "1", "нефть"]), text_fields
    ),
    st.builds(Wildcard, st.sampled_from(["*провод", "н?фть", "з*к", "*"]), text_fields),
    st.builds(Regex, st.sampled_from(["нефт.*", "(стали|льды)", "[а-и].*"]), text_fields),
    st.builds(Fuzzy, words.filter(str.isalpha), st.integers(1, 2), text_fields),
    st.builds(Word, st.sampled_from(TAGS), st.just("tags")),
    _range("day", days),
    _range("price", st.integers(-1, 11)),
    st.just(Everything()),
    st.just(Nothing()),
)


def _nested(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    any_number = st.lists(inner, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Words, some),
        st.builds(And, some),
        st.builds(Or, some),
        st.builds(Not, inner),
        st.builds(Boolean, some, any_number, any_number),
        st.builds(Boolean, any_number, some, any_number),
        st.builds(Quorum, some, st.integers(1, 3) | st.sampled_from([0.34, 0.5, 0.6])),
        st.builds(Boost, inner, st.sampled_from([0.5, 1.0, 3.0])),
    )


queries = st.recursive(leaves, _nested, max_leaves=6)


def _collections(root: Path, engine: EngineName) -> list[Collection]:
    return [build(root / str(seed), seed, engine) for seed in range(COLLECTIONS)]


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> list[Collection]:
    return _collections(tmp_path_factory.mktemp("native"), "native")


@pytest.fixture(scope="module", params=["native", "whoosh"])
def collections(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> list[Collection]:
    if request.param == "native":
        found: list[Collection] = request.getfixturevalue("native")
        return found
    return _collections(tmp_path_factory.mktemp("whoosh"), "whoosh")


def agree(collection: Collection, query: Query, operator: Any = "or") -> None:
    """Compare everything that both say of a query."""
    expected = collection.oracle.search(query, operator)
    scores = dict(
        zip(collection.keys([n for n, _ in expected]), (s for _, s in expected), strict=True)
    )
    order = {
        key: place for place, key in enumerate(collection.keys(sorted(n for n, _ in expected)))
    }
    found = collection.snapshot.search(query, limit=1000, operator=operator, count=True)
    keys = [str(hit.key) for hit in found]
    assert sorted(keys) == sorted(scores)
    assert (found.total, found.total_is_exact) == (len(expected), True)
    for hit in found:
        assert math.isclose(hit.score, scores[str(hit.key)], rel_tol=1e-4, abs_tol=1e-6)
    for before, after in pairwise(found):
        assert before.score >= after.score
        if before.score == after.score:
            assert order[str(before.key)] < order[str(after.key)]
    # Fewer hits are the first of the same, also where blocks are skipped by their impacts.
    few = collection.snapshot.search(query, limit=3, offset=1, operator=operator)
    assert [(hit.key, hit.score) for hit in few] == [(hit.key, hit.score) for hit in found[1:4]]
    assert few.total <= found.total
    for hit in found[:2]:
        explanation = hit.explain()
        assert explanation.value == hit.score
        hit.snippet("body")


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.integers(0, COLLECTIONS - 1), queries, st.sampled_from(["or", "and"]))
def test_every_class_of_query(
    native: list[Collection], which: int, query: Query, operator: str
) -> None:
    # That Whoosh answers any query as native does is in test_conformance.py.
    agree(native[which], query, operator)


@pytest.mark.parametrize("seed", range(COLLECTIONS))
def test_every_word_alone(collections: list[Collection], seed: int) -> None:
    for word in WORDS:
        for field in (None, "title", "body"):
            agree(collections[seed], Word(word, field))


@pytest.mark.parametrize("direction", ["", "-"])
def test_sorting_by_a_column_puts_missing_values_last(
    collections: list[Collection], direction: str
) -> None:
    for collection in collections:
        found = collection.snapshot.search("нефть OR стали", limit=1000, sort=f"{direction}day")
        days_found = [hit["day"] for hit in found if "day" in hit]
        assert days_found == sorted(days_found, reverse=bool(direction))
        assert all("day" not in hit for hit in found[len(days_found) :])
        matching = collection.oracle.search(Or((Word("нефть"), Word("стали"))))
        assert sorted(str(h.key) for h in found) == sorted(
            collection.keys([n for n, _ in matching])
        )


def test_filters_leave_scores_as_they_are(collections: list[Collection]) -> None:
    for collection in collections:
        kept = set(collection.keys([n for n, _ in collection.oracle.search(Range("price", 3, 7))]))
        every = collection.snapshot.search("люди газ", limit=1000)
        found = collection.snapshot.search("люди газ", limit=1000, filter="price:[3 TO 7]")
        expected = [(hit.key, hit.score) for hit in every if hit.key in kept]
        assert [(hit.key, hit.score) for hit in found] == expected


def test_one_word_skips_blocks_and_finds_the_same(tmp_path: Path) -> None:
    rng = random.Random(7)
    index = sl.Index.create(
        tmp_path / "index", sl.Schema(id=sl.Keyword(unique=True), body=sl.Text())
    )
    with index.writer() as writer:
        writer.add_many(
            {
                "id": str(n),
                "body": " ".join(
                    ["газ"] * rng.choice([1, 1, 1, 2, 5]) + ["дом"] * rng.randint(0, 60)
                ),
            }
            for n in range(9000)
        )
    snapshot = index.snapshot()
    quick = snapshot.search("газ", limit=10)
    whole = snapshot.search("газ", limit=10, count=True)
    assert [(hit.key, hit.score) for hit in quick] == [(hit.key, hit.score) for hit in whole]
    assert whole.total == 9000


def test_k1_and_b_are_taken_at_query_time(collections: list[Collection]) -> None:
    snapshot = collections[0].snapshot
    flat = snapshot.search(Word("нефть", "body"), k1=0.0, limit=1000)
    assert len({hit.score for hit in flat}) == 1
    short = snapshot.search(Word("нефть", "body"), b=1.0, limit=1000)
    assert [hit.score for hit in short] != [hit.score for hit in flat]
