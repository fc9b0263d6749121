"""The engine comparison at size: every driver over the same file of keys, one thread, best pass.

An index is built once and used again, by all drivers of one engine. Then the drivers take turns,
several rounds, and the best time of a class counts. Scores are compared too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.agreement import agree
from benchmarks.drivers import Driver, Timed
from benchmarks.systems.face import folder_size
from benchmarks.workload import Class

_UNSCORED = frozenset({"prefix", "fuzzy", "sorted"})
"""Shapes whose scores differ by design: some give every match of a pattern the same."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index took: seconds and bytes."""

    seconds: float
    bytes: int


def index(drivers: Mapping[str, Driver], keys: Path, folder: Path) -> dict[str, Indexed]:
    """Index the keys by each driver that has not yet; an index is kept with what it took."""
    found = {}
    for name, driver in drivers.items():
        done = folder / f"{driver.kept}.seconds"
        if not done.exists():
            into = folder / driver.kept
            shutil.rmtree(into, ignore_errors=True)
            done.write_text(f"{driver.index(keys, into):.3f}\n", encoding="utf-8")
        seconds = float(done.read_text(encoding="utf-8"))
        found[name] = Indexed(seconds, folder_size(folder / driver.kept))
    return found


def forget(kept: str, folder: Path) -> None:
    """Have an index built again."""
    (folder / f"{kept}.seconds").unlink(missing_ok=True)


def search(
    drivers: Mapping[str, Driver],
    folder: Path,
    classes: Sequence[Class],
    passes: int,
    rounds: int,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, dict[str, Timed]]:
    """Return the best time and the hits by class, by driver."""
    found: dict[str, dict[str, Timed]] = {one.name: {} for one in classes}
    for turn in range(rounds):
        for name, driver in drivers.items():
            say(f"round {turn + 1} of {rounds}: {name}")
            able = [one for one in classes if one.shape in driver.shapes]
            for what, timed in driver.search(folder / driver.kept, able, passes).items():
                before = found[what].get(name)
                if before is None or timed.seconds < before.seconds:
                    found[what][name] = timed
    return found


def verdicts(
    found: Mapping[str, Mapping[str, Timed]],
    classes: Sequence[Class],
    drivers: Mapping[str, Driver],
    ours: str,
) -> dict[str, dict[str, str]]:
    """Say by class of whom how many queries do not score as ours do; equal ones are left out."""
    said: dict[str, dict[str, str]] = {}
    for one in classes:
        if one.shape in _UNSCORED or ours not in found[one.name]:
            continue
        expected = [_scores(hits, drivers[ours].factor) for hits in found[one.name][ours].hits]
        for name, timed in found[one.name].items():
            scores = [_scores(hits, drivers[name].factor) for hits in timed.hits]
            differ = sum(not agree(*pair) for pair in zip(expected, scores, strict=True))
            if differ:
                said.setdefault(one.name, {})[name] = f"{differ} of {len(scores)} differ"
    return said


def _scores(hits: Sequence[tuple[int, float]], factor: float) -> list[float]:
    return [score / factor for _, score in hits]
