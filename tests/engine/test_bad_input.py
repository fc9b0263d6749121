"""Bad input has an answer that says what, where and how to mend it; the index stays intact."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import searchlib as sl
from tests.engine.conftest import Create

SCHEMA = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(), day=sl.Date(), n=sl.Integer())


@pytest.fixture
def index(tmp_path: Path, create: Create) -> sl.Index:
    made = create(tmp_path / "index", SCHEMA)
    with made.writer() as writer:
        writer.add({"id": "0", "body": "нефть"})
    return made


def intact(index: sl.Index, documents: int = 1) -> None:
    opened = sl.Index.open(index.path)
    assert opened.check() == []
    assert opened.search("нефть", count=True).total == documents


@pytest.mark.parametrize(
    ("document", "field", "says"),
    [
        ({}, "id", "missing"),
        ({"id": ""}, "id", "empty"),
        ({"id": 5}, "id", "str"),
        ({"id": "1", "цена": 1}, "цена", "no such field"),
        ({"id": "1", "body": b"bytes"}, "body", "str"),
        ({"id": "1", "body": "\ud83d"}, "body", "surrogate"),
        ({"id": "1", "day": "2025-11-04"}, "day", "datetime.date"),
        ({"id": "1", "day": datetime(2025, 1, 1)}, "day", "datetime.date"),
        ({"id": "1", "n": True}, "n", "int"),
        ({"id": "1", "n": 1 << 63}, "n", "64 bits"),
        ({"id": "я" * 600}, "id", "1024 bytes"),
    ],
)
def test_a_document_at_fault_is_named_and_the_others_stay(
    index: sl.Index, document: dict[str, Any], field: str, says: str
) -> None:
    good = [{"id": "a", "body": "нефть"}, {"id": "b", "body": "нефть"}]
    with index.writer() as writer:
        with pytest.raises(sl.DocumentError, match=says) as caught:
            writer.add_many([good[0], document, good[1]])
        assert (caught.value.field, caught.value.position) == (field, 1)
    intact(index, 3)


def test_a_duplicate_key_is_refused_wherever_its_double_is(index: sl.Index) -> None:
    errors: list[sl.DocumentError] = []
    rows = [{"id": "0"}, {"id": "1", "body": "нефть"}, {"id": "1"}, {"id": "2"}]
    with index.writer() as writer:
        assert writer.add_many(rows, on_error=errors.append) == 2
        with pytest.raises(sl.DuplicateKeyError, match="upsert"):
            writer.add({"id": "2"})
    assert [(type(e), e.position, e.value) for e in errors] == [
        (sl.DuplicateKeyError, 0, "0"),
        (sl.DuplicateKeyError, 2, "1"),
    ]
    intact(index, 2)


def test_a_broken_iterable_leaves_what_came_before_pending(index: sl.Index) -> None:
    def documents() -> Any:
        yield {"id": "1", "body": "нефть"}
        raise OSError("диск")

    with index.writer() as writer, pytest.raises(OSError, match="диск"):
        writer.add_many(documents())
    assert index.check() == []


def test_an_empty_document_is_a_document(index: sl.Index) -> None:
    with index.writer() as writer:
        writer.add({"id": "1", "body": ""})
        writer.add({"id": "2"})
        writer.add({"id": "3", "body": "… — !"})
    assert [hit.key for hit in index.search("*", sort="added")] == ["0", "1", "2", "3"]
    hit = index.search("id:1")[0]
    assert (dict(hit), hit.snippet("body").plain()) == ({"id": "1", "body": ""}, "")
    assert index.search("id:2")[0].snippet("body").html() == ""
    intact(index)


# Of the native engine alone: in Python every word is an object.
def test_a_document_of_50_megabytes_is_indexed_found_and_shown(tmp_path: Path) -> None:
    index = sl.Index.create(tmp_path / "index", SCHEMA)
    with index.writer() as writer:
        writer.add({"id": "0", "body": "нефть"})
    line = "Транспортировка нефти по трубам шла. "
    huge = line * 380_000 + "Здесь прячется ёжик. " + line * 380_000
    assert len(huge.encode()) > 50_000_000
    with index.writer() as writer:
        writer.add({"id": "большой", "body": huge})
        writer.add({"id": "без пробелов", "body": "нефть" + "я" * 1_000_000})
    (hit,) = index.search("ёжики")
    assert hit["body"] == huge
    assert "прячется <mark>ёжик</mark>" in hit.snippet("body", fragments=1).html()
    intact(index, 2)


@pytest.mark.parametrize("query", ["", "   ", "?!", "— … «»", "()", "\u0301"])
def test_a_query_without_words_finds_nothing(index: sl.Index, query: str) -> None:
    assert index.search(query, lenient=True).total == 0


def test_stop_words_are_words(index: sl.Index) -> None:
    with index.writer() as writer:
        writer.add({"id": "1", "body": "Быть или не быть, вот в чём вопрос."})
    assert index.search('"быть или не быть"').total == 1
    assert index.search("или не").total == 1


@pytest.mark.parametrize("query", ['"нефть', "(нефть", "нефть)", "AND нефть", "n:[1 TO"])
def test_a_broken_query_says_where_and_lenient_reading_goes_on(index: sl.Index, query: str) -> None:
    with pytest.raises(sl.QuerySyntaxError) as caught:
        index.search(query)
    assert 0 <= (caught.value.position or 0) <= len(query)
    assert "^" in str(caught.value)
    found = index.search(query, lenient=True)
    assert found.notes
    assert "нефть" not in query or found.total == 1


@pytest.mark.parametrize(
    "options",
    [
        {"k1": -1},
        {"b": 2},
        {"limit": -1},
        {"offset": 1.5},
        {"sort": 5},
        {"operator": "xor"},
        {"timeout": "1"},
        {"facets": "id"},
        {"fields": {}},
        {"fields": ["body"]},
        {"fields": "body"},
    ],
)
def test_wrong_options_are_query_errors(index: sl.Index, options: dict[str, Any]) -> None:
    with pytest.raises(sl.QueryError):
        index.search("нефть", **options)


def test_an_unknown_option_is_refused(index: sl.Index) -> None:
    with pytest.raises(TypeError, match="limt"):
        index.search("нефть", limt=5)  # type: ignore[call-arg]


def test_hostile_patterns_are_refused_or_answered(index: sl.Index) -> None:
    for query in ("/(а{1000}){1000}/", "/[а/", "/\\p{Нет}/"):
        with pytest.raises(sl.QueryError):
            index.search(query)
    assert index.search("*" + "?" * 50 + "а").total == 0


def test_folders_that_are_no_index(tmp_path: Path, index: sl.Index, create: Create) -> None:
    with pytest.raises(sl.IndexNotFoundError):
        sl.Index.open(tmp_path / "нет")
    (tmp_path / "другое").mkdir()
    (tmp_path / "другое" / "файл.txt").write_text("не индекс")
    with pytest.raises(sl.IndexNotFoundError):
        sl.Index.open(tmp_path / "другое")
    with pytest.raises(sl.IndexExistsError):
        create(tmp_path / "другое", SCHEMA)
    with pytest.raises(sl.IndexExistsError):
        create(index.path, SCHEMA)


def test_a_second_writer_is_told_who_has_the_index(index: sl.Index) -> None:
    with index.writer(), pytest.raises(sl.IndexLockedError, match="process") as caught:
        index.writer()
    assert caught.value.pid is not None
    code = (
        "import searchlib, sys\n"
        "writer = searchlib.Index.open(sys.argv[1], trusted=True).writer()\n"
        "print(__import__('os').getpid(), flush=True)\n"
        "sys.stdin.readline()\n"
    )
    command = [sys.executable, "-c", code, str(index.path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        pid = int(other.stdout.readline())
        with pytest.raises(sl.IndexLockedError) as refused:
            index.writer(wait=0.1)
        assert refused.value.pid == pid
        other.communicate("\n")
    with index.writer() as writer:
        writer.add({"id": "1", "body": "нефть"})
    intact(index, 2)


def test_a_closed_writer_says_so(index: sl.Index) -> None:
    with index.writer() as writer:
        pass
    with pytest.raises(sl.WriterClosedError):
        writer.add({"id": "1"})


@pytest.mark.parametrize(
    "make",
    [
        lambda: sl.Schema(),
        lambda: sl.Schema(a=sl.Keyword(unique=True), b=sl.Keyword(unique=True)),
        lambda: sl.Schema(**{"два слова": sl.Text()}),
        lambda: sl.Schema(a=sl.Text),  # type: ignore[arg-type]
        lambda: sl.Schema(a=sl.Text(weight=-1)),
        lambda: sl.Schema(a=sl.Keyword(unique=True, multiple=True)),
    ],
)
def test_schemas_that_cannot_be(make: Any) -> None:
    with pytest.raises(sl.SchemaError):
        make()


@pytest.mark.parametrize(("key", "says"), [(7, "give a str, not"), ("\ud83d", "surrogate")])
def test_what_no_key_can_be_is_named(index: sl.Index, key: Any, says: str) -> None:
    with index.writer() as writer, pytest.raises(sl.QueryError, match=f"key of 'id': .*{says}"):
        writer.delete(key)
    with pytest.raises(sl.QueryError, match=says):
        index.snapshot().document(key)
    with pytest.raises(sl.QueryError, match=says):
        index.snapshot().explain("нефть", key)


def test_without_the_compiled_core_the_error_says_how_to_make_it(tmp_path: Path) -> None:
    source = Path(sl.__file__).parent
    without = shutil.ignore_patterns("_core*.so", "_core*.pyd", "__pycache__")
    shutil.copytree(source, tmp_path / "searchlib", ignore=without)
    done = subprocess.run(
        [sys.executable, "-c", "import searchlib"],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        timeout=60,
    )
    assert done.returncode == 1
    assert "make demo" in done.stderr.splitlines()[-1]


def test_operations_that_need_a_key_say_so(tmp_path: Path, create: Create) -> None:
    index = create(tmp_path / "index", sl.Schema(body=sl.Text()))
    with index.writer() as writer:
        for call in (lambda: writer.upsert({}), lambda: writer.delete("1")):
            with pytest.raises(sl.SchemaError, match="unique"):
                call()
    with pytest.raises(sl.SchemaError, match="unique"):
        index.snapshot().document("1")
