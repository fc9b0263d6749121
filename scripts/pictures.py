"""Draws the pictures of the README: a real session of the REPL over seeds/, seen on a terminal.

Run by `make pictures`. Every line is typed at a pseudo-terminal; what its screen holds at the end
is exported by rich, once for each language.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.cli.conftest import environment_of
from tests.cli.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, LINES = 92, 60

# By language: the locale, then what is typed and a text that the answer shows.
SESSIONS = {
    "ru": (
        "ru_RU.UTF-8",
        (
            (":предел 2", "Показывать"),
            ("транспортировка нефти", "Найдено"),
            (":фильтр date:2023", "Фильтр:"),
            ("pfvjr", "Найдено по"),
            ("title:замок И (реставрация", "Ошибка"),
            (":фильтр выкл", "Фильтра нет"),
            (":анализ Ёжики шли", "шли"),
        ),
    ),
    "en": (
        "en_US.UTF-8",
        (
            (":limit 2", "Results"),
            ("транспортировка нефти", "found in"),
            (":filter date:2023", "Filter:"),
            ("pfvjr", "Searched for"),
            ("title:замок AND (реставрация", "Error"),
            (":filter off", "There is no"),
            (":analyze Ёжики шли", "шли"),
        ),
    ),
}


def main() -> None:
    """Draw both pictures into docs/pictures/."""
    with tempfile.TemporaryDirectory() as folder:
        # The welcome names the index as it was given.
        os.chdir(folder)
        searchlib = [sys.executable, "-m", "searchlib"]
        subprocess.run(
            [*searchlib, "index", ROOT / "seeds", "--to", "seeds.idx", "--format", "articles"],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        for language, (locale, lines) in SESSIONS.items():
            target = ROOT / "docs" / "pictures" / f"repl.{language}.svg"
            target.parent.mkdir(exist_ok=True)
            target.write_text(picture(session(Path(folder), locale, lines)), encoding="utf-8")
            print(target.relative_to(ROOT))


def session(home: Path, locale: str, lines: tuple[tuple[str, str], ...]) -> Text:
    """Type the lines and return what stands on the screen then, without the last prompt."""
    environment = environment_of(home, LANG=locale, XDG_STATE_HOME=str(home / locale))
    terminal = Terminal(Path("seeds.idx"), environment, columns=COLUMNS, lines=LINES)
    try:
        terminal.wait(terminal.is_asking, "the first prompt")
        for line, shows in lines:
            terminal.enter(line, shows)
        shown = terminal.styled()
    finally:
        terminal.close()
    shown.rstrip()
    shown.right_crop(1)
    shown.rstrip()
    return shown


def picture(text: Text) -> str:
    """Return a text as SVG that needs nothing from elsewhere."""
    console = Console(
        record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(text)
    svg = console.export_svg(title="searchlib repl", theme=MONOKAI, unique_id="repl")
    # The fonts would be fetched from a server; any monospaced one will do.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    main()
