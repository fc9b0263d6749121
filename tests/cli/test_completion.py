"""Completion and its installation, asked for as the shells do."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import searchlib as sl

from .conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two indexes and a folder that is none, and the program on the path."""
    folder = tmp_path_factory.mktemp("place")
    schema = sl.Schema(
        id=sl.Keyword(unique=True),
        title=sl.Text(),
        body=sl.Text(),
        genre=sl.Keyword(facet=True),
        name=sl.Keyword(sortable=True),
        price=sl.Integer(),
    )
    for name in ("news.idx", "книги.idx", "deep/new.idx"):
        sl.Index.create(folder / name, schema)
    (folder / "newspapers").mkdir()
    program = folder / "bin" / "searchlib"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m searchlib "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def environment(place: Path, home: Path) -> Mapping[str, str]:
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    package = str(Path(sl.__file__).parents[1])
    return environment_of(home, PATH=path, PYTHONPATH=package)


@pytest.fixture(scope="module")
def bash(place: Path, environment: Mapping[str, str]) -> Callable[..., list[str]]:
    """What bash offers for the last of the words, by the program's own script."""

    def complete(*words: str) -> list[str]:
        typed = " ".join(map(shlex.quote, ("searchlib", *words)))
        script = (
            'eval "$(searchlib --show-completion bash)"\n'
            f"COMP_WORDS=({typed})\nCOMP_CWORD={len(words)}\n"
            "_searchlib_completion searchlib\n"
            'printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", script],
            capture_output=True,
            encoding="utf-8",
            cwd=place,
            env={**environment, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return [line for line in done.stdout.splitlines() if line]

    return complete


def test_commands_and_options(bash: Callable[..., list[str]]) -> None:
    assert bash("se") == ["search"]
    assert "info" in bash("")
    assert bash("search", "--fa") == ["--facet"]
    assert bash("search", "news.idx", "нефть", "--operator", "") == ["or", "and"]


def test_folders_with_an_index(bash: Callable[..., list[str]], place: Path) -> None:
    assert bash("search", "") == ["news.idx", "книги.idx"]
    assert bash("info", "кни") == ["книги.idx"]
    assert bash("check", "./ne") == ["./news.idx"]
    assert bash("repl", "deep/") == ["deep/new.idx"]
    assert bash("optimize", f"{place}/ne") == [f"{place}/news.idx"]
    # The shell then offers files, so that a path can be typed on.
    assert bash("backup", "newspapers/") == []
    assert bash("backup", "нет/такой") == []


def test_fields_of_the_index(bash: Callable[..., list[str]]) -> None:
    search = ("search", "news.idx", "нефть")
    assert bash(*search, "--sort", "") == ["name", "price", "added"]
    assert bash(*search, "--sort", "p") == ["price"]
    assert bash("search", "--limit", "5", "news.idx", "--sort", "p") == ["price"]
    assert bash("search", "--sort", "p") == []
    assert bash(*search, "--facet", "") == ["genre"]
    assert bash(*search, "--fields", "") == ["title", "body"]
    assert bash(*search, "--fields", "title^3,") == ["title^3,body"]
    assert bash(*search, "--show", "id,s") == ["id,score", "id,snippet"]


@pytest.mark.parametrize("folder", ["нет.idx", "newspapers"])
def test_no_fields_without_an_index(bash: Callable[..., list[str]], folder: str) -> None:
    assert bash("search", folder, "нефть", "--sort", "") == []


@pytest.mark.parametrize(
    ("shell", "words", "offered"),
    [
        ("zsh", "searchlib search news.idx нефть --facet ", "_arguments '*: :((\"genre\"))'\n"),
        ("zsh", "searchlib search нет", "_files\n"),
        ("fish", "searchlib search news.idx нефть --sort n", "name\n"),
    ],
)
def test_other_shells(
    place: Path, environment: Mapping[str, str], shell: str, words: str, offered: str
) -> None:
    asked = {
        "_SEARCHLIB_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        ["searchlib"],
        capture_output=True,
        encoding="utf-8",
        cwd=place,
        env={**environment, **asked},
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, offered, "")


@pytest.mark.parametrize(
    ("shell", "kept", "sign"),
    [
        ("bash", ".bash_completions/searchlib.sh", "_SEARCHLIB_COMPLETE=complete_bash"),
        ("zsh", ".zfunc/_searchlib", "#compdef searchlib"),
        ("fish", ".config/fish/completions/searchlib.fish", "complete --command searchlib"),
    ],
)
def test_installation(
    tmp_path: Path, environment: Mapping[str, str], shell: str, kept: str, sign: str
) -> None:
    done = subprocess.run(
        ["searchlib", "--install-completion", shell],
        capture_output=True,
        encoding="utf-8",
        env={
            **environment,
            "HOME": str(tmp_path),
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert sign in (tmp_path / kept).read_text(encoding="utf-8")
