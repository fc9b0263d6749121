"""What Whoosh alone answers wrongly and its engine does not: the table of docs/engines.md."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import searchlib as sl
from searchlib.query import And, Boolean, Everything, Or, Phrase, Quorum, Range, Word

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    body=sl.Text(),
    n=sl.Integer(),
    day=sl.Date(),
    tags=sl.Keyword(multiple=True),
)


@pytest.fixture
def index(tmp_path: Path) -> sl.Index:
    made = sl.Index.create(tmp_path / "index", SCHEMA, engine="whoosh")
    with made.writer() as writer:
        writer.add_many(
            {
                "id": str(n),
                "body": "нефть " * (n + 1) + ("газ" if n % 2 else ""),
                "n": n - 3,
                "day": date(2025, 1, 1 + n),
                "tags": [f"т{n}"],
            }
            for n in range(6)
        )
    return made


def keys(found: sl.Results) -> set[str | None]:
    return {hit.key for hit in found}


def test_and_with_everything(index: sl.Index) -> None:
    assert keys(index.search(And((Word("газ"), Everything())))) == {"1", "3", "5"}


def test_overlapping_and_apart_ranges(index: sl.Index) -> None:
    narrow, wide, apart = Range("n", -2, 0), Range("n", -3, 9), Range("n", 2, 2)
    assert keys(index.search(And((narrow, wide)))) == {"1", "2", "3"}
    assert keys(index.search(And((narrow, apart)))) == set()
    assert keys(index.search(Or((narrow, apart)))) == {"1", "2", "3", "5"}


def test_open_ranges_of_numbers_days_and_words(index: sl.Index) -> None:
    assert keys(index.search("n:>=1")) == {"4", "5"}
    assert keys(index.search("n:<-1")) == {"0", "1"}
    assert keys(index.search("n:[* TO *]")) == set("012345")
    assert keys(index.search("day:>2025-01-04")) == {"4", "5"}
    assert keys(index.search("tags:[т4 TO *]")) == {"4", "5"}
    assert keys(index.search("tags:{* TO т1}")) == {"0"}
    with index.writer() as writer:
        writer.add({"id": "far", "tags": ["\U0010ffff" * 8]})
    assert keys(index.search("tags:[т5 TO *]")) == {"5", "far"}


def test_excluded_documents_that_begin_before_the_found_ones(index: sl.Index) -> None:
    with index.writer() as writer:
        writer.add_many({"id": f"г{n}", "body": "газ"} for n in range(3))
        writer.add_many([{"id": "у1", "body": "газ уголь"}, {"id": "у2", "body": "уголь"}])
    query = Boolean((Word("уголь"),), (), (Word("газ"),))
    assert keys(index.search(query)) == {"у2"}


def test_at_least_two_of_three(index: sl.Index) -> None:
    query = Quorum((Word("нефть"), Word("газ"), Word("уголь")), 2)
    assert keys(index.search(query)) == {"1", "3", "5"}


def test_a_filter_that_finds_nothing(index: sl.Index) -> None:
    assert index.search("нефть", filter="tags:нет").total == 0
    assert index.search("*", filter="уголь").total == 0


def test_the_boost_of_a_phrase_of_one_word(index: sl.Index) -> None:
    plain = index.search(Phrase(("газ",)))[0]
    boosted = index.search(sl.query.Boost(Phrase(("газ",)), 3.0))[0]
    assert boosted.score == pytest.approx(3 * plain.score)


def test_slop_counts_over_the_whole_phrase(index: sl.Index) -> None:
    with index.writer() as writer:
        writer.add({"id": "ф", "body": "добыча очень тяжёлой нефти всегда морская"})
    assert keys(index.search('"добыча нефти морская"~3')) == {"ф"}
    assert keys(index.search('"добыча нефти морская"~2')) == set()


def test_replacing_twice_in_a_batch(index: sl.Index) -> None:
    with index.writer() as writer:
        writer.upsert({"id": "д", "body": "первое"})
        writer.upsert({"id": "д", "body": "второе"})
    assert [hit["body"] for hit in index.search("id:д")] == ["второе"]


def test_the_order_of_adding_outlives_merges(index: sl.Index) -> None:
    for number in range(40):
        with index.writer() as writer:
            writer.add({"id": f"с{number}", "body": "сталь"})
    assert index.info()["segments"] <= 17
    found = index.search("tags:* OR сталь", sort="added", limit=100)
    assert [hit.key for hit in found] == [*"012345", *(f"с{n}" for n in range(40))]


def test_a_wrong_value_is_an_error(index: sl.Index) -> None:
    with pytest.raises(sl.QueryError, match="много"):
        index.search("n:много")


def test_a_strangers_index_is_opened_only_on_trust(index: sl.Index) -> None:
    code = (
        "import sys, searchlib\n"
        "try:\n"
        "    searchlib.Index.open(sys.argv[1])\n"
        "except searchlib.UntrustedIndexError as error:\n"
        "    assert 'trusted=True' in str(error)\n"
        "print(len(searchlib.Index.open(sys.argv[1], trusted=True).snapshot()))\n"
    )
    command = [sys.executable, "-c", code, str(index.path)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["6"]


class _Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('the trap was read')",)


def test_no_pickle_is_read_without_trust(index: sl.Index) -> None:
    path = index.path / "whoosh.json"
    described = json.loads(path.read_text(encoding="utf-8")) | {"made": "a stranger's"}
    path.write_text(json.dumps(described), encoding="utf-8")
    for contents in index.path.glob("*.toc"):
        contents.write_bytes(contents.read_bytes()[:40] + pickle.dumps(_Trap()))
    with pytest.raises(sl.UntrustedIndexError):
        sl.Index.open(index.path)


# Whoosh leaves a file open when it stumbles over it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_broken_files_are_a_corrupt_index(index: sl.Index) -> None:
    (contents,) = index.path.glob("*.toc")
    whole = contents.read_bytes()
    contents.write_bytes(whole[:30])
    with pytest.raises(sl.CorruptIndexError):
        sl.Index.open(index.path)
    contents.write_bytes(whole)
    (segment,) = index.path.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:200])
    opened = sl.Index.open(index.path)
    assert opened.check() != []
    with pytest.raises(sl.CorruptIndexError):
        opened.search("нефть")
    (index.path / "whoosh.json").write_text("{}", encoding="utf-8")
    with pytest.raises(sl.CorruptIndexError):
        sl.Index.open(index.path)


def test_a_state_is_opened_once_and_again_after_a_commit(index: sl.Index) -> None:
    engine = index._engine
    before = engine.snapshot()
    assert engine.snapshot() is before
    with sl.Index.open(index.path).writer() as writer:
        writer.delete("0")
    assert (before.document_count(), engine.snapshot().document_count()) == (6, 5)


def test_an_engine_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(sl.UnsupportedError, match="native, whoosh"):
        sl.Index.create(tmp_path / "index", SCHEMA, engine="lucene")  # type: ignore[arg-type]
