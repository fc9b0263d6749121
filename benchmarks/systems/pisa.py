"""PISA through PyTerrier's package, which takes queries by the batch.

Its tokenizer knows no Cyrillic, so a word is given as `w` and its number. It has no phrases, and no
AND of words of which one is in no document: it looks for the others.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from pyterrier_pisa import PisaIndex, PisaRetrieve

from benchmarks.keyfile import Lines, write_lines
from benchmarks.systems.face import K1, B, Field, Found, Operator, Shape, folder_size

_OR = ("block_max_wand", "maxscore", "block_max_maxscore")
_AND = ("block_max_ranked_and", "ranked_and")
ALGORITHMS = {"word": _OR, "or": _OR, "and": _AND}
"""By shape of query the algorithms that may be the best for it."""

_UNPACKED = frozenset({"fwd", "fwd.documents", "fwd.terms", "fwd.urls"})

_LEAST = 1e-6
"""No idf of PISA's is smaller: a word of more than half of the documents would have one below 0."""


class Peer:
    """PISA: blocks of SIMD-BP128, exact lengths, scores not quantized, one thread."""

    name = "pisa"
    version = version("pyterrier-pisa")
    note = "from Python in batches; another idf, and lengths exact where ours are rounded"
    shapes: frozenset[Shape] = frozenset({"word", "and", "or"})
    operators: frozenset[Operator] = frozenset()

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index keys, committed; it keeps no text and no attributes."""
        folder.mkdir()
        numbers: dict[str, int] = {}

        def documents() -> Iterator[dict[str, str]]:
            for at, text in enumerate(texts):
                words = (f"w{numbers.setdefault(one, len(numbers))}" for one in text.split())
                yield {"docno": str(at), "text": " ".join(words)}

        with _quietly():
            self._opened(folder).indexer().index(documents())
        write_lines(numbers, folder / "words")
        self._numbers = numbers
        self._folder = folder

    def one_segment(self) -> None:
        """Make bounds and pack lists, as the first to search would, and drop what they came of."""
        with _quietly():
            self._retriever(_OR[0])
        for path in self._folder.iterdir():
            if path.name.startswith("inv.") or path.name in _UNPACKED:
                path.unlink()

    def open(self, folder: Path) -> None:
        """Open what was indexed."""
        self._folder = folder
        self._numbers = {word: number for number, word in enumerate(Lines(folder / "words"))}

    def batch(self, shape: Shape, algorithm: str, queries: Sequence[Sequence[str]]) -> Batch:
        """Return what finds the ten best documents of each of some queries."""
        texts = [" ".join(self._token(word) for word in words) for words in queries]
        return Batch(self._retriever(algorithm), texts)

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        batch = self.batch(shape, ALGORITHMS[shape][0], [words])
        return lambda: batch.found()[0]

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Fail: its parser knows no Russian."""
        raise NotImplementedError

    def weight(self, documents: int, having: int) -> float:
        """Return its idf, which has no 1 under the logarithm, times the factor k1 + 1."""
        return (K1 + 1) * max(_LEAST, math.log((documents - having + 0.5) / (having + 0.5)))

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> None:
        """It has no phrases."""

    def size(self) -> dict[str, int]:
        """Return bytes on disk."""
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Nothing is held but a map of files."""

    def _opened(self, folder: Path) -> PisaIndex:
        return PisaIndex(str(folder), text_field="text", stemmer="none", stops="none", threads=1)

    def _retriever(self, algorithm: str) -> PisaRetrieve:
        return self._opened(self._folder).bm25(
            k1=K1, b=B, num_results=10, query_algorithm=algorithm
        )

    def _token(self, word: str) -> str:
        # A word that is nowhere is a number that no word has: PISA then leaves it out.
        return f"w{self._numbers.get(word, len(self._numbers))}"


class Batch:
    """Some queries, made ready."""

    def __init__(self, retrieve: PisaRetrieve, texts: Sequence[str]) -> None:
        self._retrieve = retrieve
        numbers = [str(at) for at in range(len(texts))]
        self._queries = pd.DataFrame({"qid": numbers, "query": texts})

    def run(self) -> pd.DataFrame:
        """Search for all of them."""
        return self._retrieve.transform(self._queries)

    def found(self) -> list[Found]:
        """Return the hits of each."""
        found: list[Found] = [[] for _ in range(len(self._queries))]
        rows = self.run()
        for query, document, score in zip(rows["qid"], rows["docno"], rows["score"], strict=True):
            found[int(query)].append((int(document), float(score)))
        return found


@contextmanager
def _quietly() -> Iterator[None]:
    """Let C++ print nowhere: its progress has no switch."""
    kept = [os.dup(number) for number in (1, 2)]
    with Path(os.devnull).open("wb") as nowhere:
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
    try:
        yield
    finally:
        for number, before in zip((1, 2), kept, strict=True):
            os.dup2(before, number)
            os.close(before)
