"""How fast: searchlib beside its peers, the same documents and queries, one thread, warm.

Two comparisons, never mixed: `engine` gives all the same pre-analysed keys, `end_to_end` raw text
and what a user types. Every index is one segment and stores no text; scores are compared first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import agreement, quality
from benchmarks.corpus import Judged
from benchmarks.systems import OURS, System
from benchmarks.systems.face import Field
from benchmarks.timing import Clock, side_by_side
from benchmarks.workload import Class, Typed, classes, seen, typed, words_of

Makers = Mapping[str, Callable[[], System]]

ONCE = 30.0
"""Seconds of indexing beyond which a system is not asked again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: seconds by system; those that cannot do it are absent."""

    what: str
    seconds: dict[str, float]
    differing: dict[str, str]
    """By peer: how many queries of the class do not score as ours do."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How good the answers were by which the seconds of a row came about: nDCG@10 by system."""

    what: str
    ndcg: dict[str, float]


def engine(makers: Makers, keys: Sequence[str], passes: int, clock: Clock) -> list[Row]:
    """Compare engines on pre-analysed keys: whether they agree, then indexing, then each class."""
    verdicts = {
        name: agreement.compare(make, keys) for name, make in makers.items() if name != OURS
    }
    with _indexed(makers, keys, "keys", clock) as (systems, found):
        rows = [_best_indexing(found, "index pre-analysed keys")]
        for one in classes(seen(keys)):
            differing = {
                name: verdict[one.name]
                for name, verdict in verdicts.items()
                if verdict.get(one.name, "equal") != "equal"
            }
            rows.append(Row(one.name, _times_of_class(one, systems, passes, clock), differing))
    return rows


def _times_of_class(
    one: Class, systems: Mapping[str, System], passes: int, clock: Clock
) -> dict[str, float]:
    prepared = {
        name: [system.prepared(one.shape, words) for words in one.queries]
        for name, system in systems.items()
        if one.shape in system.shapes
    }
    return side_by_side(prepared, passes, clock)


def end_to_end(makers: Makers, texts: Sequence[str], passes: int, clock: Clock) -> list[Row]:
    """Compare systems on raw text, each with its own Russian analysis and reading of queries.

    To be called before anything else is analysed: the first indexing finds no form cached.
    """
    with _indexed(makers, texts, "raw", clock) as (systems, found):
        rows = _indexing_raw(found)
        for one in typed(texts):
            rows.append(Row(one.name, _times_of_typed(one, systems, passes, clock), {}))
    return rows


def real(
    makers: Makers, judged: Judged, passes: int, clock: Clock
) -> tuple[list[Row], list[Answers]]:
    """Compare systems end to end on the queries of a judged set, and the answers beside.

    Of a query only its words are asked: what a mark means differs from system to system, and some
    drop or widen a whole query for one.
    """
    judged = replace(judged, queries={key: words_of(text) for key, text in judged.queries.items()})
    texts = [f"{document.title}\n\n{document.text}" for document in judged.documents]
    ids = [document.id for document in judged.documents]
    queries = [judged.queries[query] for query in judged.queries if query in judged.judgments]
    answers = []
    with _indexed(makers, texts, "raw", clock) as (systems, found):
        rows = _indexing_raw(found)
        for one in (Typed("any word", "any", queries), Typed("all words", "all", queries)):
            what = f"{len(queries)} queries of {judged.name}, {one.name}"
            seconds = _times_of_typed(one, systems, passes, clock)
            rows.append(Row(what, seconds, {}))
            ndcg = {name: _ndcg(judged, systems[name], one, ids) for name in seconds}
            answers.append(Answers(what, ndcg))
    return rows, answers


def _times_of_typed(
    one: Typed, systems: Mapping[str, System], passes: int, clock: Clock
) -> dict[str, float]:
    def searches(system: System) -> list[Callable[[], object]]:
        return [partial(system.search, text, one.operator, 10) for text in one.queries]

    able = {name: searches(s) for name, s in systems.items() if one.operator in s.operators}
    return side_by_side(able, passes, clock)


def _ndcg(judged: Judged, system: System, one: Typed, ids: Sequence[str]) -> float:
    def search(text: str, limit: int) -> dict[str, float]:
        found = system.search(text, one.operator, limit)
        return {ids[number]: score for number, score in found}

    values = quality.answer(judged, search)[quality.MAIN].values()
    return sum(values) / max(1, len(values))


@contextmanager
def _indexed(
    makers: Makers, texts: Sequence[str], field: Field, clock: Clock
) -> Iterator[tuple[dict[str, System], dict[str, list[float]]]]:
    """Yield every system with one segment of the texts, and the seconds of up to two indexings."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        systems: dict[str, System] = {}
        seconds: dict[str, list[float]] = {name: [] for name in makers}
        for turn in range(2):
            for name, make in makers.items():
                if turn and seconds[name][0] > ONCE:
                    continue
                if not turn:
                    _warm(make, field)
                system = make()

                def run(system: System = system, into: Path = folder / f"{name}-{turn}") -> None:
                    system.index(texts, field, into)
                    system.one_segment()

                seconds[name].append(clock.seconds_of(run))
                stack.callback(system.close)
                systems[name] = system
        yield systems, seconds


def _warm(make: Callable[[], System], field: Field) -> None:
    """Let a system import, compile and load what it does once a process."""
    system = make()
    with tempfile.TemporaryDirectory() as folder:
        system.index(["слово другое", "слово"], field, Path(folder) / "index")
        system.one_segment()
        for operator in system.operators:
            system.search("слово", operator, 10)
        system.close()


def _best_indexing(seconds: Mapping[str, list[float]], what: str) -> Row:
    return Row(what, {name: min(runs) for name, runs in seconds.items()}, {})


def _indexing_raw(seconds: Mapping[str, list[float]]) -> list[Row]:
    first = {name: runs[0] for name, runs in seconds.items()}
    again = {name: runs[1] for name, runs in seconds.items() if len(runs) > 1}
    return [
        Row("index raw text, every form new", first, {}),
        Row("index raw text again, forms known to the process", again, {}),
    ]
