"""`analyze`, `info`, `check`, `optimize`, `backup`, and the program itself."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Run


def test_analyze_shows_how_each_word_came_by_its_keys(run: Run) -> None:
    done = run("analyze", "Люди пели")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["0", "Люди", "(0-4)"]
    assert ["parse", "человек", "1", "NOUN,anim,masc", "plur,nomn", "dictionary"] in lines
    assert ["key", "человек", "0.85", "lemma", "dictionary"] in lines
    assert ["key", "люди", "1", "surface", "form"] in lines
    assert ["1", "пели", "(5-9)"] in lines


def test_analyze_in_russian_and_what_stands_around(run: Run) -> None:
    done = run("analyze", "с 5 км до Перова", LC_ALL="ru_RU.UTF-8")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["4", "Перова", "(10-16)", "[name]"] in lines
    assert ["ключ", "километр", "0.5", "lemma", "abbreviation"] in lines
    assert any(line[0] == "разбор" and line[3].startswith("СУЩ") for line in lines)


def test_analyze_as_objects(run: Run) -> None:
    tokens = [
        json.loads(line) for line in run("analyze", "Люди пели", "--json").stdout.splitlines()
    ]
    assert [(t["position"], t["start"], t["end"], t["text"]) for t in tokens] == [
        (0, 0, 4, "Люди"),
        (1, 5, 9, "пели"),
    ]
    keys = [(key["text"], key["kind"]) for key in tokens[0]["keys"]]
    assert ("человек", "lemma") in keys


def test_analyze_without_words(run: Run) -> None:
    done = run("analyze", "?!")
    assert (done.returncode, done.stdout) == (1, "There is no word in this text.\n")


def test_check_of_a_whole_index(run: Run, news: Path) -> None:
    done = run("check", news)
    assert (done.returncode, done.stdout) == (0, "The index is whole.\n")
    done = run("check", news, "--json")
    assert (done.returncode, done.stdout) == (0, "")


def test_check_of_a_broken_index(run: Run, news: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.idx"
    shutil.copytree(news, broken)
    largest = max(broken.rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.write_bytes(content)
    done = run("check", broken)
    assert done.returncode == 1
    assert done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_optimize_keeps_the_answers(run: Run, archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "news.idx"
    for _ in range(2):
        run("index", archive, "--to", index)
    done = run("optimize", index)
    assert done.returncode == 0, done.stderr
    told = json.loads(run("info", index, "--json").stdout)
    assert (told["documents"], told["segments"]) == (4, 1)
    assert run("search", index, "транспортировка").returncode == 0


def test_backup_is_an_index(run: Run, news: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.idx"
    done = run("backup", news, target)
    assert done.returncode == 0, done.stderr
    assert run("search", target, "транспортировка").returncode == 0
    done = run("backup", news, target)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_program_names_its_commands(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("index", "search", "repl", "analyze", "info", "check", "optimize", "backup"):
        assert f"  {name} " in done.stdout


def test_version(run: Run) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("searchlib ")


def test_wrong_command_is_wrong_use(run: Run) -> None:
    done = run("serach", "news.idx", "нефть")
    assert done.returncode == 2
    assert "serach" in done.stderr
