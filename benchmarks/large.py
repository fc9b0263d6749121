"""The round at size, in steps: each is kept as JSON in a folder, so a round that was cut goes on.

The folder holds the corpora: `NAME.keys`, `NAME.queries`, and `NAME.txt` where there is raw text.
Those of synthetic documents are made when they are missing.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import engine, growth, keyfile, machine, markdown, plot, synthetic, threads
from benchmarks.drivers import Driver
from benchmarks.speed import Row
from benchmarks.steps import Corpus, Say, engines, indexing, opening
from benchmarks.systems import OURS
from benchmarks.systems.face import Field
from benchmarks.workload import classes, seen

_OWN = (OURS, "core")
_THREADS = (1, 2)
_GROWTH = (10_000, 100_000)


class _Lines(NamedTuple):
    kind: str
    what: str


_INDEXED: dict[Field, _Lines] = {
    "raw": _Lines("txt", "raw text, each its own Russian analysis"),
    "keys": _Lines("keys", "pre-analysed keys"),
}


class Round:
    """Steps that are taken once; with `again`, all of them anew."""

    def __init__(self, folder: Path, *, again: bool, say: Say) -> None:
        self._kept = folder / "results"
        if again:
            shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir(parents=True, exist_ok=True)
        self._say = say

    def step(self, name: str, take: Callable[..., Any], *given: object) -> Any:
        """Return what a step found, now or earlier, as JSON keeps it."""
        kept = self._kept / f"{name}.json"
        if not kept.exists():
            self._say(f"== {name}")
            about = machine.described()
            found = {"about": about, "found": take(*given)}
            text = json.dumps(found, ensure_ascii=False, indent=1)
            keyfile.write_lines([text], kept)
        return json.loads(kept.read_text(encoding="utf-8"))["found"]

    def about(self, name: str) -> str:
        """Describe the machine as a step found it."""
        kept = json.loads((self._kept / f"{name}.json").read_text(encoding="utf-8"))
        return ", ".join(f"{what} {value}" for what, value in kept["about"].items())


def _synthesized(count: int, corpus: Corpus, say: Say) -> Corpus:
    """Return so many synthetic documents with queries, made when they are missing."""
    if not corpus.file("keys").exists():
        say(f"making {count} documents")
        keyfile.write_lines(synthetic.documents(count), corpus.file("keys"))
    if not corpus.file("queries").exists():
        found = seen(keyfile.Lines(corpus.file("keys")))
        keyfile.write_queries(classes(found), corpus.file("queries"))
    return corpus


def measure(
    folder: Path,
    corpora: Sequence[Corpus],
    able: dict[str, Driver],
    passes: int,
    rounds: int,
    *,
    again: bool,
    say: Say,
) -> str:
    """Take every step on the collections and return the tables; ours is among the engines."""
    kept = Round(folder, again=again, say=say)
    grown = folder / "growth"
    if again:
        for indexes in (*(one.indexes for one in corpora), *grown.glob("*")):
            engine.forget(OURS, indexes)
    parts: list[str] = []

    def step(title: str, name: str, table: Callable[[Any], str], *take: Any) -> None:
        found = kept.step(name, *take)
        parts.append(f"### {title}\n\n{kept.about(name)}\n\n{table(found)}")

    for one in corpora:
        title, name = f"Engines, {one.name}", f"engine-{one.name}"
        step(title, name, _engines, engines, one, able, passes, rounds, say)
    for one in corpora:
        count = len(keyfile.Lines(one.file("keys")))
        for kind, file in _INDEXED.items() if one.file("txt").exists() else ():
            title, name = f"Indexing {one.name}, {file.what}", f"indexing-{one.name}-{kind}"
            table = partial(markdown.indexing, documents=count)
            step(title, name, table, indexing, one.file(file.kind), kind, folder, say)
    last = corpora[-1]
    keys, asked = last.file("keys"), keyfile.read_queries(last.file("queries"))
    systems = [name for name in (OURS, "tantivy") if name in able]
    step(f"Opening {last.name}", f"opening-{last.name}", markdown.opening, opening, last, systems)
    title, name = f"Threads, {last.name}", f"threads-{last.name}"
    by_threads = partial(markdown.by_number, unit="threads")
    ours = last.indexes / OURS
    step(title, name, by_threads, threads.measure, ours, asked, _THREADS, passes)
    if "core" in able:
        title, name = f"Growth, the core on {last.name}", f"growth-{last.name}"
        by_size = partial(markdown.by_number, unit="documents")
        count = len(keyfile.Lines(keys))
        sizes = [size for size in _GROWTH if size * 10 <= count] or [max(1, count // 10)]
        given = (able["core"], keys, last.indexes, sizes, grown, passes, say)
        step(title, name, by_size, growth.measure, *given)
    return "\n\n".join(parts)


def _engines(found: Any) -> str:
    rows = [Row(**row) for row in found["rows"]]
    about = [f"- {name}: {what}" for name, what in found["engines"].items()]
    sizes = [f"{name} {one['bytes'] / 1e6:.1f}" for name, one in found["indexed"].items()]
    peers = [name for name in found["engines"] if name not in _OWN]
    tables = [
        "\n".join([*about, f"- index, MB: {', '.join(sizes)}"]),
        markdown.speed(rows, list(found["engines"]), OURS),
        markdown.sums(rows, _OWN, peers),
    ]
    return "\n\n".join(tables)


def draw(folder: Path, into: Path) -> None:
    """Draw the times of the engines, and of growth, as far as those steps were taken."""
    for path in sorted((folder / "results").glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))["found"]
        if path.stem.startswith("engine-"):
            rows = {row["what"]: row["seconds"] for row in found["rows"]}
            plot.bars(
                {path.stem: rows}, list(found["engines"]), "seconds", into / f"{path.stem}.svg"
            )
        elif path.stem.startswith("growth-"):
            plot.growth(found, into / f"{path.stem}.svg")


def corpus(name: str, folder: Path, say: Say) -> Corpus:
    """Return a collection by its name; FileNotFoundError when a file of it is missing."""
    made = re.fullmatch(r"synth(\d+)([km])", name)
    found = Corpus(name, folder)
    if made:
        return _synthesized(int(made[1]) * (1000 if made[2] == "k" else 1_000_000), found, say)
    for kind in ("keys", "queries"):
        if not found.file(kind).exists():
            raise FileNotFoundError(
                f"no {found.file(kind)}: write it by `python -m benchmarks {kind}`"
            )
    return found
