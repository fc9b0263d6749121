"""The keys of Russian forms, from pymorphy3. Asked by the core once a form, never once a token.

Case and ё are folded only in keys: «узнаём» is «узнавать», «узнаем» is both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

KeyTuple = tuple[str, str, float]
"""Kind, text, weight: a key as it goes to the core."""

LEAST_SHARE = 0.02
"""A lemma with less of a form's probability is no key: at .025 «стали» already loses «сталь»."""


@lru_cache(maxsize=1)
def morph() -> MorphAnalyzer:
    """Load pymorphy3 and its dictionary, once a process."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


def keys_of_forms(forms: Sequence[str]) -> list[list[KeyTuple]]:
    """Return the keys of each form: lemmas, likeliest first, then the surface form.

    >>> keys_of_forms(["Стали"])[0][0][:2], keys_of_forms(["2025"])[0]
    (('lemma', 'стать'), [('surface', '2025', 1.0)])
    """
    known: dict[str, list[KeyTuple]] = {}
    answers = []
    for form in forms:
        word = form.lower()
        keys = known.get(word)
        if keys is None:
            keys = known[word] = _keys(word)
        answers.append(keys)
    return answers


def _keys(word: str) -> list[KeyTuple]:
    surface = ("surface", _fold(word), 1.0)
    if not any("а" <= letter <= "я" or letter == "ё" for letter in word):
        return [surface]
    shares: dict[str, float] = {}
    for parse in morph().parse(word):
        lemma = _fold(parse.normal_form)
        shares[lemma] = shares.get(lemma, 0.0) + parse.score
    total = sum(shares.values())
    lemmas = [
        ("lemma", lemma, share / total)
        for lemma, share in sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        if share >= LEAST_SHARE * total
    ]
    return [*lemmas, surface]


def _fold(word: str) -> str:
    return word.replace("ё", "е")
