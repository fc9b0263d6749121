"""Many small commits: few segments, and nothing that was deleted or kept is mistaken."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import searchlib as sl

SCHEMA = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(), n=sl.Integer(sortable=True))


@pytest.fixture
def index(tmp_path: Path) -> sl.Index:
    return sl.Index.create(tmp_path / "index", SCHEMA)


def test_hundreds_of_commits_of_one_document_leave_few_segments(index: sl.Index) -> None:
    with index.writer() as writer:
        for number in range(300):
            writer.add({"id": str(number), "body": f"нефть {number}", "n": number})
            writer.commit()
            assert index.info()["segments"] <= 20
    found = index.search("нефть", limit=300, sort="n")
    assert [hit["n"] for hit in found] == list(range(300))
    assert index.info()["segments"] <= 20
    assert index.check() == []


def test_writers_that_take_one_document_each_leave_few_segments(index: sl.Index) -> None:
    for number in range(60):
        with index.writer() as writer:
            writer.add({"id": str(number), "body": "нефть", "n": number})
    assert index.info()["segments"] <= 20
    assert len(index.snapshot()) == 60


@pytest.mark.parametrize("seed", range(3))
def test_merges_beside_random_work_change_nothing_that_is_seen(index: sl.Index, seed: int) -> None:
    rng = random.Random(seed)
    saved: dict[str, int] = {}
    pending: dict[str, int] = {}
    snapshots: list[tuple[sl.Snapshot, list[int]]] = []
    writer = index.writer(memory=1 << 16)
    for number in range(400):
        key = str(rng.randrange(60))
        match rng.random():
            case chance if chance < 0.5:
                writer.upsert({"id": key, "body": "нефть и газ", "n": number})
                pending[key] = number
            case chance if chance < 0.7:
                assert writer.delete(key) is (key in pending)
                pending.pop(key, None)
            case chance if chance < 0.95:
                assert writer.commit() == len(pending)
                saved = dict(pending)
                snapshots.append((index.snapshot(), sorted(saved.values())))
            case chance if chance < 0.97:
                writer.rollback()
                pending = dict(saved)
            case chance if chance < 0.98:
                writer.close()
                writer = index.writer(memory=1 << 16)
                pending = dict(saved)
            case _:
                writer.optimize()
                saved = dict(pending)
    writer.close()
    snapshots.append((index.snapshot(), sorted(saved.values())))
    for snapshot, expected in snapshots:
        assert sorted(hit["n"] for hit in snapshot.search("нефть", limit=100)) == expected
    assert index.check() == []


def test_a_rollback_while_segments_are_merged_keeps_what_was_committed(index: sl.Index) -> None:
    with index.writer() as writer:
        for number in range(8):
            writer.add({"id": str(number), "body": "нефть", "n": number})
            writer.commit()
            writer.add({"id": "лишний", "body": "нефть"})
            writer.delete("0")
            writer.rollback()
    assert [hit["n"] for hit in index.search("нефть", sort="n")] == list(range(8))
    assert index.check() == []
