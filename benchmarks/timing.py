"""Seconds, taken side by side: each pass asks every system in turn, and the best pass counts.

On a machine that others use too, the wall clock wrongs whoever needs long, since only short passes
go by without a pause. There the processor time of the process is the fair measure of a search; on
a quiet machine the two are the same. It counts every thread, so it wrongs who indexes with two.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

Searches = Sequence[Callable[[], object]]


class Clock(StrEnum):
    """Which seconds are counted."""

    WALL = "wall"
    CPU = "cpu"

    def seconds_of(self, run: Callable[[], object]) -> float:
        """Return how long one call takes."""
        now = time.perf_counter if self is Clock.WALL else time.process_time
        started = now()
        run()
        return now() - started


def side_by_side(
    systems: Mapping[str, Searches], passes: int, clock: Clock = Clock.WALL
) -> dict[str, float]:
    """Return for each system the seconds a search in its best pass over all of its searches.

    The machine may slow down for a while: passes of the systems alternate, so it slows all of them.
    """

    def one_pass(searches: Searches) -> float:
        seconds = clock.seconds_of(lambda: [search() for search in searches])
        return seconds / max(1, len(searches))

    best = dict.fromkeys(systems, float("inf"))
    for _ in range(passes):
        for name, searches in systems.items():
            best[name] = min(best[name], one_pass(searches))
    return best
