"""Both READMEs are followed word by word: their shell lines are run, their files saved and used.

What a comment of a shell line quotes «so» must stand in its output. Lines that begin with `> ` are
typed into the command above them. `make` and the activation of `.venv` have been done by whoever
runs the tests, so these lines are compared with the Makefile. Blocks with `>>>` are run by doctest.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from searchlib.repl.commands import command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
READMES = {"README.md": "en_US.UTF-8", "README.ru.md": "ru_RU.UTF-8"}
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"`([\w-]+\.(?:py|toml))`")
COMMENT = re.compile(r"\s+# .*$")
QUOTED = re.compile(r"«(.+?)»")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@dataclass
class Step:
    """A shell line with what is typed into it, or a file to save (`line` is its text)."""

    line: str
    typed: str = ""
    save_as: str | None = None

    @property
    def is_setting_up(self) -> bool:
        return self.line.startswith(("make ", ". "))

    @property
    def bare(self) -> str:
        return COMMENT.sub("", self.line)


def steps(readme: str) -> Iterator[Step]:
    """Yield what the page tells the reader to do, in order."""
    page = (ROOT / readme).read_text(encoding="utf-8")
    for block in BLOCK.finditer(page):
        if block["kind"] == "sh":
            yield from shell_steps(block["text"])
        elif ">>>" not in block["text"]:
            *_, name = FILE_NAME.findall(page, 0, block.start())
            yield Step(block["text"], save_as=name)


def shell_steps(block: str) -> list[Step]:
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("> "):
            found[-1].typed += line.removeprefix("> ") + "\n"
        else:
            found.append(Step(line))
    return found


def environment(locale: str, home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    fixed = {"PATH": path, "LANG": locale, "LANGUAGE": "", "PYTHONUTF8": "1", "HOME": str(home)}
    return kept | fixed


@pytest.mark.parametrize(("readme", "locale"), READMES.items())
def test_a_reader_who_does_as_told_gets_there(readme: str, locale: str, tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    for step in steps(readme):
        if step.save_as:
            (folder / step.save_as).write_text(step.line, encoding="utf-8")
            continue
        if step.is_setting_up:
            continue
        done = subprocess.run(
            ["bash", "-c", step.line],
            input=step.typed,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env=environment(locale, tmp_path),
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, ""), step.line
        comment = step.line.removeprefix(step.bare)
        for expected in QUOTED.findall(comment):
            assert expected in done.stdout, f"{step.line}: {expected} is not in {done.stdout}"


@pytest.mark.parametrize("readme", READMES)
def test_what_has_to_be_made_first_can_be_made(readme: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    page = (ROOT / readme).read_text(encoding="utf-8")
    told = re.findall(r"(?:^|`)make (\w+)", page, re.MULTILINE)
    assert {"demo", "test"} <= set(told) <= set(phony.split())
    setting_up = [step.bare for step in steps(readme) if step.is_setting_up]
    assert setting_up == ["make demo", ". .venv/bin/activate"]
    assert re.search(r"^VENV := \.venv$", makefile, re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_what_is_typed_into_the_repl_is_understood(readme: str) -> None:
    (session,) = [step for step in steps(readme) if step.typed]
    commands = [command(line) for line in session.typed.splitlines()]
    assert [known and known.name for known in commands] == [None, "open", "explain", "quit"]


def test_both_languages_tell_the_same() -> None:
    english, russian = ([(step.bare, step.save_as) for step in steps(readme)] for readme in READMES)
    assert english == russian
    doctests = [
        [block["text"] for block in BLOCK.finditer((ROOT / readme).read_text(encoding="utf-8"))]
        for readme in READMES
    ]
    assert [b for b in doctests[0] if ">>>" in b] == [b for b in doctests[1] if ">>>" in b]


def test_every_command_is_shown() -> None:
    shown = {
        words[1]
        for step in steps("README.md")
        if not step.save_as and (words := shlex.split(step.bare))[0] == "searchlib"
    }
    assert shown == {
        *("index", "search", "repl", "analyze", "info", "check", "optimize", "backup"),
    }


@pytest.mark.parametrize(
    "page",
    ["README.md", "README.ru.md", "docs/README.md", "examples/README.md", "examples/README.ru.md"],
)
def test_no_link_leads_nowhere(page: str) -> None:
    path = ROOT / page
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (path.parent / link).exists(), link


def test_every_page_of_docs_is_on_its_front_page() -> None:
    front = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages == set(LINK.findall(front)) & pages
