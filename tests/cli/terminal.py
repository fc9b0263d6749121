"""A pseudo-terminal with a screen, for tests to type at and to read as a user does."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from itertools import groupby
from typing import TYPE_CHECKING

import pyte
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Generous, since many tests may share few processors; nothing is waited for longer than it takes.
DEADLINE = 120.0


def _as_in_the_foreground() -> None:
    """Have Ctrl-C heard, as a shell does: tests may run in the background, where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """The REPL of an index behind a terminal of so many columns and lines."""

    def __init__(
        self, index: Path, environment: dict[str, str], *, columns: int = 80, lines: int = 24
    ) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "searchlib", "repl", str(index)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=_as_in_the_foreground,
        )
        os.close(slave)
        self._screen = pyte.HistoryScreen(columns, lines, history=10_000)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        """Everything that came, with its escapes."""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def enter(self, line: str, shows: str) -> str:
        """Type a line, wait for what it shows and for the next prompt; return the screen."""
        self.type(f"{line}\r")
        self.wait_for(shows)
        return self.wait(self.is_asking, "a prompt")

    def interrupt_until(self, text: str) -> str:
        """Press Ctrl-C, and again each second until a text stands on the screen, as a user does.

        One that comes after the line was read and before the work began belongs to neither.
        """
        until, press = time.monotonic() + DEADLINE, time.monotonic()
        while text not in self.shown:
            now = time.monotonic()
            assert now < until, f"{text!r} never came, only:\n{self.shown}"
            works = termios.tcgetattr(self._master)[3] & termios.ISIG
            if works and now >= press:
                os.kill(self.process.pid, signal.SIGINT)
                press = now + 1
            if select.select([self._master], [], [], 0.01)[0]:
                assert self._read(), f"the process ended after:\n{self.shown}"
        return self.shown

    # ---- what is seen ----------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """The lines on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cursor_line(self) -> str:
        """The line of the cursor up to it."""
        return self._screen.display[self._screen.cursor.y][: self._screen.cursor.x]

    def row(self, y: int) -> str:
        """A line of the screen, column by column: behind a wide sign stands an empty cell."""
        cells = self._screen.buffer[y]
        return "".join(cells[x].data or "\0" for x in range(self._screen.columns))

    def is_asking(self) -> bool:
        """Whether the cursor stands behind an empty prompt."""
        return self.cursor_line == "> "

    def bold(self) -> str:
        """Return the bold characters on the screen, line after line."""
        rows = (self._screen.buffer[y] for y in range(self._screen.lines))
        return " ".join(
            "".join(row[x].data for x in range(self._screen.columns) if row[x].bold) for row in rows
        )

    def styled(self) -> Text:
        """The lines on the screen, bold and coloured as they are."""
        lines = []
        for y in range(self._screen.lines):
            row = self._screen.buffer[y]
            line = Text()
            cells = (row[x] for x in range(self._screen.columns))
            for (colour, bold), run in groupby(cells, lambda cell: (cell.fg, cell.bold)):
                style = Style(color=_rich_colour(colour), bold=bold)
                line.append("".join(cell.data for cell in run), style)
            line.rstrip()
            lines.append(line)
        return Text("\n").join(lines)

    def wait_for(self, text: str) -> str:
        """Wait until a text stands on the screen; return the screen."""
        return self.wait(lambda: text in self.shown, repr(text))

    def wait(self, condition: Callable[[], bool], what: str) -> str:
        until = time.monotonic() + DEADLINE
        while not condition():
            left = until - time.monotonic()
            ready = left > 0 and select.select([self._master], [], [], left)[0]
            assert ready, f"{what} never came, only:\n{self.shown}"
            assert self._read(), f"{what} never came, the process ended after:\n{self.shown}"
        return self.shown

    def _read(self) -> bool:
        try:
            chunk = os.read(self._master, 65536)
        except OSError:  # as Linux says that the other side is closed
            chunk = b""
        self.sent += chunk
        self._stream.feed(chunk)
        return bool(chunk)

    # ---- the end ---------------------------------------------------------------------------------

    def ended(self) -> int:
        """Read until the process ends; return its status."""
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            if select.select([self._master], [], [], DEADLINE)[0] and not self._read():
                break
        return self.process.wait(timeout=DEADLINE)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def _rich_colour(name: str) -> str | None:
    """Return what rich calls a colour of pyte, which has brown for yellow and hexadecimals bare."""
    if name == "default":
        return None
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return f"#{name}"
    return name.replace("brown", "yellow")
