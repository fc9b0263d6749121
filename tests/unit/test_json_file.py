"""JSON files: an array, one object, an object with one array; mistakes are named by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from searchlib.readers import Format, Reason, Skipped, find, json_file, read

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    {"id": 1, "title": "Нефть дорожает", "теги": ["нефть", "цены"]},
    {"id": 2, "title": "Газ дешевеет", "source": {"name": "радио"}},
    {"id": 3, "title": "Уголь «в цене»", "price": 12.5},
]


class File:
    """A file that was read: its documents with their lines, and what was skipped."""

    def __init__(self, path: Path, content: str | bytes) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.path = path
        self.skipped: list[Skipped] = []
        sources = find([path], Format.JSON, self.skipped.append)
        rows = list(read(sources, Format.JSON, self.skipped.append))
        self.documents: list[dict[str, Any]] = [row.document for row in rows]
        self.lines = [row.line for row in rows]

    @property
    def problems(self) -> list[tuple[Reason, str]]:
        return [(s.reason, s.place.removeprefix(f"{self.path}")) for s in self.skipped]


def dumped(value: Any, **how: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **how)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251", "koi8-r", "mac-cyrillic"]
)
def test_array_gives_its_objects(tmp_path: Path, indent: int | None, name: str) -> None:
    text = dumped(ROWS, indent=indent).replace("«", "'").replace("»", "'")
    file = File(tmp_path / "a.json", text.encode(name))
    assert file.documents == json.loads(text)
    assert file.skipped == []


def test_documents_have_the_lines_they_begin_at(tmp_path: Path) -> None:
    text = "[\n" + ",\n".join(dumped(row, indent=1) for row in ROWS) + "\n]\n"
    file = File(tmp_path / "a.json", text)
    begins = [n for n, line in enumerate(text.split("\n"), 1) if line == "{"]
    assert file.lines == begins


@pytest.mark.parametrize(
    "whole",
    [
        {"count": 3, "items": ROWS},
        {"items": ROWS, "page": {"next": None}},
        {"type": "FeatureCollection", "empty": [], "features": ROWS, "words": ["а"]},
    ],
)
def test_object_with_one_array_of_objects_gives_these(tmp_path: Path, whole: Any) -> None:
    assert File(tmp_path / "a.json", dumped(whole)).documents == ROWS
    assert File(tmp_path / "b.json", dumped(whole, indent=4)).documents == ROWS


@pytest.mark.parametrize(
    "whole",
    [
        {},
        {"title": "Нефть", "authors": [{"name": "Иванов"}]},
        {"authors": [{"name": "Иванов"}], "body": "Нефть"},
        {"города": [{"имя": "Тверь"}], "реки": [{"имя": "Волга"}]},
        {"слово": "нефть", "теги": ["а", "б"]},
    ],
)
def test_any_other_object_is_a_document(tmp_path: Path, whole: Any) -> None:
    file = File(tmp_path / "a.json", dumped(whole))
    assert file.documents == [whole]
    assert file.lines == [1]


def test_lines_of_objects_are_read_as_json_lines(tmp_path: Path) -> None:
    text = dumped(ROWS[0]) + "\n{broken\n" + dumped(ROWS[1]) + "\n"
    file = File(tmp_path / "a.json", text)
    assert file.documents == ROWS[:2]
    assert file.problems == [(Reason.BROKEN_JSON, ":2")]


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": n, "body": "Нефть и газ. " * 20} for n in range(count)]


@pytest.mark.parametrize(
    ("cut", "line"),
    [(lambda text: text[:-1], 2001), (lambda text: text[:-100], 2001)],
    ids=["no bracket at the end", "cut inside a document"],
)
def test_what_stands_before_the_break_is_kept(tmp_path: Path, cut: Any, line: int) -> None:
    text = "[" + ",\n".join(dumped(row) for row in many(2001)) + "\n]"
    file = File(tmp_path / "a.json", cut(text))
    assert len(file.documents) in (2000, 2001)
    ((reason, place),) = file.problems
    assert reason is Reason.BROKEN_JSON
    assert int(place[1:]) in (line, line + 1)


@pytest.mark.parametrize(
    ("text", "place", "detail"),
    [
        ('[\n{"id": 1},\n{"id": 2\n]', ":4", "column 1"),
        ('[{"id": 1}, {"id": тут}]', ":1", "column 20"),
        ('[{"id": 1},\n {"id": 2}\n {"id": 3}]', ":3", "column 2: ',' or ']' expected"),
        ('[{"id": 1},\n]', ":2", "column 1"),
        ('[{"id": 1}]\n[{"id": 2}]', ":2", "extra data"),
        ('{"items": [{"id": 1}],\n "x" 5}', ":2", "':' expected"),
    ],
)
def test_mistakes_are_named_by_line_and_column(
    tmp_path: Path, text: str, place: str, detail: str
) -> None:
    file = File(tmp_path / "a.json", text)
    assert file.documents[:1] == [{"id": 1}]
    assert file.problems == [(Reason.BROKEN_JSON, place)]
    assert detail in file.skipped[0].detail


def test_items_that_are_no_documents_are_named_and_the_others_read(tmp_path: Path) -> None:
    text = '[{"id": 1},\n5,\n[],\n{"x": NaN},\n{"n": ' + "9" * 5000 + '},\nnull,\n{"id": 2}]'
    file = File(tmp_path / "a.json", text)
    assert file.documents == [{"id": 1}, {"id": 2}]
    assert file.problems == [
        (Reason.NOT_AN_OBJECT, ":2"),
        (Reason.NOT_AN_OBJECT, ":3"),
        (Reason.BROKEN_JSON, ":4"),
        (Reason.BROKEN_JSON, ":5"),
        (Reason.NOT_AN_OBJECT, ":6"),
    ]


def test_bytes_of_another_charset_cost_their_document_only(tmp_path: Path) -> None:
    content = b",\n".join(dumped(row).encode() for row in many(50))
    content = b"[" + content + b',\n{"id": "' + "нефть".encode("cp1251") + b'"},\n{"id": 51}]'
    file = File(tmp_path / "a.json", content)
    assert [row["id"] for row in file.documents] == [*range(50), 51]
    assert file.problems == [(Reason.ENCODING, ":51")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", Reason.EMPTY), ("\n \n", Reason.EMPTY), ("[" * 100_000, Reason.BROKEN_JSON),
     ('"слово"', Reason.NOT_AN_OBJECT), ("нефть", Reason.BROKEN_JSON), ("{", Reason.BROKEN_JSON)],
)  # fmt: skip
def test_files_that_are_no_documents(tmp_path: Path, content: str, reason: Reason) -> None:
    file = File(tmp_path / "a.json", content)
    assert file.documents == []
    assert [found for found, _ in file.problems] == [reason]


def test_empty_array_is_reported(tmp_path: Path) -> None:
    assert File(tmp_path / "a.json", "[]").problems == [(Reason.EMPTY, "")]


def test_large_object_is_told_by_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_file, "_SMALL", 1000)
    rows = many(3000)
    file = File(tmp_path / "a.json", dumped({"meta": {"a": [1]}, "items": rows, "end": True}))
    assert file.documents == rows
    document = {"title": "Нефть", "authors": rows, "words": ["а"]}
    assert File(tmp_path / "b.json", dumped(document)).documents == [document]
    two = File(tmp_path / "c.json", dumped({"items": rows, "more": ROWS}))
    assert two.documents == rows
    assert [reason for reason, _ in two.problems] == [Reason.NOT_AN_OBJECT]


def test_long_document_is_read_and_too_long_a_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = {"id": 1, "body": "нефть\n" * 200_000}
    assert File(tmp_path / "a.json", dumped([long, {"id": 2}])).documents == [long, {"id": 2}]
    monkeypatch.setattr(json_file, "MAX_DOCUMENT", 500_000)
    file = File(tmp_path / "b.json", dumped([{"id": 0}, long]))
    assert file.documents == [{"id": 0}]
    assert file.problems == [(Reason.TOO_LARGE, ":1")]
