"""`searchlib info`: what is in an index, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import searchlib as sl

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run

SCHEMA = """
[fields.id]
type = "keyword"
unique = true
[fields.title]
type = "text"
weight = 2.5
[fields.tags]
type = "keyword"
multiple = true
facet = true
[fields.price]
type = "integer"
sortable = true
[fields.note]
type = "text"
stored = false
exact = false
"""


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Path:
    """Two commits of goods: two segments, one good replaced and so deleted once."""
    schema = tmp_path / "schema.toml"
    schema.write_text(SCHEMA, encoding="utf-8")
    index = tmp_path / "shop.idx"
    first = [
        {"id": "1", "title": "Лопата", "tags": ["сад", "сталь"], "price": 900},
        {"id": "2", "title": "Грабли", "tags": ["сад"], "price": 700, "note": "С ручкой"},
    ]
    second = [{"id": "2", "title": "Грабли веерные", "tags": ["сад"], "price": 800}]
    for name, rows in (("first", first), ("second", second)):
        path = tmp_path / f"{name}.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        path.write_text("\n".join(lines), encoding="utf-8")
        done = run("index", path, "--to", index, "--schema", schema)
        assert done.returncode == 0, done.stderr
    return index


def told(run: Run, index: Path) -> dict[str, Any]:
    done = run("info", index, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    facts: dict[str, Any] = json.loads(line)
    return facts


def test_counts_and_fields_are_shown(run: Run, news: Path) -> None:
    done = run("info", news)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["engine", "native"] in rows
    assert ["documents", "4"] in rows
    assert ["segments", "1"] in rows
    assert ["id", "keyword", "4", "unique"] in rows
    assert ["date", "date", "sortable"] in rows
    assert "\x1b" not in done.stdout


def test_in_russian(run: Run, news: Path) -> None:
    done = run("info", news, LC_ALL="ru_RU.UTF-8")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["документы", "4"] in rows
    assert ["id", "keyword", "4", "уникальное"] in rows
    assert any(row[:2] == ["тексты", "документов"] for row in rows)


def test_documents_and_deleted_ones_of_each_segment(run: Run, shop: Path) -> None:
    facts = told(run, shop)
    assert (facts["documents"], facts["deleted"], facts["segments"]) == (2, 1, 2)
    counts = [(s["documents"], s["deleted"]) for s in facts["by_segment"]]
    assert counts == [(2, 1), (1, 0)]
    shown = run("info", shop).stdout
    assert [line.split()[:3] for line in shown.splitlines() if line[:1] in "12" and line] == [
        ["1", "2", "1"],
        ["2", "1", "0"],
    ]


def test_sizes_of_the_parts_are_those_of_the_files(run: Run, shop: Path) -> None:
    facts = told(run, shop)
    files = [f.stat().st_size for f in shop.iterdir() if f.suffix in (".seg", ".del")]
    assert len(files) == 3
    assert sum(facts["sizes"].values()) == facts["bytes"] == sum(files)
    assert {"terms", "postings", "positions", "norms", "stored", "columns", "deletions"} <= set(
        facts["sizes"]
    )
    assert list(facts["sizes"].values()) == sorted(facts["sizes"].values(), reverse=True)
    sizes_of_segments = [segment["bytes"] for segment in facts["by_segment"]]
    assert sum(sizes_of_segments) == facts["bytes"] - facts["sizes"]["deletions"]


def test_a_term_of_two_segments_is_counted_once(run: Run, shop: Path) -> None:
    facts = told(run, shop)
    assert facts["terms"]["tags"] == 2
    assert facts["terms"]["id"] == 2
    assert "price" not in facts["terms"]
    assert run("optimize", shop).returncode == 0
    after = told(run, shop)
    assert (after["documents"], after["deleted"], after["segments"]) == (2, 0, 1)
    assert after["terms"]["tags"] == 2
    assert facts["terms"]["note"] > 0
    assert after["terms"]["note"] == 0


def test_fields_have_their_options(run: Run, shop: Path) -> None:
    fields = told(run, shop)["fields"]
    assert fields["title"] == {
        "type": "text",
        "multiple": False,
        "weight": 2.5,
        "stored": True,
        "exact": True,
    }
    assert fields["tags"]["facet"]
    assert fields["price"] == {"type": "integer", "multiple": False, "sortable": True}
    rows = [line.split(maxsplit=3) for line in run("info", shop).stdout.splitlines()]
    assert ["tags", "keyword", "2", "multiple, facet"] in rows
    assert any(
        row[:2] == ["note", "text"] and row[3] == "not stored, no exact forms"
        for row in rows
        if len(row) == 4
    )


def test_analyzers_and_versions(run: Run, news: Path) -> None:
    facts = told(run, news)
    assert list(facts["analyzers"]) == ["title", "body"]
    for analyzer in facts["analyzers"].values():
        assert analyzer["name"] == "russian"
        assert analyzer["is_current"]
        assert analyzer["dictionary"] == facts["versions"]["dictionary"]
    assert set(facts["versions"]) == {"searchlib", "format", "unicode", "icu", "dictionary"}
    assert all(facts["versions"].values())


def test_an_index_of_other_rules_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.idx"
    monkeypatch.setattr("searchlib.analysis.analyzer.RULES_VERSION", 1)
    sl.Index.create(path, sl.Schema(body=sl.Text(), code=sl.Text(sl.analysis.whitespace())))
    monkeypatch.undo()
    with pytest.warns(UserWarning, match="built anew"):
        index = sl.Index.open(path)
    analyzers = index.info()["analyzers"]
    assert analyzers["body"]["rules"] == 1
    assert not analyzers["body"]["is_current"]


def test_an_empty_index(run: Run, tmp_path: Path) -> None:
    sl.Index.create(tmp_path / "empty.idx", sl.Schema(body=sl.Text()))
    facts = told(run, tmp_path / "empty.idx")
    assert (facts["documents"], facts["bytes"], facts["sizes"]) == (0, 0, {})
    assert facts["terms"] == {"body": 0}
    done = run("info", tmp_path / "empty.idx")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_is_no_index_is_wrong_use(run: Run, tmp_path: Path) -> None:
    done = run("info", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
