"""What Tab offers in the REPL, over a real index."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from searchlib import Date, Index, Keyword, Schema, Stored, Text
from searchlib.repl.completion import offers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    schema = Schema(
        id=Keyword(unique=True),
        date=Date(),
        title=Text(),
        тема=Text(),
        tags=Keyword(multiple=True),
        section=Keyword(sortable=True),
        source=Stored(),
    )
    index = Index.create(tmp_path_factory.mktemp("completion"), schema)
    rows = [
        ("Нефть и нефтяники", "Ёлка", ["Россия", "россыпь"]),
        ("Нефть, нефтяники, нефтебаза", "ёлка, ельник", ["Россия", "мягкая мебель"]),
        ("Нефть", "елью", ["Россия", "мягкая посадка", "a:b"]),
    ]
    with index.writer() as writer:
        for number, (title, topic, tags) in enumerate(rows):
            writer.add(
                {
                    "id": str(number),
                    "date": date(2025, 1, 1),
                    "title": title,
                    "тема": topic,
                    "tags": tags,
                }
            )
    return index


def completed(index: Index, line: str) -> list[str]:
    """Return the lines that a line may become."""
    return [line[: len(line) - offer.replaces] + offer.text for offer in offers(index, line)]


def test_words_come_by_the_number_of_their_documents(index: Index) -> None:
    assert completed(index, "неф") == ["нефть", "нефтяники", "нефтебаза"]
    assert [offer.documents for offer in offers(index, "неф")] == [3, 2, 1]


@pytest.mark.parametrize("line", ["ёл", "ел", "ЁЛ", "Ел"])
def test_case_and_io_do_not_matter(index: Index, line: str) -> None:
    assert completed(index, line)[0] == "елка"


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("газ неф", "газ нефть"),
        ("+неф", "+нефть"),
        ("-неф", "-нефть"),
        ("=неф", "=нефть"),
        ("(неф", "(нефть"),
        ('"газ неф', '"газ нефть'),
        ("title:неф", "title:нефть"),
        ("title:(газ неф", "title:(газ нефть"),
        ("тема:ел", "тема:елка"),
        (":filter неф", ":filter нефть"),
        (":фильтр title:неф", ":фильтр title:нефть"),
        (":анализ неф", ":анализ нефть"),
        ("^abkmnh неф", "^abkmnh нефть"),
    ],
)
def test_the_last_word_is_completed(index: Index, line: str, first: str) -> None:
    assert completed(index, line)[0] == first


def test_words_of_another_field_are_not_offered(index: Index) -> None:
    assert completed(index, "тема:неф") == []


def test_fields(index: Index) -> None:
    assert completed(index, "t") == ["title:", "tags:"]
    assert completed(index, "TIT") == ["title:"]
    assert completed(index, "газ -ta") == ["газ -tags:"]
    assert completed(index, "тем") == ["тема:"]
    assert completed(index, "sour") == []  # what is only stored cannot be asked for


def test_values_of_a_keyword_field(index: Index) -> None:
    assert completed(index, "tags:")[0] == "tags:Россия"
    assert completed(index, "tags:рос") == ["tags:Россия", "tags:россыпь"]
    assert completed(index, "tags:РОС") == ["tags:Россия", "tags:россыпь"]
    assert completed(index, "section:") == []


def test_a_value_is_completed_as_it_must_be_written(index: Index) -> None:
    lines = completed(index, "tags:мяг")
    assert lines == [r"tags:мягкая\ мебель", r"tags:мягкая\ посадка"]
    assert completed(index, r"tags:мягкая\ п") == [r"tags:мягкая\ посадка"]
    for line in [*lines, *completed(index, "tags:a")]:
        assert index.search(line).total == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (":he", [":help"]),
        (":по", [":помощь", ":поля", ":порядок"]),
        (":e", [":explain"]),
        ("Жут", []),
        ("Жру", [":help"]),
        ("^gjvj", [":помощь"]),
        (":json ", [":json on", ":json вкл", ":json off", ":json выкл"]),
        (":время вы", [":время выкл"]),
        (":sort -d", [":sort -date"]),
        (":sort s", [":sort section"]),
        (":sort t", []),
        (":open ", []),
        (":чепуха неф", []),
    ],
)
def test_commands_and_what_stands_after_them(index: Index, line: str, expected: list[str]) -> None:
    assert completed(index, line) == expected


@pytest.mark.parametrize("line", ["", " ", "н", "title:", "date:2", "\\", "tags:\\", "газ ", ":"])
def test_too_little_to_complete_is_no_error(index: Index, line: str) -> None:
    offers(index, line)


def test_an_index_that_is_gone_offers_nothing(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "idx", Schema(body=Text()))
    (tmp_path / "idx" / "manifest").unlink()
    assert offers(index, "нефть") == []
