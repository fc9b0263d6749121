"""What a searcher means: each row is a query, what it must find and what not, all through `search`.

A document is one text. `operator="and"`: a query that asks for more finds less.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib as sl

ROWS = [
    ("сталь", ["производство стали выросло"], []),
    ("нефть", ["транспортировку нефти", "торгуют нефтью"], ["старый нефтяник"]),
    ("человек", ["много людей", "с людьми", "человеку"], []),
    ("идти", ["он шёл", "она шла", "я иду"], []),
    ("см", ["доска 15 см"], ["смотреть кино", "она смотрела"]),
    ("метан", ["выбросы метана"], []),
    ("Мечел", ["акции Мечела", "Мечелом"], ["старая мечеть", "у мечети"]),
    ("счастье", ["много счастья", "счастьем", "счастия"], []),
    ("Иванова", ["слова Ивановой", "Иванова", "Иванов"], []),
    ("ежик", ["видел ёжика", "ежики бегут"], []),
    ("ёжик", ["видел ёжика", "ежики бегут"], []),
    ("Озон", ["магазин Oзон"], []),  # the first letter is Latin
    ("замок", ["старый за\u0301мок", "у замка"], []),
    ("Ростов-на-Дону", ["живу в Ростове-на-Дону"], ["Ростов Великий"]),
    ("ростов на дону", ["живу в Ростове-на-Дону"], ["Ростов Великий"]),
    ("тест-кейс", ["пишу тест-кейсы", "тест кейс"], []),
    ("10 рублей", ["10 рублей", "10 рублям"], []),
    ("байден", ["визит Байдена", "Байдену"], ["считаем байты"]),
    ("бпла", ["атака БПЛА"], []),
    ("ВОЗ", ["доклад ВОЗ"], ["воз сена"]),
    ("МГУ", ["студенты МГУ"], ["морская мга"]),
    ("=стали", ["стали плавили"], ["сталь", "стать"]),
    ('"куски стали"', ["куски стали ножом резать"], ["стали куски"]),
    ("Маск", ["слова Илона Маска", "Маску"], ["маскарад"]),
    ("Шольц", ["с Шольцем", "от Шольца"], ["шёлк"]),
    ("Анна Сергеевна", ["об Анне Сергеевне"], ["Анна Сергеич"]),
    ("А. С. Пушкин", ["А.С. Пушкина", "Пушкиным А. С."], ["Л. М. Пушкин"]),
    ("Переделкино", ["в Переделкине"], ["переделка"]),
    ("бастовать", ["бастующие", "бастовавших"], ["бастион"]),
    ("вернуться", ["вернулась", "вернувшихся"], ["вернул долг"]),
    ("решить", ["решена", "решённая"], ["решал задачу"]),
    ("больной", ["он болен", "больна"], ["больница"]),
    ("два", ["двух", "двумя"], ["двадцать"]),
    ("миллион рублей", ["1,5 млн руб."], ["милиция"]),
    ("5%", ["5 %", "5 процентов"], ["5 рублей"]),
    ("04.11.2025", ["4.11.2025", "4 ноября 2025"], ["04.11.2015"]),
    ("экс-президент", ["экс-президента", "экспрезидентом", "экс президент"], ["президент"]),
    ("лучшие фильмы", ["лучшие фильмы"], []),
    ("узнаём", ["мы узнаём"], []),
    # Not of the contract's table.
    ("5 мая 2024", ["4-5 мая 2024", "05.05.2024"], ["5 мая 2014"]),
    ("2024 год", ["в 2024г", "2024 г."], ["в 2024"]),
    ("cafe", ["вывеска «Café»"], []),
    ("node.js", ["сервер на Node.js"], ["node.j"]),
    ('"быть или не быть"', ["быть или не быть"], ["быть и не быть"]),
]

ABOVE = [
    ("метан", "выбросы метана", "метал бисер"),
    ("лучшие фильмы", "лучшие фильмы", "хорошие фильмы"),
    ("узнаём", "мы узнаём", "мы узнаем"),
]


# With lemmas alone every row holds but the one that asks for a form.
WITHOUT_FORMS = [row for row in ROWS if not row[0].startswith("=")]


def index_of(folder: Path, *texts: str, exact: bool = True) -> sl.Index:
    schema = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(exact=exact))
    index = sl.Index.create(folder / "index", schema)
    with index.writer() as writer:
        writer.add_many({"id": str(number), "body": text} for number, text in enumerate(texts))
    return index


@pytest.mark.parametrize(("query", "finds", "not_"), ROWS, ids=[row[0] for row in ROWS])
def test_a_query_finds_what_was_meant(
    query: str, finds: list[str], not_: list[str], tmp_path: Path
) -> None:
    texts = [*finds, *not_]
    found = index_of(tmp_path, *texts).search(query, operator="and", limit=len(texts))
    assert {texts[int(hit["id"])] for hit in found} == set(finds)


@pytest.mark.parametrize(
    ("query", "finds", "not_"), WITHOUT_FORMS, ids=[row[0] for row in WITHOUT_FORMS]
)
def test_lemmas_alone_find_what_was_meant(
    query: str, finds: list[str], not_: list[str], tmp_path: Path
) -> None:
    texts = [*finds, *not_]
    index = index_of(tmp_path, *texts, exact=False)
    found = index.search(query, operator="and", limit=len(texts))
    assert {texts[int(hit["id"])] for hit in found} == set(finds)


def test_lemmas_alone_have_no_forms_but_of_what_has_no_lemma(tmp_path: Path) -> None:
    index = index_of(tmp_path, "5 мая стали плавили на «Азовстали» в 2024г", exact=False)
    with pytest.raises(sl.UnsupportedQueryError, match=r"index it with Text\(exact=True\)"):
        index.search("=стали")
    with pytest.raises(sl.UnsupportedQueryError, match=r"index it with Text\(exact=True\)"):
        index.search('"=стали плавили"')
    lemmas = {term for term, _ in index.snapshot().terms("body")}
    assert "стали" not in lemmas
    assert {"сталь", "стать", "плавить", "год"} <= lemmas
    assert [len(index.search(query)) for query in ("сталь", "плав*", "2024", "=5")] == [1, 1, 1, 1]


@pytest.mark.parametrize(("query", "first", "second"), ABOVE)
@pytest.mark.parametrize("swapped", [False, True])
def test_what_was_meant_ranks_higher(
    query: str, first: str, second: str, swapped: bool, tmp_path: Path
) -> None:
    texts = [second, first] if swapped else [first, second]
    found = index_of(tmp_path, *texts).search(query)
    assert [texts[int(hit["id"])] for hit in found] == [first, second]


def test_derivation_is_an_option(tmp_path: Path) -> None:
    texts = ["нефтяной промысел", "торгуют нефтью", "японский сад", "старый нефтяник"]
    analyzer = sl.analysis.russian(derivation=True)
    schema = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text(analyzer=analyzer))
    with sl.Index.create(tmp_path / "derived", schema).writer() as writer:
        writer.add_many({"id": str(number), "body": text} for number, text in enumerate(texts))
    index = sl.Index.open(tmp_path / "derived")
    found = [texts[int(hit["id"])] for hit in index.search("нефть")]
    assert found[:2] == ["торгуют нефтью", "нефтяной промысел"]
    assert [texts[int(hit["id"])] for hit in index.search("Япония")] == ["японский сад"]
    plain = index_of(tmp_path, *texts)
    assert [texts[int(hit["id"])] for hit in plain.search("нефть")] == ["торгуют нефтью"]


def test_overrides_are_kept_in_the_index_and_a_changed_file_is_told(tmp_path: Path) -> None:
    own = tmp_path / "слова.txt"
    own.write_text("мультиварку -> мультиварка\nпёс => собака\n", encoding="utf-8")
    analyzer = sl.analysis.russian(overrides=own)
    schema = sl.Schema(body=sl.Text(analyzer=analyzer))
    with sl.Index.create(tmp_path / "own", schema).writer() as writer:
        writer.add({"body": "новую мультиварку"})
        writer.add({"body": "моя собака"})
    index = sl.Index.open(tmp_path / "own")
    assert len(index.search("мультиварка")) == 1
    assert [hit["body"] for hit in index.search("пёс")] == ["моя собака"]
    own.write_text("мультиварку -> кастрюля\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="has changed since the index was made"):
        assert len(sl.Index.open(tmp_path / "own").search("мультиварка")) == 1
