"""The index as a user meets it: writing, committing, deleting, every type of field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import searchlib as sl

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    tags=sl.Keyword(multiple=True, facet=True),
    author=sl.Keyword(sortable=True),
    day=sl.Date(sortable=True),
)


@pytest.fixture
def index(tmp_path: Path) -> sl.Index:
    return sl.Index.create(tmp_path / "index", SCHEMA)


def keys(results: sl.Results) -> list[str | None]:
    return [hit.key for hit in results]


def fill(index: sl.Index, *documents: dict[str, Any]) -> None:
    with index.writer() as writer:
        writer.add_many(documents)


def test_any_form_finds_any_form(index: sl.Index) -> None:
    fill(index, {"id": "1", "body": "Люди шли домой."}, {"id": "2", "body": "Старый нефтяник."})
    assert keys(index.search("человек")) == ["1"]
    assert keys(index.search("идти")) == ["1"]
    assert keys(index.search("нефть")) == []


def test_nothing_is_visible_before_a_commit_and_snapshots_stay(index: sl.Index) -> None:
    before = index.snapshot()
    with index.writer() as writer:
        writer.add({"id": "1", "body": "нефть"})
        assert len(index.snapshot()) == 0
        assert writer.commit() == 1
        assert len(index.snapshot()) == 1
        writer.add({"id": "2", "body": "нефть"})
        writer.rollback()
    assert (len(before), len(index.snapshot())) == (0, 1)


def test_an_exception_rolls_back_and_frees_the_lock(index: sl.Index) -> None:
    def interrupted() -> None:
        with index.writer() as writer:
            writer.add({"id": "1", "body": "нефть"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert len(index.snapshot()) == 0
    fill(index, {"id": "2", "body": "газ"})
    assert index.check() == []


def test_upsert_replaces_committed_and_pending_documents(index: sl.Index) -> None:
    fill(index, {"id": "1", "body": "нефть"})
    with index.writer() as writer:
        writer.upsert({"id": "1", "body": "газ"})
        writer.upsert({"id": "1", "body": "уголь"})
    assert len(index.snapshot()) == 1
    assert index.snapshot().document("1") == {"id": "1", "body": "уголь"}
    assert keys(index.search("газ OR нефть")) == []


def test_delete_by_key_and_by_query_reaches_pending_documents(index: sl.Index) -> None:
    fill(index, {"id": "1", "tags": ["архив"]}, {"id": "2", "tags": ["новое"]})
    with index.writer() as writer:
        writer.add({"id": "3", "tags": ["архив", "новое"]})
        assert writer.delete_matching("tags:архив") == 2
        assert (writer.delete("2"), writer.delete("нет такого")) == (True, False)
    assert len(index.snapshot()) == 0
    index.optimize()
    assert index.info()["deleted"] == 0
    assert index.check() == []


def test_optimize_makes_one_segment_and_keeps_the_answers(index: sl.Index) -> None:
    for number in range(5):
        fill(index, {"id": str(number), "title": "Нефть", "body": "нефть " * (number + 1)})
    with index.writer() as writer:
        writer.delete("3")
    index.optimize()
    assert index.info()["segments"] == 1
    assert set(keys(index.search("нефти"))) == {"0", "1", "2", "4"}
    assert keys(index.search("*", sort="added")) == ["0", "1", "2", "4"]
    assert keys(index.search("*", sort="-added")) == ["4", "2", "1", "0"]


def test_every_type_comes_back_as_it_went(tmp_path: Path) -> None:
    schema = sl.Schema(
        text=sl.Text(multiple=True), word=sl.Keyword(), whole=sl.Integer(), part=sl.Float(),
        truth=sl.Boolean(), day=sl.Date(), moment=sl.DateTime(), local=sl.DateTime(),
        more=sl.Stored(),
    )  # fmt: skip
    index = sl.Index.create(tmp_path / "index", schema)
    moscow = timezone(timedelta(hours=3))
    document = {
        "text": ["Первый абзац.", "Второй."],
        "word": "",
        "whole": -(1 << 63),
        "part": float("-inf"),
        "truth": False,
        "day": date(1, 1, 1),
        "moment": datetime(2025, 11, 4, 12, tzinfo=moscow),
        "local": datetime(9999, 12, 31, 23, 59, 59, 999999),
        "more": {"а": [1, None, "ё"]},
    }
    fill(index, document, {})
    first, second = index.search("*", sort="added")
    assert dict(first) == document
    assert first["moment"].tzinfo is UTC
    assert first["local"].tzinfo is None
    assert dict(second) == {}


def test_ranges_of_every_kind(tmp_path: Path) -> None:
    schema = sl.Schema(
        n=sl.Integer(), f=sl.Float(), b=sl.Boolean(), d=sl.Date(), m=sl.DateTime(), k=sl.Keyword()
    )
    index = sl.Index.create(tmp_path / "index", schema)
    moment = datetime(2025, 11, 4, 15, 30)
    fill(index, {"n": 100, "f": 0.5, "b": True, "d": moment.date(), "m": moment, "k": "б"})
    for query in (
        "n:100", "n:>=100", "n:[* TO 100]", "n:{99 TO 101}", "f:0,5", "f:<1", "f:[0.5 TO 0.5]",
        "b:да", "b:true", "d:2025", "d:2025-11", "d:04.11.2025", "d:[2025-11-04 TO 2025-11-04]",
        "d:2025-01-01..2025-12-31", "m:2025-11-04", "m:[2025-11-04T15:00 TO 2025-11-04T16:00]",
        "k:[а TO в}",
    ):  # fmt: skip
        assert index.search(query, count=True).total == 1, query
    for query in (
        "n:>100",
        "n:{100 TO 200]",
        "f:>0.5",
        "b:нет",
        "d:2024",
        "d:>2025-11",
        "k:{б TO в]",
    ):
        assert index.search(query, count=True).total == 0, query
    for query in ("n:много", "d:2025-02-30", "b:может", "нет:5 AND d:вчера"):
        with pytest.raises(sl.QueryError):
            index.search(query)


def test_sorting_facets_and_paging(index: sl.Index) -> None:
    fill(
        index,
        {"id": "1", "author": "Ёлкин", "tags": ["нефть", "газ"], "day": date(2025, 1, 2)},
        {"id": "2", "author": "жуков", "tags": ["нефть"]},
        {"id": "3", "author": "Егоров", "tags": ["газ"], "day": date(2025, 1, 1)},
        {"id": "4"},
    )
    assert keys(index.search("*", sort="author")) == ["3", "1", "2", "4"]
    assert keys(index.search("*", sort="-author")) == ["2", "1", "3", "4"]
    assert keys(index.search("*", sort="day")) == ["3", "1", "2", "4"]
    assert keys(index.search("*", limit=2, offset=1)) == ["2", "3"]
    found = index.search("id:1 OR id:2", facets=["tags"])
    assert found.facets == {"tags": [("нефть", 2), ("газ", 1)]}
    with pytest.raises(sl.UnsupportedQueryError, match="sortable"):
        index.search("*", sort="tags")
    with pytest.raises(sl.UnsupportedQueryError, match="facet"):
        index.search("*", facets=["author"])


def test_several_texts_of_a_field_stand_apart(tmp_path: Path) -> None:
    index = sl.Index.create(tmp_path / "index", sl.Schema(body=sl.Text(multiple=True)))
    fill(index, {"body": ["добыча нефти", "цена газа"]})
    assert index.search('"нефти цена"').total == 0
    assert index.search('"нефти цена"~98').total == 0
    assert index.search('"нефти цена"~200').total == 1
    assert index.search("газ")[0].snippet("body", fragments=1, length=20).plain() == "цена газа"


def test_fields_without_stored_text_or_exact_forms(tmp_path: Path) -> None:
    schema = sl.Schema(body=sl.Text(stored=False), note=sl.Text(exact=False))
    index = sl.Index.create(tmp_path / "index", schema)
    fill(index, {"body": "нефть", "note": "нефти"})
    hit = index.search("нефть")[0]
    assert dict(hit) == {"note": "нефти"}
    with pytest.raises(sl.UnsupportedError, match="stored"):
        hit.snippet("body")
    with pytest.raises(sl.UnsupportedQueryError, match="exact"):
        index.search("note:=нефти")
    assert index.search("=нефть").total == 1
    assert index.search("note:нефт*").total == 1


def test_an_analyzer_of_the_callers_own(tmp_path: Path) -> None:
    def letters(text: str) -> list[sl.analysis.Token]:
        key = sl.analysis.Key
        return [sl.analysis.Token(i, i, i + 1, c, (key(c),)) for i, c in enumerate(text)]

    path = tmp_path / "index"
    index = sl.Index.create(path, sl.Schema(body=sl.Text(letters)))
    fill(index, {"body": "ёж"})
    assert index.search("ж").total == 1
    with pytest.raises(sl.SchemaError, match="analyzers"):
        sl.Index.open(path)
    assert sl.Index.open(path, analyzers={"body": letters}).search("ёж")[0].score > 0


def test_many_queries_prepared_queries_terms_and_counts(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть газ"} for n in range(30)))
    snapshot = index.snapshot()
    many = snapshot.search_many(["нефть", "газ", "уголь"], threads=2, count=True)
    assert [found.total for found in many] == [30, 30, 0]
    prepared = snapshot.prepare("нефть")
    assert keys(prepared.search(5)) + keys(prepared.search(5, offset=5)) == keys(
        snapshot.search("нефть")
    )
    assert snapshot.count("нефть -id:3") == 29
    assert list(snapshot.terms("body", "не")) == [("нефть", 30)]
    assert list(snapshot.terms("id", "2", limit=2)) == [("2", 1), ("20", 1)]
    explanation = snapshot.explain("нефть", "7")
    assert explanation is not None
    assert explanation.value == snapshot.search("нефть")[0].score
    assert snapshot.explain("уголь", "7") is None
    with pytest.raises(KeyError):
        snapshot.explain("нефть", "нет такого")


def test_weights_of_fields_can_be_given_with_the_query(index: sl.Index) -> None:
    fill(
        index,
        {"id": "1", "title": "нефть", "body": "газ"},
        {"id": "2", "title": "газ", "body": "нефть"},
    )
    assert keys(index.search("нефть")) == ["1", "2"]
    assert keys(index.search("нефть", fields={"title": 0.1, "body": 5})) == ["2", "1"]
    assert keys(index.search("нефть", fields={"body": 1})) == ["2"]
    with pytest.raises(sl.QueryError, match="author"):
        index.search("нефть", fields={"author": 1})


def test_a_timeout_is_an_error_of_its_own(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть газ"} for n in range(3000)))
    with pytest.raises(sl.SearchTimeoutError):
        index.search("нефть OR газ", timeout=0)


def test_a_backup_is_an_index(index: sl.Index, tmp_path: Path) -> None:
    fill(index, {"id": "1", "body": "нефть"})
    index.backup(tmp_path / "copy")
    copy = sl.Index.open(tmp_path / "copy")
    fill(copy, {"id": "2", "body": "нефть"})
    assert (len(index.snapshot()), len(copy.snapshot())) == (1, 2)
    assert copy.check() == []
    with pytest.raises(sl.IndexExistsError):
        index.backup(tmp_path / "copy")


def test_many_small_commits_merge_and_lose_nothing(index: sl.Index) -> None:
    for number in range(40):
        fill(index, {"id": str(number), "body": f"нефть {number}"})
    assert index.info()["segments"] < 20
    assert index.search("нефть", count=True).total == 40
    assert index.check() == []


def test_snippets_mark_the_form_that_stands_in_the_text(index: sl.Index) -> None:
    body = "Шёл дождь. Обсудили транспортировку <нефти>. Цена газа росла. " * 3
    fill(index, {"id": "1", "body": body})
    hit = index.search('"транспортировка нефти" цены')[0]
    html = hit.snippet("body", fragments=1, length=70).html()
    assert "<mark>транспортировку &lt;нефти</mark>&gt;" in html
    assert "<mark>Цена</mark> газа" in html
    lead = index.search("id:1")[0].snippet("body", fragments=2, length=12)
    assert lead.plain() == "Шёл дождь."
    assert lead.ranges == ()
