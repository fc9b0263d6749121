"""What ICU knows better than we do, asked a few times a document and never once a token."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icu import Collator, UnicodeSet

NO_WORD = 100
"""The rule status below which what lies between two of ICU's borders is no word."""


@lru_cache(maxsize=1)
def _collator() -> Collator:
    from icu import Collator, Locale

    return Collator.createInstance(Locale("ru"))


def sort_key(text: str) -> bytes:
    """Return bytes that sort as Russian readers expect: ё beside е, small before capital.

    Keys change with ICU's version, so `icu_version` stands beside them in the index.

    >>> sorted(["жук", "ёж", "Ель", "еда"], key=sort_key)
    ['еда', 'ёж', 'Ель', 'жук']
    """
    return bytes(_collator().getSortKey(text))


def icu_version() -> str:
    """Return the version of the ICU library that makes the sort keys."""
    from icu import ICU_VERSION

    return str(ICU_VERSION)


@lru_cache(maxsize=1)
def _letters() -> UnicodeSet:
    from icu import UnicodeSet

    return UnicodeSet(
        r"[\p{Word_Break=ALetter}\p{Word_Break=Numeric}\p{Word_Break=Katakana}[:Hiragana:]"
        r"[[:Ideographic:][:LineBreak=Complex_Context:]-\p{Word_Break=Extend}]]"
    )


def words_of_run(text: str) -> list[tuple[int, int]]:
    """Return the words that ICU's root rules and dictionaries find, in code points.

    The core asks for stretches of scripts written without spaces (Thai, Lao, Khmer, Myanmar,
    Chinese, Japanese); everything else it cuts itself.

    >>> text = "สวัสดีชาวโลก"
    >>> [text[start:end] for start, end in words_of_run(text)]
    ['สวัสดี', 'ชาว', 'โลก']
    >>> words_of_run("𠀀 東京に")
    [(0, 1), (2, 4), (4, 5)]
    """
    from icu import BreakIterator, Locale

    # An iterator holds the text it walks over: a new one each time, since threads may call at once.
    iterator = BreakIterator.createWordInstance(Locale.getRoot())
    iterator.setText(text)
    points = _points(text)
    found = []
    start = 0
    for end in iterator:
        span = points[start], points[end]
        # Some words that end with a mark have the status of punctuation.
        if iterator.getRuleStatus() >= NO_WORD or _letters().containsSome(text[slice(*span)]):
            found.append(span)
        start = end
    return found


def words_of_runs(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return the words of each text: what the core asks, once for all stretches of a document.

    >>> words_of_runs(["東京", "ไทย"])
    [[(0, 2)], [(0, 3)]]
    """
    return [words_of_run(text) for text in texts]


def _points(text: str) -> Sequence[int]:
    """Return the code point at each of ICU's offsets, which count UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    points = array("I")
    for number, character in enumerate(text):
        points.append(number)
        if character > "\uffff":
            points.append(number)
    points.append(len(text))
    return points
