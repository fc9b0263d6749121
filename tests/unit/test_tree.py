"""The nodes of a query: what they refuse, how they combine, and that their text reads back."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.errors import QueryError, QuerySyntaxError
from searchlib.query import (
    And,
    Boolean,
    Boost,
    Everything,
    Exact,
    Fuzzy,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Quorum,
    Range,
    Regex,
    Wildcard,
    Word,
    Words,
    parse,
)
from searchlib.query.tree import MAX_DEPTH

OIL, GAS, COAL = Word("нефть"), Word("газ"), Word("уголь")
FIELDS = ("title", "body", "тема", "a.b-c")

words = st.sampled_from(
    [
        *("нефть", "И", "ИЛИ", "НЕ", "AND", "OR", "NOT", "NEAR/5", "РЯДОМ/2", "TO", "кто-то"),
        *("а:б", "тема:б", "title:б", "15:30", "http://x.ru", '"', "«", "»", "„", "”", "(", ")"),
        *("[", "]", "{", "}", "\\", "/", "км/ч", "/а/", "C++", "C#", ".NET", "А.С.Пушкин", "5%"),
        *("-5", "+7", "2025-11-04", "04.11.2025", "1..2", "3...", ">5", "<=7", "=стали", "a^2"),
        *("нефть~", "a~2", "*", "что?", "н?фть", "транс*", "большой город", "за\u0301мок"),
        *("\u0301", "№5", "_а_", "а, б", "&", "ёж", "$", "\\and(а)", "\\nothing()", "a\tb"),
    ]
) | st.text(min_size=1, max_size=6).filter(str.strip)
fields = st.none() | st.sampled_from(FIELDS)
bounds = (
    st.none()
    | words
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes()
    | st.booleans()
)
phrase_words = st.one_of(words, st.builds(Word, words), st.builds(Exact, words))
patterns = st.text("абё*?-.И(/", min_size=1, max_size=6)
regexes = (
    st.text('аб.*\\/|[]() ^"«', min_size=1, max_size=8)
    .filter(lambda text: bool(text.strip()) and not (len(text) - len(text.rstrip("\\"))) % 2)
    .filter(lambda text: bool(re.sub(r"\\([/\s])", r"\1", text).strip()))
)
kinds: st.SearchStrategy[Query] = st.one_of(
    st.builds(Word, words, fields),
    st.builds(Exact, words, fields),
    st.builds(Prefix, words, fields),
    st.builds(Wildcard, patterns | words, fields),
    st.builds(Fuzzy, words, st.sampled_from([1, 2]), fields),
    st.builds(Regex, regexes, fields),
    st.builds(Range, st.sampled_from(FIELDS), bounds, bounds, st.booleans(), st.booleans()),
    st.builds(Phrase, st.lists(phrase_words, min_size=1, max_size=4), st.integers(0, 20), fields),
    st.builds(Near, st.lists(phrase_words, min_size=2, max_size=4), st.integers(1, 99), fields),
    st.builds(Everything),
    st.builds(Nothing),
)


@st.composite
def leaves(draw: st.DrawFn) -> Query:
    return draw(kinds)


def compound(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    some = st.lists(children, min_size=1, max_size=3)
    any_number = st.lists(children, max_size=2)
    factors = st.floats(min_value=1e-9, max_value=1e9)
    shares = st.floats(min_value=1e-6, max_value=1) | st.integers(1, 5)
    return st.one_of(
        st.builds(Words, some),
        st.builds(And, some),
        st.builds(Or, some),
        st.builds(Not, children),
        st.builds(Boost, children, factors),
        st.builds(Quorum, some, shares),
        st.builds(Boolean, some, any_number, any_number),
        st.builds(Boolean, any_number, some, any_number),
        st.builds(Boolean, any_number, any_number, some),
    )


trees = st.recursive(leaves(), compound, max_leaves=8)


@given(trees)
def test_the_text_of_a_tree_reads_back_as_the_tree(tree: Query) -> None:
    assert parse(str(tree), fields=FIELDS) == tree


@given(trees)
def test_lenient_reading_takes_the_text_of_a_tree_as_it_is(tree: Query) -> None:
    again = parse(str(tree), lenient=True, fields=FIELDS)
    assert again == tree
    assert again.notes == ()


@given(words)
def test_any_word_reads_back_whatever_the_fields(text: str) -> None:
    for names in (None, (), FIELDS):
        assert parse(str(Word(text)), fields=names) == Word(text)


@given(trees)
def test_the_text_of_a_tree_needs_no_names_of_fields(tree: Query) -> None:
    assert parse(str(tree)) == tree


@given(trees)
def test_trees_hash_copy_and_pickle(tree: Query) -> None:
    again = pickle.loads(pickle.dumps(tree))
    assert again == tree
    assert hash(again) == hash(tree)
    assert copy.deepcopy(tree) == tree


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (OIL, "нефть"),
        (Word("нефть", "title"), "title:нефть"),
        (Word("нефть", "тема"), r"\field(тема):нефть"),
        (Range("a.b-c", 1, 2), r"\field(a.b-c):[1 TO 2]"),
        (Word("тест-кейс"), "тест-кейс"),
        (Word("НЕ"), r"\НЕ"),
        (Word("а:б"), r"а\:б"),
        (Word("большой город"), r"большой\ город"),
        (Exact("стали"), "=стали"),
        (Phrase(("войны", "и", Exact("мира")), 3), '"войны и =мира"~3'),
        (Phrase(("быть", "И"), field="title"), 'title:"быть И"'),
        (Words((OIL, GAS)), "нефть газ"),
        (Words((OIL,)), r"\words(нефть)"),
        (And((OIL, GAS)), "нефть AND газ"),
        (And((OIL,)), r"\and(нефть)"),
        (And((Or((OIL, GAS)), COAL)), "(нефть OR газ) AND уголь"),
        (And((OIL, Not(GAS))), "нефть AND NOT газ"),
        (Not(And((OIL, GAS))), "NOT (нефть AND газ)"),
        (Boolean((OIL,), (COAL,), (GAS,)), "+нефть уголь -газ"),
        (Boolean(should=(OIL, GAS)), r"\bool(нефть газ)"),
        (Boost(OIL, 2.5), "нефть^2.5"),
        (Boost(Words((OIL, GAS)), 2), "(нефть газ)^2"),
        (Boost(Boost(OIL, 2), 3), "(нефть^2)^3"),
        (Boost(Everything(), 2), "(*)^2"),
        (Boost(OIL, 1e-7), "нефть^0.0000001"),
        (Prefix("транс"), "транс*"),
        (Wildcard("*провод"), "*провод"),
        (Wildcard("н?фть", "title"), "title:н?фть"),
        (Wildcard("*", "title"), "title:*"),
        (Wildcard("транс*"), r"\wildcard(транс*)"),
        (Wildcard("нефт?"), r"\wildcard(нефт?)"),
        (Wildcard("?*фть"), r"\wildcard(?*фть)"),
        (Wildcard("?.?фть"), r"\wildcard(?\.?фть)"),
        (Phrase(("а  б",)), r'"а\ \ б"'),
        (Boolean((OIL,), (), (Exact("№5"),)), "+нефть -=№5"),
        (Regex("[.]"), r"\regex(\[\.\])"),
        (Regex("нефт.*"), "/нефт.*/"),
        (Regex("км/ч а"), r"/км\/ч\ а/"),
        (Fuzzy("нефть"), "нефть~"),
        (Fuzzy("нефть", 2, "title"), "title:нефть~2"),
        (Range("price", 100, None), "price:[100 TO *]"),
        (Range("date", date(2025, 1, 1), date(2025, 6, 30)), "date:[2025-01-01 TO 2025-06-30]"),
        (Range("price", None, 1.5, True, False), "price:[* TO 1.5}"),
        (Range("price", "*", "а б"), r"price:[\* TO а\ б]"),
        (Near(("нефть", "газ"), 5), "нефть NEAR/5 газ"),
        (Near((Exact("нефть"), "газ"), 5, "title"), "title:=нефть NEAR/5 title:газ"),
        (Quorum((OIL, GAS, COAL), 2), "(нефть газ уголь)/2"),
        (Quorum((OIL, GAS, COAL), 0.6), "(нефть газ уголь)/60%"),
        (Quorum((OIL, GAS), 0.07), "(нефть газ)/7%"),
        (Everything(), "*"),
        (Nothing(), r"\nothing()"),
    ],
)
def test_the_text_of_a_tree(tree: Query, text: str) -> None:
    assert str(tree) == text
    assert parse(text) == tree


def test_operators_combine() -> None:
    pairs: list[tuple[Query, Query]] = [
        (OIL & GAS, And((OIL, GAS))),
        (OIL | GAS | COAL, Or((OIL, GAS, COAL))),
        (OIL & (GAS & COAL), And((OIL, GAS, COAL))),
        (OIL & ~GAS | COAL, Or((And((OIL, Not(GAS))), COAL))),
    ]
    for combined, expected in pairs:
        assert combined == expected


def test_operators_refuse_text() -> None:
    with pytest.raises(TypeError):
        OIL & "газ"  # type: ignore[operator]


def test_a_long_chain_of_operators_stays_flat() -> None:
    query: Query = OIL
    for number in range(2000):
        query = query | Word(str(number))
    assert isinstance(query, Or)
    assert len(query.clauses) == 2001


def test_notes_are_no_part_of_the_tree() -> None:
    noted = Word("нефть", notes=("прочитано как слово",))
    assert noted == OIL
    assert hash(noted) == hash(OIL)
    assert repr(noted) == repr(OIL)
    assert str(noted) == str(OIL)
    assert noted.notes != OIL.notes


def test_equal_meanings_are_equal() -> None:
    assert Phrase((Word("а"), Exact("б", "title")), field="title") == Phrase(
        ("а", Exact("б")), field="title"
    )
    assert Range("price", 100, 1.0) == Range("price", "100", "1")
    assert Range("date", datetime(2025, 11, 4, 15, 30), None).low == "2025-11-04T15:30:00"
    assert Range("sold", True, None).low == "true"
    assert Word(" нефть ") == OIL
    assert Quorum((OIL, GAS), 1.0) == Quorum((OIL, GAS), 2)
    assert Quorum((OIL, GAS), 1.0) != Quorum((OIL, GAS), 1)
    assert Words([OIL, GAS]) == Words((OIL, GAS))  # type: ignore[arg-type]


def test_trees_are_frozen() -> None:
    with pytest.raises(AttributeError):
        OIL.text = "газ"  # type: ignore[misc]


BAD: list[tuple[type[Query], tuple[Any, ...], str]] = [
    (Word, ("",), "not blank"),
    (Word, ("  ",), "not blank"),
    (Word, (5,), "string"),
    (Word, ("нефть", ""), "field"),
    (Word, ("нефть", "два слова"), "field"),
    (Word, ("нефть", "а:б"), "field"),
    (Exact, (None,), "string"),
    (Prefix, ("",), "not blank"),
    (Wildcard, ("",), "not blank"),
    (Regex, ("",), "not blank"),
    (Regex, ("а\\",), "backslash"),
    (Regex, ("а" * 1001,), "at most 1000"),
    (Regex, (7,), "string"),
    (Fuzzy, ("нефть", 3), "distance"),
    (Fuzzy, ("нефть", 0), "distance"),
    (Fuzzy, ("нефть", True), "whole number"),
    (Phrase, ((),), "0 words"),
    (Phrase, ("нефть",), "tuple of words"),
    (Phrase, (("нефть",), -1), "slop"),
    (Phrase, ((OIL, 5),), "not int"),
    (Phrase, ((Word("нефть", "body"),), 0, "title"), "body"),
    (Words, ((),), "at least one"),
    (And, (("нефть",),), "write Word('нефть')"),
    (And, (OIL,), "tuple of queries"),
    (Or, (5,), "tuple of queries"),
    (Not, ("нефть",), "write Word('нефть')"),
    (Not, (None,), "NoneType"),
    (Boolean, (), "at least one"),
    (Boolean, ((OIL,), "газ"), "tuple of queries"),
    (Boost, (OIL, 0), "above 0"),
    (Boost, (OIL, -1), "above 0"),
    (Boost, (OIL, float("nan")), "finite"),
    (Boost, (OIL, float("inf")), "finite"),
    (Boost, (OIL, 10**400), "finite"),
    (Boost, (OIL, "2"), "number"),
    (Boost, ("нефть", 2), "write Word"),
    (Near, (("нефть",), 5), "needs 2"),
    (Near, (("нефть", "газ"), 0), "distance"),
    (Quorum, ((), 1), "at least one"),
    (Quorum, ((OIL,), 0), "minimum"),
    (Quorum, ((OIL,), 1.5), "share"),
    (Quorum, ((OIL,), float("nan")), "share"),
    (Range, ("", 1, 2), "field"),
    (Range, (None, 1, 2), "field"),
    (Range, ("price", [], 2), "list"),
    (Range, ("price", "", 2), "empty"),
    (Range, ("price", float("nan"), 2), "nan"),
    (Range, ("price", 1 << 64, 2), "64 bits"),
    (Range, ("price", 1, 2, "да"), "include_low"),
]


@pytest.mark.parametrize(("node", "arguments", "message"), BAD)
def test_wrong_arguments_are_refused(
    node: type[Query], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(QueryError, match=re.escape(message)):
        node(*arguments)


def test_a_tree_may_be_as_deep_as_the_limit() -> None:
    query: Query = OIL
    for _ in range(MAX_DEPTH - 1):
        query = Not(query)
    assert parse(str(query)) == query
    assert len({query, copy.deepcopy(query), pickle.loads(pickle.dumps(query))}) == 1
    assert repr(query).startswith("Not(")
    with pytest.raises(QueryError, match="flatter"):
        Not(query)


def test_ten_thousand_levels_are_refused() -> None:
    def nest() -> None:
        query: Query = OIL
        for _ in range(10_000):
            query = Boost(Words((query, GAS)), 2)

    with pytest.raises(QueryError, match="flatter"):
        nest()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "нефть" + ")" * 10_000,
        "NOT " * 10_000 + "нефть",
        "(газ AND NOT " * 10_000 + "нефть" + ")" * 10_000,
        "-(" * 10_000 + "нефть",
        "(газ OR уголь AND торф мазут -(" * 100 + "нефть" + ")^2)" * 100,
    ],
)
def test_deep_text_is_an_error_and_words_in_lenient_reading(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="flatter"):
        parse(text)
    lenient = parse(text, lenient=True)
    assert "нефть" in str(lenient)
    assert "flatter" in lenient.notes[-1]
