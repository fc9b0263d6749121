"""A committed state of a Whoosh index: finds, ranks, explains, marks."""

from __future__ import annotations

import heapq
import pickle
import struct
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.query import And, Query
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from searchlib.engines.base import Address, Request, Sort
from searchlib.engines.whoosh import layout
from searchlib.engines.whoosh.marks import WhooshMarker
from searchlib.engines.whoosh.matching import Compiler, documents
from searchlib.engines.whoosh.scoring import Leaf, Open, Scorer, Statistics, is_scored
from searchlib.errors import CorruptIndexError, SearchTimeoutError
from searchlib.fields import Keyword, Stored, Text
from searchlib.query import nodes
from searchlib.results import Explanation
from searchlib.schema import Schema

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    TermNotFound,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    struct.error,
)
"""What Whoosh raises over a broken file, which has no checksums."""

_BETWEEN_LOOKS = 256
"""How many documents are taken between two looks at the clock."""


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Answer a broken file of Whoosh's with CorruptIndexError."""
    try:
        yield
    except _BROKEN as error:
        raise CorruptIndexError(
            f"{folder}: Whoosh cannot read its files ({type(error).__name__}: {error}); restore "
            "the index from a backup or build it anew"
        ) from error


@dataclass(frozen=True)
class WhooshOutcome:
    """What a search found."""

    hits: list[tuple[Address, float]]
    total: int
    facets: list[list[tuple[str, int]]]
    took: float
    total_is_exact: bool = True


@dataclass(frozen=True)
class _Found:
    score: float
    sequence: int
    address: Address


