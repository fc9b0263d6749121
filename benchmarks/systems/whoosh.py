"""Whoosh: a white-space analyzer for keys; for text `LanguageAnalyzer("ru")` and its parser."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

with warnings.catch_warnings():  # Its sources of 2016 have escapes that Python warns of.
    warnings.simplefilter("ignore")
    from whoosh import index, query
    from whoosh.analysis import LanguageAnalyzer, SpaceSeparatedTokenizer
    from whoosh.fields import TEXT, Schema
    from whoosh.qparser import AndGroup, OrGroup, QueryParser

from benchmarks.systems.face import HEAP, K1, Field, Found, Operator, Shape, folder_size


class Peer:
    """Whoosh: one process, memory as the others have it, a cache of stems without a bound."""

    name = "whoosh"
    version = version("whoosh")
    note = "Snowball stems, stop words left out"
    shapes: frozenset[Shape] = frozenset({"word", "and", "or", "phrase"})
    operators: frozenset[Operator] = frozenset({"any", "all"})

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""
        folder.mkdir()
        self._folder = folder
        if field == "keys":
            analyzer = SpaceSeparatedTokenizer()
        else:
            analyzer = LanguageAnalyzer("ru", cachesize=-1)
        schema = Schema(text=TEXT(analyzer=analyzer, stored=stored))
        self._index = index.create_in(str(folder), schema)
        writer = self._index.writer(limitmb=HEAP >> 20)
        for text in texts:
            writer.add_document(text=text)
        writer.commit()

    def one_segment(self) -> None:
        """Merge everything into one segment and open it for searching."""
        self._index.optimize()
        self._searcher = self._index.searcher()
        self._parsers = {
            "any": QueryParser("text", self._index.schema, group=OrGroup),
            "all": QueryParser("text", self._index.schema, group=AndGroup),
        }

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        terms = [query.Term("text", word) for word in words]
        if shape == "word":
            built = terms[0]
        elif shape == "phrase":
            built = query.Phrase("text", list(words))
        else:
            built = query.And(terms) if shape == "and" else query.Or(terms)
        return lambda: self._found(built, 10)

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents."""
        return self._found(self._parsers[operator].parse(text), limit)

    def _found(self, built: Any, limit: int) -> Found:
        return [
            (number, score) for score, number in self._searcher.search(built, limit=limit).top_n
        ]

    def weight(self, documents: int, having: int) -> float:
        """Return its idf times the factor k1 + 1."""
        return (K1 + 1) * (math.log(documents / (having + 1)) + 1)

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> None:
        """A phrase scores as its words joined by AND."""

    def size(self) -> dict[str, int]:
        """Return bytes on disk."""
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Let go of files."""
        self._searcher.close()
        self._index.close()
