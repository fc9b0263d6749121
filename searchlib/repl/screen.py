"""Where answers go: wrapped to the terminal's width, long ones through a pager, or plain to a pipe.

Knows nothing of searching.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from io import StringIO

# Lines that go on are set under the text, not under its number or the branches before it.
_HANG = re.compile(r" *(?:\d+\. )?[│├└─ ]*")
_GOING_ON = str.maketrans("├└─.0123456789", "│" + " " * 13)
_NARROWEST = 20


class Screen:
    """Standard output, as a terminal or not."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._has_keyboard = sys.stdin is not None and sys.stdin.isatty()
        self.is_dialogue = self._is_terminal and self._has_keyboard
        """Whether somebody types and reads."""
        self.styled = self._is_terminal and os.environ.get("TERM") != "dumb"
        """Whether bold and the like are shown; under NO_COLOR they are, only without colours."""

    def show(self, text: str) -> None:
        """Print lines."""
        print(self._fitted(text), flush=True)

    def page(self, text: str) -> None:
        """Print lines, by the user's pager when they are more than the terminal has."""
        fitted = self._fitted(text)
        tall = fitted.count("\n") + 2 > shutil.get_terminal_size().lines
        if tall and self.styled and self.is_dialogue and _paged(fitted):
            return
        print(fitted, flush=True)

    def note(self, text: str) -> None:
        """Print what is no answer, so that answers in a pipe stay what they are."""
        sys.stdout.flush()
        # A reader of both must not see words cut by the edge.
        fits = self._is_terminal and sys.stderr.isatty()
        print(self._fitted(text) if fits else text, file=sys.stderr, flush=True)

    def width(self) -> int:
        """Return how many columns there are to write in; 80 when nobody knows."""
        return max(_NARROWEST, shutil.get_terminal_size().columns)

    def _fitted(self, text: str) -> str:
        if not self._is_terminal:
            return text
        return fitted(text, self.width(), styled=self.styled)


def fitted(text: str, width: int, *, styled: bool) -> str:
    r"""Return text with ANSI styles, its lines broken at spaces to fit a width.

    >>> print(fitted("1. Министры обсудили поставки\n├─ поставки в порт", 20, styled=False))
    1. Министры обсудили
       поставки
    ├─ поставки в порт
    >>> print(fitted("├─ поставки и перевозки\n└─ всё прочее и ещё одно", 20, styled=False))
    ├─ поставки и
    │  перевозки
    └─ всё прочее и ещё
       одно
    """
    from rich.console import Console
    from rich.text import Text

    out = Console(
        file=StringIO(),
        width=width,
        color_system="standard" if styled else None,
        force_terminal=styled,
        force_interactive=False,
        highlight=False,
        legacy_windows=False,
    )
    lines = []
    for line in text.split("\n"):
        whole = Text.from_ansi(line)
        whole.expand_tabs(4)
        if whole.cell_len <= width:
            lines.append(whole)
            continue
        match = _HANG.match(whole.plain)
        hang = match.end() if match and match.end() <= width // 2 else 0
        first, rest = whole.divide([hang]) if hang else (Text(), whole)
        for part in rest.wrap(out, width - hang):
            part.rstrip()
            lines.append(first + part)
            first = Text(first.plain.translate(_GOING_ON))
    with out.capture() as captured:
        out.print(Text("\n").join(lines), soft_wrap=True, end="")
    return captured.get()


def _paged(text: str) -> bool:
    """Show text by the pager of the environment, else by `less`; return whether there was one."""
    try:
        command = shlex.split(os.environ.get("PAGER") or "less")
    except ValueError:
        return False
    if not command or shutil.which(command[0]) is None:
        return False
    # As git does: styles are let through, what fits is just printed, the screen stays as it was.
    environment = {"LESS": "FRX"} | os.environ
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    while True:
        try:
            pager.communicate(text.encode(errors="backslashreplace") + b"\n")
        except KeyboardInterrupt:
            # The pager has been told as well, and it alone decides whether to end.
            continue
        return True
