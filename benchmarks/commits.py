"""Many commits of one document: how long one takes and how many segments they leave."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import searchlib as sl

SCHEMA = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(), n=sl.Integer())


@dataclass(frozen=True)
class Commits:
    """What was measured."""

    commits: int
    seconds: float
    worst: float
    """The longest commit, in seconds."""
    most: int
    """The most segments seen, looked at after every hundredth commit."""
    left: int
    """Segments after the writer was closed."""
    syncs: float
    """Seconds that a new file of 2 KB takes to be written and synced on the same disk."""


def measure(count: int, folder: Path | None) -> Commits:
    """Commit `count` documents one by one to an index in `folder`, or where temporary files go."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "index"
        index = sl.Index.create(path, SCHEMA)
        worst, most = 0.0, 0
        start = time.perf_counter()
        with index.writer() as writer:
            for number in range(count):
                body = f"транспортировка нефти и газа, документ {number}"
                writer.add({"id": str(number), "body": body, "n": number})
                before = time.perf_counter()
                writer.commit()
                worst = max(worst, time.perf_counter() - before)
                if number % 100 == 0:
                    most = max(most, index.info()["segments"])
        seconds = time.perf_counter() - start
        left = index.info()["segments"]
        return Commits(count, seconds, worst, most, left, _sync_time(Path(place)))


def _sync_time(folder: Path, tries: int = 20) -> float:
    times = []
    for number in range(tries):
        before = time.perf_counter()
        with (folder / f"probe{number}").open("wb") as file:
            file.write(bytes(2048))
            file.flush()
            os.fsync(file.fileno())
        times.append(time.perf_counter() - before)
    return sorted(times)[tries // 2]
