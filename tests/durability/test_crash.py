"""Killed processes, broken files, readers beside writers: nothing is lost or torn."""

from __future__ import annotations

import random
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import searchlib as sl

SCHEMA = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(), n=sl.Integer())

ENDLESS_WRITER = """
import sys, searchlib
index = searchlib.Index.open(sys.argv[1])
start = len(index.snapshot())
with index.writer(wait=10) as writer:
    for batch in range(start // 20, 1 << 30):
        writer.add_many(
            {"id": str(20 * batch + i), "body": "транспортировка нефти", "n": i} for i in range(20)
        )
        writer.commit()
        print(20 * (batch + 1), flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    sl.Index.create(folder, SCHEMA)
    return folder


def test_a_killed_writer_leaves_a_committed_state(path: Path) -> None:
    rng = random.Random(11)
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS_WRITER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            committed = [int(process.stdout.readline()) for _ in range(rng.randint(1, 6))][-1]
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")
            committed = max([committed, *(int(line) for line in rest[:-1] if line)])
        index = sl.Index.open(path)
        count = len(index.snapshot())
        # A commit may have become durable just before its line was printed.
        assert count in (committed, committed + 20)
        assert index.check() == []
        assert index.search("нефть", count=True).total == count
    with index.writer() as writer:
        writer.add({"id": "последний", "body": "нефть"})
    named = {file.name for file in path.iterdir()}
    assert not [name for name in named if name.endswith(".tmp")]
    assert sl.Index.open(path).check() == []


def test_flipped_and_cut_bytes_are_found_or_harmless(path: Path) -> None:
    index = sl.Index.open(path)
    for batch in range(2):
        with index.writer() as writer:
            writer.add_many(
                {"id": f"{batch}.{i}", "body": f"нефть газ сталь {i}", "n": i} for i in range(150)
            )
    with index.writer() as writer:
        writer.delete("0.5")
    rng = random.Random(5)
    for file in sorted(file for file in path.iterdir() if file.name != "lock"):
        whole = file.read_bytes()
        for _ in range(40):
            broken = bytearray(whole)
            if rng.random() < 0.2:
                del broken[rng.randrange(len(broken)) :]
            else:
                broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
            if bytes(broken) == whole:
                continue
            # A new file: those that are open keep what they mapped.
            file.unlink()
            file.write_bytes(broken)
            try:
                opened = sl.Index.open(path)
                problems = opened.check()
                list(opened.search("нефть OR газ", limit=50))
                opened.search('"нефть газ"')
                assert problems, f"{file.name} is broken and nobody noticed"
            except (sl.CorruptIndexError, sl.IndexVersionError, sl.IndexNotFoundError):
                pass
        file.unlink()
        file.write_bytes(whole)
    assert sl.Index.open(path).check() == []


def test_another_version_is_named_with_the_way_to_mend_it(path: Path) -> None:
    manifest = path / "manifest"
    body = manifest.read_bytes().split(b"\n", 1)[1]
    checksum = zlib.crc32(struct.pack("<I", 999) + body)
    manifest.write_bytes(b"searchlib-manifest 999 %08x\n" % checksum + body)
    with pytest.raises(sl.IndexVersionError, match="build the index anew"):
        sl.Index.open(path)


def test_readers_keep_their_snapshot_while_everything_is_rewritten(path: Path) -> None:
    index = sl.Index.open(path)
    for batch in range(4):
        with index.writer() as writer:
            writer.add_many({"id": f"{batch}.{i}", "body": "нефть"} for i in range(50))
    before = sl.Index.open(path).snapshot()
    with index.writer() as writer:
        writer.delete_matching("id:0.*")
    index.optimize()
    assert before.search("нефть", count=True).total == 200
    assert before.document("0.7") == {"id": "0.7", "body": "нефть"}
    assert index.search("нефть", count=True).total == 150


def test_a_reader_elsewhere_sees_each_commit_whole(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS_WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        index = sl.Index.open(path)
        for _ in range(40):
            found = index.search("нефть", limit=1, count=True)
            assert found.total % 20 == 0
            assert found[0]["body"] == "транспортировка нефти"
        process.kill()
        process.communicate()
