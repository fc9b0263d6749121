"""Passages as text to show: HTML, terminal, plain.

Whatever a document holds, HTML is escaped and no control character reaches a terminal.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from searchlib.errors import QueryError
from searchlib.highlight.passages import Passage

SEPARATOR = " … "
_ELLIPSIS = "…"
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_BOLD, _PLAIN = "\x1b[1;33m", "\x1b[0m"
# One character for one, so that ranges need no second count. Marks of direction could reorder what
# stands around a snippet.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNSAFE_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Passages of a text with their matches; `str` is the plain text.

    >>> snippet = Snippet("Цена нефти < 60 $", (Passage(0, 17, ((5, 10),)),))
    >>> snippet.html()
    'Цена <mark>нефти</mark> &lt; 60 $'
    >>> snippet.ranges
    ((5, 10),)
    """

    text: str
    fragments: tuple[Passage, ...]
    lines: bool = False

    def __str__(self) -> str:
        return self.plain()

    def html(self, tag: str = "mark", separator: str = SEPARATOR) -> str:
        """Return HTML: everything escaped, matches in `tag`. Raises QueryError for no tag name."""
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            raise QueryError(f"{tag!r} is no name of an HTML tag")
        return self._render(f"<{tag}>", f"</{tag}>", separator, html.escape)

    def ansi(self, *, separator: str = SEPARATOR) -> str:
        """Return text for a terminal, matches bold and yellow."""
        return self._render(_BOLD, _PLAIN, separator, str)

    def plain(self, *, separator: str = SEPARATOR) -> str:
        """Return the text alone."""
        return self._render("", "", separator, str)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The matches, as code points of `plain()`."""
        ranges = []
        base = 0
        for at, passage in enumerate(self.fragments):
            before = len(self._before(at))
            shift = base + before - passage.start
            ranges += [(start + shift, end + shift) for start, end in passage.ranges]
            base += before + passage.end - passage.start + len(SEPARATOR)
        return tuple(ranges)

    @property
    def source_ranges(self) -> tuple[tuple[int, int], ...]:
        """The matches, as code points of the field's text."""
        return tuple(span for passage in self.fragments for span in passage.ranges)

    def _before(self, at: int) -> str:
        return _ELLIPSIS if at == 0 and self.fragments[0].cut_start else ""

    def _render(
        self, opening: str, closing: str, separator: str, escape: Callable[[str], str]
    ) -> str:
        unsafe = _UNSAFE_LINES if self.lines else _UNSAFE

        def shown(start: int, end: int) -> str:
            return escape(unsafe.sub(" ", self.text[start:end]))

        pieces = []
        for at, passage in enumerate(self.fragments):
            parts = [self._before(at)]
            place = passage.start
            for start, end in passage.ranges:
                parts += [shown(place, start), opening, shown(start, end), closing]
                place = end
            parts.append(shown(place, passage.end))
            pieces.append("".join(parts))
        text = escape(separator).join(pieces)
        cut = bool(self.fragments) and self.fragments[-1].cut_end
        return text + _ELLIPSIS if cut else text


def whole(text: str, ranges: tuple[tuple[int, int], ...]) -> Snippet:
    """Return the whole text as one passage with the ranges marked, its line breaks kept."""
    passages = (Passage(0, len(text), ranges),) if text else ()
    return Snippet(text, passages, lines=True)
