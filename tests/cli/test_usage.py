"""Help and wrong use, in English and in Russian, for every command."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer

from searchlib import messages, russian_help
from searchlib.cli import app

from .conftest import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run

PROGRAM: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = PROGRAM.commands


def test_every_command_and_parameter_has_russian_help() -> None:
    assert set(russian_help.COMMANDS) == set(COMMANDS)
    assert set(russian_help.COMPLETION) == {parameter.name for parameter in PROGRAM.params}
    own = {f"{name}.{p.name}" for name, command in COMMANDS.items() for p in command.params}
    common = {key for key in russian_help.PARAMETERS if "." not in key}
    assert set(russian_help.PARAMETERS) - common <= own
    for name in own:
        assert name in russian_help.PARAMETERS or name.partition(".")[2] in common, name


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_page_of_help_is_all_russian(run: Run, name: str) -> None:
    done = run(*filter(None, [name]), "--help", LC_ALL="ru_RU.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Вызов: searchlib {name}".rstrip() + " [ПАРАМЕТРЫ]")
    assert "Показать эту справку." in done.stdout
    for english in ("Usage", "Options", "Arguments", "Commands", "default", "required", "Show"):
        assert english not in done.stdout


def test_a_page_of_help_is_english_elsewhere(run: Run) -> None:
    done = run("search", "--help")
    assert done.stdout.startswith("Usage: searchlib search [OPTIONS]")
    assert not any("а" <= sign <= "я" for sign in done.stdout.lower())


def test_without_arguments_the_help_is_shown(run: Run) -> None:
    done = run(LC_ALL="ru_RU.UTF-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Вызов: searchlib [ПАРАМЕТРЫ] КОМАНДА")


@pytest.mark.parametrize(
    ("arguments", "english", "russian"),
    [
        ("srch", "No such command: 'srch'. Did you mean 'search'?", "Нет такой команды: 'srch'."),
        ("xyz", "No such command: 'xyz'", "Нет такой команды: 'xyz'"),
        ("search", "Missing argument 'DIR'.", "Не хватает аргумента 'DIR'."),
        ("index a", "Say where the index is to be: --to DIR", "Скажите, где быть индексу"),
        ("search a b c", "Unexpected: c", "Лишнее: c"),
        ("search a b --limit", "Option '--limit' needs a value.", "Параметру '--limit' нужно"),
        ("search a b --limit x", "'--limit': give a whole number", "'--limit': нужно целое число"),
        ("search a b --limit 0", "give a number from 1 on", "нужно число от 1"),
        ("search a b --operator xor", "'xor' is not one of 'or', 'and'", "'xor' — не одно из"),
        ("info a --jso", "No such option: --jso. Did you mean --json?", "Может быть, --json?"),
        ("info a --zzz", "No such option: --zzz", "Нет такого параметра: --zzz"),
        ("info a --json=1", "Option '--json' takes no value.", "'--json' нет значения"),
    ],
)
def test_wrong_use(run: Run, arguments: str, english: str, russian: str) -> None:
    done = run(*arguments.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: {english}" in done.stderr or english in done.stderr.splitlines()[-1]
    done = run(*arguments.split(), LC_ALL="ru_RU.UTF-8")
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Ошибка: ")
    assert russian in last
    assert "Usage" not in done.stderr


def test_every_complaint_has_its_text() -> None:
    from searchlib.usage import _COMPLAINTS

    keys = {key for _, key in _COMPLAINTS} | {"usage.try_help"}
    assert keys == {key for key in messages.TEXTS if key.startswith("usage.")}


def test_help_may_be_cut_short(home: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m searchlib --help | head -1"],
        capture_output=True,
        encoding="utf-8",
        env=environment_of(home),
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("Usage: searchlib [OPTIONS] COMMAND [ARGS]...\n", "")
