"""Errors of queries in Russian: each that a typed query can meet has its translation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from searchlib import Boolean, Date, DateTime, Float, Index, Integer, Keyword, Schema, Stored, Text
from searchlib.errors import CorruptIndexError, QueryError, QuerySyntaxError
from searchlib.translations import RUSSIAN, in_russian, template_of, told

if TYPE_CHECKING:
    from searchlib.snapshot import Snapshot

# By the beginning of the Russian message: a query that meets it.
QUERIES = [
    ("эта скобка ничего не закрывает", "нефть) газ"),
    ("эта скобка не закрыта", "нефть (газ"),
    ("между этими скобками нет", "нефть (...) газ"),
    ("вложено больше 200 скобок", "(" * 201 + "газ" + ")" * 201),
    ("кавычка „ не закрыта", "нефть „газ"),
    ("кворум — число от 1", "(нефть газ)/0"),
    ("кворум ставят после слов", "(нефть AND газ)/2"),
    ("вес — число больше 0", "нефть^0"),
    ("у фразы может быть ~ или кворум", '"нефть газ"~3/2'),
    ('после "…"~ нужно число', '"нефть газ"~'),
    ("промежуток — это [a TO b] или {a TO b}, вместо открытой", "date:[2025"),
    ("после РЯДОМ нужно число", "нефть NEAR/0 газ"),
    ("NEAR/3 ставят между двумя", "нефть NEAR/2 газ NEAR/3 уголь"),
    ("в слове допускаются 1 или 2", "нефть~3"),
    ("=, ~ и звёздочки", "=неф*"),
    ("в слове со звёздочкой", r"не\*фт*ь"),
    (r"после AND ничего нет; допишите или напишите \AND", "нефть AND"),
    (r"перед OR ничего нет; допишите или напишите \OR", "OR нефть"),
    ("вложенность запроса больше 200", "NOT " * 201 + "газ"),
    ("в регулярном выражении не больше", "/" + "а" * 1001 + "/"),
    ("не годится регулярное выражение", "/а{1001}{1001}{1001}/"),
    ("поле «extra» только хранится", "extra:газ"),
    ("поле «date» не текстовое", "date:га*"),
    ("поле «title» текстовое; промежутки", "title:[а TO б]"),
    ("поле «short» не хранит точных форм", "short:=газ"),
    ("нет такого дня, как 2025-02-30 (поле «date»)", "date:2025-02-30"),
    ("полю «date» нужна дата", "date:вчера"),
    ("нет такого дня, как 2025-02-30 (поле «at»)", "at:2025-02-30"),
    ("полю «at» нужно время", "at:вчера"),
    ("полю «count» нужно целое число, а не «много»", "count:много"),
    ("полю «price» нужно число, а не «много»", "price:много"),
    ("полю «open» нужно да или нет, а не «иногда»", "open:иногда"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    schema = Schema(
        id=Keyword(unique=True),
        title=Text(),
        short=Text(exact=False),
        extra=Stored(),
        date=Date(),
        at=DateTime(),
        count=Integer(),
        price=Float(),
        open=Boolean(),
    )
    return Index.create(tmp_path_factory.mktemp("translations"), schema).snapshot()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("bare")
    return Index.create(folder, Schema(id=Keyword(unique=True))).snapshot()


@pytest.mark.parametrize(("russian", "query"), QUERIES)
def test_a_typed_query_is_refused_in_russian(snapshot: Snapshot, russian: str, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        snapshot.search(query)
    shown = told(caught.value, "ru")
    assert shown.startswith(russian)
    if isinstance(caught.value, QuerySyntaxError):
        assert shown.endswith("^")
    assert told(caught.value, "en") == str(caught.value)


def test_other_refusals(snapshot: Snapshot, bare: Snapshot) -> None:
    assert [told(error, "ru").partition("; ")[0] for error in _others(snapshot, bare)] == [
        "по полю «title» (text) упорядочить нельзя: ключевому слову нужно sortable=True, "
        "у текста порядка нет",
        "нет поля «чепуха»",
        "в индексе нет текстовых полей",
    ]


def _others(snapshot: Snapshot, bare: Snapshot) -> list[QueryError]:
    """What no query over a schema with text fields meets."""
    errors = []
    for refused, query, sort in (
        (snapshot, "*", "title"),
        (snapshot, "*", "чепуха"),
        (bare, "газ", None),
    ):
        with pytest.raises(QueryError) as caught:
            refused.prepare(query, sort=sort)
        errors.append(caught.value)
    return errors


def test_every_translation_is_met(snapshot: Snapshot, bare: Snapshot) -> None:
    errors = _others(snapshot, bare)
    for _, query in QUERIES:
        with pytest.raises(QueryError) as caught:
            snapshot.search(query)
        errors.append(caught.value)
    met = {template_of(str(error.args[0])) for error in errors}
    assert [english for english, _ in RUSSIAN if english not in met] == []


def test_both_languages_name_the_same_things() -> None:
    for english, russian in RUSSIAN:
        places = set(re.findall(r"\{(\w+)\}", english))
        assert set(re.findall(r"\{(\w+)\}", russian)) <= places


def test_what_has_no_translation_stays_as_it_is() -> None:
    assert in_russian("something new") == "something new"
    assert told(CorruptIndexError("a file is broken"), "ru") == "a file is broken"


def test_braces_in_what_was_typed_are_kept() -> None:
    message = in_russian("field 'count' takes a whole number, not '{газ} {0}'")
    assert message == "полю «count» нужно целое число, а не «{газ} {0}»"
