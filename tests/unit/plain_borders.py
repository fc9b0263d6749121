"""Where a text may be cut: between words, else between grapheme clusters.

Knows nothing of marks, sentences or queries. All places are code points. A word is a run
without white space; a place inside one is offered only when the caller leaves nothing better.
"""

from __future__ import annotations

import re
import unicodedata

# A cluster may have any number of accents; the stream-safe format of UAX #15 allows 30, so a longer
# run is an attack on whoever refuses to cut it.
_LONGEST_CLUSTER = 32
_SEEN = re.compile(r"\S")
# Trailing white space is looked for in pieces of so many code points.
_PIECE = 256
_JOINER = "\u200d"
_VIRAMA = 9
# Letters and signs that UAX #29 counts to the cluster before them, whatever their category says.
_TRAILING = (
    ("\u0e33", "\u0e33"),
    ("\u0eb3", "\u0eb3"),
    ("\u1160", "\u11ff"),
    ("\u200c", "\u200d"),
    ("\ud7b0", "\ud7ff"),
    ("\uff9e", "\uff9f"),
    ("\U0001f3fb", "\U0001f3ff"),
    ("\U000e0020", "\U000e007f"),
)
# Signs that begin the cluster of what follows.
_LEADING = (
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2",
    "\U000110bd\U000110cd",
)


def glued(text: str, place: int) -> bool:
    """Whether a grapheme cluster (UAX #29) goes on across `place`; in doubt it does.

    >>> glued("и\u0306", 1), glued("ий", 1)
    (True, False)
    """
    if not 0 < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    if left < "\u0300" and right < "\u0300":
        return left == "\r" and right == "\n"
    if unicodedata.category(right).startswith("M") or left == _JOINER:
        return True
    if any(low <= right <= high for low, high in _TRAILING) or left in _LEADING[0] + _LEADING[1]:
        return True
    if unicodedata.combining(left) == _VIRAMA:
        return right.isalpha()
    if "\u1100" <= left <= "\u115f" or "\ua960" <= left <= "\ua97c":
        return (
            "\u1100" <= right <= "\u115f"
            or "\ua960" <= right <= "\ua97c"
            or "\uac00" <= right <= "\ud7a3"
        )
    if _is_flag(left) and _is_flag(right):
        first = place
        while first > 0 and _is_flag(text[first - 1]):
            first -= 1
        return (place - first) % 2 == 1
    return False


def cluster_end(text: str, start: int) -> int:
    """The end of the grapheme cluster that begins at `start`, at most 32 code points on.

    >>> cluster_end("и\u0306од", 0)
    2
    """
    end = start + 1
    while end - start < _LONGEST_CLUSTER and glued(text, end):
        end += 1
    return end


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends.

    >>> strip(" нефть ", 0, 7)
    (1, 6)
    """
    seen = _SEEN.search(text, start, end)
    if seen is None:
        return start, start
    first = seen.start()
    # A space with an accent on it is seen.
    if first > start and glued(text, first):
        first -= 1
    # By pieces, because neither a copy of the span nor a step a space suits a span of megabytes.
    while True:
        piece = text[max(first, end - _PIECE) : end]
        kept = len(piece.rstrip())
        end -= len(piece) - kept
        if kept:
            return first, end


def is_blank(text: str, start: int, end: int) -> bool:
    """Whether a span holds nothing but white space.

    >>> is_blank("нефть и газ", 5, 6), is_blank("нефть и газ", 5, 7)
    (True, False)
    """
    return _SEEN.search(text, start, end) is None


def cut_end(text: str, floor: int, limit: int) -> int:
    """Return the best place from `floor` to `limit` to end at.

    It is the last end of a word, else the last edge inside one, else the last grapheme border, else
    `floor`.

    >>> cut_end("нефть и газ", 0, 9)
    7
    """
    if limit >= len(text):
        return len(text)
    places = range(limit, floor - 1, -1)
    for place in places:
        if text[place].isspace() and not text[place - 1 : place].isspace():
            return place
    for place in places:
        if _is_edge(text, place):
            return place
    return next((place for place in places if not glued(text, place)), floor)


def cut_start(text: str, low: int, ceiling: int) -> int:
    """Return the best place from `low` to `ceiling` to begin at, chosen as by `cut_end`.

    >>> cut_start("нефть и газ", 3, 8)
    6
    """
    if low <= 0:
        return 0
    places = range(low, ceiling + 1)
    for place in places:
        if (
            text[place - 1].isspace()
            and not text[place : place + 1].isspace()
            and not glued(text, place)
        ):
            return place
    for place in places:
        if _is_edge(text, place):
            return place
    return next((place for place in places if not glued(text, place)), ceiling)


def _is_edge(text: str, place: int) -> bool:
    return not glued(text, place) and not (
        _is_word(text[place - 1 : place]) and _is_word(text[place : place + 1])
    )


def _is_word(char: str) -> bool:
    return (
        char.isalnum()
        or char == "_"
        or (char > "\u0300" and unicodedata.category(char).startswith("M"))
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
