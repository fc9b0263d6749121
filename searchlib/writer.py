"""The writer: documents in, one commit at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self

from searchlib.engines.base import EngineWriter
from searchlib.errors import DocumentError, SchemaError, SearchlibError
from searchlib.query.tree import Query
from searchlib.schema import Row, Schema
from searchlib.snapshot import Snapshot

Document = Mapping[str, Any]
OnError = Callable[[DocumentError], object]

_BATCH = 1000
"""Documents handed to the engine at once: the interpreter lock is released once for all of them."""


class Writer:
    """Takes documents and deletions; a `with` block commits at its end, or rolls back.

    One writer at a time: others wait or get IndexLockedError.
    """

    def __init__(
        self, engine: EngineWriter, schema: Schema, snapshot: Callable[[], Snapshot]
    ) -> None:
        self._engine = engine
        self._schema = schema
        self._snapshot = snapshot

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._engine.commit()
            else:
                self._engine.rollback()
        finally:
            self._engine.close()

    def add(self, document: Document) -> None:
        """Add a document. Raises DocumentError, DuplicateKeyError."""
        self._add_batch([self._schema.row(document)], [0], replace=False, on_error=_raise)

    def upsert(self, document: Document) -> None:
        """Add a document in place of the one with its key. Raises DocumentError, SchemaError."""
        self._need_unique("upsert")
        self._add_batch([self._schema.row(document)], [0], replace=True, on_error=_raise)

    def add_many(
        self,
        documents: Iterable[Document],
        *,
        on_error: OnError | None = None,
        replace: bool = False,
    ) -> int:
        """Add documents, the fast way; return how many were added.

        `replace` upserts each. A document at fault is not written and the others are: its
        DocumentError, with the document's position counted from 0, goes to `on_error`, or without
        one the first is raised when all documents have been taken.
        """
        if replace:
            self._need_unique("replace")
        refused: list[DocumentError] = []
        hand_over = refused.append if on_error is None else on_error
        source = iter(documents)
        taken = added = 0
        while batch := list(islice(source, _BATCH)):
            rows: list[Row] = []
            positions: list[int] = []
            for position, document in enumerate(batch, taken):
                try:
                    rows.append(self._schema.row(document, position))
                    positions.append(position)
                except DocumentError as error:
                    hand_over(error)
            taken += len(batch)
            added += self._add_batch(rows, positions, replace=replace, on_error=hand_over)
        if refused:
            if len(refused) > 1:
                refused[0].add_note(f"{len(refused) - 1} more documents were refused")
            raise refused[0]
        return added

    def delete(self, key: str) -> bool:
        """Delete the document with this key; False when there is none.

        Raises SchemaError, QueryError.
        """
        return self._engine.delete(self._schema.key(key, "delete"))

    def delete_matching(self, query: str | Query) -> int:
        """Delete every document that matches, uncommitted ones included; return how many."""
        return self._engine.delete_matching(self._snapshot().matching(query))

    def commit(self) -> int:
        """Make everything so far visible and durable; return the number of documents."""
        return self._engine.commit()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._engine.rollback()

    def optimize(self) -> None:
        """Commit, and make one segment without deleted documents of all."""
        self._engine.optimize()

    def close(self) -> None:
        """Forget what was not committed and let the next writer in."""
        self._engine.close()

    def _add_batch(
        self,
        rows: list[Row],
        positions: list[int],
        *,
        replace: bool,
        on_error: Callable[[DocumentError], object],
    ) -> int:
        if not rows:
            return 0
        refused = self._engine.add(rows, replace=replace)
        for place, error in refused:
            on_error(self._placed(error, positions[place]))
        return len(rows) - len(refused)

    def _placed(self, error: SearchlibError, position: int) -> DocumentError:
        if not isinstance(error, DocumentError):
            return DocumentError(str(error.args[0]), position=position)
        error.position = position
        return error

    def _need_unique(self, what: str) -> None:
        if self._schema.unique is None:
            raise SchemaError(f"{what} needs a unique field; the schema has none")


def _raise(error: DocumentError) -> None:
    raise error
