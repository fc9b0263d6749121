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
    whole: Path,
    sizes: Sequence[int],
    folder: Path,
    passes: int,
    say: Callable[[str], None] = lambda _: None,
) -> Grown:
    """Index the first so many documents each time; `whole` is the folder of indexes of them all.

    Queries are chosen from the fewest: so each finds something everywhere, and ever more.
    """
    lines = Lines(keys)
    asked = classes(seen(itertools.islice(lines, min(sizes))))
    found: Grown = {one.name: {} for one in asked}
    for size in (*sizes, len(lines)):
        say(f"{size} documents")
        into, part = folder / str(size), folder / f"{size}.keys"
        if size == len(lines):
            into, part = whole, keys
        into.mkdir(parents=True, exist_ok=True)
        if not part.exists():
            write_lines(itertools.islice(lines, size), part)
        engine.index({driver.name: driver}, part, into)
        for what, timed in driver.search(into / driver.kept, asked, passes).items():
            found[what][size] = timed.seconds
    return found
