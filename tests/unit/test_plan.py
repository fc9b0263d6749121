"""From trees to plans: which keys, fields, ranges and combinations an engine is asked for."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib as sl
from searchlib import query as q
from searchlib.analysis import Key, Token
from searchlib.fields import Field, days, microseconds
from searchlib.query import nodes, ranges
from searchlib.query.plan import plan

SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    title=sl.Text(weight=2.0),
    body=sl.Text(),
    day=sl.Date(),
    moment=sl.DateTime(),
    price=sl.Integer(),
    rate=sl.Float(),
    open=sl.Boolean(),
    extra=sl.Stored(),
)
PLAIN = sl.Schema(body=sl.Text(sl.analysis.simple()), tag=sl.Keyword())


def planned(text: str, schema: sl.Schema = PLAIN, **options: Any) -> nodes.Plan:
    tree = sl.parse(text, operator=options.get("operator", "or"), fields=schema)
    return plan(tree, schema, fold=fold, **options)


def fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def surface(*texts: str, field: str = "body", weight: float = 1.0) -> nodes.WordClause:
    keys = tuple(Key(text, "surface") for text in texts)
    return nodes.WordClause((nodes.FieldKeys(field, weight, keys),))


def slots(*words: str) -> nodes.FieldSlots:
    placed = tuple(nodes.Slot(at, (Key(word, "surface"),)) for at, word in enumerate(words))
    return nodes.FieldSlots("body", 1.0, placed)


# Words


def test_a_word_is_one_clause_over_all_text_fields_with_every_likely_lemma() -> None:
    found = planned("стали", SCHEMA)
    assert isinstance(found, nodes.WordClause)
    assert [(field.field, field.weight) for field in found.fields] == [("title", 2), ("body", 1)]
    for field in found.fields:
        assert [(key.kind, key.text) for key in field.keys] == [
            ("lemma", "стать"),
            ("lemma", "сталь"),
            ("surface", "стали"),
        ]
        shares = [key.weight for key in field.keys if key.kind == "lemma"]
        assert shares[0] > shares[1] > 0
        assert sum(shares) < field.keys[-1].weight == 1


def test_a_query_word_has_the_keys_that_a_document_word_has() -> None:
    found = planned("body:транспортировку", SCHEMA)
    assert isinstance(found, nodes.WordClause)
    (token,) = sl.analysis.russian().analyze("транспортировку")
    assert found.fields == (nodes.FieldKeys("body", 1.0, token.keys),)


def test_an_exact_form_has_no_lemma() -> None:
    assert planned("body:=Нефти", SCHEMA) == surface("нефти")


def test_weights_of_fields_come_from_the_query_or_the_schema() -> None:
    given = planned("=нефть", SCHEMA, fields={"body": 0.5})
    assert given == surface("нефть", weight=0.5)
    named = planned("title:=нефть", SCHEMA, fields={"body": 0.5})
    assert named == surface("нефть", field="title", weight=2.0)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "empty"),
        ({"день": 1}, "no text field"),
        ({"price": 1}, "no text field; there are: title, body"),
        ({"body": 0}, "above 0"),
        ({"body": math.inf}, "above 0"),
        ({"body": "2"}, "give a number"),
        ({"body": True}, "give a number"),
    ],
)
def test_weights_that_cannot_be(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(sl.QueryError, match=says):
        planned("нефть", SCHEMA, fields=fields)


def test_punctuation_asks_for_nothing() -> None:
    nothing = [q.Word("…"), q.Phrase(("!", "—")), q.Not(q.Word("?")), q.Boost(q.Word("."), 2)]
    for tree in nothing:
        assert plan(tree, PLAIN) == nodes.Nothing()
    assert plan(q.And((q.Word("нефть"), q.Word("—"))), PLAIN) == surface("нефть")
    assert plan(q.Or((q.Word("—"), q.Word("нефть"))), PLAIN) == surface("нефть")
    assert plan(q.Quorum((q.Word("!"), q.Word("?")), 1), PLAIN) == nodes.Nothing()


def test_a_word_of_several_parts_is_a_phrase_of_them() -> None:
    assert planned("нефть/газ") == nodes.PhraseClause((slots("нефть", "газ"),), 0)


def test_a_field_may_cut_a_word_that_another_leaves_whole() -> None:
    schema = sl.Schema(code=sl.Text(sl.analysis.whitespace()), body=sl.Text(sl.analysis.simple()))
    found = planned("АБ/12", schema)
    assert isinstance(found, nodes.Combined)
    kinds = [type(clause) for clause in found.should]
    assert (kinds, found.minimum) == ([nodes.WordClause, nodes.PhraseClause], 1)


def test_keys_at_one_position_are_alternatives_and_the_heavier_double_counts() -> None:
    def doubled(text: str) -> list[Token]:
        return [
            Token(5, 0, len(text), text, (Key("а", weight=0.25), Key("б"))),
            Token(5, 0, len(text), text, (Key("а", weight=0.75),)),
        ]

    found = planned("слово", sl.Schema(body=sl.Text(doubled)))
    assert isinstance(found, nodes.WordClause)
    assert found.fields[0].keys == (Key("а", weight=0.75), Key("б"))


# Phrases


def test_a_phrase_has_its_words_in_order() -> None:
    found = planned('"добыча нефти газа"~3')
    assert found == nodes.PhraseClause((slots("добыча", "нефти", "газа"),), 3)


def test_a_phrase_of_one_word_is_the_word() -> None:
    assert planned('"нефть"~3') == surface("нефть")


def test_a_phrase_may_mix_forms_and_lemmas() -> None:
    found = planned('body:"=войны и =мира"', SCHEMA)
    assert isinstance(found, nodes.PhraseClause)
    first, middle, last = found.fields[0].slots
    assert (first.keys, last.keys) == ((Key("войны", "surface"),), (Key("мира", "surface"),))
    assert {key.kind for key in middle.keys} == {"lemma", "surface"}
    assert [slot.offset for slot in (first, middle, last)] == [0, 1, 2]


def test_positions_that_an_analyzer_leaves_out_stay_open_within_a_text() -> None:
    def every_other(text: str) -> list[Token]:
        return [
            Token(2 * at + 1, at, at + 1, letter, (Key(letter),))
            for at, letter in enumerate(text)
            if letter != " "
        ]

    found = planned("абв", sl.Schema(body=sl.Text(every_other)))
    assert isinstance(found, nodes.PhraseClause)
    assert [slot.offset for slot in found.fields[0].slots] == [0, 2, 4]


def test_near_takes_any_order_and_one_word_is_a_word() -> None:
    assert planned("нефть NEAR/5 газ") == nodes.NearClause((slots("нефть", "газ"),), 5)
    assert plan(q.Near(("нефть", "—"), 5), PLAIN) == surface("нефть")


def test_without_exact_forms_an_exact_word_is_refused_where_it_is_named() -> None:
    schema = sl.Schema(title=sl.Text(exact=False), body=sl.Text())
    with pytest.raises(sl.UnsupportedQueryError, match=r"'title'.*exact=True"):
        planned("title:=нефти", schema)
    assert planned("=нефти", schema) == surface("нефти")


# Combinations


def test_words_side_by_side_are_any_or_all() -> None:
    either = nodes.Combined(should=(surface("нефть"), surface("газ")), minimum=1)
    both = nodes.Combined(must=(surface("нефть"), surface("газ")))
    assert planned("нефть газ") == planned("нефть OR газ") == either
    assert planned("нефть газ", operator="and") == planned("нефть AND газ") == both
    with pytest.raises(sl.QueryError, match="operator"):
        plan(q.Word("нефть"), PLAIN, operator="xor")  # type: ignore[arg-type]


def test_what_must_not_be_is_excluded_and_not_a_clause() -> None:
    expected = nodes.Combined(must=(surface("нефть"),), must_not=(surface("газ"),))
    assert planned("нефть AND NOT газ") == expected
    assert planned("+нефть -газ") == expected
    assert planned("NOT газ") == nodes.Combined(must_not=(surface("газ"),))


def test_what_may_be_need_not_be_beside_what_must() -> None:
    found = planned("+нефть газ уголь")
    assert isinstance(found, nodes.Combined)
    assert (found.must, found.minimum) == ((surface("нефть"),), 0)
    assert found.should == (surface("газ"), surface("уголь"))


@pytest.mark.parametrize(
    ("text", "minimum"),
    [("(а б в г)/2", 2), ("(а б в г д)/60%", 3), ("(а б в)/1%", 1), ("(а б в)/100%", 3)],
)
def test_so_many_of_them(text: str, minimum: int) -> None:
    found = planned(text)
    assert isinstance(found, nodes.Combined)
    assert found.minimum == minimum
    assert len(found.should) == len(text[: text.index(")")].split())


@pytest.mark.parametrize(("asked", "minimum"), [(1.0, 2), (3, 2), (0.5, 1), (2, 2), (1, 1)])
def test_a_share_is_of_the_words_there_are(asked: float, minimum: int) -> None:
    found = plan(q.Quorum((q.Word("а"), q.Word("—"), q.Word("б")), asked), PLAIN)
    assert isinstance(found, nodes.Combined)
    assert (len(found.should), found.minimum) == (2, minimum)


def test_boosts_everything_and_nothing() -> None:
    assert planned("нефть^2.5") == nodes.Boosted(surface("нефть"), 2.5)
    assert planned("*") == nodes.Everything()
    assert plan(q.Nothing(), PLAIN) == nodes.Nothing()


def test_what_is_no_node_is_refused() -> None:
    with pytest.raises(sl.UnsupportedQueryError, match="str"):
        plan("нефть", PLAIN)  # type: ignore[arg-type]


# Patterns


def test_patterns_are_folded_and_look_at_forms_and_lemmas() -> None:
    found = planned("ЁЛК*")
    assert isinstance(found, nodes.PatternClause)
    assert found.pattern == nodes.Pattern("prefix", "елк")
    assert found.kinds == ("surface", "lemma")
    fuzzy = planned("Ёлка~2")
    assert isinstance(fuzzy, nodes.PatternClause)
    assert fuzzy.pattern == nodes.Pattern("fuzzy", "елка", 2)
    wildcard = planned("н?фть")
    assert isinstance(wildcard, nodes.PatternClause)
    assert wildcard.pattern == nodes.Pattern("wildcard", "н?фть")


def test_a_regular_expression_is_left_as_it_is_and_sees_forms_only() -> None:
    found = planned("/Нефт.*/")
    assert isinstance(found, nodes.PatternClause)
    assert (found.kinds, found.pattern) == (("surface",), nodes.Pattern("regex", "Нефт.*"))


@pytest.mark.parametrize("text", ["люди*", "люди~1"])
def test_a_pattern_has_the_keys_of_its_own_text(text: str) -> None:
    found = planned(f"body:{text}", SCHEMA)
    assert isinstance(found, nodes.PatternClause)
    assert ("lemma", "человек") in {(key.kind, key.text) for key in found.fields[0].keys}


def test_the_last_part_of_a_prefix_is_the_prefix_and_so_is_the_whole() -> None:
    found = planned("=тест тест-кей*", SCHEMA, fields={"body": 1})
    assert isinstance(found, nodes.Combined)
    exact, prefix = found.should
    assert isinstance(prefix, nodes.Combined)
    whole, words = prefix.should
    assert isinstance(whole, nodes.PatternClause)
    assert whole.pattern == nodes.Pattern("prefix", "тест-кей")
    assert isinstance(words, nodes.Combined)
    word, pattern = words.must
    assert isinstance(exact, nodes.WordClause)
    assert isinstance(word, nodes.WordClause)
    assert set(exact.fields[0].keys) <= set(word.fields[0].keys)
    assert isinstance(pattern, nodes.PatternClause)
    assert pattern.pattern == nodes.Pattern("prefix", "кей")


def test_patterns_of_keywords_are_not_folded() -> None:
    assert planned("tag:Не*") == nodes.ValuePattern("tag", nodes.Pattern("prefix", "Не"))
    assert planned("tag:Нефть~1") == nodes.ValuePattern("tag", nodes.Pattern("fuzzy", "Нефть", 1))


def test_patterns_need_text() -> None:
    with pytest.raises(sl.UnsupportedQueryError, match="no text"):
        planned("price:1*", SCHEMA)
    with pytest.raises(sl.UnsupportedQueryError, match="no text field"):
        planned("нефть", sl.Schema(tag=sl.Keyword()))


# Values


def test_a_keyword_is_the_whole_value() -> None:
    assert planned("tag:Нефть") == nodes.Value("tag", "Нефть")
    assert planned('tag:"Уголовный кодекс"') == nodes.Value("tag", "Уголовный кодекс")


def test_ranges_of_keywords_keep_their_bounds() -> None:
    assert planned("tag:[а TO в}") == nodes.ValueRange("tag", ("а", True), ("в", False))
    assert planned("tag:[* TO в]") == nodes.ValueRange("tag", None, ("в", True))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("price:100", 100, 100),
        ("price:>100", 101, (1 << 63) - 1),
        ("price:<=100", -(1 << 63), 100),
        ("price:{1 TO 5}", 2, 4),
        ("price:[5 TO 1]", 1, 0),
        ("open:да", 1, 1),
        ("day:2025-11-04", days(date(2025, 11, 4)), days(date(2025, 11, 4))),
        ("day:2024-02", days(date(2024, 2, 1)), days(date(2024, 2, 29))),
        ("day:>2025-11", days(date(2025, 12, 1)), (1 << 63) - 1),
        ("rate:0,5", 0.5, 0.5),
        ("rate:>=0.5", 0.5, math.inf),
    ],
)
def test_values_are_ranges_of_numbers(text: str, low: float, high: float) -> None:
    field = text.split(":")[0]
    assert planned(text, SCHEMA) == nodes.NumberRange(field, low, high)


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        (q.Word("а", "нет"), "no field 'нет'; the index has id"),
        (q.Prefix("а", "нет"), "no field 'нет'"),
        (q.Range("нет", "1", "2"), "no field 'нет'"),
        (q.Word("много", "price"), "whole number, not 'много'"),
        (q.Range("day", "вчера", None), "a date"),
    ],
)
def test_what_a_field_cannot_hold_is_a_query_error(tree: q.Query, says: str) -> None:
    with pytest.raises(sl.QueryError, match=says):
        plan(tree, SCHEMA)


@pytest.mark.parametrize(
    "tree", [q.Word("а", "extra"), q.Range("extra", "а", "б"), q.Range("body", "а", "б")]
)
def test_what_a_kind_of_field_cannot_answer_is_unsupported(tree: q.Query) -> None:
    with pytest.raises(sl.UnsupportedQueryError):
        plan(tree, SCHEMA)


# ranges.py


def day(year: int, month: int, number: int) -> int:
    return days(date(year, month, number))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", day(2025, 1, 1), day(2025, 12, 31)),
        ("2025-2", day(2025, 2, 1), day(2025, 2, 28)),
        ("02.2024", day(2024, 2, 1), day(2024, 2, 29)),
        ("12.2025", day(2025, 12, 1), day(2025, 12, 31)),
        ("9999-12", day(9999, 12, 1), day(9999, 12, 31)),
        ("4.11.2025", day(2025, 11, 4), day(2025, 11, 4)),
        ("2025-11-4", day(2025, 11, 4), day(2025, 11, 4)),
    ],
)
def test_days_months_and_years(text: str, first: int, last: int) -> None:
    assert ranges.interval("day", sl.Date(), text) == (first, last)
    start, end = ranges.interval("moment", sl.DateTime(), text)
    assert (start, end + 1) == (first * 86_400_000_000, (last + 1) * 86_400_000_000)


@pytest.mark.parametrize(
    "text", ["", "вчера", "0000", "2025-13", "2025-02-29", "31.04.2025", "25-11-04", "2025-11-04T"]
)
def test_there_are_no_such_days(text: str) -> None:
    with pytest.raises(sl.QueryError, match="'day' takes a date"):
        ranges.interval("day", sl.Date(), text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2025-11-04T15:30", 60_000_000),
        ("2025-11-04 15:30", 60_000_000),
        ("2025-11-04T15:30:05", 1_000_000),
        ("2025-11-04T15:30:05.25", 1),
        ("2025-11-04T15:30+00:00", 60_000_000),
    ],
)
def test_a_moment_covers_its_last_unit(text: str, length: int) -> None:
    start, end = ranges.interval("moment", sl.DateTime(), text)
    assert end - start + 1 == length
    assert start == microseconds(datetime.fromisoformat(text))


def test_a_moment_with_a_zone_is_that_moment() -> None:
    moscow = ranges.interval("moment", sl.DateTime(), "2025-11-04T15:30+03:00")
    assert moscow == ranges.interval("moment", sl.DateTime(), "2025-11-04T12:30")


@pytest.mark.parametrize("text", ["2025-11-04T25:00", "T15:30", "15:30", "2025-11-04 вечером"])
def test_there_are_no_such_moments(text: str) -> None:
    with pytest.raises(sl.QueryError, match="'moment' takes a moment"):
        ranges.interval("moment", sl.DateTime(), text)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        (sl.Integer(), "1.5", "whole number"),
        (sl.Integer(), "9" * 5000, "whole number"),
        (sl.Float(), "полтора", "a number"),
        (sl.Float(), "nan", "a number"),
        (sl.Boolean(), "может", "да, нет"),
        (sl.Text(), "нефть", "no values"),
    ],
)
def test_values_that_cannot_be_read(field: Field, text: str, says: str) -> None:
    with pytest.raises(sl.QueryError, match=says):
        ranges.interval("поле", field, text)


@pytest.mark.parametrize("text", ["true", "ДА", "Yes", "1", "истина"])
def test_ways_to_say_yes(text: str) -> None:
    assert ranges.interval("open", sl.Boolean(), text) == (1, 1)


def test_whole_numbers_beyond_64_bits_are_cut_to_them() -> None:
    assert ranges.interval("n", sl.Integer(), str(1 << 70)) == ((1 << 63) - 1,) * 2
    assert ranges.interval("n", sl.Integer(), str(-(1 << 70))) == (-(1 << 63),) * 2


@given(
    st.floats(-10, 10, width=16),
    st.floats(-10, 10, width=16),
    st.booleans(),
    st.booleans(),
    st.floats(-10, 10, width=16),
)
def test_bounds_of_floats_hold_what_lies_between(
    low: float, high: float, include_low: bool, include_high: bool, value: float
) -> None:
    least, most = ranges.bounds(
        "f", sl.Float(), repr(low), repr(high), include_low=include_low, include_high=include_high
    )
    above = low <= value if include_low else low < value
    below = value <= high if include_high else value < high
    assert (least <= value <= most) == (above and below)


@given(
    st.integers(-5, 5),
    st.integers(-5, 5),
    st.booleans(),
    st.booleans(),
    st.integers(-7, 7),
)
def test_bounds_of_whole_numbers_hold_what_lies_between(
    low: int, high: int, include_low: bool, include_high: bool, value: int
) -> None:
    least, most = ranges.bounds(
        "n", sl.Integer(), str(low), str(high), include_low=include_low, include_high=include_high
    )
    above = low <= value if include_low else low < value
    below = value <= high if include_high else value < high
    assert (least <= value <= most) == (above and below)


def test_open_bounds_and_bounds_beyond_everything() -> None:
    def of(field: Field, low: str | None, high: str | None) -> ranges.Interval:
        return ranges.bounds("x", field, low, high, include_low=False, include_high=False)

    assert of(sl.Float(), None, None) == (-math.inf, math.inf)
    assert of(sl.Integer(), None, None) == (-(1 << 63), (1 << 63) - 1)
    for field, low, high in (
        (sl.Float(), "inf", None),
        (sl.Float(), None, "-inf"),
        (sl.Integer(), str((1 << 63) - 1), None),
        (sl.Integer(), None, str(-(1 << 63))),
    ):
        least, most = of(field, low, high)
        assert least > most


def test_a_range_of_months_takes_them_whole() -> None:
    def of(include_low: bool, include_high: bool) -> ranges.Interval:
        return ranges.bounds(
            "day",
            sl.Date(),
            "2025-01",
            "2025-03",
            include_low=include_low,
            include_high=include_high,
        )

    assert of(True, True) == (day(2025, 1, 1), day(2025, 3, 31))
    assert of(False, False) == (day(2025, 2, 1), day(2025, 2, 28))
