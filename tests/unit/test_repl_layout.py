"""Queries typed in the wrong keyboard layout: which words are read otherwise, and which never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchlib import Index, Keyword, Schema, Text
from searchlib.errors import QueryError
from searchlib.repl.layout import Reading, reread

if TYPE_CHECKING:
    from searchlib.snapshot import Snapshot

TEXTS = [
    "Министры обсудили транспортировку нефти. Цены на нефть растут, биржа закрыта.",
    "Осмотрите кладку и дымоход: газ для розжига не нужен, хватит дров. Это банк.",
    "Жизнь хороша в любую погоду, а шёлк и ёлка — в праздник. Область решает.",
    "Библиотека pandas читает таблицы, Rust быстр, а C++ стар. Отметили 100-летие.",
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    schema = Schema(id=Keyword(unique=True), title=Text(weight=2.0), body=Text())
    index = Index.create(tmp_path_factory.mktemp("layout"), schema)
    with index.writer() as writer:
        for number, text in enumerate(TEXTS):
            writer.add({"id": str(number), "title": text.split()[0], "body": text})
    return index.snapshot()


def read(snapshot: Snapshot, query: str) -> Reading | None:
    def knows(word: str) -> bool:
        return bool(snapshot.search(word, limit=1, lenient=True))

    try:
        found = bool(snapshot.search(query))
    except QueryError:
        found = False
    return reread(query, knows, fields=snapshot.schema.text_fields(), found=found)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ytanm", "нефть"),
        ("Ytanm", "Нефть"),
        ("YTANM", "НЕФТЬ"),
        ("nhfycgjhnbhjdrf ytanb", "транспортировка нефти"),
        # Letters on the keys of punctuation, at either end and within.
        ("lsvj[jl", "дымоход"),
        (",bh;f", "биржа"),
        ("<fyr", "Банк"),
        (";bpym", "жизнь"),
        ("j,kfcnm", "область"),
        ("`krf", "ёлка"),
        ("'nj", "это"),
        ("ytanm ufp, lhjdf!", "нефть газ дрова"),
        ("100-ktnbt", "100-летие"),
        # Fields, marks, brackets, quotes, patterns and operators stay what they are.
        ("title:vbybcnhs", "title:министры"),
        ("+ytanm -ufp", "+нефть -газ"),
        ("(ytanm OR lhjdf)^2", "(нефть OR дрова)^2"),
        ('"wtys yf ytanm"~2', '"цены на нефть"~2'),
        ("lsvj[*", "дымох*"),
        ("ytant~", "нефте~"),
        # Operators and short words between them.
        ("ytanm B wtys", "нефть И цены"),
        ("ytanm YT ufp", "нефть НЕ газ"),
        ("ufp lkz hjp;buf", "газ для розжига"),
        # Some words are right.
        ("linux lsvj[jl", "linux дымоход"),
        ("газ lsvj[jl", "газ дымоход"),
        # The other way about.
        ("зфтвфы", "pandas"),
        ("кгые зфтвфы", "rust pandas"),
    ],
)
def test_what_was_meant(snapshot: Snapshot, typed: str, meant: str) -> None:
    reading = read(snapshot, typed)
    assert reading is not None
    assert reading.text == meant
    assert snapshot.search(reading.text)
    assert reading.words


@pytest.mark.parametrize(
    "query",
    [
        "нефть",
        "pandas",
        "rust pandas",
        "газ he",  # the keys of «ру», which is in no text
        "газ yf",  # the keys of «на», which is; too short to say beside a word that is found
        "=ytanm",
        "газ =ytanm",
        "kubernetes",
        "чепухистика",
        "рудз",
        "/ytan.*/",
        "id:ytanm",
        "AND",
        "C++",
        "2025",
        "...",
        "",
        "ytanm,ufp",
        "нефтm",
    ],
)
def test_what_is_left_alone(snapshot: Snapshot, query: str) -> None:
    assert read(snapshot, query) is None


@pytest.mark.parametrize("text", TEXTS)
def test_no_word_of_a_text_that_is_found_is_ever_changed(snapshot: Snapshot, text: str) -> None:
    for word in text.split():
        assert read(snapshot, word) is None
    assert read(snapshot, text) is None


def test_spaces_stay(snapshot: Snapshot) -> None:
    reading = read(snapshot, "  ytanm\t ufp ")
    assert reading is not None
    assert reading.text == "  нефть\t газ "


def test_a_long_text_costs_few_questions() -> None:
    asked: list[str] = []

    def knows(word: str) -> bool:
        asked.append(word)
        return False

    assert reread("ytanm " * 10_000, knows, fields=[], found=False) is None
    assert len(asked) < 100


@pytest.mark.parametrize("sign", ["(", ")", '"', "a", "*", "~", "a:", "+", "-"])
def test_a_long_run_of_signs_is_read_at_once(sign: str) -> None:
    assert reread(sign * 200_000, lambda _: False, fields=["a"], found=False) is None
