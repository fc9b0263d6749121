"""The writer: documents in, one commit at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, Self

from searchlib.batches import Batch, batches
from searchlib.engines.base import EngineWriter
from searchlib.errors import DocumentError, SchemaError, SearchlibError
from searchlib.query.tree import Query
from searchlib.schema import Schema
from searchlib.snapshot import Snapshot

Document = Mapping[str, Any]
OnError = Callable[[DocumentError], object]
Refused = list[tuple[int, SearchlibError]]


class Writer:
    """Takes documents and deletions; a `with` block commits at its end, or rolls back.

    One writer at a time: others wait or get IndexLockedError.
    """

    def __init__(
        self,
        engine: EngineWriter,
        schema: Schema,
        snapshot: Callable[[], Snapshot],
        *,
        threads: int = 1,
    ) -> None:
        self._engine = engine
        self._schema = schema
        self._snapshot = snapshot
        self._threads = threads
        self._running: Future[Refused] | None = None

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
                self.commit()
            else:
                self.rollback()
        finally:
            self.close()

    def add(self, document: Document) -> None:
        """Add a document. Raises DocumentError, DuplicateKeyError."""
        self._add_one(document, replace=False)

    def upsert(self, document: Document) -> None:
        """Add a document in place of the one with its key. Raises DocumentError, SchemaError."""
        self._need_unique("upsert")
        self._add_one(document, replace=True)

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
        one the first is raised when all documents have been taken. With several threads the next
        documents are drawn while others are being added; what comes of it is the same.
        """
        if replace:
            self._need_unique("replace")
        refused: list[DocumentError] = []
        hand_over = refused.append if on_error is None else on_error
        add = self._add_beside if self._threads > 1 else self._add_in_turn
        added = add(batches(self._schema, documents), replace=replace, on_error=hand_over)
        if refused:
            if len(refused) > 1:
                refused[0].add_note(f"{len(refused) - 1} more documents were refused")
            raise refused[0]
        return added

    def delete(self, key: str) -> bool:
        """Delete the document with this key; False when there is none.

        Raises SchemaError, QueryError.
        """
        return self._idle().delete(self._schema.key(key, "delete"))

    def delete_matching(self, query: str | Query) -> int:
        """Delete every document that matches, uncommitted ones included; return how many."""
        return self._idle().delete_matching(self._snapshot().matching(query))

    def commit(self) -> int:
        """Make everything so far visible and durable; return the number of documents."""
        return self._idle().commit()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._idle().rollback()

    def optimize(self) -> None:
        """Commit, and make one segment without deleted documents of all."""
        self._idle().optimize()

    def close(self) -> None:
        """Forget what was not committed and let the next writer in."""
        self._idle().close()

    def _add_one(self, document: Document, *, replace: bool) -> None:
        refused = self._idle().add([self._schema.row(document)], replace=replace)
        for _, error in refused:
            raise self._placed(error, 0)

    def _add_in_turn(self, source: Iterable[Batch], *, replace: bool, on_error: OnError) -> int:
        """Add batch after batch."""
        added = 0
        for batch in source:
            for error in batch.errors:
                on_error(error)
            added += self._told(batch, self._idle().add(batch.rows, replace=replace), on_error)
        return added

    def _add_beside(self, source: Iterable[Batch], *, replace: bool, on_error: OnError) -> int:
        """Add each batch in another thread while the next is drawn in this one."""
        added = 0
        given: tuple[Batch, Future[Refused]] | None = None

        def settle() -> int:
            nonlocal given
            if given is None:
                return 0
            (batch, running), given = given, None
            refused = running.result()
            for error in batch.errors:
                on_error(error)
            return self._told(batch, refused, on_error)

        with ThreadPoolExecutor(1) as pool:
            try:
                for batch in source:
                    added += settle()
                    running = pool.submit(self._idle().add, batch.rows, replace=replace)
                    self._running, given = running, (batch, running)
            finally:
                added += settle()
        return added

    def _idle(self) -> EngineWriter:
        """Return the engine when it has done what it was given: a source may ask for deletions."""
        if self._running is not None:
            wait([self._running])
        return self._engine

    def _told(self, batch: Batch, refused: Refused, on_error: OnError) -> int:
        """Tell of the documents that the engine refused; return how many it took."""
        for place, error in refused:
            on_error(self._placed(error, batch.positions[place]))
        return len(batch.rows) - len(refused)

    def _placed(self, error: SearchlibError, position: int) -> DocumentError:
        if not isinstance(error, DocumentError):
            return DocumentError(str(error.args[0]), position=position)
        error.position = position
        return error

    def _need_unique(self, what: str) -> None:
        if self._schema.unique is None:
            raise SchemaError(f"{what} needs a unique field; the schema has none")
