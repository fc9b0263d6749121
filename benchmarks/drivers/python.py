"""Engines in this process, called as Python calls them; queries are built beforehand."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.drivers.face import SECONDS, Timed
from benchmarks.keyfile import Lines
from benchmarks.systems.face import Attributed, Shape
from benchmarks.workload import Class


class Python:
    """A system of `benchmarks.systems` that keeps attributes and can open what it wrote."""

    factor: float

    def __init__(self, system: Attributed, factor: float) -> None:
        self._system = system
        self.name = self.kept = system.name
        self.version = system.version
        self.note = "from Python"
        self.shapes: frozenset[Shape] = system.shapes
        self.factor = factor

    def index(self, keys: Path, folder: Path) -> float:
        """Index a file of keys with attributes."""
        return indexed(self._system, keys, folder)

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        """Time the classes in a loop of Python."""
        self._system.open(folder)
        return {one.name: self._timed(one, passes) for one in classes}

    def _timed(self, one: Class, passes: int) -> Timed:
        searches = [self._system.prepared(one.shape, words) for words in one.queries]
        hits = [search() for search in searches]
        best, done, begun = float("inf"), 0, time.perf_counter()
        while done < passes or time.perf_counter() - begun < SECONDS:
            started = time.perf_counter()
            for search in searches:
                search()
            best = min(best, time.perf_counter() - started)
            done += 1
        return Timed(best / len(searches), hits)


def indexed(system: Attributed, keys: Path, folder: Path) -> float:
    """Index a file of keys into one segment and return the seconds."""
    lines = Lines(keys)
    started = time.perf_counter()
    system.index(lines, "attributed", folder)
    system.one_segment()
    return time.perf_counter() - started
