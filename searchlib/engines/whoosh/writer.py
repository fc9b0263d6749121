"""The writer of a Whoosh index: batches are held back until their commit, then written at once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import RamStorage
from whoosh.index import FileIndex
from whoosh.writing import MERGE_SMALL, NO_MERGE, OPTIMIZE

from searchlib.engines.base import Address
from searchlib.engines.whoosh import layout
from searchlib.engines.whoosh.pending import Pending
from searchlib.engines.whoosh.snapshot import WhooshSnapshot
from searchlib.errors import (
    AnalysisError,
    DuplicateKeyError,
    IndexLockedError,
    SchemaError,
    SearchlibError,
    WriterClosedError,
)
from searchlib.query import nodes
from searchlib.schema import Row, Schema

_PID = "writer.pid"
_SEGMENTS = 16
"""Above so many segments Whoosh merges the small ones at a commit."""
_BETWEEN_TRIES = 0.05


class WhooshWriter:
    """The one writer of an index, for as long as it holds the lock."""

    def __init__(
        self,
        index: Any,
        schema: Schema,
        folder: Path,
        snapshot: Callable[[], WhooshSnapshot],
        *,
        wait: float,
        memory: int,
    ) -> None:
        self._index = index
        self._schema = schema
        self._snapshot_of = snapshot
        self._lock: Any = _locked(index, folder, wait)
        self._memory = memory
        # Half for the documents, half for Whoosh's pool of postings while they are written.
        self._pending = Pending(memory // 2)
        self._begin()

    def _begin(self) -> None:
        self._snapshot = self._snapshot_of()
        self._doomed: set[Address] = set()
        self._pending.clear()

    def _check_open(self) -> None:
        if self._lock is None:
            raise WriterClosedError("the writer is closed; take a new one from the index")

    def take(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return documents as they are."""
        return rows

    def analyze(self, documents: Sequence[Row]) -> None:
        """Leave it to adding: two analyses at once would wait for one interpreter."""

    def add(self, documents: Sequence[Row], *, replace: bool) -> list[tuple[int, SearchlibError]]:
        """Add documents; return place and error of those refused."""
        self._check_open()
        refused: list[tuple[int, SearchlibError]] = []
        for place, row in enumerate(documents):
            try:
                self._add(row, replace=replace)
            except (AnalysisError, DuplicateKeyError) as error:
                refused.append((place, error))
        return refused

    def _add(self, row: Row, *, replace: bool) -> None:
        unique = self._schema.unique
        key = None if unique is None else row.values[self._schema.number(unique)]
        committed = None if key is None else self._committed(key)
        if not replace and key is not None and (committed is not None or key in self._pending):
            raise DuplicateKeyError(
                "the key is already in the index; use upsert to replace it", field=unique, value=key
            )
        document = layout.laid_out(row, self._schema)
        if committed is not None:
            self._doomed.add(committed)
        self._pending.add(key, document)

    def _committed(self, key: str) -> Address | None:
        address = self._snapshot.find(key)
        return None if address in self._doomed else address

    def delete(self, key: str) -> bool:
        """Delete the document with this key."""
        self._check_open()
        if self._schema.unique is None:
            raise SchemaError("the schema has no unique field, so documents have no keys")
        if self._pending.drop_key(key):
            return True
        committed = self._committed(key)
        if committed is not None:
            self._doomed.add(committed)
        return committed is not None

    def delete_matching(self, plan: nodes.Plan) -> int:
        """Delete every document that matches, uncommitted ones included."""
        self._check_open()
        committed = set(self._snapshot.matching(plan)) - self._doomed
        self._doomed |= committed
        uncommitted = self._matching_pending(plan)
        for number in uncommitted:
            self._pending.drop(number)
        return len(committed) + len(uncommitted)

    def _matching_pending(self, plan: nodes.Plan) -> list[int]:
        """The numbers of pending documents that match, by an index of them in memory."""
        if not self._pending:
            return []
        apart = FileIndex.create(RamStorage(), layout.whoosh_schema(self._schema), "pending")
        _write(apart, self._pending.items(), (), NO_MERGE, self._memory // 2)
        found = WhooshSnapshot(apart, self._schema, Path("memory"))
        return [found.sequence(address) for address in found.matching(plan)]

    def commit(self) -> int:
        """Make everything pending visible and durable; return the number of live documents."""
        self._check_open()
        crowded = len(self._snapshot.segments()) >= _SEGMENTS
        if self._pending or self._doomed:
            self._write(MERGE_SMALL if crowded else NO_MERGE)
        return self._snapshot.document_count()

    def _write(self, merging: Any) -> None:
        first = self._snapshot.next_sequence()
        documents = (
            (first + at, document) for at, (_, document) in enumerate(self._pending.items())
        )
        doomed = [self._snapshot.number(address) for address in self._doomed]
        _write(self._index, documents, doomed, merging, self._memory // 2)
        self._begin()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._check_open()
        self._begin()

    def optimize(self) -> None:
        """Commit and make one segment of all."""
        self._check_open()
        segments = self._snapshot.segments()
        is_one = len(segments) <= 1 and not any(deleted for _, deleted, _ in segments)
        if self._pending or self._doomed or not is_one:
            self._write(OPTIMIZE)

    def close(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._pending.close()
            self._lock.release()
            self._lock = None


def _write(
    index: Any,
    documents: Iterable[tuple[int, dict[str, Any]]],
    doomed: Iterable[int],
    merging: Any,
    memory: int,
) -> None:
    """Write one batch: documents with their sequence numbers, and what Whoosh is to delete."""
    writer = index.writer(limitmb=max(1, memory >> 20))
    try:
        for number in doomed:
            writer.delete_document(number)
        for sequence, document in documents:
            writer.add_document(**document, **{layout.SEQUENCE: sequence})
        writer.commit(mergetype=merging)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _locked(index: Any, folder: Path, wait: float) -> Any:
    """Take the lock of the writer. Raises IndexLockedError."""
    lock = index.storage.lock("searchlib.lock")
    end = time.monotonic() + wait
    while not lock.acquire():
        if time.monotonic() >= end:
            raise _locked_error(folder)
        time.sleep(_BETWEEN_TRIES)
    (folder / _PID).write_text(str(os.getpid()), encoding="ascii")
    return lock


def _locked_error(folder: Path) -> IndexLockedError:
    try:
        pid = int((folder / _PID).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return IndexLockedError(
            f"{folder}: another writer holds the index; wait for it or pass wait=SECONDS"
        )
    return IndexLockedError(
        f"{folder}: another writer holds the index (process {pid}); "
        "wait for it or pass wait=SECONDS",
        pid=pid,
    )
