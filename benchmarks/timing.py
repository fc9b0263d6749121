"""Seconds, taken side by side: each pass asks every system in turn, and the best pass counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

Searches = Sequence[Callable[[], object]]


def seconds_of(run: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def side_by_side(systems: Mapping[str, Searches], passes: int) -> dict[str, float]:
    """Return for each system the seconds a search in its best pass over all of its searches.

    The machine may slow down for a while: passes of the systems alternate, so it slows all of them.
    """

    def one_pass(searches: Searches) -> float:
        return seconds_of(lambda: [search() for search in searches]) / max(1, len(searches))

    best = dict.fromkeys(systems, float("inf"))
    for _ in range(passes):
        for name, searches in systems.items():
            best[name] = min(best[name], one_pass(searches))
    return best
