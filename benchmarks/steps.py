"""The steps of the round at size (`large.py`): what each measures, as figures for JSON."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import alone, engine, keyfile
from benchmarks.drivers import Driver, UnavailableError
from benchmarks.drivers.lucene import Lucene
from benchmarks.speed import Row
from benchmarks.systems.face import Field, folder_size

Say = Callable[[str], None]
_PROCESSES = 5


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files of one collection."""

    name: str
    folder: Path

    def file(self, kind: str) -> Path:
        """Return the file of keys, queries or txt."""
        return self.folder / f"{self.name}.{kind}"

    @property
    def indexes(self) -> Path:
        """Return the folder of its indexes."""
        return self.folder / self.name


def engines(
    corpus: Corpus, able: dict[str, Driver], passes: int, rounds: int, say: Say
) -> dict[str, Any]:
    """Compare the engines on a collection; ours is indexed anew."""
    corpus.indexes.mkdir(exist_ok=True)
    asked = keyfile.read_queries(corpus.file("queries"))
    indexed = engine.index(able, corpus.file("keys"), corpus.indexes)
    found = engine.search(able, corpus.indexes, asked, passes, rounds, say)
    said = engine.verdicts(found, asked, able, next(iter(able)))
    rows = [
        Row(what, {name: one.seconds for name, one in by_name.items()}, said.get(what, {}))
        for what, by_name in found.items()
    ]
    return {
        "indexed": {name: asdict(one) for name, one in indexed.items()},
        "rows": list(map(asdict, rows)),
        "engines": {name: f"{one.version}, {one.note}" for name, one in able.items()},
    }


def indexing(lines: Path, kind: Field, folder: Path, say: Say) -> dict[str, Any]:
    """Index lines by every system that can, each in a new process."""
    found: dict[str, Any] = {}
    into = folder / "indexing"

    def take(name: str, index: Callable[[], alone.Indexing]) -> None:
        say(f"  {kind}: {name}")
        shutil.rmtree(into, ignore_errors=True)
        try:
            found[name] = asdict(index())
        except RuntimeError as error:
            say(f"  {error}")
        shutil.rmtree(into, ignore_errors=True)

    for name in alone.SYSTEMS:
        if name == alone.LEMMAS and kind != "raw":
            continue
        take(name, partial(alone.indexing, name, kind, lines, into))
    try:
        lucene = Lucene()
    except UnavailableError as error:
        say(f"  lucene: {error}")
        return found

    def by_lucene() -> alone.Indexing:
        took = lucene.indexed(lines, into, "russian" if kind == "raw" else "whitespace")
        return alone.Indexing(took.seconds, took.merging, took.peak, folder_size(into))

    take(lucene.name, by_lucene)
    return found


def opening(corpus: Corpus, systems: Sequence[str]) -> dict[str, Any]:
    """Open in several new processes, with the pages of the index there and not; the median."""
    found: dict[str, Any] = {}
    for name in systems:
        for dropped in (False, True):
            runs = [
                alone.opening(name, corpus.indexes / name, corpus.file("queries"), dropped=dropped)
                for _ in range(_PROCESSES)
            ]
            found[f"{name}, {'from disk' if dropped else 'in memory'}"] = {
                what: median(getattr(run, what) for run in runs) for what in runs[0].__slots__
            }
    return found
