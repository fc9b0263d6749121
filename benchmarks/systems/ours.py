"""This library, by its public face."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal

import searchlib
from benchmarks.systems.face import (
    GROUP,
    HEAP,
    Field,
    Found,
    Operator,
    Shape,
    folder_size,
    group_of,
    rank_of,
)
from searchlib.query import And, Fuzzy, Or, Phrase, Prefix, Query, Word
from searchlib.results import Results


class Peer:
    """searchlib with its defaults; with lemmas alone unless `exact`."""

    name = "searchlib"
    version = searchlib.__version__
    note = ""
    shapes: frozenset[Shape] = frozenset(
        {"word", "and", "or", "phrase", "prefix", "fuzzy", "filtered", "sorted"}
    )
    operators: frozenset[Operator] = frozenset({"any", "all"})

    def __init__(self, threads: int = 1, *, exact: bool = True) -> None:
        self._threads = threads
        self._exact = exact

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""
        analyzer = None if field == "raw" else searchlib.analysis.whitespace()
        text = searchlib.Text(analyzer, stored=stored, exact=self._exact)
        if field == "attributed":
            schema = searchlib.Schema(
                text=text, group=searchlib.Keyword(), rank=searchlib.Integer(sortable=True)
            )
        else:
            schema = searchlib.Schema(text=text)
        self._index = searchlib.Index.create(folder, schema)
        with self._index.writer(memory=HEAP, threads=self._threads) as writer:
            if field == "attributed":
                writer.add_many(
                    {"text": text, "group": group_of(at), "rank": rank_of(at)}
                    for at, text in enumerate(texts)
                )
            else:
                writer.add_many({"text": text} for text in texts)

    def one_segment(self) -> None:
        """Merge everything into one segment and open it for searching."""
        self._index.optimize()
        self.snapshot = self._index.snapshot()

    def open(self, folder: Path) -> None:
        """Open the one segment of keys with attributes in a folder for searching."""
        self._index = searchlib.Index.open(folder)
        self.snapshot = self._index.snapshot()

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        prepared = self.snapshot.prepare(
            tree(shape, words),
            filter=Word(GROUP, field="group") if shape == "filtered" else None,
            sort="-rank" if shape == "sorted" else None,
        )
        return lambda: _found(prepared.search(10))

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents.

        On a snapshot that stays open, as the peers' searchers do; `Index.search` takes a new one.
        """
        joined: Literal["or", "and"] = "or" if operator == "any" else "and"
        return _found(self.snapshot.search(text, limit=limit, operator=joined, lenient=True))

    def weight(self, documents: int, having: int) -> float:
        """Return the idf of our formula, which has no factor."""
        return math.log(1 + (documents - having + 0.5) / (having + 0.5))

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> float:
        """Return the sum of its words."""
        return sum(self.weight(documents, one) for one in each)

    def size(self) -> dict[str, int]:
        """Return bytes on disk by part."""
        sizes: dict[str, int] = self._index.info().get("sizes", {})
        return sizes or {"all": folder_size(self._index.path)}

    def close(self) -> None:
        """Nothing is held but a map of files."""


def tree(shape: Shape, words: Sequence[str]) -> Query:
    """Return a query of this shape."""
    nodes = tuple(Word(word) for word in words)
    if shape in ("word", "sorted"):
        return nodes[0]
    if shape == "prefix":
        return Prefix(words[0])
    if shape == "fuzzy":
        return Fuzzy(words[0], 1)
    if shape == "phrase":
        return Phrase(tuple(words))
    return And(nodes) if shape == "and" else Or(nodes)


def _found(results: Results) -> Found:
    # The number of a document is no part of the public face: in one segment a place has it.
    return [(hit._place[1], hit.score) for hit in results]
