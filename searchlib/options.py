"""The options that every way of searching takes; `Index.search` says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from searchlib.query.plan import Operator
from searchlib.query.tree import Query


class SearchOptions(TypedDict, total=False):
    """Everything a search can be told besides its query, limit and offset."""

    operator: Operator
    lenient: bool
    count: bool
    filter: str | Query | None
    sort: str | None
    facets: Iterable[str]
    fields: Mapping[str, float] | None
    k1: float
    b: float
    timeout: float | None