class WhooshSnapshot:
    """One committed state. Whoosh's readers are not made for threads: one at a time is let in."""

    def __init__(self, index: Any, schema: Schema, folder: Path) -> None:
        self._schema = schema
        self._folder = folder
        self._lock = threading.RLock()
        with reading(folder):
            reader = index.reader()
            searcher = Searcher(reader)
            self._leaves = [
                Leaf(leaf) for leaf, _ in searcher.leaf_searchers() if leaf.doc_count_all()
            ]
        # Leaves know their parent by a weak reference only.
        self._searcher = searcher
        self._close = weakref.finalize(self, _closed, reader)
        self._statistics = Statistics(schema, self._leaves)
        self._compiler = Compiler(schema, self._lexicon)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, reading(self._folder):
            yield

    def _lexicon(self, name: str, head: bytes) -> Iterator[bytes]:
        """Yield the terms of a field that start with some bytes, in order."""
        readers = [leaf.reader for leaf in self._leaves]
        before = None
        for term in heapq.merge(*(reader.expand_prefix(name, head) for reader in readers)):
            if term != before:
                yield term
            before = term

    def prepare(self, plan: nodes.Plan | nodes.PlainWords, request: Request) -> WhooshPrepared:
        """Bring a plan and its filter into Whoosh's form."""
        if isinstance(plan, nodes.PlainWords):
            plan = plan.spelled_out()
        with self._reading():
            query = self._compiler.query(plan)
            kept = query
            if request.filter is not None:
                kept = And([query, self._compiler.query(request.filter)])
            return WhooshPrepared(self, plan, query, kept, request)

    def search_many(
        self, prepared: Iterable[WhooshPrepared], *, threads: int, limit: int
    ) -> list[WhooshOutcome]:
        """Search with all of them, one after another."""
        del threads  # only one at a time is let in
        return [one.search(limit, 0) for one in prepared]

    def search(self, prepared: WhooshPrepared, limit: int, offset: int) -> WhooshOutcome:
        """Find the best documents."""
        started = time.perf_counter()
        request = prepared.request
        with self._reading():
            found = list(self._found(prepared))
            best = self._ordered(found, prepared.plan, request.sort)
            hits = [(one.address, one.score) for one in best[offset : offset + limit]]
            facets = self._facets(found, request.facets)
            return WhooshOutcome(hits, len(found), facets, time.perf_counter() - started)

    def _found(self, prepared: WhooshPrepared) -> Iterator[_Found]:
        plan, request = prepared.plan, prepared.request
        check = _clock(request.timeout)
        check()
        scorer = Scorer(self._statistics, self._compiler, request.k1, request.b)
        clause = scorer.clause(plan) if is_scored(plan) else None
        for at, leaf in enumerate(self._leaves):
            opened = None if clause is None else clause.open(leaf)
            sequences = leaf.column(layout.SEQUENCE)
            for count, doc in enumerate(documents(prepared.kept, leaf.searcher)):
                if count % _BETWEEN_LOOKS == 0:
                    check()
                yield _Found(_score(opened, doc), sequences[doc], (at, doc))

    def _ordered(self, found: list[_Found], plan: nodes.Plan, sort: Sort | None) -> list[_Found]:
        added = sorted(found, key=lambda one: one.sequence)
        if sort is None:
            if not is_scored(plan):
                return added
            return sorted(added, key=lambda one: -one.score)
        if sort.field is None:
            return added[::-1] if sort.descending else added
        column = layout.order_field(self._schema.number(sort.field))
        values = {}
        for one in added:
            segment, document = one.address
            values[one.address] = self._leaves[segment].column(column)[document]
        having = [one for one in added if values[one.address]]
        having.sort(key=lambda one: values[one.address], reverse=sort.descending)
        return having + [one for one in added if not values[one.address]]

    def _facets(self, found: list[_Found], names: tuple[str, ...]) -> list[list[tuple[str, int]]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in names}
        for one in found if names else ():
            row = self._row(one.address)
            for name in counts:
                value = row[self._schema.number(name)]
                counts[name].update({value} if isinstance(value, str) else set(value or ()))
        # Values of one count by their bytes, which compare as their code points.
        return [sorted(counts[name].items(), key=lambda one: (-one[1], one[0])) for name in names]

    def explain(self, prepared: WhooshPrepared, address: Address) -> Explanation | None:
        """Say why a document has its score."""
        plan, request = prepared.plan, prepared.request
        segment, document = address
        with self._reading():
            leaf = self._leaves[segment]
            if document not in set(documents(prepared.query, leaf.searcher)):
                return None
            scorer = Scorer(self._statistics, self._compiler, request.k1, request.b)
            found = scorer.clause(plan).open(leaf).explain(document)
            if found is None or is_scored(plan):
                return found
            text = "0: the query only chooses documents and ranks none, in the order of adding"
            return Explanation(0.0, text, (found,))

    def marker(self, plan: nodes.Plan) -> WhooshMarker:
        """Make a plan ready to mark texts."""
        scorer = Scorer(self._statistics, self._compiler, 1.2, 0.75)
        return WhooshMarker(plan, scorer, self._reading)

    def document(self, address: Address) -> layout.StoredRow:
        """Return what is stored of a document."""
        with self._reading():
            return layout.StoredRow(self._row(address))

    def _row(self, address: Address) -> tuple[Any, ...]:
        segment, document = address
        stored = self._leaves[segment].reader.stored_fields(document)
        return layout.row_values(stored)

    def find(self, key: str) -> Address | None:
        """Return the live document with this key."""
        assert self._schema.unique is not None
        name = layout.terms_field(self._schema.number(self._schema.unique))
        with self._reading():
            for at, leaf in enumerate(self._leaves):
                postings = leaf.postings(name, layout.value_term(key))
                if postings is not None:
                    return at, postings.id()
        return None

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words or values that start with a prefix."""
        described = self._schema[field]
        name = layout.terms_field(self._schema.number(field))
        if isinstance(described, Keyword):
            head = layout.value_term(prefix)
        elif isinstance(described, Text):
            head = layout.key_prefix("surface" if described.exact else "lemma", prefix)
        else:
            return []
        found: list[tuple[str, int]] = []
        with self._reading():
            for term in self._lexicon(name, head):
                if len(found) == limit:
                    break
                having = [leaf.reader for leaf in self._leaves if (name, term) in leaf.reader]
                count = sum(reader.doc_frequency(name, term) for reader in having)
                found.append((layout.key_text(term), count))
        return found

    def document_count(self) -> int:
        """Return the number of live documents."""
        return sum(leaf.reader.doc_count() for leaf in self._leaves)

    def segments(self) -> list[tuple[int, int, int]]:
        """Return documents, deleted documents and bytes of each segment."""
        return [
            (
                leaf.reader.doc_count_all(),
                leaf.reader.doc_count_all() - leaf.reader.doc_count(),
                self._bytes(leaf.reader.segment().segment_id()),
            )
            for leaf in self._leaves
        ]

    def _bytes(self, segment: str) -> int:
        return sum(file.stat().st_size for file in self._folder.glob(f"{segment}.*"))

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each part, largest first."""
        sizes: Counter[str] = Counter()
        for leaf in self._leaves:
            segment = leaf.reader.segment().segment_id()
            files = leaf.reader.storage()
            parts: Counter[str] = Counter()
            for name in files.list():
                if name.startswith(f"{segment}.") and not name.endswith(".seg"):
                    parts[_part(name)] += files.file_length(name)
            sizes += parts
            sizes["frame"] += self._bytes(segment) - parts.total()
        return dict(sizes.most_common())

    def distinct_terms(self) -> dict[str, int]:
        """Return how many different terms each field has."""
        with self._reading():
            return {
                name: sum(1 for _ in self._lexicon(layout.terms_field(number), b""))
                if not isinstance(field, Stored)
                else 0
                for number, (name, field) in enumerate(self._schema.items())
            }

    # For a writer

    def matching(self, plan: nodes.Plan) -> list[Address]:
        """Return the documents that match."""
        with self._reading():
            query = self._compiler.query(plan)
            return [
                (at, doc)
                for at, leaf in enumerate(self._leaves)
                for doc in documents(query, leaf.searcher)
            ]

    def key(self, address: Address) -> str | None:
        """Return the key of a document; None without a unique field."""
        unique = self._schema.unique
        return (
            None
            if unique is None
            else str(self.document(address).value(self._schema.number(unique)))
        )

    def next_sequence(self) -> int:
        """Return the sequence number of the next document."""
        with self._reading():
            columns = [
                map(leaf.column(layout.SEQUENCE).__getitem__, range(leaf.reader.doc_count_all()))
                for leaf in self._leaves
            ]
            return max((number for column in columns for number in column), default=-1) + 1

    def sequence(self, address: Address) -> int:
        """Return the place of a document in the order of adding."""
        with self._reading():
            segment, document = address
            return int(self._leaves[segment].column(layout.SEQUENCE)[document])

    def number(self, address: Address) -> int:
        """Return Whoosh's number of a document."""
        segment, document = address
        before = self._leaves[:segment]
        return sum(int(leaf.reader.doc_count_all()) for leaf in before) + document

    def read_everything(self) -> None:
        """Read every posting, value and stored document. Raises CorruptIndexError."""
        with self._reading():
            for leaf in self._leaves:
                for name, term in leaf.reader.all_terms():
                    postings = leaf.reader.postings(name, term)
                    while postings.is_active():
                        postings.value()
                        postings.next()
                for doc in leaf.reader.all_doc_ids():
                    layout.row_values(leaf.reader.stored_fields(doc))


