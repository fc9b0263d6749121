"""tantivy through its Python package, with its Russian stemmer for raw text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.systems.face import (
    GROUP,
    HEAP,
    K1,
    Field,
    Found,
    Operator,
    Shape,
    folder_size,
    group_of,
    rank_of,
)


class Peer:
    """tantivy: one writing thread, its total not counted, scores alone asked for."""

    name = "tantivy"
    version = version("tantivy")
    note = "Snowball stems, no stop words"
    shapes: frozenset[Shape] = frozenset(
        {"word", "and", "or", "phrase", "prefix", "fuzzy", "filtered", "sorted"}
    )
    operators: frozenset[Operator] = frozenset({"any", "all"})

    def __init__(self, heap: int = HEAP) -> None:
        self._heap = heap

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""
        folder.mkdir()
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=stored, tokenizer_name="bench")
        if field == "attributed":
            builder.add_text_field("group", tokenizer_name="raw", index_option="basic")
            builder.add_unsigned_field("rank", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer("bench", _analyzer(field))
        writer = self._index.writer(self._heap, 1)
        if field == "attributed":
            for at, text in enumerate(texts):
                document = tantivy.Document(text=text, group=group_of(at))
                document.add_unsigned("rank", rank_of(at))
                writer.add_document(document)
        else:
            for text in texts:
                writer.add_document(tantivy.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()

    def one_segment(self) -> None:
        """Take the searcher; its package cannot merge, so the heap must have held everything."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def open(self, folder: Path) -> None:
        """Open the one segment of keys with attributes in a folder for searching."""
        self._folder = folder
        self._index = tantivy.Index.open(str(folder))
        self._index.register_tokenizer("bench", _analyzer("attributed"))
        self._schema = self._index.schema
        self.one_segment()
        if self._searcher.num_segments != 1:
            raise RuntimeError(f"tantivy has {self._searcher.num_segments} segments, not one")

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        terms = [tantivy.Query.term_query(self._schema, "text", word, "freq") for word in words]
        if shape in ("word", "sorted"):
            query = terms[0]
        elif shape == "prefix":
            query = tantivy.Query.regex_query(self._schema, "text", re.escape(words[0]) + ".*")
        elif shape == "fuzzy":
            query = tantivy.Query.fuzzy_term_query(self._schema, "text", words[0], 1)
        elif shape == "phrase":
            query = tantivy.Query.phrase_query(self._schema, "text", list(words))
        else:
            occurs = tantivy.Occur.Must if shape == "and" else tantivy.Occur.Should
            query = tantivy.Query.boolean_query([(occurs, term) for term in terms])
        if shape == "filtered":
            chosen = tantivy.Query.term_query(self._schema, "group", GROUP, "basic")
            without = tantivy.Query.const_score_query(chosen, 0.0)
            must = tantivy.Occur.Must
            query = tantivy.Query.boolean_query([(must, query), (must, without)])
        if shape == "sorted":
            return lambda: self._sorted(query)
        return lambda: self._found(query, 10)

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents."""
        query, _ = self._index.parse_query_lenient(
            text, ["text"], conjunction_by_default=operator == "all"
        )
        return self._found(query, limit)

    def _found(self, query: Any, limit: int) -> Found:
        hits = self._searcher.search(query, limit, count=False).hits
        return [(address.doc, score) for score, address in hits]

    def _sorted(self, query: Any) -> Found:
        hits = self._searcher.search(query, 10, count=False, order_by_field="rank").hits
        return [(address.doc, 0.0) for _, address in hits]

    def weight(self, documents: int, having: int) -> float:
        """Return its idf times the factor k1 + 1, which it keeps and we leave out."""
        return (K1 + 1) * math.log(1 + (documents - having + 0.5) / (having + 0.5))

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> float:
        """Return the sum of its words."""
        return sum(self.weight(documents, one) for one in each)

    def size(self) -> dict[str, int]:
        """Return bytes on disk."""
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Nothing is held but a map of files."""


def _analyzer(field: Field) -> Any:
    if field != "raw":
        return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    analyzer = analyzer.filter(tantivy.Filter.lowercase())
    return analyzer.filter(tantivy.Filter.stemmer("Russian")).build()
