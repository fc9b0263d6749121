"""The index: a folder that holds documents and answers queries."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from searchlib import engines
from searchlib.analysis.analyzer import Analyzer, Tokenizer
from searchlib.engines import EngineName, native
from searchlib.engines.base import EngineIndex
from searchlib.errors import QueryError, SchemaError
from searchlib.fields import Text
from searchlib.options import SearchOptions
from searchlib.query import Query
from searchlib.results import Results
from searchlib.schema import Schema
from searchlib.snapshot import Snapshot
from searchlib.writer import Writer

PathLike = str | os.PathLike[str]


class Index:
    """An index in a folder, made by `Index.create` and found again by `Index.open`.

    >>> import tempfile
    >>> from searchlib import Keyword, Schema, Text
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = Index.create(folder, Schema(id=Keyword(unique=True), body=Text()))
    ...     with index.writer() as writer:
    ...         writer.add({"id": "1", "body": "Говорили о транспортировке нефти."})
    ...     hit = index.search("транспортировка нефть")[0]
    ...     print(hit.key, hit.snippet("body").html())
    1 Говорили о <mark>транспортировке</mark> <mark>нефти</mark>.
    """

    def __init__(
        self, engine: EngineIndex, schema: Schema, path: Path, fingerprints: Mapping[str, str]
    ) -> None:
        self.schema = schema
        self.path = path
        self._engine = engine
        self._fingerprints = fingerprints

    def __repr__(self) -> str:
        return f"<Index {str(self.path)!r} of {', '.join(self.schema)}>"

    @classmethod
    def create(cls, path: PathLike, schema: Schema, *, engine: EngineName = "native") -> Index:
        """Make a new index in a folder that does not exist or is empty.

        `engine` is "native" or "whoosh": the reference engine, in Python alone but for the
        analysis, and hundreds of times slower. Raises IndexExistsError.
        """
        if not isinstance(schema, Schema):
            raise SchemaError(f"give a Schema, not {type(schema).__name__}")
        folder = Path(path)
        made = engines.create(folder, schema, engine)
        return cls(made, schema, folder, Schema.fingerprints(schema.to_json()))

    @classmethod
    def open(
        cls,
        path: PathLike,
        *,
        trusted: bool = False,
        analyzers: Mapping[str, Analyzer | Tokenizer] | None = None,
    ) -> Index:
        """Open an index, of whichever engine.

        `trusted` allows opening a Whoosh index that another process made: its files can run code.
        `analyzers` gives, by field, the analyzers of the caller's own that it was made with. Warns
        when a field was indexed by other analysis rules or another dictionary than today's. Raises
        IndexNotFoundError, CorruptIndexError, IndexVersionError, SchemaError, UntrustedIndexError.
        """
        folder = Path(path)
        given = {
            name: analyzer if isinstance(analyzer, Analyzer) else Analyzer.of(analyzer)
            for name, analyzer in (analyzers or {}).items()
        }
        recorded = engines.schema_of(folder)
        schema = Schema.from_json(recorded, given)
        fingerprints = Schema.fingerprints(recorded)
        for name, fingerprint in fingerprints.items():
            field = schema[name]
            if isinstance(field, Text) and field.analyzer.fingerprint != fingerprint:
                warnings.warn(
                    f"field {name!r} was indexed with {fingerprint}, and is searched with "
                    f"{field.analyzer.fingerprint}; some words may not be found until the index is "
                    "built anew",
                    stacklevel=2,
                )
            overrides = field.analyzer.overrides if isinstance(field, Text) else None
            if overrides is not None and (problem := overrides.changed()):
                warnings.warn(f"field {name!r}: {problem}", stacklevel=2)
        opened = engines.open_index(folder, schema, trusted=trusted)
        return cls(opened, schema, folder, fingerprints)

    def writer(self, *, wait: float = 0.0, threads: int = 1, memory: int = 512 << 20) -> Writer:
        """Take the one writer of the index.

        `wait` is how many seconds to wait for another writer; `memory` how many bytes of pending
        documents are held before they go to disk (what an analyzer remembers of forms takes a
        quarter as much besides, but 64 to 128 MB); `threads` how many threads analyse documents and
        write them, beside the one that draws them (an analyzer of your own is called from these,
        with several from more than one at once). The index is the same however many there are.
        Raises IndexLockedError with the owner's pid.
        """
        if not (isinstance(wait, int | float) and math.isfinite(wait) and wait >= 0):
            raise QueryError(f"wait is a number of seconds from 0 on, not {wait!r}")
        for name, value in (("threads", threads), ("memory", memory)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise QueryError(f"{name} is a whole number from 1 on, not {value!r}")
        engine = self._engine.writer(wait=float(wait), threads=threads, memory=memory)
        return Writer(engine, self.schema, self.snapshot, threads=threads)

    def snapshot(self) -> Snapshot:
        """Return the newest committed state, which stays as it is whatever is written later."""
        return Snapshot(self._engine.snapshot(), self.schema, native.fold)

    def search(
        self,
        query: str | Query,
        *,
        limit: int = 10,
        offset: int = 0,
        **options: Unpack[SearchOptions],
    ) -> Results:
        """Return the best documents of the newest state for a query, text or tree.

        Options: `operator` ("or", "and") joins words side by side; `lenient` reads any text as well
        as it can; `count` makes the total exact; `filter` is a query that documents must match as
        well, unscored; `sort` is a field, "-field" for descending, or "added"; `facets` names the
        keyword fields whose values to count; `fields` gives the text fields for words without one,
        with their weights; `k1` and `b` are BM25's; `timeout` is in seconds. Raises
        QuerySyntaxError, QueryError, UnsupportedQueryError, SearchTimeoutError.
        """
        return self.snapshot().search(query, limit=limit, offset=offset, **options)

    def optimize(self) -> None:
        """Make one segment of all, without deleted documents: the fastest to search."""
        with self.writer() as writer:
            writer.optimize()

    def backup(self, target: PathLike) -> None:
        """Copy the newest state to a folder that does not exist or is empty."""
        self._engine.backup(Path(target))

    def check(self) -> list[str]:
        """Read every file and return what is wrong, in words; empty when all is well."""
        return [f"{path}: {problem}" for path, problem in self._engine.check()]

    def info(self) -> dict[str, Any]:
        """Return what is in the index, all of it plain values that JSON takes.

        `documents`, `deleted` (those not yet merged away), `segments`, `bytes`; `by_segment`, the
        same of each segment; `sizes`, the bytes of each part of the files; `terms`, how many
        different terms each field has (with several segments their terms are read through, about
        four million a second); `analyzers`, by text field what it was indexed with, and
        whether it is searched with the same today; `versions` of the format and of what analyses
        here; `fields` with their options.
        """
        from searchlib.facts import facts_of

        return facts_of(self._engine, self.schema, self._fingerprints)
