"""The query language: which marks are operators, and what strict and lenient reading do."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import Any, Literal

import pytest
from hypothesis import example, given
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

FIELDS = ("title", "date", "price", "тема", "tags")


def words(*texts: str, field: str | None = None) -> Words:
    return Words(tuple(Word(text, field) for text in texts))


OIL, GAS, COAL = Word("нефть"), Word("газ"), Word("уголь")

READINGS: list[tuple[str, Query]] = [
    # words and the punctuation around them
    ("нефть", OIL),
    ("нефть газ", Words((OIL, GAS))),
    ("  нефть\n\tгаз ", Words((OIL, GAS))),
    ("Что такое нефть?", words("Что", "такое", "нефть")),
    ("нефть, газ; уголь…", Words((OIL, GAS, COAL))),
    ("нефть — газ", Words((OIL, GAS))),
    ("нефть - газ", Words((OIL, GAS))),
    ("нефть + газ", Words((OIL, GAS))),
    ("тест-кейс", Word("тест-кейс")),
    ("кто-то", Word("кто-то")),
    ("15:30", Word("15:30")),
    ("км/ч", Word("км/ч")),
    ("и/или", Word("и/или")),
    ("3,5", Word("3,5")),
    ("5%", Word("5%")),
    ("№5", Word("№5")),
    ("18+", Word("18+")),
    ("C++, C# и .NET.", words("C++", "C#", "и", ".NET")),
    ("...нефть", OIL),
    ("А.С.Пушкин", Word("А.С.Пушкин")),
    ("example.com!", Word("example.com")),
    ("д'Артаньян", Word("д'Артаньян")),
    ("'нефть'", OIL),
    ("за\u0301мок", Word("замок")),
    ("e\u0301", Word("e\u0301")),
    # colons and fields
    ("Нефть: цены растут", words("Нефть", "цены", "растут")),
    ("слово:слово", Word("слово:слово")),
    ("http://example.com/a", Word("http://example.com/a")),
    ("http://example.com/?q=нефть", Word("http://example.com/?q=нефть")),
    ("http://example.com/*", Prefix("http://example.com/")),
    ("title: нефть", words("title", "нефть")),
    ("title:", Word("title")),
    ("title:...", Word("title")),
    ("title:**", Word("title")),
    ('title:""', Word("title")),
    (r"\field(тема):нефть", Word("нефть", "тема")),
    (r"\field(a.b-c):(нефть газ)", words("нефть", "газ", field="a.b-c")),
    (r"\field(тема):[а TO б]", Range("тема", "а", "б")),
    (r"нефть -\field(тема):=газ", Boolean((), (OIL,), (Exact("газ", "тема"),))),
    (r"\field(тема): нефть", words("field", "тема", "нефть")),
    ("author:Иванов", Word("author:Иванов")),
    ("title:нефть", Word("нефть", "title")),
    ("тема:нефть", Word("нефть", "тема")),
    ("title:нефть газ", Words((Word("нефть", "title"), GAS))),
    ("title:(нефть газ)", words("нефть", "газ", field="title")),
    ("title:(нефть тема:газ)", Words((Word("нефть", "title"), Word("газ", "тема")))),
    ('title:"нефть газ"', Phrase(("нефть", "газ"), field="title")),
    ("title:15:30", Word("15:30", "title")),
    ("title:=стали", Exact("стали", "title")),
    ("title:*", Wildcard("*", "title")),
    ("title:*^2", Boost(Wildcard("*", "title"), 2.0)),
    ("title:нефт*", Prefix("нефт", "title")),
    ("title:/нефт.*/", Regex("нефт.*", "title")),
    ("title:нефть~2", Fuzzy("нефть", 2, "title")),
    ("title:нефть^2", Boost(Word("нефть", "title"), 2)),
    ("price:-5", Word("-5", "price")),
    # exact forms
    ("=стали", Exact("стали")),
    ("= стали", Word("стали")),
    ("2=2", Word("2=2")),
    ("==стали", Word("стали")),
    ('="войны и мира"', Phrase((Exact("войны"), Exact("и"), Exact("мира")))),
    ('"=войны и =мира"', Phrase((Exact("войны"), "и", Exact("мира")))),
    # phrases and quotes
    ('"транспортировка нефти"', Phrase(("транспортировка", "нефти"))),
    ('"транспортировка нефти"~3', Phrase(("транспортировка", "нефти"), 3)),
    ("„быть или не быть“", Phrase(("быть", "или", "не", "быть"))),
    ("“быть или не быть”", Phrase(("быть", "или", "не", "быть"))),
    ("„быть или не быть”", Phrase(("быть", "или", "не", "быть"))),
    ('"Привет, мир!"', Phrase(("Привет", "мир"))),
    ('"нефть AND газ"', Phrase(("нефть", "AND", "газ"))),
    ('"нефт* (газ)"', Phrase(("нефт", "газ"))),
    ('"а б"^2', Boost(Phrase(("а", "б")), 2)),
    ('"а б"~2^3', Boost(Phrase(("а", "б"), 2), 3)),
    (
        "«Война и мир»",
        Boolean(
            must=(words("Война", "и", "мир"),), should=(Boost(Phrase(("Война", "и", "мир")), 0.1),)
        ),
    ),
    ("«Газпром»", Word("Газпром")),
    (
        "ООО «Завод «Искра»",
        Words(
            (
                Word("ООО"),
                Boolean(
                    must=(words("Завод", "Искра"),),
                    should=(Boost(Phrase(("Завод", "Искра")), 0.1),),
                ),
            )
        ),
    ),
    (
        "«Завод «Искра»» нефть",
        Words(
            (
                Boolean(
                    must=(words("Завод", "Искра"),),
                    should=(Boost(Phrase(("Завод", "Искра")), 0.1),),
                ),
                OIL,
            )
        ),
    ),
    ('нефть ""', OIL),
    ("«Нефть» дорожает»: прогноз", words("Нефть", "дорожает", "прогноз")),
    ("нефть” газ", Words((OIL, GAS))),
    # boolean operators
    ("нефть AND газ", And((OIL, GAS))),
    ("нефть И газ", And((OIL, GAS))),
    ("нефть OR газ", Or((OIL, GAS))),
    ("нефть ИЛИ газ", Or((OIL, GAS))),
    ("NOT нефть", Not(OIL)),
    ("NOT NOT нефть", Not(Not(OIL))),
    ("нефть NOT газ", And((OIL, Not(GAS)))),
    ("нефть НЕ газ", And((OIL, Not(GAS)))),
    ("нефть И НЕ газ", And((OIL, Not(GAS)))),
    ("нефть AND NOT газ", And((OIL, Not(GAS)))),
    ("нефть OR NOT газ", Or((OIL, Not(GAS)))),
    ("NOT нефть газ", And((Not(OIL), GAS))),
    ("нефть OR газ AND уголь", Or((OIL, And((GAS, COAL))))),
    ("(нефть OR газ) AND уголь", And((Or((OIL, GAS)), COAL))),
    ("NOT нефть AND газ", And((Not(OIL), GAS))),
    ("нефть газ AND уголь торф", And((Words((OIL, GAS)), words("уголь", "торф")))),
    ("нефть AND газ AND уголь", And((OIL, GAS, COAL))),
    ("(нефть AND газ) AND уголь", And((And((OIL, GAS)), COAL))),
    ("нефть и газ", words("нефть", "и", "газ")),
    ("нефть and газ", words("нефть", "and", "газ")),
    ("нефть не газ", words("нефть", "не", "газ")),
    ("ROCK AND ROLL", And((Word("ROCK"), Word("ROLL")))),
    ("((нефть))", OIL),
    ("студент(ка)", words("студент", "ка")),
    # Russian operators that are words
    ("И. В. Сталин", words("И", "В", "Сталин")),
    ("Сталин И. В.", words("Сталин", "И", "В")),
    ("ВОЙНА И МИР", words("ВОЙНА", "И", "МИР")),
    ("БЫТЬ ИЛИ НЕ БЫТЬ", words("БЫТЬ", "ИЛИ", "НЕ", "БЫТЬ")),
    ("И нефть", words("И", "нефть")),
    ("НЕ нефть", words("НЕ", "нефть")),
    ("нефть И", words("нефть", "И")),
    ("нефть НЕ", words("нефть", "НЕ")),
    ("нефть И И газ", And((OIL, words("И", "газ")))),
    ("(И нефть)", words("И", "нефть")),
    ("РЯДОМ/5 нефть", words("РЯДОМ/5", "нефть")),
    (r"нефть \И газ", words("нефть", "И", "газ")),
    # plus and minus
    ("+нефть -газ уголь", Boolean((OIL,), (COAL,), (GAS,))),
    ("-нефть", Boolean(must_not=(OIL,))),
    ('-"а б" нефть', Boolean((), (OIL,), (Phrase(("а", "б")),))),
    ("нефть -(газ уголь)", Boolean((), (OIL,), (Words((GAS, COAL)),))),
    ("нефть -title:газ", Boolean((), (OIL,), (Word("газ", "title"),))),
    ("нефть -=газ", Boolean((), (OIL,), (Exact("газ"),))),
    ("нефть -газ*", Boolean((), (OIL,), (Prefix("газ"),))),
    ("нефть --газ", Words((OIL, GAS))),
    ("нефть- газ", Words((OIL, GAS))),
    ("(-нефть газ)", Boolean((), (GAS,), (OIL,))),
    ("title:(-нефть)", Boolean(must_not=(Word("нефть", "title"),))),
    ("нефть,-газ", Word("нефть,-газ")),
    ("(нефть)-газ", Words((OIL, GAS))),
    ('"нефть"-газ', Words((Phrase(("нефть",)), GAS))),
    ("уголь AND +нефть газ", And((COAL, Boolean((OIL,), (GAS,))))),
    # wildcards, regular expressions, edits, weights
    ("транс*", Prefix("транс")),
    ("транс*,", Prefix("транс")),
    ("*провод", Wildcard("*провод")),
    ("*нефть*", Wildcard("*нефть*")),
    ("н*ть", Wildcard("н*ть")),
    ("н?фть", Wildcard("н?фть")),
    ("?фть", Wildcard("?фть")),
    ("н??ть", Wildcard("н??ть")),
    ("нефть??", OIL),
    ("нефть ? газ", Words((OIL, GAS))),
    ("нефть ?!", OIL),
    ("что?.. где?", words("что", "где")),
    (r"что\?", Word("что?")),
    ("*", Everything()),
    ("нефть *", Words((OIL, Everything()))),
    ("** нефть", OIL),
    ("/нефт.*/", Regex("нефт.*")),
    ("/(нефт|газ).*/ уголь", Words((Regex("(нефт|газ).*"), COAL))),
    ("(/нефт.*/)", Regex("нефт.*")),
    (r"/км\/ч/", Regex("км/ч")),
    ("/нефт.*/^2", Boost(Regex("нефт.*"), 2)),
    ("/нефть", OIL),
    ("/…/ нефть", OIL),
    (r"\regex(.*)", Regex(".*")),
    ("/r/russia", Word("r/russia")),
    ("нефть / газ", Words((OIL, GAS))),
    ("нефть~", Fuzzy("нефть")),
    ("нефть~2", Fuzzy("нефть", 2)),
    ("нефть~?", Fuzzy("нефть")),
    ("нефть ~ газ", Words((OIL, GAS))),
    ("~5", Word("5")),
    ("а~б", Word("а~б")),
    ("нефть^2.5", Boost(OIL, 2.5)),
    ("нефть^2,5", Boost(OIL, 2.5)),
    ("нефть^2, газ", Words((Boost(OIL, 2), GAS))),
    ("нефть~2^3", Boost(Fuzzy("нефть", 2), 3)),
    ("транс*^3", Boost(Prefix("транс"), 3)),
    ("нефть ^ газ", Words((OIL, GAS))),
    ("нефть^", OIL),
    ("(нефть газ)^2", Boost(Words((OIL, GAS)), 2)),
    # near and quorum
    ("нефть NEAR/5 газ", Near(("нефть", "газ"), 5)),
    ("нефть РЯДОМ/5 газ", Near(("нефть", "газ"), 5)),
    ("=нефть NEAR/5 газ", Near((Exact("нефть"), "газ"), 5)),
    ("нефть NEAR/5 газ NEAR/5 уголь", Near(("нефть", "газ", "уголь"), 5)),
    ("а нефть NEAR/5 газ б", Words((Word("а"), Near(("нефть", "газ"), 5), Word("б")))),
    ("title:(нефть NEAR/5 газ)", Near(("нефть", "газ"), 5, "title")),
    ("+нефть NEAR/5 газ", Boolean((Near(("нефть", "газ"), 5),))),
    ("нефть NEAR газ", words("нефть", "NEAR", "газ")),
    ("НЕФТЬ РЯДОМ/5 ГАЗ", words("НЕФТЬ", "РЯДОМ/5", "ГАЗ")),
    ('"а б в г"/2', Quorum(words("а", "б", "в", "г").clauses, 2)),
    ("(а б в)/60%", Quorum(words("а", "б", "в").clauses, 0.6)),
    ("(а б)/100%", Quorum(words("а", "б").clauses, 2)),
    ("(а б)/2^3", Boost(Quorum(words("а", "б").clauses, 2), 3)),
    ("((а б) в)/2", Quorum((words("а", "б"), Word("в")), 2)),
    ("title:(а б)/2", Quorum(words("а", "б", field="title").clauses, 2)),
    ("(км)/ч", words("км", "ч")),
    # ranges
    ("date:[2025-01-01 TO 2025-06-30]", Range("date", "2025-01-01", "2025-06-30")),
    ("price:{1 TO 5}", Range("price", "1", "5", False, False)),
    ("price:[1 TO 5}", Range("price", "1", "5", True, False)),
    ("price:{1 TO 5]", Range("price", "1", "5", False, True)),
    ("price:[* TO 5]", Range("price", None, "5")),
    ("price:[1 TO *]", Range("price", "1", None)),
    ("price:[* TO *]", Range("price", None, None)),
    ("date:[2025-01-01 10:00 TO *]", Range("date", "2025-01-01 10:00", None)),
    ("price:[1 TO 5]^2", Boost(Range("price", "1", "5"), 2)),
    ("date:2025-01-01..2025-06-30", Range("date", "2025-01-01", "2025-06-30")),
    ("date:2025-01-01..", Range("date", "2025-01-01", None)),
    ("date:..2025-01-01", Range("date", None, "2025-01-01")),
    ("price:-5..5", Range("price", "-5", "5")),
    ("tags:а..в", Range("tags", "а", "в")),
    ("title:нефть..", Word("нефть", "title")),
    ("title:нефть...", Word("нефть", "title")),
    ("1..5", Word("1..5")),
    ("price:>=100", Range("price", "100", None)),
    ("price:>100", Range("price", "100", None, include_low=False)),
    ("price:<=100", Range("price", None, "100")),
    ("price:<100", Range("price", None, "100", include_high=False)),
    ("price:>=-5", Range("price", "-5", None)),
    ("price:(>=1 AND <5)", And((Range("price", 1, None), Range("price", None, 5, True, False)))),
    ("price:(1..5 OR 7)", Or((Range("price", 1, 5), Word("7", "price")))),
    ("title:(<нефть> а..б)", words("нефть", "а..б", field="title")),
    ("date:2025-11", Word("2025-11", "date")),
    ("date:2025", Word("2025", "date")),
    ("date:04.11.2025", Word("04.11.2025", "date")),
    ("[нефть]", OIL),
    ("{нефть TO газ}", words("нефть", "TO", "газ")),
    # no word at all
    ("", Nothing()),
    ("   ", Nothing()),
    ("?!… — -", Nothing()),
    ("()", Nothing()),
    ('"', Nothing()),
    ("(((", Nothing()),
    (":)", Nothing()),
    # explicit nodes
    (r"\and(нефть)", And((OIL,))),
    (r"\words(нефть)", Words((OIL,))),
    (r"\or((нефть газ))", Or((Words((OIL, GAS)),))),
    (r"\bool(нефть газ)", Boolean(should=(OIL, GAS))),
    (r"\wildcard(нефт?)", Wildcard("нефт?")),
    (r"title:\wildcard(нефт?)^2", Boost(Wildcard("нефт?", "title"), 2)),
    (r"нефть \nothing()", Words((OIL, Nothing()))),
    (r"большой\ город", Word("большой город")),
    ("нефть \\", OIL),
]


@pytest.mark.parametrize(("text", "tree"), READINGS)
def test_strict_reading(text: str, tree: Query) -> None:
    query = parse(text, fields=FIELDS)
    assert query == tree
    assert query.notes == ()


@pytest.mark.parametrize(("text", "tree"), READINGS)
def test_lenient_reading_of_what_strict_reading_takes_is_the_same(text: str, tree: Query) -> None:
    query = parse(text, lenient=True, fields=FIELDS)
    assert query == tree
    assert query.notes == ()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("title:нефть", Word("нефть", "title")),
        ("a_1:нефть", Word("нефть", "a_1")),
        ("тема:нефть", Word("тема:нефть")),
        ("слово:слово", Word("слово:слово")),
        ("15:30", Word("15:30")),
        ("http://a", Word("http://a")),
        ("title: нефть", words("title", "нефть")),
        ("title:/а.*/", Regex("а.*", "title")),
    ],
)
def test_without_a_schema_latin_names_are_fields(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("нефть", OIL),
        ("нефть газ", And((OIL, GAS))),
        ("нефть газ OR уголь", Or((And((OIL, GAS)), COAL))),
        ("+нефть газ -уголь", Boolean((OIL, GAS), (), (COAL,))),
        ("«нефть газ»", Boolean((And((OIL, GAS)),), (Boost(Phrase(("нефть", "газ")), 0.1),))),
        ("(нефть газ)/1", Quorum((OIL, GAS), 1)),
    ],
)
def test_the_operator_and(text: str, tree: Query) -> None:
    assert parse(text, operator="and") == tree


# text, position of the error, a part of the message, the tree of lenient reading
PROBLEMS: list[tuple[str, int, str, Query]] = [
    ('нефть "газ', 6, "never closed", Words((OIL, Phrase(("газ",))))),
    ("«нефть", 0, "never closed", OIL),
    ("„нефть", 0, "never closed", Phrase(("нефть",))),
    ('нефть" газ', 5, "never closed", Words((OIL, Phrase(("газ",))))),
    ("(нефть", 0, "never closed", OIL),
    ("газ ((нефть)", 4, "never closed", Words((GAS, OIL))),
    ("нефть)", 5, "closes nothing", OIL),
    ("нефть )газ(", 6, "closes nothing", Words((OIL, GAS))),
    ("нефть ()", 6, "no word", OIL),
    ("нефть (…)", 6, "no word", OIL),
    ("нефть title:()", 6, "no word", words("нефть", "title")),
    ("AND нефть", 0, "nothing before", words("AND", "нефть")),
    ("нефть AND", 6, "nothing after", words("нефть", "AND")),
    ("нефть OR OR газ", 9, "nothing before", Or((OIL, words("OR", "газ")))),
    ("нефть NOT", 6, "nothing after", words("нефть", "NOT")),
    ("(нефть OR) газ", 7, "nothing after", Words((words("нефть", "OR"), GAS))),
    ("NEAR/5 нефть", 0, "nothing before", words("NEAR/5", "нефть")),
    ("нефть NEAR/0 газ", 6, "from 1", words("нефть", "NEAR/0", "газ")),
    (
        "нефть NEAR/5 (газ уголь)",
        6,
        "between two words",
        Words((OIL, Word("NEAR/5"), Words((GAS, COAL)))),
    ),
    (
        "нефть NEAR/5 title:газ",
        6,
        "one field",
        Words((OIL, Word("NEAR/5"), Word("газ", "title"))),
    ),
    (
        "нефть NEAR/5 газ NEAR/3 уголь",
        17,
        "one distance",
        Words((Near(("нефть", "газ"), 5), Word("NEAR/3"), COAL)),
    ),
    ("нефть~3", 5, "1 or 2 edits", Word("нефть~3")),
    ("нефть^0", 5, "above 0", Word("нефть^0")),
    ("(нефть)^0", 7, "above 0", OIL),
    ('"нефть газ"~', 11, "number of extra", Phrase(("нефть", "газ"))),
    ('"нефть газ"/0', 11, "quorum", Phrase(("нефть", "газ"))),
    ('"нефть газ"~3/2', 0, "not both", Quorum((OIL, GAS), 2)),
    ("(нефть газ)/150%", 11, "quorum", Words((OIL, GAS))),
    ("(нефть OR газ)/1", 0, "without operators", Or((OIL, GAS))),
    ("=нефт*", 0, "keep one", Word("нефт")),
    ("=нефть~", 0, "keep one", OIL),
    ("нефт*~", 0, "keep one", Word("нефт")),
    (r"а\*б*в", 0, "literal", Word("а*б*в")),
    ("date:[2025", 5, "[a TO b]", words("date", "2025")),
    ("date:[2025 to 2026]", 5, "[a TO b]", words("date", "2025", "to", "2026")),
    ("date:[ TO 2026]", 5, "[a TO b]", words("date", "TO", "2026")),
    (r"\wildcard(\ )", 0, "not blank", Word("wildcard")),
    ("/" + "а" * 1001 + "/", 0, "at most 1000", Word("а" * 1001)),
    (r"\and(нефть OR газ)", 0, "without operators", Or((OIL, GAS))),
    ("за\u0301мок (нефть", 7, "never closed", words("замок", "нефть")),
]


@pytest.mark.parametrize(("text", "position", "message", "tree"), PROBLEMS)
def test_strict_reading_says_where_and_what(
    text: str, position: int, message: str, tree: Query
) -> None:
    with pytest.raises(QuerySyntaxError, match=re.escape(message)) as caught:
        parse(text, fields=FIELDS)
    assert caught.value.position == position
    assert caught.value.text == text


@pytest.mark.parametrize(("text", "position", "message", "tree"), PROBLEMS)
def test_lenient_reading_goes_on_and_notes(
    text: str, position: int, message: str, tree: Query
) -> None:
    query = parse(text, lenient=True, fields=FIELDS)
    assert query == tree
    assert any(message in note and str(position) in note for note in query.notes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": 5}, "int"),
        ({"text": "нефть", "operator": "xor"}, "operator"),
        ({"text": "нефть", "fields": "title"}, "collection"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(**arguments)


PIECES = st.sampled_from(
    [
        *("нефть", "И", "ИЛИ", "НЕ", "AND", "OR", "NOT", "NEAR/5", "РЯДОМ/2", "TO", "title:"),
        *("date:[", "тема:", " ", " ", " ", '"', "«", "»", "„", "“", "”", "(", ")", "[", "]"),
        *("{", "}", "\\", "/", "+", "-", "~", "^", "=", "*", "?", ":", "..", ">=", "%", "2"),
        *("\u0301", "а", "ё", "C++", "/2", "/60%", "~3", "^2", "^0", "\\and(", "\\wildcard("),
        *("\\bool(", "\\nothing()", "!", "_", ".", ",", "\n", "|", "&", "№"),
    ]
)
queries = st.text(max_size=12) | st.lists(PIECES, max_size=14).map("".join)


@given(queries, st.sampled_from(["or", "and"]), st.sampled_from([None, FIELDS]))
@example('title:"', "or", None)
@example("\\", "or", None)
@example('"\\', "or", None)
def test_strict_reading_parses_or_says_where(
    text: str, operator: Literal["or", "and"], fields: tuple[str, ...] | None
) -> None:
    lenient = parse(text, operator=operator, fields=fields, lenient=True)
    if lenient.notes:
        with pytest.raises(QuerySyntaxError) as caught:
            parse(text, operator=operator, fields=fields)
        assert caught.value.position in range(len(text) + 1)
        assert "^" in str(caught.value)
    else:
        query = parse(text, operator=operator, fields=fields)
        assert query == lenient
        assert query.notes == ()
        assert parse(str(query), fields=fields) == query


@given(queries, st.sampled_from([None, FIELDS]))
def test_lenient_reading_never_raises_and_reads_back(
    text: str, fields: tuple[str, ...] | None
) -> None:
    query = parse(text, lenient=True, fields=fields)
    assert parse(str(query), fields=fields) == query


def strings_of(query: Query) -> list[str]:
    """Return every text a tree holds: of its words, patterns, bounds and fields."""
    found: list[str] = []
    for field in dataclasses.fields(query):
        value = getattr(query, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Query):
                found += strings_of(part)
            elif isinstance(part, str) and field.name != "notes":
                found.append(part)
    return found


OPERATOR_CHARACTERS = "+-~^=/*?:\\()[]{}<>\"«»„“”.,!&|_'%№\n  "
noise = st.text("абёИН" + OPERATOR_CHARACTERS, max_size=25) | st.lists(
    PIECES | st.sampled_from(OPERATOR_CHARACTERS), max_size=16
).map("".join)


@given(noise)
@example('нефть "газ')
@example("title:[нефть TO газ")
@example("/нефть")
@example(r"\wildcard(нефть")
@example('"нефть газ"~3/2')
def test_lenient_reading_keeps_every_word(text: str) -> None:
    def written(texts: str) -> Counter[str]:
        return Counter(re.findall("[а-яё]+", texts))

    unescaped = re.sub(r"\\(.)", r"\1", text.replace("\u0301", ""), flags=re.DOTALL)
    kept = written("\n".join(strings_of(parse(text, lenient=True, fields=FIELDS))))
    assert written(unescaped) <= kept


@given(st.text("?!.,;:…—–-+=~^/()[]{}\"«»„“”'&|@# ", max_size=10))
def test_punctuation_asks_for_nothing(text: str) -> None:
    assert parse(text) == Nothing()
    assert parse(text, lenient=True) == Nothing()


@pytest.mark.parametrize(
    "unit",
    [
        "нефть ",
        "н?фть ",
        "title:нефть^2 ",
        "нефть AND ",
        "(нефть) ",
        "a:[ ",
        "(/а",
        "(/а)",
        "«а» ",
        '"а" ',
        "?",
        "_",
        "+",
        "^1",
        "\\а",
        "а NEAR/5 ",
        "а\u0301",
    ],
)
def test_a_hundred_thousand_units_are_read(unit: str) -> None:
    # Anything worse than linear time would not end here.
    query = parse(unit * 100_000 + " конец", lenient=True)
    assert str(query).count("конец") == 1


def test_a_hundred_thousand_words_are_all_there() -> None:
    texts = [f"слово{number}" for number in range(100_000)]
    assert parse(" ".join(texts)) == words(*texts)
