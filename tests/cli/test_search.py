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


# ---- for a shell ---------------------------------------------------------------------------------


def test_chosen_values_a_line_each(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--show", "id,date,title", "--sort", "-date")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "01-ktk\t2025-11-04\tМинистры обсудили поставки",
        "02-ceny\t2025-03-10\tБиржа открылась ростом",
    ]


def test_score_snippet_and_query_can_be_shown_too(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--show", "query,score,snippet", "--limit", "1")
    query, score, snippet = done.stdout.rstrip("\n").split("\t")
    assert query == "нефть"
    assert float(score) > 0
    assert "нефт" in snippet


def test_a_value_never_breaks_its_line(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    row = {"id": "1", "title": "Первая\nвторая\tтретья \x1b[2J", "tags": ["а", "б"]}
    rows.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert run("index", rows, "--to", tmp_path / "i").returncode == 0
    done = run("search", tmp_path / "i", "*", "--show", "id,title,tags")
    assert done.stdout == "1\tПервая вторая третья \ufffd[2J\tа, б\n"


def test_objects_with_chosen_fields(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--json", "--show", "title", "--limit", "1")
    (hit,) = objects(done.stdout)
    assert set(hit) == {"id", "score", "fields"}
    assert set(hit["fields"]) == {"title"}
    done = run("search", news, "нефть", "--json", "--show", "title,snippet", "--limit", "1")
    (hit,) = objects(done.stdout)
    assert set(hit["fields"]) == {"title"}
    assert hit["snippet"]["ranges"]


def test_unknown_name_to_show_is_wrong_use(run: Run, news: Path) -> None:
    done = run("search", news, "нефть", "--show", "цена")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'цена'" in done.stderr
    assert "title" in done.stderr


def test_fields_to_search_and_their_weights(run: Run, news: Path) -> None:
    assert run("search", news, "нефть", "--fields", "title").returncode == 1
    only = objects(
        run("search", news, "поставка рост", "--json", "--fields", "title^3,body").stdout
    )
    assert [hit["id"] for hit in only] == ["02-ceny", "01-ktk"] or len(only) == 2
    light = objects(run("search", news, "биржа газ", "--json", "--fields", "title^0.1,body").stdout)
    heavy = objects(run("search", news, "биржа газ", "--json", "--fields", "title^9,body").stdout)
    assert {hit["id"] for hit in light} == {hit["id"] for hit in heavy} == {"02-ceny", "03-pech"}
    scores = [{hit["id"]: hit["score"] for hit in hits} for hits in (light, heavy)]
    assert scores[0]["02-ceny"] < scores[1]["02-ceny"]
    assert scores[0]["03-pech"] == scores[1]["03-pech"]


@pytest.mark.parametrize("fields", ["title^x", "", "title,title", "date", "цена", "title^-1", "^2"])
def test_fields_that_cannot_be_searched(run: Run, news: Path, fields: str) -> None:
    done = run("search", news, "нефть", "--fields", fields)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_only_the_count(run: Run, news: Path) -> None:
    assert run("search", news, "нефть OR газ", "--count").stdout == "3\n"
    done = run("search", news, "нефть OR газ", "--count", "--json")
    assert objects(done.stdout) == [{"total": 3}]
    done = run("search", news, "космодром", "--count")
    assert (done.returncode, done.stdout) == (1, "0\n")


def test_offset_goes_on_where_the_last_page_ended(run: Run, news: Path) -> None:
    whole = objects(run("search", news, "*", "--json", "--sort", "date").stdout)
    page = objects(
        run("search", news, "*", "--json", "--sort", "date", "--offset", "1", "--limit", "2").stdout
    )
    assert [hit["id"] for hit in page] == [hit["id"] for hit in whole[1:3]]
    assert run("search", news, "*", "--sort", "date", "--offset", "1").stdout.startswith("2. ")
    beyond = run("search", news, "*", "--offset", "9")
    assert (beyond.returncode, beyond.stdout[:17]) == (1, "4 documents found")


@pytest.fixture(scope="module")
def shelf(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books with a keyword whose values can be counted."""
    folder = tmp_path_factory.mktemp("shelf")
    schema = folder / "schema.toml"
    schema.write_text(
        '[fields.title]\ntype = "text"\n'
        '[fields.genre]\ntype = "keyword"\nfacet = true\nmultiple = true\n',
        encoding="utf-8",
    )
    books = [
        {"title": "Мост через реку", "genre": ["проза"]},
        {"title": "Стихи о реке", "genre": ["поэзия"]},
        {"title": "Река и сад", "genre": ["проза", "очерк"]},
        {"title": "Зима", "genre": ["поэзия"]},
    ]
    rows = folder / "books.jsonl"
    rows.write_text("\n".join(json.dumps(b, ensure_ascii=False) for b in books), encoding="utf-8")
    done = run("index", rows, "--to", folder / "idx", "--schema", schema)
    assert done.returncode == 0, done.stderr
    return folder / "idx"


def test_values_of_a_field_are_counted(run: Run, shelf: Path) -> None:
    done = run("search", shelf, "река", "--facet", "genre")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split() for line in lines[lines.index("genre") + 1 :]] == [
        ["проза", "2"],
        ["очерк", "1"],
        ["поэзия", "1"],
    ]
    done = run("search", shelf, "река", "--facet", "genre", "--count", "--json")
    assert objects(done.stdout) == [
        {"total": 3},
        {"facet": "genre", "counts": {"проза": 2, "очерк": 1, "поэзия": 1}},
    ]


def test_fields_that_cannot_be_counted(run: Run, shelf: Path) -> None:
    for options in (("--facet", "title"), ("--facet", "genre", "--show", "title")):
        done = run("search", shelf, "река", *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Error: ")


def test_queries_from_the_input(run: Run, news: Path) -> None:
    asked = "нефть\n\n  космодром \nгаз печь\n"
    done = run("search", news, "-", "--json", "--show", "id", stdin=asked)
    assert (done.returncode, done.stderr) == (0, "")
    found = [(hit["query"], hit["id"]) for hit in objects(done.stdout)]
    assert sorted(found) == [
        ("газ печь", "02-ceny"),
        ("газ печь", "03-pech"),
        ("нефть", "01-ktk"),
        ("нефть", "02-ceny"),
    ]
    done = run("search", news, "-", "--count", "--json", stdin=asked)
    assert objects(done.stdout) == [
        {"query": "нефть", "total": 2},
        {"query": "космодром", "total": 0},
        {"query": "газ печь", "total": 2},
    ]


def test_queries_from_the_input_for_a_person(run: Run, news: Path) -> None:
    done = run("search", news, "-", stdin="печь\nкосмодром\n")
    assert "> печь\n1. Как топить печь на даче\n" in done.stdout
    assert "> космодром\nNothing found.\n" in done.stdout


def test_a_broken_query_of_many_leaves_the_others_alone(run: Run, news: Path) -> None:
    done = run("search", news, "-", "--show", "id", stdin="печь (\nдеревня\n")
    assert (done.returncode, done.stdout) == (1, "2023/04-lyudi\n")
    assert done.stderr.startswith("Error: line 1: ")


def test_no_query_in_the_input(run: Run, news: Path) -> None:
    for asked in ("", "\n \n", "космодром\n"):
        assert run("search", news, "-", "--json", stdin=asked).returncode == 1


def test_a_pipe_that_asks_and_waits(news: Path, home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "searchlib", "search", str(news), "-", "--show", "id"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environment_of(home),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdout, process.stdin:
        for query, key in (("деревня", "2023/04-lyudi"), ("печь", "03-pech")):
            process.stdin.write(query + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == key + "\n"
    assert process.wait(timeout=60) == 0


def test_head_closes_the_pipe_in_silence(news: Path, home: Path) -> None:
    program = f"{sys.executable} -m searchlib search {news} - --json"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; yes 'газ OR нефть' | {program} | head -1"],
        capture_output=True,
        encoding="utf-8",
        env=environment_of(home),
        timeout=60,
    )
    assert len(objects(done.stdout)) == 1
    assert done.stderr == ""


def test_a_search_loads_no_readers() -> None:
    code = (
        "import sys, searchlib.cli, searchlib.answers\n"
        "print([name for name in sys.modules if name.startswith('searchlib.readers')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
