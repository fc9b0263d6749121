"""A snapshot: one committed state of an index, immutable and safe to share between threads."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Unpack

from searchlib.engines.base import (
    Address,
    EnginePrepared,
    EngineSnapshot,
    Outcome,
    Request,
    Sort,
)
from searchlib.errors import QueryError, UnsupportedQueryError
from searchlib.fields import Field, Keyword, Stored, Text
from searchlib.options import SearchOptions
from searchlib.query import Query, nodes, parse
from searchlib.query.plain import plain_plan
from searchlib.query.plan import Fold, Operator, plan, weights
from searchlib.results import Explanation, Marker, Results, StoredDocument
from searchlib.schema import Schema

_MOST = (1 << 63) - 1


class Prepared:
    """A query read and planned once, to be searched with any number of times."""

    __slots__ = ("_engine", "_facets", "_marker", "_notes", "_snapshot", "schema")

    def __init__(
        self,
        snapshot: EngineSnapshot,
        schema: Schema,
        engine: EnginePrepared,
        facets: tuple[str, ...],
        notes: tuple[str, ...],
    ) -> None:
        self.schema = schema
        self._snapshot = snapshot
        self._engine = engine
        self._facets = facets
        self._notes = notes
        self._marker: Marker | None = None

    def search(self, limit: int = 10, offset: int = 0) -> Results:
        """Return the hits from `offset` on, at most `limit`. Raises SearchTimeoutError."""
        return self._results(self._engine.search(_count("limit", limit), _count("offset", offset)))

    def _results(self, outcome: Outcome, planning: float = 0.0) -> Results:
        """Return what was found; `planning` is how many seconds the query took before."""
        return Results(
            self,
            outcome,
            outcome.total,
            outcome.total_is_exact,
            planning + outcome.took,
            dict(zip(self._facets, outcome.facets, strict=True)) if self._facets else {},
            self._notes,
        )

    # What a hit needs of its search (results.Source)

    def document(self, place: Address) -> StoredDocument:
        """Return what is stored of a hit."""
        return self._snapshot.document(place)

    @property
    def marker(self) -> Marker:
        """What marks the texts of the hits, made when it is first asked for."""
        if self._marker is None:
            self._marker = self._engine.marker()
        return self._marker

    def explain(self, place: Address) -> Explanation | None:
        """Return why a document has its score; None when it does not match."""
        return self._engine.explain(place)


class Snapshot:
    """One committed state. `len` is the number of its documents."""

    def __init__(self, engine: EngineSnapshot, schema: Schema, fold: Fold) -> None:
        self.schema = schema
        self._engine = engine
        self._fold = fold

    def __len__(self) -> int:
        return self._engine.document_count()

    def search(
        self,
        query: str | Query,
        *,
        limit: int = 10,
        offset: int = 0,
        **options: Unpack[SearchOptions],
    ) -> Results:
        """Return the best documents for a query, text or tree.

        The options are those of `Index.search`. Raises QuerySyntaxError, QueryError,
        UnsupportedQueryError, SearchTimeoutError.
        """
        started = time.perf_counter()
        prepared = self.prepare(query, **options)
        planning = time.perf_counter() - started
        found = prepared._engine.search(_count("limit", limit), _count("offset", offset))
        return prepared._results(found, planning)

    def search_many(
        self,
        queries: Iterable[str | Query],
        *,
        threads: int = 1,
        limit: int = 10,
        **options: Unpack[SearchOptions],
    ) -> list[Results]:
        """Return the results of many queries, in their order, found by so many threads.

        They search without the lock of the interpreter while the calling one, which is among them,
        plans the next queries. An error of any query is raised.
        """
        if _count("threads", threads) < 1:
            raise QueryError("threads is at least 1")
        planned: list[tuple[Prepared, float]] = []

        def prepared() -> Iterator[EnginePrepared]:
            for query in queries:
                started = time.perf_counter()
                one = self.prepare(query, **options)
                planned.append((one, time.perf_counter() - started))
                yield one._engine

        found = self._engine.search_many(
            prepared(), threads=_count("threads", threads), limit=_count("limit", limit)
        )
        return [
            one._results(outcome, planning)
            for (one, planning), outcome in zip(planned, found, strict=True)
        ]

    def prepare(
        self,
        query: str | Query,
        *,
        operator: Operator = "or",
        lenient: bool = False,
        count: bool = False,
        filter: str | Query | None = None,
        sort: str | None = None,
        facets: Iterable[str] = (),
        fields: Mapping[str, float] | None = None,
        k1: float = 1.2,
        b: float = 0.75,
        timeout: float | None = None,
    ) -> Prepared:
        """Read and plan a query once; the options are those of `Index.search`."""
        if not (_is_number(k1) and 0 <= k1 <= 1e6):
            raise QueryError(f"k1 is a number from 0 to 1e6, not {k1!r}")
        if not (_is_number(b) and 0 <= b <= 1):
            raise QueryError(f"b is a number from 0 to 1, not {b!r}")
        if timeout is not None and not (_is_number(timeout) and timeout >= 0):
            raise QueryError(f"timeout is a number of seconds, not {timeout!r}")
        found, notes = self._planned(query, lenient=lenient, operator=operator, fields=fields)
        names = self._facets(facets)
        request = Request(
            k1=k1,
            b=b,
            count=count,
            sort=self._sort(sort),
            filter=None if filter is None else self._plan(filter, lenient=lenient),
            facets=names,
            timeout=timeout,
        )
        engine = self._engine.prepare(found, request)
        return Prepared(self._engine, self.schema, engine, names, notes)

    def _planned(
        self,
        query: str | Query,
        *,
        lenient: bool,
        operator: Operator,
        fields: Mapping[str, float] | None,
    ) -> tuple[nodes.Plan | nodes.PlainWords, tuple[str, ...]]:
        if isinstance(query, str) and operator in ("or", "and"):
            searched = weights(self.schema, fields)
            short = plain_plan(query, self.schema, searched, every=operator == "and")
            if short is not None:
                return short, ()
        tree = self._tree(query, lenient=lenient, operator=operator)
        found = plan(tree, self.schema, operator=operator, fields=fields, fold=self._fold)
        return found, tree.notes

    def count(self, query: str | Query, **options: Unpack[SearchOptions]) -> int:
        """Return how many documents match."""
        options["count"] = True
        return self.search(query, limit=0, **options).total

    def explain(
        self, query: str | Query, key: str, **options: Unpack[SearchOptions]
    ) -> Explanation | None:
        """Return how the score of the document with this key comes about.

        None when the query does not match it. Raises SchemaError without a unique field, KeyError
        when there is no such document.
        """
        return self.prepare(query, **options).explain(self._find(key))

    def document(self, key: str) -> dict[str, Any] | None:
        """Return the stored fields of the document with this key; None when there is none.

        Raises SchemaError, QueryError.
        """
        place = self._engine.find(self.schema.key(key, "document"))
        if place is None:
            return None
        return self.schema.document(self._engine.document(place).values())

    def terms(
        self, field: str, prefix: str = "", *, limit: int = 1000
    ) -> Iterator[tuple[str, int]]:
        """Yield words or values of a field that start with `prefix`, in order.

        With each comes the number of documents it stands in, deleted ones included until a merge.
        """
        described = self._field(field)
        if not isinstance(described, Text | Keyword):
            raise UnsupportedQueryError(f"field {field!r} ({described.kind}) has no terms")
        if isinstance(described, Text):
            prefix = self._fold(prefix)
        yield from self._engine.terms(field, prefix, _count("limit", limit))

    def matching(self, query: str | Query) -> nodes.Plan:
        """Return the plan of a query, for a writer that deletes by it."""
        return self._plan(query, lenient=False)

    def _plan(self, query: str | Query, *, lenient: bool) -> nodes.Plan:
        tree = self._tree(query, lenient=lenient, operator="or")
        return plan(tree, self.schema, fold=self._fold)

    def _tree(self, query: str | Query, *, lenient: bool, operator: Any) -> Query:
        if isinstance(query, str):
            if operator not in ("or", "and"):
                raise QueryError(f"operator is 'or' or 'and', not {operator!r}")
            return parse(query, lenient=lenient, operator=operator, fields=self.schema)
        if not isinstance(query, Query):
            raise QueryError(f"a query is text or a tree, not {type(query).__name__}")
        return query

    def _sort(self, sort: str | None) -> Sort | None:
        if sort is None:
            return None
        if not isinstance(sort, str):
            raise QueryError(f"sort is a field, '-field' or 'added', not {sort!r}")
        descending = sort.startswith("-")
        name = sort.removeprefix("-")
        if name == "added" and name not in self.schema:
            return Sort(None, descending)
        field = self._field(name)
        if isinstance(field, Text | Stored) or (isinstance(field, Keyword) and not field.sortable):
            raise UnsupportedQueryError(
                f"results cannot be sorted by {name!r} ({field.kind}); "
                "a keyword needs sortable=True, text has no order"
            )
        return Sort(name, descending)

    def _facets(self, facets: Iterable[str]) -> tuple[str, ...]:
        if isinstance(facets, str):
            raise QueryError(f"facets is a list of field names; write [{facets!r}]")
        names = tuple(facets)
        for name in names:
            field = self._field(name)
            if not (isinstance(field, Keyword) and field.facet):
                raise UnsupportedQueryError(
                    f"values of {name!r} cannot be counted; it needs Keyword(facet=True)"
                )
        return names

    def _field(self, name: str) -> Field:
        field = self.schema.get(name)
        if field is None:
            raise QueryError(f"there is no field {name!r}; the index has {', '.join(self.schema)}")
        return field

    def _find(self, key: str) -> Address:
        place = self._engine.find(self.schema.key(key, "explain"))
        if place is None:
            raise KeyError(key)
        return place


def _count(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise QueryError(f"{name} is a whole number from 0 on, not {value!r}")
    return min(value, _MOST)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
