"""How the time of a query grows with the collection: the same queries over ever more documents."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import engine
from benchmarks.drivers import Driver
from benchmarks.keyfile import Lines, write_lines
from benchmarks.workload import classes, seen

Grown = dict[str, dict[int, float]]
"""Seconds a query by class and by number of documents."""


def measure(
    driver: Driver,
    keys: Path,
    sizes: Sequence[int],
    folder: Path,
    passes: int,
    say: Callable[[str], None] = lambda _: None,
) -> Grown:
    """Index the first so many documents each time; queries are chosen from the fewest.

    So each finds something everywhere, and ever more.
    """
    first = min(sizes)
    asked = classes(seen(itertools.islice(Lines(keys), first)))
    found: Grown = {one.name: {} for one in asked}
    for size in sorted(sizes):
        say(f"{size} documents")
        into = folder / str(size)
        into.mkdir(parents=True, exist_ok=True)
        part = keys if size == len(Lines(keys)) else into / "keys"
        if not part.exists():
            write_lines(itertools.islice(Lines(keys), size), part)
        engine.index({driver.name: driver}, part, into)
        for what, timed in driver.search(into / driver.kept, asked, passes).items():
            found[what][size] = timed.seconds
    return found
