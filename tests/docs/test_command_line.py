"""The examples of docs/command-line.md give what stands below them, and it names every option."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

import searchlib
from searchlib.cli import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Each command with the output below it."""
    found = []
    for block in BLOCK.findall(PAGE):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            found.append((command, output))
    return found


def environment(folder: Path) -> dict[str, str]:
    program = folder / "bin" / "searchlib"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m searchlib "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    locale_free = {
        name: v for name, v in os.environ.items() if not name.startswith(("LC_", "LANG"))
    }
    return locale_free | {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(searchlib.__file__).parents[1]),
        "PYTHONUTF8": "1",
        "LANG": "en_US.UTF-8",
    }


def test_the_examples_in_their_order(tmp_path: Path) -> None:
    known = environment(tmp_path)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    assert len(examples()) > 10
    for command, expected in examples():
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=known,
            timeout=60,
        )
        pattern = ".+".join(map(re.escape, expected.split("…")))
        assert re.fullmatch(pattern, done.stdout), f"{command}\n{done.stdout}"


def test_every_option_of_search_is_named() -> None:
    program: Any = typer.main.get_command(app)
    for parameter in program.commands["search"].params:
        if parameter.param_type_name == "option":
            assert f"`{parameter.opts[0]}" in PAGE, parameter.opts[0]
