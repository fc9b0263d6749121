"""What drives one engine over a file of keys and a file of queries, in this process or its own.

Times come from a loop next to the engine: what it costs to reach the engine's process is in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.systems.face import Found, Shape
from benchmarks.workload import Class

SECONDS = 0.5
"""A class is asked for at least so long, and at least as many times as there are passes."""


class UnavailableError(Exception):
    """An engine that cannot run here, and what is missing."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A class of queries by one engine."""

    seconds: float
    """A query in the best pass over the class."""
    hits: list[Found]


class Driver(Protocol):
    """An engine over pre-analysed keys."""

    name: str
    kept: str
    """The folder of its index, beside those of others; drivers of one engine share it."""
    version: str
    note: str
    shapes: frozenset[Shape]
    factor: float
    """What its scores are multiplied by beside ours: some keep the constant k1 + 1."""

    def index(self, keys: Path, folder: Path) -> float:
        """Index a file of keys into one segment; return the seconds it took."""

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        """Time the classes in turn, the best pass of each, by name of the class."""
