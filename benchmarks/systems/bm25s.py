"""bm25s: scores of every word worked out beforehand, in memory; any-word queries alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from benchmarks.systems.face import K1, B, Field, Found, Operator, Shape, folder_size


class Peer:
    """bm25s with numba where there is one, which is faster than without, on one thread."""

    name = "bm25s"
    version = version("bm25s")
    _backend = "numba" if find_spec("numba") else "numpy"
    note = f"{_backend}; Snowball stems; no phrases, no AND, no updates; all in memory"
    shapes: frozenset[Shape] = frozenset({"word", "or"})
    operators: frozenset[Operator] = frozenset({"any"})

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts and write them to disk; `stored` keeps them to be shown."""
        self._folder = folder
        self._stemmer = None if field == "keys" else Stemmer.Stemmer("russian")
        self._index = bm25s.BM25(method="lucene", k1=K1, b=B, backend=self._backend)
        if field == "keys":
            tokens = bm25s.tokenize(
                list(texts), lower=False, token_pattern=r"\S+", stopwords=None, show_progress=False
            )
        else:
            tokens = self._tokens(list(texts))
        self._index.index(tokens, show_progress=False)
        self._index.save(folder, corpus=list(texts) if stored else None)
        self._documents = len(texts)

    def _tokens(self, texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(texts, stopwords=None, stemmer=self._stemmer, show_progress=False)

    def one_segment(self) -> None:
        """There is but one; compile what numba compiles."""
        for word in self._index.vocab_dict:
            self._found([word], 1)
            break

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        chosen = list(words)
        return lambda: self._found(chosen, 10)

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents."""
        tokens = bm25s.tokenize(
            [text], stopwords=None, stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return self._found(tokens[0], limit)

    def _found(self, words: list[str], limit: int) -> Found:
        known = [word for word in words if word in self._index.vocab_dict]
        if not known:
            return []
        documents, scores = self._index.retrieve(
            [known], k=min(limit, self._documents), show_progress=False, n_threads=1
        )
        found = int(np.count_nonzero(scores[0] > 0))
        return list(zip(documents[0][:found].tolist(), scores[0][:found].tolist(), strict=True))

    def weight(self, documents: int, having: int) -> float:
        """Return the idf of its "lucene" method, which has no factor."""
        return math.log(1 + (documents - having + 0.5) / (having + 0.5))

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> None:
        """There are no phrases."""

    def size(self) -> dict[str, int]:
        """Return bytes on disk."""
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Nothing is held."""