@dataclass(frozen=True)
class WhooshPrepared:
    """A plan, the query that finds its documents, and the one that heeds the filter too."""

    snapshot: WhooshSnapshot
    plan: nodes.Plan
    query: Query
    kept: Query
    request: Request

    def search(self, limit: int, offset: int) -> WhooshOutcome:
        """Find the best documents."""
        return self.snapshot.search(self, limit, offset)

    def explain(self, address: Address) -> Explanation | None:
        """Say why a document has its score."""
        return self.snapshot.explain(self, address)

    def marker(self) -> WhooshMarker:
        """Make ready what marks the texts of documents."""
        return self.snapshot.marker(self.plan)


def _part(name: str) -> str:
    """What a file inside a segment is a part of, in the words of the native engine."""
    if name.endswith("._stored.col"):
        return "stored"
    return {".trm": "terms", ".pst": "postings"}.get(Path(name).suffix, "columns")


def _closed(reader: Any) -> None:
    reader.close()


def _score(opened: Open | None, doc: int) -> float:
    if opened is None:
        return 0.0
    score = opened.score(doc)
    assert score is not None, "what a query finds its clauses score"
    return score


def _clock(timeout: float | None) -> Callable[[], None]:
    """Return what raises SearchTimeoutError once the time is over."""
    if timeout is None:
        return lambda: None
    end = time.monotonic() + timeout

    def check() -> None:
        if time.monotonic() >= end:
            raise SearchTimeoutError(f"the search took longer than its timeout of {timeout} s")

    return check
