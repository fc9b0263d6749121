"""The REPL, from a pipe and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from .conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Run

ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>])")


# ---- from a pipe ---------------------------------------------------------------------------------


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
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert lines[1].index("(") == lines[2].index("^")
    assert ":чепуха" in done.stdout
    assert "There is no result 5" in done.stdout
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
    first, rest = done.stdout.split("\n", 1)
    assert json.loads(first)["id"] == "01-ktk"
    assert rest.startswith("1. Министры")


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
    assert "Показывать ответов: 3" in done.stdout


# ---- on a terminal -------------------------------------------------------------------------------


class Terminal:
    """The REPL behind a pseudo-terminal."""

    def __init__(self, index: Path, environment: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "searchlib", "repl", str(index)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, text: str, seconds: float = 30) -> str:
        """Return what is shown up to and with `text`, without escapes; what follows is kept."""
        until = time.monotonic() + seconds
        while text not in (shown := ESCAPE.sub("", self.seen)):
            left = until - time.monotonic()
            ready = left > 0 and select.select([self._master], [], [], left)[0]
            assert ready, f"{text!r} never came, only {self.seen!r}"
            try:
                chunk = os.read(self._master, 65536)
            except OSError:
                chunk = b""
            assert chunk, f"{text!r} never came, the process ended after {self.seen!r}"
            self.seen += chunk.decode(errors="replace")
        before, found, self.seen = shown.partition(text)
        return before + found

    def ended(self) -> int:
        return self.process.wait(timeout=30)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def terminal(news: Path, tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(news, environment_of(tmp_path))
    opened.wait_for("4 documents in")
    opened.wait_for(">")
    yield opened
    opened.close()


def test_query_on_a_terminal(terminal: Terminal) -> None:
    terminal.type("транспортировка\r")
    terminal.wait_for("1. Министры обсудили поставки")
    terminal.wait_for("1 document found")
    terminal.wait_for(">")
    terminal.type(":quit\r")
    assert terminal.ended() == 0


def test_end_of_file_leaves(terminal: Terminal) -> None:
    terminal.type("\x04")
    assert terminal.ended() == 0


def test_interrupt_clears_the_line(terminal: Terminal) -> None:
    terminal.type("космодр")
    terminal.wait_for("космодр")
    terminal.type("\x03")
    terminal.wait_for(">")
    terminal.type("дымоход\r")
    terminal.wait_for("1 document found")


def test_tab_completes_commands(terminal: Terminal) -> None:
    # Only what is new on the line is sent to the terminal: what is completed may come alone.
    terminal.type(":hel\t")
    terminal.wait_for("p")
    terminal.type("\r")
    terminal.wait_for(":analyze TEXT")


def test_tab_completes_fields_and_terms(terminal: Terminal) -> None:
    terminal.type("titl\t")
    terminal.wait_for(":")
    terminal.type("бирж\t")
    terminal.wait_for("а")
    terminal.type("\r")
    terminal.wait_for("Биржа открылась ростом")


def test_history_is_kept_in_the_users_folder(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("дымоход\r")
    terminal.wait_for("1 document found")
    terminal.wait_for(">")
    terminal.type("\x04")
    assert terminal.ended() == 0
    kept = tmp_path / "state" / "searchlib" / "history"
    assert "дымоход" in kept.read_text(encoding="utf-8")


def test_history_that_cannot_be_written_is_no_obstacle(news: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    opened = Terminal(news, environment_of(tmp_path, XDG_STATE_HOME=str(tmp_path / "file")))
    try:
        opened.wait_for(">")
        opened.type("дымоход\r")
        opened.wait_for("1 document found")
    finally:
        opened.close()
