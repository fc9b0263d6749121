"""The writer: documents in, one commit at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from searchlib.adding import Adding, Given
from searchlib.batches import Batch, batches
from searchlib.engines.base import EngineWriter
from searchlib.errors import DocumentError, SchemaError, SearchlibError
from searchlib.query.tree import Query
from searchlib.schema import Schema
from searchlib.snapshot import Snapshot

Document = Mapping[str, Any]
OnError = Callable[[DocumentError], object]


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
        self._adding: Adding | None = None

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
        one the first is raised when all documents have been taken. The next documents are drawn
        while others are analysed and added in the writer's threads: what comes of it is the same.
        """
        if replace:
            self._need_unique("replace")
        refused: list[DocumentError] = []
        hand_over = refused.append if on_error is None else on_error
        added = self._add_all(batches(self._schema, documents), replace=replace, on_error=hand_over)
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
        engine = self._idle()
        documents = engine.take([self._schema.row(document)])
        for _, error in engine.add(documents, replace=replace):
            raise self._placed(error, 0)

    def _add_all(self, source: Iterable[Batch], *, replace: bool, on_error: OnError) -> int:
        adding = Adding(self._idle(), threads=self._threads, replace=replace)
        before, self._adding = self._adding, adding
        added = 0
        try:
            for batch in source:
                adding.give(batch)
                added += sum(self._told(given, on_error) for given in adding.due())
        finally:
            try:
                added += sum(self._told(given, on_error) for given in adding.due(last=True))
            finally:
                adding.close()
                self._adding = before
        return added

    def _idle(self) -> EngineWriter:
        """Return the engine when it has done what it was given: a source may ask for deletions."""
        if self._adding is not None:
            self._adding.wait()
        return self._engine

    def _told(self, given: Given, on_error: OnError) -> int:
        """Tell of the documents of a batch that were refused; return how many are in the index."""
        refused = given.entered.result()
        if refused is None:
            return 0
        for error in given.errors:
            on_error(error)
        for place, refusal in refused:
            on_error(self._placed(refusal, given.positions[place]))
        return len(given.positions) - len(refused)

    def _placed(self, error: SearchlibError, position: int) -> DocumentError:
        if not isinstance(error, DocumentError):
            return DocumentError(str(error.args[0]), position=position)
        error.position = position
        return error

    def _need_unique(self, what: str) -> None:
        if self._schema.unique is None:
            raise SchemaError(f"{what} needs a unique field; the schema has none")
