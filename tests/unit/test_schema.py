"""The schema: what a field takes, what an engine gets, what comes back, and how it is recorded."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib as sl
from searchlib.analysis import Key, Token, analyzer
from searchlib.analysis.unicode import sort_key
from searchlib.fields import MAX_KEYWORD_BYTES, Field
from searchlib.schema import Schema

KINDS = Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2, analyzer=sl.analysis.simple()),
    body=sl.Text(stored=False, exact=False, multiple=True),
    tags=sl.Keyword(multiple=True, facet=True),
    author=sl.Keyword(sortable=True),
    pages=sl.Integer(sortable=True),
    price=sl.Float(),
    open=sl.Boolean(),
    day=sl.Date(sortable=True),
    moment=sl.DateTime(),
    extra=sl.Stored(),
)


def letters(text: str) -> list[Token]:
    return [Token(i, i, i + 1, c, (Key(c),)) for i, c in enumerate(text)]


def there_and_back(field: Field, value: Any) -> Any:
    return field.from_engine(field.to_engine(value))


# The schema itself


def test_a_schema_is_a_mapping_in_the_order_given() -> None:
    assert list(KINDS)[:3] == ["id", "title", "body"]
    assert [KINDS.number(name) for name in KINDS] == list(range(len(KINDS)))
    assert KINDS.unique == "id"
    assert list(KINDS.text_fields()) == ["title", "body"]
    assert "день" not in KINDS
    assert Schema(body=sl.Text()).unique is None


def test_schemas_are_equal_by_their_fields_and_their_order() -> None:
    one = Schema(a=sl.Text(), b=sl.Integer())
    assert one == Schema(a=sl.Text(), b=sl.Integer())
    assert hash(one) == hash(Schema(a=sl.Text(), b=sl.Integer()))
    assert one != Schema(b=sl.Integer(), a=sl.Text())
    assert one != Schema(a=sl.Text(weight=3), b=sl.Integer())
    assert one != {"a": sl.Text(), "b": sl.Integer()}


def test_the_representation_names_every_field() -> None:
    shown = repr(KINDS)
    assert all(f"{name}=" in shown for name in KINDS)


@pytest.mark.parametrize("name", ["a", "_a", "тема", "a1", "a.b", "a-b", "ёж"])
def test_names_of_fields(name: str) -> None:
    assert list(Schema(**{name: sl.Text()})) == [name]


@pytest.mark.parametrize("name", ["", "1a", "a b", "a:b", "-a", ".a", "a\n", "a*"])
def test_what_cannot_name_a_field(name: str) -> None:
    with pytest.raises(sl.SchemaError, match="cannot name a field"):
        Schema(**{name: sl.Text()})


def test_a_schema_has_a_field_and_not_too_many() -> None:
    with pytest.raises(sl.SchemaError, match="at least one"):
        Schema()
    with pytest.raises(sl.SchemaError, match="1000"):
        Schema(**{f"f{number}": sl.Integer() for number in range(1001)})


@pytest.mark.parametrize("what", [sl.Text, "text", None, Field()])
def test_only_fields_are_fields(what: Any) -> None:
    with pytest.raises(sl.SchemaError, match="give a field"):
        Schema(a=what)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: sl.Text(weight=0), "above 0"),
        (lambda: sl.Text(weight=math.nan), "above 0"),
        (lambda: sl.Text(weight=math.inf), "above 0"),
        (lambda: sl.Text(weight=1e7), "1e6"),
        (lambda: sl.Text(weight=True), "number"),
        (lambda: sl.Text(weight="2"), "number"),  # type: ignore[arg-type]
        (lambda: sl.Text(stored=1), "stored"),  # type: ignore[arg-type]
        (lambda: sl.Text(exact=None), "exact"),  # type: ignore[arg-type]
        (lambda: sl.Keyword(facet="да"), "facet"),  # type: ignore[arg-type]
        (lambda: sl.Keyword(unique=True, multiple=True), "several values"),
        (lambda: sl.Keyword(sortable=True, multiple=True), "several values"),
        (lambda: sl.Integer(sortable=1), "sortable"),  # type: ignore[arg-type]
        (lambda: Schema(a=sl.Keyword(unique=True), b=sl.Keyword(unique=True)), "a and b"),
    ],
)
def test_options_that_cannot_be(make: Callable[[], object], says: str) -> None:
    with pytest.raises(sl.SchemaError, match=says):
        make()


def test_an_analyzer_is_one_of_ours_or_a_callable() -> None:
    assert sl.Text().analyzer.name == "russian"
    assert sl.Text(letters).analyzer.tokenizer is letters
    with pytest.raises(sl.AnalysisError, match="callable"):
        sl.Text("russian")  # type: ignore[arg-type]


# Documents


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("id", 7, "str, not a value of type int"),
        ("id", "", "empty"),
        ("title", b"bytes", "str"),
        ("title", ["один"], "str"),
        ("title", "\udc00", "surrogate pair at position 0"),
        ("body", 5, "list of values"),
        ("body", {"раз"}, "list of values"),
        ("body", ["раз", None], "str, not None"),
        ("tags", [1], "str"),
        ("author", "я" * (MAX_KEYWORD_BYTES // 2 + 1), "1024 bytes, this one 1026"),
        ("pages", True, "int"),
        ("pages", 1.0, "int"),
        ("pages", 1 << 63, "64 bits"),
        ("pages", -(1 << 63) - 1, "64 bits"),
        ("price", "1,5", "float or an int"),
        ("price", math.nan, "NaN"),
        ("price", 10**400, "too large"),
        ("price", False, "float or an int"),
        ("open", 1, "True or False"),
        ("day", "2025-11-04", r"datetime\.date"),
        ("day", datetime(2025, 11, 4), r"datetime\.date"),
        ("moment", date(2025, 11, 4), r"datetime\.datetime"),
        ("extra", {1, 2}, "JSON"),
        ("extra", math.inf, "JSON"),
        ("extra", "\ud800", "surrogate"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(field: str, value: Any, says: str) -> None:
    with pytest.raises(sl.DocumentError, match=says) as caught:
        KINDS.row({"id": "1", field: value}, 3)
    error = caught.value
    assert (error.field, error.value, error.position) == (field, value, 3)
    assert "document 3 of the batch" in str(error)


def test_what_holds_itself_is_no_json() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(sl.DocumentError, match="JSON"):
        KINDS.row({"id": "1", "extra": endless})


@pytest.mark.parametrize("document", [None, 5, "текст", [("id", "1")]])
def test_a_document_is_a_mapping(document: Any) -> None:
    with pytest.raises(sl.DocumentError, match="mapping"):
        KINDS.row(document, 0)


@pytest.mark.parametrize("document", [{}, {"id": None}, {"title": "без ключа"}])
def test_the_key_is_the_only_field_that_must_be(document: dict[str, Any]) -> None:
    with pytest.raises(sl.DocumentError, match="unique field is missing") as caught:
        KINDS.row(document)
    assert caught.value.field == "id"
    assert KINDS.document(KINDS.row({"id": "1"}).values) == {"id": "1"}


def test_an_unknown_field_is_told_what_there_is() -> None:
    with pytest.raises(sl.DocumentError, match="no such field; it has id, title"):
        KINDS.row({"id": "1", "заголовок": "нефть"})


def test_what_is_none_or_an_empty_list_is_left_out() -> None:
    row = KINDS.row({"id": "1", "title": None, "tags": [], "body": ()})
    assert KINDS.document(row.values) == {"id": "1"}


def test_one_text_stands_for_a_list_of_one() -> None:
    row = KINDS.row({"id": "1", "tags": "нефть", "body": "Один."})
    assert KINDS.document(row.values) == {"id": "1", "tags": ["нефть"], "body": ["Один."]}


def test_sortable_keywords_bring_their_place_in_the_alphabet() -> None:
    rows = [KINDS.row({"id": "1", "author": name}) for name in ("Жуков", "ёлкин", "Егоров")]
    number = KINDS.number("author")
    assert [row.sort_keys[0][0] for row in rows] == [number] * 3
    assert rows[2].sort_keys < rows[1].sort_keys < rows[0].sort_keys
    assert rows[1].sort_keys == [(number, sort_key("ёлкин"))]
    assert KINDS.row({"id": "1"}).sort_keys == []


# Values there and back


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_integers_come_back(value: int) -> None:
    assert there_and_back(sl.Integer(), value) == value


@given(st.floats(allow_nan=False))
def test_floats_come_back(value: float) -> None:
    assert there_and_back(sl.Float(), value) == value


@given(st.dates())
def test_days_come_back_and_keep_their_order(value: date) -> None:
    field = sl.Date()
    assert there_and_back(field, value) == value
    assert (field.to_engine(value) < 0) == (value < date(1970, 1, 1))


@given(st.datetimes())
def test_moments_without_a_zone_come_back_as_they_were(value: datetime) -> None:
    back = there_and_back(sl.DateTime(), value)
    assert (back, back.tzinfo) == (value, None)


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),
    st.integers(-23 * 60, 23 * 60),
)
def test_moments_with_a_zone_come_back_in_utc(value: datetime, minutes: int) -> None:
    there = value.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    back = there_and_back(sl.DateTime(), there)
    assert (back, back.tzinfo) == (there, UTC)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet='аёЖ"\\\n\0🙂'),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=10,
    )
)
def test_what_json_holds_comes_back(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert there_and_back(sl.Stored(), value) == value


def test_a_whole_number_may_stand_in_a_float_field() -> None:
    assert repr(there_and_back(sl.Float(), 3)) == "3.0"


# How an index keeps it


def test_a_schema_comes_back_from_what_is_recorded() -> None:
    recorded = KINDS.to_json()
    assert Schema.from_json(recorded, {}) == KINDS
    assert Schema.from_json(recorded, {}).to_json() == recorded


def test_the_fingerprint_of_each_analyzer_is_recorded() -> None:
    found = Schema.fingerprints(KINDS.to_json())
    assert list(found) == ["title", "body"]
    assert json.loads(found["title"])["name"] == "simple"
    assert json.loads(found["body"]).keys() == {"name", "rules", "dictionary"}


def test_an_analyzer_of_the_callers_own_has_to_be_given_again() -> None:
    schema = Schema(body=sl.Text(letters))
    recorded = schema.to_json()
    assert "letters" in Schema.fingerprints(recorded)["body"]
    with pytest.raises(sl.SchemaError, match=r"analyzers=\{'body'"):
        Schema.from_json(recorded, {})
    again = Schema.from_json(recorded, {"body": analyzer.Analyzer.of(letters)})
    assert again == schema
