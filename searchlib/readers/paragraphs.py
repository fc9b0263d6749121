"""Text put together from the pieces of a document's tree, whatever format it had."""

from __future__ import annotations

import re

SPACES = re.compile(r"[ \t\n\f\r]+")


class Paragraphs:
    """Text written piece by piece: white space made one, blocks kept apart."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._lines = 0
        self._space = ""

    def add(self, text: str, *, verbatim: bool = False) -> None:
        """Add a piece; `verbatim` keeps its white space."""
        if not verbatim:
            text = SPACES.sub(" ", text)
            if text.startswith(" "):
                self._space = self._space or " "
                text = text[1:]
        if not text:
            return
        if self._pieces:
            self._pieces.append("\n" * self._lines or self._space)
        self._lines, self._space = 0, ""
        if verbatim and text.endswith("\n"):
            text, self._lines = text.rstrip("\n"), 1
        elif not verbatim and text.endswith(" "):
            text, self._space = text[:-1], " "
        self._pieces.append(text)

    def end(self, lines: int) -> None:
        """End a line, or with 2 a paragraph, if anything stands in it."""
        self._lines = max(self._lines, lines)

    def cell(self) -> None:
        """Begin a cell of a table; the first of a row has nothing to stand apart from."""
        if not self._lines:
            self._space = " | "

    def text(self) -> str:
        """Return all that was added."""
        return "".join(self._pieces).strip()
