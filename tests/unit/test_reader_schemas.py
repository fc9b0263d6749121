"""The schema that fits what a reader gives, and JSON's values made values of its fields."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from searchlib.errors import DocumentError, ReaderError, SchemaError
from searchlib.fields import (
    Boolean,
    Date,
    DateTime,
    Field,
    Float,
    Integer,
    Keyword,
    Stored,
    Text,
)
from searchlib.readers import Reason, schemas, values
from searchlib.readers.base import RowError
from searchlib.schema import Schema

if TYPE_CHECKING:
    from pathlib import Path


def test_schemas_of_files() -> None:
    assert dict(schemas.for_files(dated=True)) == {
        "id": Keyword(unique=True),
        "date": Date(sortable=True),
        "title": Text(weight=2.0),
        "body": Text(),
    }
    assert "date" not in schemas.for_files(dated=False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2025-11-04", "2024-02-29"], Date(sortable=True)),
        (["2025-11-04T10:00:00", "2025-11-04 10:00Z"], DateTime(sortable=True)),
        (["2025-11-04", "2025-11-04T10:00:00+03:00"], DateTime(sortable=True)),
        (["2025-02-30", "2025-11-04"], Keyword()),
        ([True, False], Boolean(sortable=True)),
        ([1, -5], Integer(sortable=True)),
        ([1, 2.5], Float(sortable=True)),
        ([1, 2**70], Keyword()),
        ([1, "А-1"], Keyword()),
        ([["нефть"], []], Keyword(multiple=True)),
        ([["слово " * 100]], Text(multiple=True)),
        ([[1, 2]], Stored()),
        ([{"a": 1}], Stored()),
        ([1, {"a": 1}], Stored()),
        ([None, None], Stored()),
        (["ТАСС", "РИА"], Keyword()),
        (["ТАСС", "РИА Новости"], Text()),
        (["а" * 65, "б"], Text()),
        ([None, 5], Integer(sortable=True)),
    ],
)
def test_field_fits_all_values(values: list[Any], expected: Field) -> None:
    objects = [{"x": value, "body": "Текст статьи."} for value in values]
    assert schemas.infer(objects)["x"] == expected


def test_title_weighs_more_and_prose_is_text_even_when_short() -> None:
    schema = schemas.infer([{"title": "Нефть", "body": "Газ"}])
    assert dict(schema) == {"title": Text(weight=2.0), "body": Text()}


def test_schema_without_text_searches_its_keywords() -> None:
    assert schemas.infer([{"id": 1, "name": "нефть"}])["name"] == Text()


@pytest.mark.parametrize(
    ("objects", "unique"),
    [
        ([{"id": 1, "body": "а"}, {"id": 2, "body": "б"}], "id"),
        ([{"_id": "x", "body": "а"}], "_id"),
        ([{"id": 1, "_id": 2, "body": "а"}], "id"),
        ([{"id": 1, "body": "а"}, {"id": 1, "body": "б"}], None),
        ([{"id": 1, "body": "а"}, {"id": "1", "body": "б"}], None),
        ([{"id": 1, "body": "а"}, {"body": "б"}], None),
        ([{"id": "", "body": "а"}], None),
        ([{"id": "а" * 2000, "body": "а"}], None),
        ([{"id": ["x"], "body": "а"}], None),
        ([{"number": 1, "body": "а"}], None),
    ],
)
def test_unique_field(objects: list[dict[str, Any]], unique: str | None) -> None:
    assert schemas.infer(objects).unique == unique


def test_name_that_cannot_name_a_field_is_left_out() -> None:
    row = {"id": 1, "my field": 5, "body": "Текст"}
    schema = schemas.infer([row])
    assert list(schema) == ["id", "body"]
    assert values.converted(row, schema) == {"id": "1", "body": "Текст"}


def test_objects_without_fields_make_no_schema() -> None:
    with pytest.raises(SchemaError, match="no fields"):
        schemas.infer([{}])


def test_converted_documents_fit_the_inferred_schema() -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": n,
            "title": "Цены на нефть" if n else 2025,
            "published": f"2025-11-0{n + 1}T10:00:00Z",
            "day": f"2025-11-0{n + 1}",
            "price": n if n else 1.5,
            "tags": ["нефть", "цены"],
            "source": {"name": "ТАСС"},
            "hidden": None,
        }
        for n in range(5)
    ]
    schema = schemas.infer(rows)
    for row in rows:
        back = schema.document(schema.row(values.converted(row, schema)).values)
        assert back["id"] == str(row["id"])
        assert back["title"] == str(row["title"])
        assert back["day"] == date.fromisoformat(row["day"])
        assert back["published"] == datetime.fromisoformat(row["published"]).astimezone(UTC)
        assert back["tags"] == row["tags"]
        assert back["source"] == row["source"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("date", "вчера"), ("date", "2025-02-30"), ("date", "20250101"), ("at", "в полдень")],
)
def test_wrong_value_is_named(name: str, value: str) -> None:
    schema = Schema(date=Date(), at=DateTime())
    with pytest.raises(RowError) as caught:
        values.converted({name: value}, schema)
    assert caught.value.reason is Reason.WRONG_VALUE
    assert name in caught.value.detail
    assert value in caught.value.detail


@pytest.mark.parametrize("value", [["список"], {"а": 1}, True])
def test_what_cannot_be_converted_is_for_the_schema_to_refuse(value: Any) -> None:
    schema = schemas.for_files(dated=True)
    with pytest.raises(DocumentError):
        schema.row(values.converted({"id": "1", "title": value}, schema))


def test_schema_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "схема.toml"
    path.write_text(
        """
        [fields.code]
        type = "keyword"
        unique = true
        [fields.title]
        type = "text"
        weight = 3
        analyzer = "simple"
        [fields.tags]
        type = "keyword"
        multiple = true
        facet = true
        [fields.day]
        type = "date"
        sortable = true
        [fields.extra]
        type = "stored"
        """,
        encoding="utf-8",
    )
    schema = schemas.from_toml(path)
    assert schema.unique == "code"
    assert schema["tags"] == Keyword(multiple=True, facet=True)
    assert schema["day"] == Date(sortable=True)
    assert schema["extra"] == Stored()
    title = schema["title"]
    assert isinstance(title, Text)
    assert (title.weight, title.analyzer.name) == (3.0, "simple")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields = [", "not TOML"),
        ("", "no fields"),
        ("[fields]", "no fields"),
        ("[champs.title]", "'champs' means nothing"),
        ("[fields.title]", "'title' has no type"),
        ("[fields]\ntitle = 'text'", "'title' is a table"),
        ("[fields.title]\ntype = 'texts'", "did you mean 'text'"),
        ("[fields.title]\ntype = 5", "no type 5"),
        ("[fields.title]\ntype = 'text'\nwieght = 2.0", "did you mean 'weight'"),
        ("[fields.title]\ntype = 'text'\nweight = -1", "'title': the weight"),
        ("[fields.title]\ntype = 'text'\nanalyzer = 'english'", "no analyzer 'english'"),
        ("[fields.extra]\ntype = 'stored'\nsortable = true", "it has: none"),
        ("[fields.a]\ntype='keyword'\nunique=true\nmultiple=true", "neither unique"),
        ("[fields.'a b']\ntype='text'", "cannot name a field"),
    ],
)
def test_wrong_schema_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "schema.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=message) as caught:
        schemas.from_toml(path)
    assert "schema.toml" in str(caught.value)


def test_schema_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"нет\.toml"):
        schemas.from_toml(tmp_path / "нет.toml")
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ReaderError, match="UTF-8"):
        schemas.from_toml(path)
