"""The index as a user meets it: writing, committing, deleting, every type of field."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import searchlib as sl
from tests.engine.conftest import Create

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    tags=sl.Keyword(multiple=True, facet=True),
    author=sl.Keyword(sortable=True),
    day=sl.Date(sortable=True),
)


@pytest.fixture
def index(tmp_path: Path, create: Create) -> sl.Index:
    return create(tmp_path / "index", SCHEMA)


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


def test_every_type_comes_back_as_it_went(tmp_path: Path, create: Create) -> None:
    schema = sl.Schema(
        text=sl.Text(multiple=True), word=sl.Keyword(), whole=sl.Integer(), part=sl.Float(),
        truth=sl.Boolean(), day=sl.Date(), moment=sl.DateTime(), local=sl.DateTime(),
        more=sl.Stored(),
    )  # fmt: skip
    index = create(tmp_path / "index", schema)
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


def test_ranges_of_every_kind(tmp_path: Path, create: Create) -> None:
    schema = sl.Schema(
        n=sl.Integer(), f=sl.Float(), b=sl.Boolean(), d=sl.Date(), m=sl.DateTime(), k=sl.Keyword()
    )
    index = create(tmp_path / "index", schema)
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


def test_several_texts_of_a_field_stand_apart(tmp_path: Path, create: Create) -> None:
    index = create(tmp_path / "index", sl.Schema(body=sl.Text(multiple=True)))
    fill(index, {"body": ["добыча нефти", "цена газа"]})
    assert index.search('"нефти цена"').total == 0
    assert index.search('"нефти цена"~98').total == 0
    assert index.search('"нефти цена"~200').total == 1
    assert index.search("газ")[0].snippet("body", fragments=1, length=20).plain() == "цена газа"


def test_fields_without_stored_text_or_exact_forms(tmp_path: Path, create: Create) -> None:
    schema = sl.Schema(body=sl.Text(stored=False), note=sl.Text(exact=False))
    index = create(tmp_path / "index", schema)
    fill(index, {"body": "нефть", "note": "нефти"})
    hit = index.search("нефть")[0]
    assert dict(hit) == {"note": "нефти"}
    with pytest.raises(sl.UnsupportedError, match="stored"):
        hit.snippet("body")
    with pytest.raises(sl.UnsupportedQueryError, match="exact"):
        index.search("note:=нефти")
    assert index.search("=нефть").total == 1
    assert index.search("note:нефт*").total == 1


def test_an_analyzer_of_the_callers_own(tmp_path: Path, create: Create) -> None:
    def letters(text: str) -> list[sl.analysis.Token]:
        key = sl.analysis.Key
        return [sl.analysis.Token(i, i, i + 1, c, (key(c),)) for i, c in enumerate(text)]

    path = tmp_path / "index"
    index = create(path, sl.Schema(body=sl.Text(letters)))
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


def test_leaving_the_block_commits_and_the_next_writer_goes_on(index: sl.Index) -> None:
    with index.writer() as writer:
        assert writer.add_many({"id": str(n), "body": "нефть"} for n in range(2500)) == 2500
        assert writer.add_many([]) == 0
    assert len(index.snapshot()) == 2500
    with index.writer() as writer:
        assert writer.add_many(({"id": str(n), "body": "газ"} for n in range(5)), replace=True) == 5
        assert writer.commit() == 2500
        assert writer.commit() == 2500
    assert (index.snapshot().count("газ"), index.snapshot().count("нефть")) == (5, 2495)


def test_the_place_of_a_refused_document_is_counted_over_batches(index: sl.Index) -> None:
    documents = [{"id": str(n)} for n in range(2500)]
    documents[1700] = {"id": "1"}
    documents[2100] = {"ид": "2100"}
    errors: list[sl.DocumentError] = []
    with index.writer() as writer:
        assert writer.add_many(documents, on_error=errors.append) == 2498
    assert sorted(error.position or 0 for error in errors) == [1700, 2100]


def test_a_rollback_forgets_additions_replacements_and_deletions(index: sl.Index) -> None:
    fill(index, {"id": "1", "body": "нефть"}, {"id": "2", "body": "нефть"})
    with index.writer() as writer:
        writer.add({"id": "3", "body": "нефть"})
        writer.upsert({"id": "1", "body": "газ"})
        writer.delete("2")
        assert writer.delete_matching("*") == 2
        writer.rollback()
        writer.add({"id": "3", "body": "уголь"})
    assert keys(index.search("*", sort="added")) == ["1", "2", "3"]
    assert index.search("нефть", count=True).total == 2
    assert index.search("газ").total == 0
    assert index.check() == []


def test_a_key_can_come_again_after_it_was_deleted(index: sl.Index) -> None:
    fill(index, {"id": "1", "body": "нефть"})
    with index.writer() as writer:
        assert writer.delete("1")
        assert not writer.delete("1")
        writer.add({"id": "1", "body": "газ"})
    assert index.snapshot().document("1") == {"id": "1", "body": "газ"}
    assert index.snapshot().document("2") is None
    assert len(index.snapshot()) == 1


def test_a_writer_waits_for_its_turn(index: sl.Index) -> None:
    first = index.writer()
    with pytest.raises(sl.IndexLockedError):
        index.writer(wait=0.05)
    timer = threading.Timer(0.1, first.close)
    timer.start()
    with index.writer(wait=20) as writer:
        writer.add({"id": "1", "body": "нефть"})
    timer.join()
    assert len(index.snapshot()) == 1


def test_a_snapshot_is_shared_between_threads(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть газ " * (n % 7 + 1)} for n in range(300)))
    snapshot = index.snapshot()
    queries = ["нефть", "газ -id:1", '"нефть газ"', "id:7 OR id:8", "неф*"] * 8
    alone = snapshot.search_many(queries, limit=20)
    together = snapshot.search_many(queries, threads=4, limit=20)
    assert [[(hit.key, hit.score) for hit in found] for found in together] == [
        [(hit.key, hit.score) for hit in found] for found in alone
    ]


def test_many_queries_end_with_the_error_of_one(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть газ"} for n in range(30)))
    snapshot = index.snapshot()
    for threads in (1, 3):
        with pytest.raises(sl.QuerySyntaxError):
            snapshot.search_many(["нефть", "газ", "(нефть", "уголь"], threads=threads)
        with pytest.raises(sl.QueryError, match="no field"):
            snapshot.search_many([sl.query.Word("нефть", field="нет")] * 3, threads=threads)
        with pytest.raises(sl.SearchTimeoutError):
            snapshot.search_many(["нефть OR газ"] * 20, threads=threads, timeout=0)
        with pytest.raises(ZeroDivisionError):
            snapshot.search_many(("нефть" for n in (1, 0) if 1 // n), threads=threads)
        assert snapshot.search_many([], threads=threads) == []
        lenient = snapshot.search_many(["(нефть", "газ"], threads=threads, lenient=True)
        assert [(len(found), len(found.notes)) for found in lenient] == [(10, 1), (10, 0)]
    impossible: list[Any] = [0, -1, 1.5, True]
    for threads in impossible:
        with pytest.raises(sl.QueryError, match="threads"):
            snapshot.search_many(["нефть"], threads=threads)


def test_a_hit_reads_its_fields_as_they_are_looked_at(tmp_path: Path, create: Create) -> None:
    schema = sl.Schema(
        id=sl.Keyword(unique=True),
        body=sl.Text(),
        hidden=sl.Text(stored=False),
        day=sl.Date(),
        tags=sl.Keyword(multiple=True),
    )
    index = create(tmp_path / "index", schema)
    document = {"id": "1", "body": "нефть", "tags": ["архив"], "day": date(2025, 11, 4)}
    fill(index, document | {"hidden": "газ"}, {"id": "2", "body": "нефть нефть"})
    second, first = index.search("нефть")
    assert (first["day"], first["tags"]) == (date(2025, 11, 4), ["архив"])
    assert first["tags"] is first["tags"]
    assert dict(first) == document
    assert list(first) == ["id", "body", "day", "tags"]
    assert (len(first), len(second)) == (4, 2)
    assert second.get("day") is None
    assert ("hidden" in first, "нет такого" in first) == (False, False)
    with pytest.raises(KeyError, match="day"):
        second["day"]
    with pytest.raises(KeyError, match="нет такого"):
        first["нет такого"]
    assert repr(first).startswith("<Hit '1' score=")


def test_results_stay_what_they_are(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть газ"} for n in range(30)))
    found = index.search("нефть", limit=3, count=True)
    assert repr(found) == "<Results 3 of 30>"
    assert found[0] is found.hits[0]
    assert found[1:] == found.hits[1:]
    assert [hit.key for hit in found] == keys(found)
    assert found.took > 0
    with pytest.raises(AttributeError):
        found.total = 5  # type: ignore[misc]
    with index.writer() as writer:
        writer.delete_matching("*")
    assert keys(found) == ["0", "1", "2"]


def test_totals_and_pages(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть " * (n % 11 + 1)} for n in range(400)))
    exact = index.search("нефть", count=True)
    assert (exact.total, exact.total_is_exact, len(exact)) == (400, True, 10)
    bound = index.search("нефть")
    assert 10 <= bound.total <= 400
    assert bound.total_is_exact == (bound.total == 400)
    every = keys(index.search("нефть", limit=400))
    pages = [keys(index.search("нефть", limit=90, offset=start)) for start in range(0, 400, 90)]
    assert [key for page in pages for key in page] == every
    assert len(set(every)) == 400
    assert keys(index.search("нефть", offset=400)) == []
    none = index.search("нефть", limit=0, count=True)
    assert (len(none), none.total) == (0, 400)


def test_a_filter_narrows_and_never_scores(index: sl.Index) -> None:
    fill(
        index,
        {"id": "1", "body": "нефть нефть", "tags": ["архив"]},
        {"id": "2", "body": "нефть газ", "tags": ["новое"], "day": date(2025, 11, 4)},
    )
    (plain,) = (hit for hit in index.search("нефть") if hit.key == "2")
    for kept in ("tags:новое", "day:2025-11", "газ", "-id:1", sl.query.Word("новое", "tags")):
        (hit,) = index.search("нефть", filter=kept)
        assert (hit.key, hit.score) == ("2", plain.score)
    assert index.search("нефть", filter="уголь").total == 0
    assert index.search("*", filter="нефть")[0].score == 0


def test_facets_count_all_that_matches_not_only_the_page(index: sl.Index) -> None:
    fill(index, *({"id": str(n), "body": "нефть", "tags": [f"т{n % 3}"]} for n in range(30)))
    with index.writer() as writer:
        writer.delete("0")
    found = index.search("нефть", limit=1, facets=["tags"])
    assert found.facets == {"tags": [("т1", 10), ("т2", 10), ("т0", 9)]}
    narrowed = index.search("нефть", facets=["tags"], filter="tags:т2")
    assert narrowed.facets == {"tags": [("т2", 10)]}


def test_sorting_goes_over_segments(index: sl.Index) -> None:
    names = ["яшин", "Абрамов", "ёжиков", "Ерёмин", "жаров", "Ежов"]
    for number, name in enumerate(names):
        fill(index, {"id": str(number), "author": name, "day": date(2025, 1, 9 - number)})
    by_name = [hit["author"] for hit in index.search("*", sort="author")]
    assert by_name == ["Абрамов", "ёжиков", "Ежов", "Ерёмин", "жаров", "яшин"]
    by_day = keys(index.search("*", sort="day"))
    assert by_day == ["5", "4", "3", "2", "1", "0"]
    assert keys(index.search("*", sort="-day")) == by_day[::-1]
    index.optimize()
    assert [hit["author"] for hit in index.search("*", sort="author")] == by_name
    assert keys(index.search("*", sort="day")) == by_day


def test_a_hit_is_a_mapping_and_explains_itself(index: sl.Index) -> None:
    fill(index, {"id": "1", "title": "Нефть", "body": "Цена нефти и газа."})
    (hit,) = index.search("нефть газ")
    assert list(hit) == ["id", "title", "body"]
    assert "tags" not in hit
    explanation = hit.explain()
    assert explanation.value == hit.score
    assert len(explanation.details) == 2
    assert str(explanation).count("\n") >= 2
    assert "<mark>Нефть</mark>" in hit.highlighted("title").html()


def test_trees_and_texts_are_the_same_query(index: sl.Index) -> None:
    fill(index, {"id": "1", "body": "нефть"}, {"id": "2", "body": "нефть газ"})
    tree = sl.query.Word("нефть") & ~sl.query.Word("газ")
    assert keys(index.search(tree)) == keys(index.search("нефть AND NOT газ")) == ["1"]
    with pytest.raises(sl.QueryError, match="text or a tree"):
        index.search(5)  # type: ignore[arg-type]


def test_an_index_opened_again_has_the_same_schema_and_answers(index: sl.Index) -> None:
    fill(index, {"id": "1", "title": "Нефть", "author": "Ёлкин", "day": date(2025, 11, 4)})
    again = sl.Index.open(index.path)
    assert again.schema == index.schema
    assert [dict(hit) for hit in again.search("нефти")] == [dict(index.search("нефть")[0])]
    info = again.info()
    assert (info["documents"], info["segments"], info["deleted"]) == (1, 1, 0)
    assert info["fields"]["title"]["type"] == "text"
