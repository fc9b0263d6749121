"""A small archive, and the command line as a process with a known environment."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = {
    "01-ktk": (
        "date 2025-11-04 Министры обсудили поставки\n\n"
        "Стороны говорили о транспортировке нефти через порт. Трубопровод работает надёжно.\n"
    ),
    "02-ceny": (
        "date 2025-03-10 Биржа открылась ростом\n\n"
        "Цены на нефть выросли. Эксперты ждут, что газ подешевеет к лету.\n"
    ),
    "03-pech": (
        "date 2024-10-09 Как топить печь на даче\n\n"
        "Осмотрите кладку и дымоход. Газ для розжига не нужен, хватит сухих дров.\n"
    ),
    "2023/04-lyudi": (
        "date 2023-05-01 Праздник в деревне\n\n"
        "На площадь вышли люди. Дети пели, а старики смотрели на реку и молчали.\n"
    ),
}


# What a terminal or its user may have set, and no test may depend on.
FROM_A_USER = frozenset("LANG LANGUAGE NO_COLOR COLUMNS LINES PAGER LESS COLORTERM".split())


class Run(Protocol):
    """Runs `searchlib` with arguments; `LANG` and the rest of the environment by keyword."""

    def __call__(
        self, *arguments: str | Path, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]: ...


def environment_of(home: Path, **changes: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LC_") and name not in FROM_A_USER
    }
    fixed = {
        "LANG": "en_US.UTF-8",
        "PYTHONUTF8": "1",
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    return kept | fixed | changes


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def run(home: Path) -> Run:
    def run_it(
        *arguments: str | Path, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "searchlib", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env=environment_of(home, **environment),
            timeout=120,
        )

    return run_it


def write_archive(folder: Path) -> Path:
    for name, text in ARTICLES.items():
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A fresh folder with the articles."""
    return write_archive(tmp_path / "archive")


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """An index of the articles, which no test may change."""
    base = tmp_path_factory.mktemp("news")
    done = run("index", write_archive(base / "archive"), "--to", base / "news.idx")
    assert done.returncode == 0, done.stderr
    return base / "news.idx"
