"""`searchlib search`: answers for people and for programs, and the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_best_document_comes_first_with_its_words(run: Run, news: Path) -> None:
    done = run("search", news, "транспортировка нефти")
    assert done.returncode == 0, done.stderr
    first, second = (line for line in done.stdout.splitlines() if line[:3] in ("1. ", "2. "))
    assert first == "1. Министры обсудили поставки"
    assert second == "2. Биржа открылась ростом"
    assert "о транспортировке нефти через порт" in done.stdout
    assert "2025-11-04" in done.stdout
    assert "01-ktk" in done.stdout
    assert "2 documents found in" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("транспортировка", "Найден 1 документ за"),
        ("нефть", "Найдено 2 документа за"),
        ("*", "Найдено 4 документа за"),
        ("космодром", "Ничего не найдено."),
    ],
)
def test_russian_totals(run: Run, news: Path, query: str, total: str) -> None:
    assert total in run("search", news, query, LC_ALL="ru_RU.UTF-8").stdout


def test_an_object_a_line(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--json")
    assert done.returncode == 0
    hits = objects(done.stdout)
    assert {hit["id"] for hit in hits} == {"01-ktk", "02-ceny"}
    for hit in hits:
        assert set(hit) == {"id", "score", "fields", "snippet"}
        assert hit["score"] > 0
        assert hit["fields"]["date"] in ("2025-11-04", "2025-03-10")
        text, ranges = hit["snippet"]["text"], hit["snippet"]["ranges"]
        assert [text[start:end] for start, end in ranges] in (["нефти"], ["нефть"])
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_limit(run: Run, news: Path) -> None:
    assert len(objects(run("search", news, "нефть", "--json", "--limit", "1").stdout)) == 1
    assert run("search", news, "нефть", "--limit", "0").returncode == 2


def test_operator(run: Run, news: Path) -> None:
    some = objects(run("search", news, "нефть газ", "--json").stdout)
    every = objects(run("search", news, "нефть газ", "--json", "--operator", "and").stdout)
    assert {hit["id"] for hit in some} == {"01-ktk", "02-ceny", "03-pech"}
    assert [hit["id"] for hit in every] == ["02-ceny"]
    assert run("search", news, "нефть", "--operator", "xor").returncode == 2


def test_filter_and_sort(run: Run, news: Path) -> None:
    done = run("search", news, "*", "--json", "--filter", "date:2025-01-01..2025-12-31")
    assert {hit["id"] for hit in objects(done.stdout)} == {"01-ktk", "02-ceny"}
    done = run("search", news, "*", "--json", "--sort", "date")
    dates = [hit["fields"]["date"] for hit in objects(done.stdout)]
    assert len(dates) == 4
    assert dates in (sorted(dates), sorted(dates, reverse=True))


def test_unknown_sort_field_is_wrong_use(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--sort", "цена")
    assert done.returncode == 2
    assert "цена" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_found(run: Run, news: Path) -> None:
    done = run("search", news, "космодром")
    assert (done.returncode, done.stdout) == (1, "Nothing found.\n")
    done = run("search", news, "космодром", "--json")
    assert (done.returncode, done.stdout) == (1, "")


def test_broken_query_shows_the_place(run: Run, news: Path) -> None:
    done = run("search", news, "нефть (газ")
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[1].index("(") == lines[2].index("^")


def test_lenient_reading_answers_and_says_so(run: Run, news: Path) -> None:
    done = run("search", news, "нефть (газ", "--lenient", "--json")
    assert done.returncode == 0
    assert {hit["id"] for hit in objects(done.stdout)} == {"01-ktk", "02-ceny", "03-pech"}
    assert done.stderr.startswith("Note: ")


def test_query_may_begin_with_a_minus(run: Run, news: Path) -> None:
    done = run("search", news, "-газ нефть", "--json")
    assert [hit["id"] for hit in objects(done.stdout)] == ["01-ktk"]


def test_mistyped_option_is_wrong_use(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--limt", "3")
    assert done.returncode == 2
    assert "--limt" in done.stderr


@pytest.mark.parametrize("query", ["", "   ", "...", "?!"])
def test_query_without_words_finds_nothing(run: Run, news: Path, query: str) -> None:
    done = run("search", news, query)
    assert (done.returncode, done.stderr) == (1, "")


def test_folder_that_is_no_index(run: Run, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "нет"):
        done = run("search", folder, "нефть")
        assert done.returncode == 2
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr


def test_russian_error(run: Run, tmp_path: Path) -> None:
    done = run("search", tmp_path / "нет", "нефть", LANG="ru_RU.UTF-8")
    assert done.stderr.startswith("Ошибка: ")


def test_reader_of_the_output_may_leave(news: Path, home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "searchlib", "search", str(news), "*"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of(home),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0


def test_search_imports_nothing_it_does_not_need(news: Path, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "searchlib", "search", str(news), "нефть"],
        capture_output=True,
        encoding="utf-8",
        env=environment_of(home),
        timeout=60,
    )
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "searchlib.console" in imported
    assert imported.isdisjoint({"prompt_toolkit", "rich", "searchlib.loading", "searchlib.repl"})
