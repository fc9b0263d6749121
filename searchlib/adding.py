"""Documents on their way into an index: drawn in one thread, analysed and entered in others.

What is in the index afterwards does not depend on the threads: batches enter in their order, and
none after one that failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeAlias

from searchlib.batches import Batch
from searchlib.engines.base import EngineWriter
from searchlib.errors import DocumentError, SearchlibError

Refused: TypeAlias = list[tuple[int, SearchlibError]]
"""Documents that the engine does not take: place in the batch, and why."""


@dataclass(frozen=True, slots=True)
class Given:
    """A batch that the engine was given."""

    positions: list[int]
    errors: list[DocumentError]
    entered: Future[Refused | None]
    """What was refused; None for a batch that came after one that failed and did not enter."""


class Adding:
    """The batches of one call, on their way.

    With one thread a batch is analysed and entered in the same, beside the caller's, which draws.
    With more, so many analyse and a further one enters.
    """

    def __init__(self, engine: EngineWriter, *, threads: int, replace: bool) -> None:
        self._engine = engine
        self._replace = replace
        self._failed = False
        self._given: deque[Given] = deque()
        self._entering = ThreadPoolExecutor(1, "searchlib-enter")
        self._analyzing = ThreadPoolExecutor(threads, "searchlib-analyze") if threads > 1 else None
        # So many are unfinished while the next is drawn: one for each thread that works on them.
        self._most = threads + 1 if threads > 1 else 1

    def give(self, batch: Batch) -> None:
        """Send a batch on its way; its documents are the engine's from now on."""
        documents = self._engine.take(batch.rows)
        analyzed = (
            self._analyzing.submit(self._engine.analyze, documents) if self._analyzing else None
        )
        entered = self._entering.submit(self._enter, documents, analyzed)
        self._given.append(Given(batch.positions, batch.errors, entered))

    def due(self, *, last: bool = False) -> Iterator[Given]:
        """Yield the batches whose end must be waited for now, all of them at the last."""
        while len(self._given) > (0 if last else self._most):
            yield self._given.popleft()

    def wait(self) -> None:
        """Return when everything given is in the index."""
        wait([given.entered for given in self._given])

    def close(self) -> None:
        """End the threads when they have done what they were given."""
        for pool in (self._analyzing, self._entering):
            if pool is not None:
                pool.shutdown()

    def _enter(self, documents: Any, analyzed: Future[None] | None) -> Refused | None:
        if self._failed:
            return None
        try:
            if analyzed is not None:
                analyzed.result()
            return self._engine.add(documents, replace=self._replace)
        except BaseException:
            self._failed = True
            raise
