"""The tree of exceptions: made from one message, pickled, and saying where."""

from __future__ import annotations

import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth, wcwidth

from searchlib import errors
from searchlib.errors import (
    CorruptIndexError,
    DocumentError,
    DuplicateKeyError,
    IndexLockedError,
    IndexVersionError,
    QueryError,
    QuerySyntaxError,
    ReaderError,
    SearchlibError,
    UnsupportedQueryError,
)

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, SearchlibError)
]


def test_every_class_is_here() -> None:
    assert len(CLASSES) == 18


@pytest.mark.parametrize("cls", CLASSES)
def test_one_message_is_enough(cls: type[SearchlibError]) -> None:
    error = cls("индекс занят")
    assert str(error) == "индекс занят"
    assert cls.__doc__


@pytest.mark.parametrize("cls", CLASSES)
def test_every_class_pickles(cls: type[SearchlibError]) -> None:
    error = pickle.loads(pickle.dumps(cls("беда")))
    assert type(error) is cls
    assert str(error) == "беда"


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("ключ уже есть", field="id", value="7", position=3),
        IndexLockedError("индекс занят", pid=42),
        QuerySyntaxError("скобка не закрыта", text="нефть (газ", position=6),
        ReaderError("нет даты", path="статьи/1.txt", line=1),
    ],
)
def test_what_is_known_survives_pickling(error: SearchlibError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert again.__dict__ == error.__dict__
    assert str(again) == str(error)


def test_kinds() -> None:
    assert issubclass(DuplicateKeyError, DocumentError)
    assert issubclass(QuerySyntaxError, QueryError)
    assert issubclass(UnsupportedQueryError, QueryError)
    assert not issubclass(IndexVersionError, CorruptIndexError)


def test_a_document_error_names_field_value_and_place() -> None:
    error = DocumentError("give a date", field="date", value="вчера", position=0)
    assert str(error) == "give a date (field 'date', value 'вчера', document 0 of the batch)"


def test_a_long_value_is_shortened() -> None:
    error = DocumentError("give a number", field="price", value="я" * 5000)
    assert len(str(error)) < 120


def test_a_value_of_none_is_shown_with_its_field() -> None:
    assert "value None" in str(DocumentError("give a key", field="id"))


def caret(error: QuerySyntaxError) -> str:
    """Return the character the caret stands under."""
    _, line, mark = str(error).split("\n")
    return line[mark.index("^")]


def test_the_caret_stands_under_the_position() -> None:
    assert caret(QuerySyntaxError("?", text="нефть (газ", position=6)) == "("


def test_the_caret_in_the_second_line() -> None:
    text = "нефть\nгаз\t)уголь\nторф"
    error = QuerySyntaxError("?", text=text, position=text.index(")"))
    assert caret(error) == ")"
    assert "торф" not in str(error)


def test_the_caret_in_a_long_line() -> None:
    text = "слово " * 100 + "(" + " слово" * 100
    error = QuerySyntaxError("?", text=text, position=600)
    assert caret(error) == "("
    assert len(str(error)) < 200


def test_the_caret_may_stand_at_the_end() -> None:
    assert str(QuerySyntaxError("?", text="аб", position=2)).endswith("\n  аб\n    ^")


# Letters, wide and half-wide signs, marks that take no column, a syllable in parts, a tab.
SIGNS = 'нё("aя́и̅日本ｶ한한👍\t\u200b '


@given(st.text(SIGNS, max_size=120), st.sampled_from(")]"), st.text(SIGNS, max_size=120))
def test_the_caret_stands_under_its_sign_as_a_terminal_shows_it(
    before: str, sign: str, after: str
) -> None:
    error = QuerySyntaxError("?", text=before + sign + after, position=len(before))
    for width in (40, 80):
        _, line, mark = error.pointed(width).split("\n")
        assert wcswidth(line) <= width
        assert wcswidth(line[: line.index(sign)]) == mark.index("^")


@pytest.mark.parametrize(
    ("text", "position", "shown"),
    [
        ("日本 (газ", 3, "  日本 (газ\n       ^"),
        ("за\u0301мок (", 7, "  за\u0301мок (\n        ^"),
        ("и\u0306 (", 3, "  и\u0306 (\n    ^"),
        ("\tгаз (", 5, "   газ (\n       ^"),
    ],
)
def test_wide_and_combining_signs_before_the_caret(text: str, position: int, shown: str) -> None:
    assert str(QuerySyntaxError("?", text=text, position=position)) == f"?\n{shown}"


def test_the_caret_on_a_mark_stands_under_its_letter() -> None:
    error = QuerySyntaxError("?", text="за\u0301мок", position=2)
    assert str(error) == "?\n  за\u0301мок\n   ^"
    assert wcwidth("\u0301") == 0


def test_a_reader_error_begins_with_the_place() -> None:
    assert str(ReaderError("нет даты", path="1.txt", line=7)) == "1.txt:7: нет даты"
    assert str(ReaderError("не читается", path="1.txt")) == "1.txt: не читается"
