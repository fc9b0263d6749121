"""Killed processes, broken files, readers beside writers: nothing is lost or torn."""

from __future__ import annotations

import random
import signal
import struct
import subprocess
import sys
import time
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


BUSY_WRITER = """
import sys, searchlib
index = searchlib.Index.open(sys.argv[1])
with index.writer(memory=1 << 20) as writer:
    print("ready", flush=True)
    writer.add_many(
        {"id": f"new {n}", "body": f"нефть газ {n} " * 50} for n in range(1 << 30)
    )
"""


def test_a_writer_killed_amid_add_many_leaves_nothing_of_it(path: Path) -> None:
    index = sl.Index.open(path)
    with index.writer() as writer:
        writer.add_many({"id": str(n), "body": "нефть"} for n in range(10))
    before = {file.name for file in path.iterdir()}
    with subprocess.Popen(
        [sys.executable, "-c", BUSY_WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        # What is over the memory given is written before any commit: that is what must go.
        while {file.name for file in path.iterdir()} <= before and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.communicate()
    assert {file.name for file in path.iterdir()} > before
    opened = sl.Index.open(path)
    assert opened.check() == []
    assert opened.search("нефть", count=True).total == 10
    assert opened.search("газ").total == 0
    with opened.writer() as writer:
        writer.rollback()
    assert {file.name for file in path.iterdir()} == before


def test_leftovers_go_with_the_next_writer_and_other_files_stay(path: Path) -> None:
    index = sl.Index.open(path)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "нефть"})
    named = {file.name for file in path.iterdir()}
    leftovers = ("manifest.tmp", "0123456789abcdef.seg", "0123456789abcdef.fedcba9876543210.del")
    for name in (*leftovers, "заметки.txt"):
        (path / name).write_bytes("недописано".encode())
    assert index.check() == []
    with index.writer() as writer:
        writer.add({"id": "2", "body": "нефть"})
    found = {file.name for file in path.iterdir()}
    assert found.isdisjoint(leftovers)
    assert found > named - {"lock"}
    assert "заметки.txt" in found
    assert sl.Index.open(path).check() == []


READER = """
import sys, searchlib
snapshot = searchlib.Index.open(sys.argv[1]).snapshot()
print(len(snapshot), flush=True)
for _ in sys.stdin:
    found = snapshot.search("нефть", limit=200, count=True)
    print(found.total, len({hit["id"] for hit in found}), flush=True)
"""


def test_a_reader_elsewhere_keeps_its_snapshot_while_a_writer_optimizes(path: Path) -> None:
    index = sl.Index.open(path)
    for batch in range(3):
        with index.writer() as writer:
            writer.add_many({"id": f"{batch}.{i}", "body": "нефть"} for i in range(40))
    old = {file.name for file in path.glob("*.seg")}
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def asked() -> str:
            assert reader.stdin is not None
            assert reader.stdout is not None
            print("ещё", file=reader.stdin, flush=True)
            return reader.stdout.readline()

        assert reader.stdout.readline() == "120\n"
        with index.writer() as writer:
            writer.delete_matching("id:1.*")
            writer.commit()
            assert asked() == "120 120\n"
            writer.optimize()
            assert old.isdisjoint(file.name for file in path.glob("*.seg"))
            assert asked() == "120 120\n"
        reader.stdin.close()
        assert reader.wait(10) == 0
    assert index.search("нефть", count=True).total == 80


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


def test_a_segment_or_deletions_of_another_version_are_named(path: Path) -> None:
    index = sl.Index.open(path)
    for key in ("1", "2"):
        with index.writer() as writer:
            writer.add_many([{"id": key, "body": "нефть"}, {"id": f"{key}.1", "body": "нефть"}])
    with index.writer() as writer:
        writer.delete("1")
    (deletions,) = path.glob("*.del")
    segment = path / f"{deletions.name.split('.')[0]}.seg"
    for file, end in ((segment, 12), (deletions, -4)):
        whole = file.read_bytes()
        changed = whole[:8] + struct.pack("<I", 999) + whole[12:]
        checksum = struct.pack("<I", zlib.crc32(changed[:end]))
        rest = changed[16:] if end == 12 else b""
        file.unlink()
        file.write_bytes(changed[:end] + checksum + rest)
        with pytest.raises(sl.IndexVersionError, match=r"999.*anew"):
            sl.Index.open(path).search("нефть")
        file.unlink()
        file.write_bytes(whole)
    assert sl.Index.open(path).check() == []
    assert sl.Index.open(path).search("нефть", count=True).total == 3


def test_a_file_that_is_gone_is_named(path: Path) -> None:
    index = sl.Index.open(path)
    with index.writer() as writer:
        writer.add({"id": "1", "body": "нефть"})
    (segment,) = path.glob("*.seg")
    whole = segment.read_bytes()
    segment.unlink()
    with pytest.raises(sl.CorruptIndexError, match=segment.name):
        sl.Index.open(path).search("нефть")
    segment.write_bytes(whole)
    assert sl.Index.open(path).check() == []


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


MERGING_WRITER = """
import sys, searchlib
index = searchlib.Index.open(sys.argv[1])
start = int(sys.argv[2])
with index.writer(wait=10) as writer:
    for n in range(start, 1 << 30):
        writer.add({"id": str(n), "body": "транспортировка нефти", "n": n})
        if n >= 3:
            writer.delete(str(n - 3))
        writer.commit()
        print(n, flush=True)
"""


def test_a_writer_killed_while_segments_are_merged_loses_no_commit(path: Path) -> None:
    rng = random.Random(12)
    last = -1
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", MERGING_WRITER, str(path), str(last + 1)],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for _ in range(rng.randint(5, 25)):
                process.stdout.readline()
            process.kill()
            process.communicate()
        index = sl.Index.open(path)
        assert index.check() == []
        found = sorted(int(hit["id"]) for hit in index.search("нефть", limit=10))
        last = found[-1]
        assert found == list(range(max(0, last - 2), last + 1))
    with index.writer() as writer:
        writer.add({"id": "последний", "body": "нефть"})
    left = {file.suffix for file in path.iterdir()}
    assert left <= {"", ".seg", ".del"}
    assert sl.Index.open(path).info()["segments"] <= 20
