"""Plain BM25 over words, Snowball stems or first lemmas: what our analysis is measured beside.

`\\w+` tokens, lower case, ё as е, no stop words, title and text as one field, k1 1.2, b 0.75; the
score is Σ idf · tf / (tf + k1 (1 - b + b · length / average)) with
idf = ln(1 + (N - df + .5) / (df + .5)).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache

from benchmarks.corpus import Document

Cut = Callable[[str], list[str]]
"""Cuts a text into the terms it is indexed and found by."""

_WORD = re.compile(r"\w+")
K1, B = 1.2, 0.75


def words(text: str) -> list[str]:
    """Cut a text into folded words."""
    return _WORD.findall(text.lower().replace("ё", "е"))


@cache
def stems() -> Cut:
    """Return a function that cuts a text into Snowball stems. Raises ImportError."""
    from Stemmer import Stemmer

    return _each_form(Stemmer("russian").stemWord)


@cache
def first_lemmas() -> Cut:
    """Return a function that cuts a text into the lemmas of pymorphy3's likeliest parses."""
    from pymorphy3 import MorphAnalyzer

    morph = MorphAnalyzer()
    return _each_form(lambda word: str(morph.parse(word)[0].normal_form).replace("ё", "е"))


def _each_form(key: Callable[[str], str]) -> Cut:
    """Cut into words and ask for the key of each form only once."""
    known = cache(key)
    return lambda text: list(map(known, words(text)))


class Baseline:
    """A BM25 index in memory. Needs numpy, which the measures bring."""

    def __init__(self, documents: Sequence[Document], cut: Cut) -> None:
        import numpy as np

        self._cut = cut
        self._ids = [document.id for document in documents]
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for number, document in enumerate(documents):
            terms = cut(f"{document.title} {document.text}")
            lengths.append(len(terms))
            for term, frequency in Counter(terms).items():
                postings[term].append((number, frequency))
        average = max(1, sum(lengths)) / max(1, len(lengths))
        damping = K1 * (1 - B + B * np.array(lengths, float) / average)
        # Queries share words: what a term gives to each document is worked out once.
        self._parts = {}
        for term, found in postings.items():
            numbers, frequencies = np.array(found).T
            idf = math.log(1 + (len(documents) - len(found) + 0.5) / (len(found) + 0.5))
            self._parts[term] = numbers, idf * frequencies / (frequencies + damping[numbers])

    def search(self, query: str, limit: int) -> dict[str, float]:
        """Return the best documents and their scores, best first."""
        import numpy as np

        scores = np.zeros(len(self._ids))
        for term in self._cut(query):
            if term in self._parts:
                numbers, parts = self._parts[term]
                scores[numbers] += parts
        best = np.argsort(-scores, kind="stable")[:limit]
        return {self._ids[number]: float(scores[number]) for number in best if scores[number] > 0}
