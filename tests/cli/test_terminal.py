"""The REPL on a terminal, seen as a user sees it."""

from __future__ import annotations

import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from searchlib import Index, Schema, Text
from searchlib.analysis import simple

from .conftest import environment_of
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Run

COLOURS = re.compile(rb"\x1b\[[0-9;]*(?<![0-9])(3[0-8]|4[0-8]|9[0-7])[;m]")


@contextmanager
def opened(
    index: Path, home: Path, *, columns: int = 80, lines: int = 24, **changes: str
) -> Iterator[Terminal]:
    terminal = Terminal(index, environment_of(home, **changes), columns=columns, lines=lines)
    try:
        terminal.wait(terminal.is_asking, "the first prompt")
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def terminal(news: Path, tmp_path: Path) -> Iterator[Terminal]:
    with opened(news, tmp_path) as terminal:
        yield terminal


def test_it_welcomes_answers_and_leaves(terminal: Terminal, news: Path) -> None:
    assert "4 documents in" in terminal.shown
    shown = terminal.enter("транспортировка", "1 document found")
    assert "1. Министры обсудили поставки" in shown
    terminal.type(":quit\r")
    assert terminal.ended() == 0


def test_matches_are_set_off(terminal: Terminal) -> None:
    terminal.enter("транспортировка", "1 document found")
    assert "транспортировке" in terminal.bold()
    assert "Министры" in terminal.bold()
    assert "говорили" not in terminal.bold()


def test_end_of_file_leaves(terminal: Terminal) -> None:
    terminal.type("\x04")
    assert terminal.ended() == 0


def test_interrupt_leaves_the_line_and_not_the_repl(terminal: Terminal) -> None:
    terminal.type("космодр")
    terminal.wait_for("> космодр")
    terminal.type("\x03")
    terminal.wait(terminal.is_asking, "a new prompt")
    assert "1. Как топить печь" in terminal.enter("дымоход", "1 document found")


def test_russian(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path, LANG="ru_RU.UTF-8") as terminal:
        assert "4 документа в" in terminal.shown
        assert "введите запрос или :помощь" in terminal.shown.lower().replace("\n", " ")
        terminal.enter("дымоход", "Найден 1 документ за")
        terminal.enter("нефть", "Найдено 2 документа за")
        terminal.enter("ледокол", "Ничего не найдено.")
        terminal.enter(":помощь", "Всё остальное — запрос.")
        terminal.enter("Жтуче", "Больше ответов нет.")
        shown = terminal.enter("нефть И (газ", "Ошибка: эта скобка не закрыта").split("\n")
        mark = next(at for at, line in enumerate(shown) if line.strip() == "^")
        assert shown[mark - 1][shown[mark].index("^")] == "("


# ---- completion and history ----------------------------------------------------------------------


def test_tab_completes_commands(terminal: Terminal) -> None:
    terminal.type(":hel\t")
    terminal.wait_for("> :help")
    terminal.enter("", ":analyze TEXT")


def test_tab_completes_a_command_typed_in_the_wrong_layout(terminal: Terminal) -> None:
    terminal.type("^gjvj\t")
    terminal.wait_for("> :помощь")


def test_tab_completes_fields_and_words(terminal: Terminal) -> None:
    terminal.type("titl\t")
    terminal.wait_for("> title:")
    terminal.type("Бирж\t")
    terminal.wait_for("> title:биржа")
    terminal.enter("", "1. Биржа открылась ростом")


def test_tab_shows_how_many_documents_have_a_word(terminal: Terminal) -> None:
    terminal.type("деш\t")
    terminal.type("\x03")
    terminal.wait(terminal.is_asking, "a new prompt")
    terminal.type("неф\t")
    terminal.wait_for("> нефт")
    terminal.type("\t")
    terminal.wait(lambda: bool(re.search(r"нефт\w+ +\d", terminal.shown)), "a menu with numbers")


def test_history_is_kept_for_the_next_time_and_is_private(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path) as terminal:
        terminal.enter("дымоход", "1 document found")
        terminal.type("\x04")
        assert terminal.ended() == 0
    kept = tmp_path / "state" / "searchlib" / "history"
    assert "дымоход" in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with opened(news, tmp_path) as terminal:
        terminal.type("\x1b[A")
        terminal.wait_for("> дымоход")


