"""What the handler of a signal raises comes out of searches that are under way."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest

import searchlib as sl


class StoppedError(Exception):
    """What the handler raises."""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> sl.Snapshot:
    """40,000 different words that hold the same letter: a query for all is long."""
    schema = sl.Schema(body=sl.Text(analyzer=sl.analysis.simple(), stored=False))
    index = sl.Index.create(tmp_path_factory.mktemp("wide") / "idx", schema)
    with index.writer() as writer:
        writer.add_many(
            {"body": " ".join(f"б{number * 50 + at:x}а" for at in range(50))}
            for number in range(800)
        )
    return index.snapshot()


@pytest.fixture
def ringing() -> Iterator[Callable[[], None]]:
    """A function after which the handler runs soon."""

    def handler(number: int, frame: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGALRM, handler)
    yield lambda: signal.setitimer(signal.ITIMER_REAL, 0.01) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


LONG = sl.query.Or(tuple(sl.query.Wildcard(f"*{digit}*а") for digit in "0123456789abcdef"))


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_many_searches_end_by_a_signal(
    wide: sl.Snapshot, ringing: Callable[[], None], threads: int
) -> None:
    def queries() -> Iterator[sl.query.Query]:
        yield from [LONG] * 1000
        ringing()

    with pytest.raises(StoppedError):
        wide.search_many(queries(), threads=threads)
    assert wide.search("б1а").total == 1


def test_a_search_ends_by_a_signal(wide: sl.Snapshot, ringing: Callable[[], None]) -> None:
    prepared = wide.prepare(sl.query.Or((LONG,) * 1000))
    ringing()
    with pytest.raises(StoppedError):
        prepared.search()
    assert len(wide.prepare(LONG).search()) == 10
