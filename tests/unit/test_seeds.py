"""The example archive in `seeds/`: its format, its sizes and its judged queries.

Knows only the files; it may not import searchlib, so that the archive can be trusted as a
measure of it.
"""

import csv
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ARTICLES = sorted(SEEDS.glob("*.txt"))
FIRST_LINE = re.compile(r"date (\d{4}-\d{2}-\d{2}) (\S.*\S)")
WORD = re.compile(r"\w+")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def forms(text: str) -> set[str]:
    """The distinct word forms of a text, case-folded, with ё read as е."""
    return set(WORD.findall(text.casefold().replace("ё", "е")))


def rows() -> list[dict[str, str]]:
    with (SEEDS / "queries.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def judgments() -> dict[str, dict[str, str]]:
    judged: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows():
        judged[row["query"]][row["article"]] = row["judgment"]
    return judged


def test_there_are_at_least_sixty_articles() -> None:
    assert len(ARTICLES) >= 60


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_is_a_dated_title_and_paragraphs(path: Path) -> None:
    assert re.fullmatch(r"\d{2}-[a-z0-9-]+", path.stem)
    first, empty, body = read(path).split("\n", 2)
    match = FIRST_LINE.fullmatch(first)
    assert match is not None, first
    assert 2023 <= date.fromisoformat(match[1]).year <= 2025
    assert re.search("[а-яё]", match[2], re.IGNORECASE)
    assert empty == ""
    paragraphs = body.strip("\n").split("\n\n")
    assert len(paragraphs) >= 2
    assert all(part == part.strip() and part and "\n" not in part for part in paragraphs)
    assert 120 <= len(WORD.findall(body)) <= 350


def test_article_numbers_and_titles_are_unique() -> None:
    titles = [read(path).split("\n", 1)[0].split(" ", 2)[2] for path in ARTICLES]
    numbers = [path.stem[:2] for path in ARTICLES]
    assert len(set(titles)) == len(set(numbers)) == len(ARTICLES)


def test_queries_have_the_three_columns() -> None:
    header = read(SEEDS / "queries.tsv").split("\n", 1)[0]
    assert header == "query\tarticle\tjudgment"
    for row in rows():
        assert row["query"], row
        assert row["query"] == row["query"].strip(), row
        assert row["judgment"] in {"0", "1", "2"}, row


def test_a_pair_is_judged_once() -> None:
    pairs = [(row["query"], row["article"]) for row in rows()]
    assert len(set(pairs)) == len(pairs)


def test_judged_articles_exist() -> None:
    assert {row["article"] for row in rows()} <= {path.stem for path in ARTICLES}


def test_every_query_has_an_answer_and_a_tempting_wrong_article() -> None:
    judged = judgments()
    assert len(judged) >= 40
    assert [query for query, marks in judged.items() if "2" not in marks.values()] == []
    assert [query for query, marks in judged.items() if "0" not in marks.values()] == []


def test_many_queries_share_no_word_form_with_their_answers() -> None:
    words = {path.stem: forms(read(path)) for path in ARTICLES}
    apart = [
        query
        for query, marks in judgments().items()
        if all(not forms(query) & words[name] for name, mark in marks.items() if mark == "2")
    ]
    assert len(apart) >= 15, apart
