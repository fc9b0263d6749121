"""PISA over a file of keys: a class of queries is one batch, the best of its algorithms counts.

A call of its package costs as much as many queries, so it is divided by the number of them.
"""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.drivers.face import SECONDS, Timed
from benchmarks.drivers.python import indexed
from benchmarks.systems.face import K1
from benchmarks.systems.pisa import ALGORITHMS, Batch, Peer
from benchmarks.workload import Class


class Pisa:
    """PISA with every algorithm that may be the best for a class."""

    name = kept = Peer.name
    version = Peer.version
    note = Peer.note
    shapes = Peer.shapes
    factor = K1 + 1

    def index(self, keys: Path, folder: Path) -> float:
        """Index a file of keys."""
        return indexed(Peer(), keys, folder)

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        """Time each class by the algorithm that is best for it."""
        peer = Peer()
        peer.open(folder)
        return {
            one.name: min(
                (
                    _timed(peer.batch(one.shape, algorithm, one.queries), passes, len(one.queries))
                    for algorithm in ALGORITHMS[one.shape]
                ),
                key=lambda timed: timed.seconds,
            )
            for one in classes
        }


def _timed(batch: Batch, passes: int, queries: int) -> Timed:
    hits = batch.found()
    best, done, begun = float("inf"), 0, time.perf_counter()
    while done < passes or time.perf_counter() - begun < SECONDS:
        started = time.perf_counter()
        batch.run()
        best = min(best, time.perf_counter() - started)
        done += 1
    return Timed(best / queries, hits)
