"""A query typed in the wrong keyboard layout: which of its words are to be read in the other one.

A word is read so only when the index has nothing for it as it is typed and something as it is read;
whoever reads a query so must say it. What the index has is asked of the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from searchlib.keyboard import to_cyrillic, to_latin
from searchlib.query.values import FIELD_NAME, is_operator

Knows = Callable[[str], bool]
"""Tells whether the index has anything for a word or a pattern."""

_MOST_WORDS = 32
# A word of a query that finds something is left alone below this length: too many short words of
# one language are words of the other layout as well (he is ру, gj is по).
_LEAST_BESIDE_OTHERS = 4
_LEAST = 3
# Longer runs are no words, and the expression below must not go over them again and again.
_LONGEST = 100

_PIECE = re.compile(
    rf"(?P<head>[+-]?\(*(?:(?P<field>{FIELD_NAME}):)?\(*[\"„“«]?)"
    r"(?P<word>\S*?)"
    r"(?P<tail>(?P<pattern>\*|~[0-9]*)?[\"”»)]*(?:[~^][0-9.]*)?\)*)"
)
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_LATIN = re.compile(r"[a-zA-Z]")
_RUSSIAN_WORD = re.compile(r"[а-яёА-ЯЁ0-9][а-яёА-ЯЁ0-9-]*")
_LATIN_WORD = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.+#_-]*")
_PUNCTUATION = ".,;:!?"


@dataclass(frozen=True)
class Reading:
    """A query as it was probably meant: its text, and each word typed and read otherwise."""

    text: str
    words: tuple[tuple[str, str], ...]


@dataclass
class _Piece:
    """A run without spaces: the word in it, how else it may be read, and which reading is taken."""

    head: str
    word: str
    tail: str
    pattern: str
    latin: bool
    readings: tuple[str, ...]
    read: str | None = None

    def __str__(self) -> str:
        return self.head + (self.word if self.read is None else self.read) + self.tail


def reread(query: str, knows: Knows, *, fields: Collection[str], found: bool) -> Reading | None:
    """Return a query with its words typed in the wrong layout put right; None when there are none.

    `fields` are those whose words may be read otherwise; `found` says whether the query as it is
    finds anything. A word with `=` before it is meant as it stands.

    >>> knows = {"нефть", "газ", "linux"}.__contains__
    >>> print(reread("title:ytanm B ufp", knows, fields=["title"], found=False).text)
    title:нефть И газ
    >>> reread("linux ytanm", knows, fields=[], found=True).words
    (('ytanm', 'нефть'),)
    >>> reread("=ytanm", knows, fields=[], found=False) is None
    True
    """
    parts = re.split(r"(\s+)", query)
    pieces = {at: piece for at, part in enumerate(parts) if (piece := _piece(part, fields))}
    least = _LEAST_BESIDE_OTHERS if found else _LEAST
    words = (piece for piece in pieces.values() if not any(map(is_operator, piece.readings)))
    long = [piece for piece in words if _letters(piece.readings[0]) >= least][:_MOST_WORDS]
    for piece in long:
        if not knows(piece.word + piece.pattern):
            known = (word for word in piece.readings if knows(word + piece.pattern))
            piece.read = next(known, None)
    read = [piece for piece in long if piece.read is not None]
    if not read:
        return None
    for latin in (True, False):
        # Where every long word was typed in the wrong layout, the short ones between them were too.
        same = [piece for piece in long if piece.latin == latin]
        if same and all(piece.read is not None for piece in same):
            for piece in pieces.values():
                if piece.latin == latin and piece.read is None:
                    piece.read = piece.readings[0]
    text = "".join(str(pieces.get(at, part)) for at, part in enumerate(parts))
    return Reading(text, tuple((piece.word, piece.read or "") for piece in read))


def _piece(part: str, fields: Collection[str]) -> _Piece | None:
    """Return a run of a query as a piece; None when nothing in it can be read otherwise."""
    match = _PIECE.fullmatch(part) if len(part) <= _LONGEST else None
    if match is None or (match["field"] is not None and match["field"] not in fields):
        return None
    word = match["word"]
    if word.startswith(("=", "/")) or is_operator(word):
        return None
    latin, cyrillic = bool(_LATIN.search(word)), bool(_CYRILLIC.search(word))
    if latin == cyrillic:
        return None
    turned, wanted = (to_cyrillic, _RUSSIAN_WORD) if latin else (to_latin, _LATIN_WORD)
    # A comma may be the letter б, or just a comma.
    spellings = dict.fromkeys((word, word.rstrip(_PUNCTUATION)))
    readings = tuple(
        text for text in map(turned, spellings) if wanted.fullmatch(text) and _is_cased(text)
    )
    if not readings:
        return None
    return _Piece(match["head"], word, match["tail"], match["pattern"] or "", latin, readings)


def _is_cased(word: str) -> bool:
    """Whether capitals stand where words have them; cBPF would be сИЗА."""
    return word in (word.lower(), word.upper(), word.capitalize())


def _letters(word: str) -> int:
    return sum(map(str.isalnum, word))