def test_history_that_cannot_be_written_is_no_obstacle(news: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with opened(news, tmp_path, XDG_STATE_HOME=str(tmp_path / "file")) as terminal:
        terminal.enter("дымоход", "1 document found")
        terminal.type("\x1b[A")
        terminal.wait_for("> дымоход")


# ---- widths, colours, long documents -------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 80])
def test_lines_are_broken_at_spaces_and_hang(news: Path, tmp_path: Path, columns: int) -> None:
    with opened(news, tmp_path, columns=columns) as terminal:
        shown = terminal.enter("транспортировка", "1 document found")
    # A word cut by the edge would be whole in none of the lines.
    text = "Стороны говорили о транспортировке нефти через порт. Трубопровод работает надёжно."
    words = {word for line in shown.split("\n") for word in line.split()}
    assert set(text.split()) <= words
    lines = shown.split("\n")
    first = next(at for at, line in enumerate(lines) if "Стороны" in line)
    assert lines[first + 1].startswith("   ")


def test_remarks_are_broken_at_spaces_too(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path, columns=40) as terminal:
        shown = terminal.enter("lsvj[jl", "1 document found")
    assert {"Typed", "keyboard", "“lsvj[jl”", "“дымоход”.", "taken"} <= set(shown.split())


@pytest.mark.parametrize("columns", [40, 80])
def test_the_caret_stands_under_the_bracket(news: Path, tmp_path: Path, columns: int) -> None:
    query = "нефть " * 30 + "日本 (газ " + "уголь " * 30
    with opened(news, tmp_path, columns=columns, lines=40) as terminal:
        lines = terminal.enter(query.strip(), "never closed").split("\n")
        mark = next(at for at, line in enumerate(lines) if line.strip() == "^")
        # The screen holds an empty cell after each wide sign, so its columns are its characters.
        row = terminal.row(mark - 1)
    assert row[lines[mark].index("^")] == "("


def test_without_colours_matches_are_still_bold(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path, NO_COLOR="1") as terminal:
        terminal.enter("транспортировка", "1 document found")
        assert not COLOURS.search(terminal.sent)
        assert "транспортировке" in terminal.bold()


def test_a_dumb_terminal_is_sent_no_styles(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path, TERM="dumb") as terminal:
        assert "1. Министры обсудили поставки" in terminal.enter("транспортировка", "1 document")
        assert not COLOURS.search(terminal.sent)
        assert b"\x1b[1m" not in terminal.sent


def test_colours_there_are_otherwise(terminal: Terminal) -> None:
    terminal.enter("транспортировка", "1 document found")
    assert COLOURS.search(terminal.sent)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of one document that no screen holds, with escapes in it."""
    folder = tmp_path_factory.mktemp("long")
    index = Index.create(folder / "idx", Schema(title=Text(), body=Text()))
    lines = "\n".join(f"Строка {number} о ледоколе." for number in range(1, 201))
    with index.writer() as writer:
        writer.add({"title": "Ледоколы", "body": f"{lines}\n\x1b[2Jконец"})
    return folder / "idx"


def test_a_long_document_goes_through_the_pager(long: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGER $1\nhead -n 3\n", encoding="utf-8")
    pager.chmod(0o700)
    with opened(long, tmp_path, PAGER=f"{pager} first") as terminal:
        terminal.enter("ледокол", "1 document found")
        shown = terminal.enter(":open 1", "PAGER first")
        assert "title" in shown
        assert "Строка 200" not in shown
        assert terminal.enter(":fields", "field  type").count("PAGER") == 1


@pytest.mark.parametrize("pager", ["no-such-pager-anywhere", "'"])
def test_without_a_pager_a_long_document_is_just_shown(
    long: Path, tmp_path: Path, pager: str
) -> None:
    with opened(long, tmp_path, PAGER=pager) as terminal:
        terminal.enter("ледокол", "1 document found")
        assert "Строка 200 о ледоколе." in terminal.enter(":open 1", "конец")


def test_a_short_document_needs_no_pager(news: Path, tmp_path: Path) -> None:
    with opened(news, tmp_path, PAGER="false") as terminal:
        terminal.enter("дымоход", "1 document found")
        assert "хватит сухих дров" in terminal.enter(":open 1", "Осмотрите кладку")


# ---- long searches, other processes --------------------------------------------------------------


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 200,000 different words that begin alike: a query for all is long."""
    folder = tmp_path_factory.mktemp("wide")
    schema = Schema(body=Text(analyzer=simple(), stored=False))
    with Index.create(folder / "idx", schema).writer() as writer:
        writer.add_many(
            {"body": " ".join(f"а{number * 50 + at:x}" for at in range(50))}
            for number in range(4_000)
        )
    return folder / "idx"


def test_interrupt_leaves_a_long_search_and_not_the_repl(wide: Path, tmp_path: Path) -> None:
    with opened(wide, tmp_path) as terminal:
        terminal.type(" ".join(["а*"] * 300) + "\r")
        terminal.interrupt_until("Interrupted.")
        terminal.wait(terminal.is_asking, "a new prompt")
        assert "found in" not in terminal.shown
        terminal.enter("а1f", "1 document found")


def test_what_another_process_commits_is_found_at_once(
    archive: Path, tmp_path: Path, run: Run
) -> None:
    assert run("index", archive, "--to", tmp_path / "idx").returncode == 0
    with opened(tmp_path / "idx", tmp_path) as terminal:
        terminal.enter("ледокол", "Nothing found.")
        (tmp_path / "ice.txt").write_text("Ледокол вышел в море.", encoding="utf-8")
        assert run("index", tmp_path / "ice.txt", "--to", tmp_path / "idx").returncode == 0
        assert "1. " in terminal.enter("ледокол", "1 document found")


def test_an_index_that_breaks_ends_neither_the_repl_nor_in_a_traceback(
    archive: Path, tmp_path: Path, run: Run
) -> None:
    assert run("index", archive, "--to", tmp_path / "idx").returncode == 0
    with opened(tmp_path / "idx", tmp_path) as terminal:
        (tmp_path / "idx" / "manifest").write_text("чепуха", encoding="utf-8")
        shown = terminal.enter("нефть", "Error:")
        assert "Traceback" not in shown
        terminal.enter(":limit 3", "Results shown at a time: 3")
