"""The REPL from a pipe."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from searchlib import Index

from .conftest import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run


def test_queries_and_commands_from_a_pipe(run: Run, news: Path) -> None:
    done = run("repl", news, stdin="транспортировка нефти\n:limit 1\nнефть\n:quit\nгаз\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. Министры обсудили поставки" in done.stdout
    assert done.stdout.count("documents found") == 2
    assert "Как топить печь" not in done.stdout
    assert "\x1b" not in done.stdout


def test_end_of_input_leaves(run: Run, news: Path) -> None:
    assert run("repl", news, stdin="").returncode == 0
    assert "1 document found" in run("repl", news, stdin="дымоход").stdout


def test_errors_do_not_end_it(run: Run, news: Path) -> None:
    done = run("repl", news, stdin='нефть (газ\n:чепуха\n:open 5\n:limit много\n"\n...\nнефть\n')
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[1].index("(") == lines[2].index("^")
    assert ":чепуха" in done.stderr
    assert "There is no result 5" in done.stderr
    assert done.stdout.rstrip().splitlines()[-1].startswith("2 documents found")
    assert "Traceback" not in done.stderr


def test_open_shows_the_whole_document(run: Run, news: Path) -> None:
    done = run("repl", news, stdin="транспортировка\n:open 1\n")
    assert "Трубопровод работает надёжно." in done.stdout
    assert "2025-11-04" in done.stdout


def test_explain_shows_the_score_as_a_tree(run: Run, news: Path) -> None:
    done = run("repl", news, stdin="нефть газ\n:explain 1\n")
    assert done.returncode == 0
    assert "└─ " in done.stdout
    assert done.stderr == ""


def test_analyze_and_fields(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":analyze люди\n:fields\n")
    assert "человек" in done.stdout
    assert ["title", "text"] in [line.split()[:2] for line in done.stdout.splitlines()]


def test_objects_on_and_off(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":json on\nтранспортировка\n:json off\nтранспортировка\n")
    lines = done.stdout.splitlines()
    assert json.loads(lines[1])["id"] == "01-ktk"
    assert lines[3].startswith("1. Министры")


@pytest.mark.parametrize("line", [":help", ":помощь", "Жрудз", "ЖРУДЗ", "^gjvjom", ":рудз"])
def test_help_by_every_name_and_layout(run: Run, news: Path, line: str) -> None:
    assert ":explain N" in run("repl", news, stdin=f"{line}\n").stdout


@pytest.mark.parametrize("line", [":quit", ":выход", "Жйгше", "^ds[jl"])
def test_quit_by_every_name_and_layout(run: Run, news: Path, line: str) -> None:
    done = run("repl", news, stdin=f"{line}\nнефть\n")
    assert (done.returncode, done.stdout) == (0, "")


def test_text_of_a_command_follows_its_layout(run: Run, news: Path) -> None:
    assert "человек" in run("repl", news, stdin="^fyfkbp k.lb\n").stdout
    assert "человек" in run("repl", news, stdin="Жфтфднюу люди\n:анализ люди\n").stdout


def test_russian_repl(run: Run, news: Path) -> None:
    done = run("repl", news, stdin="нефть\n:помощь\n:предел 3\n", LANG="ru_RU.UTF-8")
    assert "Найдено 2 документа за" in done.stdout
    assert ":объясни N" in done.stdout
    assert "Показывать ответов сразу: 3" in done.stdout


# ---- settings ------------------------------------------------------------------------------------


def test_results_in_the_order_of_a_field(run: Run, news: Path) -> None:
    titles = ["Министры обсудили поставки", "Биржа открылась ростом"]
    for line, expected in ((":sort date", titles[::-1]), (":порядок -date", titles)):
        done = run("repl", news, stdin=f"{line}\nнефть\n")
        shown = [row.partition(". ")[2] for row in done.stdout.splitlines() if row[:1].isdigit()]
        assert shown[:2] == expected
        assert "Sorted by" in done.stdout.splitlines()[-1]


def test_order_can_be_typed_in_the_wrong_layout_and_be_left(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":порядок вфеу\n:порядок выкл\n:sort\n", LANG="ru_RU.UTF-8")
    assert done.stdout.splitlines() == ["Порядок: date.", *["Порядок: по оценке."] * 2]


def test_a_wrong_order_or_filter_is_refused_at_once(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":sort title\n:sort чепуха\n:filter (газ\n:filter\nнефть\n")
    assert done.returncode == 1
    assert "'title' (text)" in done.stderr
    assert "there is no field 'чепуха'" in done.stderr
    assert "  (газ\n  ^" in done.stderr
    assert done.stdout.startswith("There is no filter.\n1. ")
    assert "Sorted" not in done.stdout


def test_a_filter_narrows_and_is_told(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":filter date:2025-03\nнефть\nпечь\n:filter off\nнефть\n")
    lines = done.stdout.splitlines()
    assert lines[1] == "1. Биржа открылась ростом"
    assert any(
        line.startswith("1 document found") and line.endswith("Filter: date:2025-03")
        for line in lines
    )
    assert "Nothing found. Filter: date:2025-03" in lines
    assert lines[-1].startswith("2 documents found")
    assert "Filter" not in lines[-1]


def test_next_goes_on_with_the_numbers(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":next\n:limit 1\nнефть\n:дальше\n:next\n:open 2\n")
    assert done.stdout.startswith("Search first.\n")
    lines = done.stdout.splitlines()
    first, second = (line[3:] for line in lines if line[:3] in ("1. ", "2. "))
    assert {first, second} == {"Министры обсудили поставки", "Биржа открылась ростом"}
    assert "There are no more results." in lines
    assert lines.index(second) > lines.index("There are no more results.")


def test_times_on_demand(run: Run, news: Path) -> None:
    done = run("repl", news, stdin="нефть\n:время вкл\nнефть\n:time\n:time off\nнефть\n")
    assert done.stdout.count("Query read in") == 1
    assert done.stdout.count("Times are shown.") == 2


def test_info(run: Run, news: Path) -> None:
    rows = [line.split() for line in run("repl", news, stdin=":сведения\n").stdout.splitlines()]
    assert ["documents", "4"] in rows
    assert any(row[0] == "size" for row in rows)


@pytest.mark.parametrize("argument", ["много", "0", "-3", "²", "9" * 5000, "1.5"])
def test_a_limit_that_is_no_count_is_refused(run: Run, news: Path, argument: str) -> None:
    done = run("repl", news, stdin=f":limit {argument}\n:open {argument}\nгаз\n")
    assert "Give a number from 1" in done.stderr
    assert "There is no result" in done.stderr
    assert "2 documents found" in done.stdout


# ---- the wrong keyboard layout -------------------------------------------------------------------


def test_a_query_in_the_wrong_layout_is_understood_and_told(run: Run, news: Path) -> None:
    typed = "nhfycgjhnbhjdrf ytanb\nпечь lsvj[jl\nнефть\n=ytanm\n"
    done = run("repl", news, stdin=typed)
    assert done.stderr.splitlines() == [
        "Typed in the other keyboard layout, it seems: “nhfycgjhnbhjdrf” for “транспортировка”, "
        "“ytanb” for “нефти”.",
        "Searched for: транспортировка нефти   (=word is always taken as typed)",
        "Typed in the other keyboard layout, it seems: “lsvj[jl” for “дымоход”.",
        "Searched for: печь дымоход   (=word is always taken as typed)",
    ]
    assert done.stdout.count("found in") == 3
    russian = run("repl", news, stdin="ytanm\n", LANG="ru_RU.UTF-8")
    assert russian.stderr.splitlines() == [
        "Похоже, набрано в другой раскладке: «ytanm» вместо «нефть».",
        "Найдено по запросу: нефть   (=слово ищется как набрано)",
    ]
    assert "Найдено 2 документа за" in russian.stdout


def test_json_stays_json_when_a_query_is_read_otherwise(run: Run, news: Path) -> None:
    done = run("repl", news, stdin=":json on\nlsvj[jl\n")
    assert json.loads(done.stdout.splitlines()[1])["id"] == "03-pech"
    assert "Searched for: дымоход" in done.stderr


# ---- pipes ---------------------------------------------------------------------------------------


def test_lines_that_are_no_text_are_no_traceback(news: Path, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchlib", "repl", str(news)],
        input=b"\xff\xfe\x00\n\xd0\n\xef\xbb\xbf" + "дымоход\n".encode(),
        capture_output=True,
        env=environment_of(home),
        timeout=120,
    )
    assert b"Traceback" not in done.stderr
    assert b"1 document found" in done.stdout


def test_without_any_input_it_just_ends(news: Path, home: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m searchlib repl "$1" <&-', sys.executable, str(news)],
        capture_output=True,
        env=environment_of(home),
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def piped(index: Path, home: Path) -> subprocess.Popen[str]:
    """A REPL that answers line by line while it is written to."""
    return subprocess.Popen(
        [sys.executable, "-m", "searchlib", "repl", str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of(home),
        encoding="utf-8",
    )


def test_what_another_process_commits_is_found_by_the_next_query(
    archive: Path, tmp_path: Path, run: Run, home: Path
) -> None:
    assert run("index", archive, "--to", tmp_path / "idx").returncode == 0
    with piped(tmp_path / "idx", home) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("ледокол\n")
        process.stdin.flush()
        assert process.stdout.readline() == "Nothing found.\n"
        with Index.open(tmp_path / "idx").writer() as writer:
            writer.add({"id": "ice", "title": "Ледоколы", "body": "Ледокол вышел в море."})
        process.stdin.write("ледокол\n")
        process.stdin.close()
        assert process.stdout.readline() == "1. Ледоколы\n"


def test_an_index_that_cannot_be_read_any_more_does_not_end_it(
    archive: Path, tmp_path: Path, run: Run, home: Path
) -> None:
    assert run("index", archive, "--to", tmp_path / "idx").returncode == 0
    with piped(tmp_path / "idx", home) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(":limit 3\n")
        process.stdin.flush()
        assert process.stdout.readline() == "Results shown at a time: 3\n"
        (tmp_path / "idx" / "manifest").unlink()
        (tmp_path / "idx" / "manifest").mkdir()
        out, err = process.communicate("нефть\n:fields\n:limit 4\n")
        assert err.startswith("Error: ")
        assert "Traceback" not in err
        assert out.endswith("Results shown at a time: 4\n")
        assert process.returncode == 1
