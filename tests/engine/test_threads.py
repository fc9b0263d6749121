"""However many threads a writer has, the index is the same."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchlib as sl
from tests.engine.collections_of_documents import SCHEMA, document

# Enough text for several runs of documents in each batch.
PADDING = "Учёные измерили давление нефти в скважине, а потом ёж пришёл в замок. " * 60


def documents(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Documents of which some replace others, some have no key and some are no documents."""
    rng = random.Random(seed)
    for number in range(count):
        made = document(rng, rng.randrange(count))
        made["body"] = f"{made.get('body', '')} слово{number} {PADDING[: rng.randrange(4000)]}"
        if rng.random() < 0.03:
            del made["id"]
        elif rng.random() < 0.03:
            made["price"] = "дорого"
        elif rng.random() < 0.03:
            made["id"] = "я" * 600
        yield made


def written(
    folder: Path, seed: int, *, threads: int, replace: bool, memory: int, count: int = 2500
) -> tuple[list[Any], list[Any]]:
    """Return what became of the documents, and all that an index tells of them."""
    index = sl.Index.create(folder, SCHEMA)
    errors: list[Any] = []

    def told(error: sl.DocumentError) -> None:
        errors.append((type(error), error.position, error.field, str(error)))

    with index.writer(threads=threads, memory=memory) as writer:
        rows = documents(seed, count)
        errors.append(writer.add_many(rows, on_error=told, replace=replace))
    snapshot = index.snapshot()
    found: list[Any] = []
    for query in ("нефть", "ёжик замок", '"давление нефти"', "слово7 слово1777 лев", "price:3"):
        for sort in (None, "added", "-day"):
            hits = snapshot.search(query, limit=3000, sort=sort, count=True)
            found.append((hits.total, [(hit["id"], hit.score, dict(hit)) for hit in hits]))
    assert index.check() == []
    return errors, found


# Replaced documents count in scores until a merge, and when that comes is chance: so with little
# memory none are replaced.
@given(
    seed=st.integers(0, 1 << 30),
    how=st.sampled_from([(True, 1 << 28), (False, 1 << 28), (False, 1 << 20)]),
)
@settings(max_examples=6, deadline=None)
def test_one_thread_and_four_make_the_same_index(
    tmp_path_factory: pytest.TempPathFactory, seed: int, how: tuple[bool, int]
) -> None:
    folder = tmp_path_factory.mktemp("threads")
    replace, memory = how
    one, four = (
        written(folder / str(threads), seed, threads=threads, replace=replace, memory=memory)
        for threads in (1, 4)
    )
    assert four == one


@pytest.mark.parametrize("threads", [1, 2])
def test_a_source_that_deletes_what_it_gave_finds_it_there(tmp_path: Path, threads: int) -> None:
    schema = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text())
    index = sl.Index.create(tmp_path / "index", schema)
    with index.writer(threads=threads) as writer:

        def source() -> Iterator[dict[str, str]]:
            for number in range(2500):
                if number == 2000:
                    assert writer.delete("999")
                    writer.add({"id": "ещё", "body": "газ"})
                yield {"id": str(number), "body": "нефть"}

        assert writer.add_many(source()) == 2500
    assert index.search("нефть", count=True).total == 2499
    assert [hit["id"] for hit in index.search("газ")] == ["ещё"]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_source_that_breaks_leaves_the_batches_before_it(tmp_path: Path, threads: int) -> None:
    index = sl.Index.create(tmp_path / "index", sl.Schema(body=sl.Text()))

    def source() -> Iterator[dict[str, str]]:
        for number in range(3000):
            if number == 2500:
                raise ConnectionError("связь пропала")
            yield {"body": "нефть"}

    with index.writer(threads=threads) as writer:
        with pytest.raises(ConnectionError, match="связь"):
            writer.add_many(source())
        assert writer.commit() == 2000


@pytest.mark.parametrize("threads", [1, 3])
def test_nothing_enters_after_a_batch_that_fails(tmp_path: Path, threads: int) -> None:
    def words(text: str) -> list[sl.analysis.Token]:
        if text == "1500":
            raise ValueError("этого числа не знаю")
        return [sl.analysis.Token(0, 0, len(text), text, (sl.analysis.Key(text),))]

    index = sl.Index.create(
        tmp_path / "index", sl.Schema(body=sl.Text(sl.analysis.Analyzer.of(words)))
    )
    with index.writer(threads=threads) as writer:
        with pytest.raises(sl.AnalysisError, match="этого числа не знаю"):
            writer.add_many({"body": str(number)} for number in range(9000))
        assert writer.commit() == 1000


def test_an_analyzer_that_fails_in_a_thread_says_so(tmp_path: Path) -> None:
    seen = set()

    def words(text: str) -> list[sl.analysis.Token]:
        seen.add(threading.current_thread().name)
        if "плохо" in text:
            raise ValueError("этого слова не знаю")
        return [sl.analysis.Token(0, 0, len(text), text, (sl.analysis.Key(text[:9]),))]

    schema = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(sl.analysis.Analyzer.of(words)))
    index = sl.Index.create(tmp_path / "index", schema)
    rows = [{"id": str(number), "body": "хорошо " * 300} for number in range(900)]
    with index.writer(threads=3) as writer:
        assert (
            writer.add_many({**row, "id": f"a{n}{row['id']}"} for n in range(4) for row in rows)
            == 3600
        )
        assert len(seen) > 1
        rows[700]["body"] = "плохо"
        with pytest.raises(sl.AnalysisError, match="ValueError: этого слова не знаю"):
            writer.add_many([{**row, "id": f"b{row['id']}"} for row in rows])
        # Nothing of the failed call is there, and the writer goes on.
        writer.add({"id": "после", "body": "хорошо"})
    assert len(index.snapshot()) == 3601


def test_a_document_at_fault_is_told_before_what_comes_after(tmp_path: Path) -> None:
    index = sl.Index.create(tmp_path / "index", sl.Schema(id=sl.Keyword(unique=True)))
    rows: list[dict[str, Any]] = [{"id": str(number)} for number in range(3000)]
    rows[10], rows[1500], rows[20], rows[2900] = {"id": 5}, {"id": 6}, {"id": "7"}, {"id": "8"}
    positions: list[int | None] = []
    with index.writer(threads=4) as writer:
        writer.add_many(rows, on_error=lambda error: positions.append(error.position))
    assert positions == [10, 20, 1500, 2900]


INTERRUPTED = """
import sys
import searchlib as sl

index = sl.Index.create(sys.argv[1], sl.Schema(body=sl.Text()))
text = "Учёные измерили давление нефти в скважине. " * 2000

def source():
    number = 0
    while True:
        number += 1
        if number == 200:
            print("идёт", flush=True)
        yield {"body": f"{text} слово{number}"}

try:
    with index.writer(threads=2) as writer:
        writer.add_many(source())
except KeyboardInterrupt:
    print("прервано", len(index.snapshot()), flush=True)
with index.writer() as writer:
    writer.add({"body": "нефть"})
print(len(index.snapshot()), index.check())
"""


def test_ctrl_c_ends_adding_and_nothing_of_it_stays(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path / "index")],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # A child of a background shell ignores the signal unless it is told not to.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "идёт\n"
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=120)
    assert out.splitlines() == ["прервано 0", "1 []"]
