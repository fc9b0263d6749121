"""Plain BM25 over words or Snowball stems: what morphology is measured beside.

`\\w+` tokens, lower case, ё as е, no stop words, title and text as one field, k1 1.2, b 0.75; the
score is Σ idf · tf / (tf + k1 (1 - b + b · length / average)) with
idf = ln(1 + (N - df + .5) / (df + .5)).
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from benchmarks.corpus import Document

_WORD = re.compile(r"\w+")
K1, B = 1.2, 0.75


def words(text: str) -> list[str]:
    """Cut a text into folded words."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def stems() -> Callable[[str], list[str]]:
    """Return a function that cuts a text into Snowball stems. Raises ImportError."""
    from Stemmer import Stemmer

    stemmer = Stemmer("russian")

    def stemmed(text: str) -> list[str]:
        return list(stemmer.stemWords(words(text)))

    return stemmed


class Baseline:
    """A BM25 index in dictionaries."""

    def __init__(self, documents: Sequence[Document], cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        self._ids = [document.id for document in documents]
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths = []
        for number, document in enumerate(documents):
            terms = cut(f"{document.title} {document.text}")
            self._lengths.append(len(terms))
            for term, frequency in Counter(terms).items():
                self._postings[term].append((number, frequency))
        self._average = sum(self._lengths) / max(1, len(self._lengths))

    def search(self, query: str, limit: int) -> dict[str, float]:
        """Return the best documents and their scores."""
        scores: dict[int, float] = defaultdict(float)
        for term in self._cut(query):
            found = self._postings.get(term, [])
            idf = math.log(1 + (len(self._ids) - len(found) + 0.5) / (len(found) + 0.5))
            for number, frequency in found:
                length = self._lengths[number] / self._average
                scores[number] += idf * frequency / (frequency + K1 * (1 - B + B * length))
        best = heapq.nsmallest(limit, scores.items(), key=lambda item: (-item[1], item[0]))
        return {self._ids[number]: score for number, score in best}
