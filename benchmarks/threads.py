"""What a second thread gives: many queries at once by `search_many`, from Python."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import searchlib
from benchmarks.systems.ours import tree
from benchmarks.workload import Class

_SECONDS = 0.3
"""Queries of one call: those of a class over and over, about so long on one thread."""


def measure(
    folder: Path, classes: Sequence[Class], threads: Sequence[int], passes: int
) -> dict[str, dict[int, float]]:
    """Return the seconds a query by class and by number of threads; passes alternate."""
    snapshot = searchlib.Index.open(folder).snapshot()
    found: dict[str, dict[int, float]] = {}
    for one in classes:
        if one.shape not in ("word", "and", "or", "phrase"):
            continue
        trees = [tree(one.shape, words) for words in one.queries]
        started = time.perf_counter()
        snapshot.search_many(trees)
        queries = trees * max(1, round(_SECONDS / (time.perf_counter() - started)))
        best = dict.fromkeys(threads, float("inf"))
        for _ in range(passes):
            for count in threads:
                started = time.perf_counter()
                snapshot.search_many(queries, threads=count)
                best[count] = min(best[count], time.perf_counter() - started)
        found[one.name] = {count: seconds / len(queries) for count, seconds in best.items()}
    return found
