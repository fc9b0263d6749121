"""Figures that a new process takes of itself: nothing is warm in it, and its memory is its own.

`python -m benchmarks.alone` is that process; the functions here start it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.drivers.process import objects
from benchmarks.keyfile import Lines, read_queries
from benchmarks.systems.face import HEAP, Attributed, Field

_COMMAND = [sys.executable, "-m", "benchmarks.alone"]
_BLOCK = 512
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Indexing:
    """What it took to index: seconds until committed, seconds of merging, bytes."""

    seconds: float
    merging: float
    """Until it is one segment, after that; ours also puts the documents in another order."""
    peak: int
    """Memory at its highest, mapped files among it; 0 where the system does not tell."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What a process needs from the start of opening an index on."""

    opening: float
    first: float
    """Seconds of the first query."""
    read: int
    """Bytes that had to come from the disk until then."""
    peak: int
    own: int
    """Memory after a pass over all queries: at its highest, and without mapped files."""


def indexing(system: str, field: Field, lines: Path, folder: Path) -> Indexing:
    """Index lines by one of `SYSTEMS` in a new process."""
    [found] = objects([*_COMMAND, "index", system, field, lines, folder])
    return Indexing(**found)


def opening(system: str, folder: Path, queries: Path, *, dropped: bool) -> Opening:
    """Open an index by one of `SYSTEMS` in a new process and ask every query once.

    `dropped` asks the system to forget its pages of the index first.
    """
    if dropped:
        _drop(folder)
    [found] = objects([*_COMMAND, "open", system, folder, queries])
    return Opening(**found)


def _drop(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _ours(threads: int, *, exact: bool = True) -> Attributed:
    from benchmarks.systems.ours import Peer

    return Peer(threads, exact=exact)


def _tantivy() -> Attributed:
    from benchmarks.systems.tantivy import Peer

    return Peer(HEAP)


LEMMAS = "searchlib, lemmas alone"
"""Only of raw text: keys have no other."""

SYSTEMS: dict[str, Callable[[], Attributed]] = {
    "searchlib": lambda: _ours(1),
    "searchlib, 2 threads": lambda: _ours(2),
    LEMMAS: lambda: _ours(1, exact=False),
    "tantivy": _tantivy,
}


def _index(system: str, field: Field, lines: Path, folder: Path) -> Indexing:
    made = SYSTEMS[system]()
    started = time.perf_counter()
    made.index(Lines(lines), field, folder)
    committed = time.perf_counter()
    made.one_segment()
    merged = time.perf_counter()
    size = sum(made.size().values())
    return Indexing(committed - started, merged - committed, _memory("VmHWM"), size)


def _open(system: str, folder: Path, queries: Path) -> Opening:
    classes = read_queries(queries)
    made = SYSTEMS[system]()
    first = next(one for one in classes if one.shape == "or")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_inblock
    started = time.perf_counter()
    made.open(folder)
    opened = time.perf_counter()
    made.prepared(first.shape, first.queries[0])()
    found = time.perf_counter()
    read = (resource.getrusage(resource.RUSAGE_SELF).ru_inblock - before) * _BLOCK
    for one in classes:
        for words in one.queries:
            made.prepared(one.shape, words)()
    return Opening(opened - started, found - opened, read, _memory("VmHWM"), _memory("RssAnon"))


def _memory(what: str) -> int:
    if not _STATUS.exists():
        return 0
    lines = _STATUS.read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(what + ":")).split()[1]) << 10


def _main(command: str, system: str, *rest: str) -> None:
    if command == "index":
        field: Field = "raw" if rest[0] == "raw" else "keys"
        found: Indexing | Opening = _index(system, field, Path(rest[1]), Path(rest[2]))
    else:
        found = _open(system, Path(rest[0]), Path(rest[1]))
    print(json.dumps({name: getattr(found, name) for name in found.__slots__}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
