"""What an engine is to the rest of the package: an index, a writer and a snapshot of it.

Documents go in and come out as rows (see `schema.Row`), queries as plans (see `query.nodes`). An
address means something only to the snapshot that gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from searchlib.errors import SearchlibError
from searchlib.query.nodes import PlainWords, Plan
from searchlib.results import Explanation, Marker, StoredDocument
from searchlib.schema import Row

Address = tuple[int, int]
"""Where a document is in a snapshot: the segment's place and the document's number in it."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order other than by score: `field` is None for the order of adding."""

    field: str | None
    descending: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What a search asks for besides its plan, limit and offset; `timeout` in seconds."""

    k1: float = 1.2
    b: float = 0.75
    count: bool = False
    sort: Sort | None = None
    filter: Plan | None = None
    facets: tuple[str, ...] = ()
    timeout: float | None = None


class Outcome(Protocol):
    """What a search found."""

    @property
    def hits(self) -> Sequence[tuple[Address, float]]:
        """Addresses and scores, best first."""

    @property
    def total(self) -> int:
        """How many documents match, or a lower bound of it."""

    @property
    def total_is_exact(self) -> bool:
        """Whether `total` is exact."""

    @property
    def facets(self) -> Sequence[list[tuple[str, int]]]:
        """Values and counts of each facet asked for."""

    @property
    def took(self) -> float:
        """Seconds."""


class EnginePrepared(Protocol):
    """A plan and what is asked of it, brought into the engine's own form for one snapshot."""

    def search(self, limit: int, offset: int) -> Outcome:
        """Find the best documents."""

    def explain(self, address: Address) -> Explanation | None:
        """Say why a document has its score; None when it does not match."""

    def marker(self) -> Marker:
        """Make ready what marks the texts of documents, once for any number of them."""


class EngineSnapshot(Protocol):
    """One committed state, safe to share between threads."""

    def prepare(self, plan: Plan | PlainWords, request: Request) -> EnginePrepared:
        """Make a plan ready to be searched with, once for any number of searches."""

    def search_many(
        self, prepared: Iterable[Any], *, threads: int, limit: int
    ) -> Sequence[Outcome]:
        """Search with what `prepare` gave, in order; the next are prepared while threads search."""

    def document(self, address: Address) -> StoredDocument:
        """Return what is stored of a document."""

    def find(self, key: str) -> Address | None:
        """Return the live document with this key."""

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words or values with a prefix, and in how many documents each stands."""

    def document_count(self) -> int:
        """Return the number of live documents."""

    def segments(self) -> list[tuple[int, int, int]]:
        """Return documents, deleted documents and bytes of each segment."""

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each part of the index's files, largest first."""

    def distinct_terms(self) -> dict[str, int]:
        """Return how many different terms each field has, 0 where it has none.

        Terms that only deleted documents have count until these are merged away.
        """


class EngineWriter(Protocol):
    """The one writer of an index."""

    def take(self, rows: Sequence[Row]) -> Any:
        """Return documents in the engine's own form."""

    def analyze(self, documents: Any) -> None:
        """Analyse what `take` gave ahead of adding it, in any thread; it need not be done."""

    def add(self, documents: Any, *, replace: bool) -> list[tuple[int, SearchlibError]]:
        """Add what `take` gave, once; return place and error of documents refused."""

    def delete(self, key: str) -> bool:
        """Delete the document with this key."""

    def delete_matching(self, plan: Plan) -> int:
        """Delete every document that matches."""

    def commit(self) -> int:
        """Make everything pending visible and durable; return the number of live documents."""

    def rollback(self) -> None:
        """Forget everything since the last commit."""

    def optimize(self) -> None:
        """Commit and make one segment of all."""

    def close(self) -> None:
        """Give the lock back."""


class EngineIndex(Protocol):
    """An index of one engine."""

    name: str

    def snapshot(self) -> EngineSnapshot:
        """Return the newest committed state."""

    def writer(self, *, wait: float, threads: int, memory: int) -> EngineWriter:
        """Take the one writer; `wait` in seconds, `threads` at most, `memory` in bytes."""

    def versions(self) -> dict[str, str]:
        """Return the versions of the engine's file format and of what it is made of, by name."""

    def backup(self, target: Path) -> None:
        """Copy the newest committed state."""

    def check(self) -> list[tuple[Path, str]]:
        """Return what is wrong, by file."""
