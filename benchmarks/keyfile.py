"""Files that every driver of an engine reads: documents as keys, a line each, and queries by class.

A line of queries is the class, the shape and the words, between tabs.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from benchmarks.systems.face import Shape
from benchmarks.workload import Class


class Lines(Collection[str]):
    """The lines of a file, read anew each time they are gone through."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[str]:
        with self._path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line.rstrip("\n")

    @cached_property
    def _count(self) -> int:
        with self._path.open("rb") as lines:
            return sum(1 for _ in lines)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, line: object) -> bool:
        return any(line == one for one in self)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write each as a line, whole or not at all, and return how many."""
    unfinished = path.with_name(path.name + ".part")
    count = 0
    with unfinished.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            out.write(line + "\n")
            count += 1
    unfinished.replace(path)
    return count


def write_queries(classes: Sequence[Class], path: Path) -> None:
    """Write the queries of some classes."""
    write_lines(
        (f"{one.name}\t{one.shape}\t{' '.join(words)}" for one in classes for words in one.queries),
        path,
    )


def read_queries(path: Path) -> list[Class]:
    """Read what `write_queries` wrote."""
    split = [line.split("\t") for line in Lines(path)]
    found = []
    for (name, shape), lines in itertools.groupby(split, key=lambda line: (line[0], line[1])):
        known: Shape = _SHAPES[shape]
        found.append(Class(name, known, [words.split(" ") for _, _, words in lines]))
    return found


_SHAPES: dict[str, Shape] = {
    "word": "word",
    "and": "and",
    "or": "or",
    "phrase": "phrase",
    "prefix": "prefix",
    "fuzzy": "fuzzy",
    "filtered": "filtered",
    "sorted": "sorted",
}
