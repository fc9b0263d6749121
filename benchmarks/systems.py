"""searchlib and tantivy behind one face, each as its own users would drive it, on one thread.

Two fields never mixed: `raw` is text through each system's own Russian analysis, `keys` is the same
pre-analysed keys for both through a white-space analyzer, so that only the engines differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import searchlib
from searchlib.query import And, Or, Phrase, Word

Field = Literal["raw", "keys"]
Shape = Literal["word", "and", "or", "phrase"]
_HEAP = 512 << 20


class System(Protocol):
    """An index of one text field and a way to search it."""

    name: str

    def index(self, texts: Sequence[str], field: Field, folder: Path) -> None:
        """Index texts, committed."""

    def one_segment(self) -> None:
        """Merge everything into one segment."""

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], list[float]]:
        """Return a function that gives the ten best scores of a query, built beforehand."""


class Searchlib:
    """This library."""

    name = "searchlib"

    def index(self, texts: Sequence[str], field: Field, folder: Path) -> None:
        """Index texts, committed."""
        analyzer = searchlib.analysis.whitespace() if field == "keys" else None
        schema = searchlib.Schema(text=searchlib.Text(analyzer, stored=False))
        self._index = searchlib.Index.create(folder, schema)
        with self._index.writer(memory=_HEAP) as writer:
            writer.add_many({"text": text} for text in texts)

    def one_segment(self) -> None:
        """Merge everything into one segment."""
        self._index.optimize()
        self._snapshot = self._index.snapshot()

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], list[float]]:
        """Return a function that gives the ten best scores of a query, built beforehand."""
        nodes = tuple(Word(word) for word in words)
        query: searchlib.query.Query
        if shape == "word":
            query = nodes[0]
        elif shape == "phrase":
            query = Phrase(tuple(words))
        else:
            query = And(nodes) if shape == "and" else Or(nodes)
        prepared = self._snapshot.prepare(query)
        return lambda: [hit.score for hit in prepared.search(10)]


class Tantivy:
    """tantivy through its Python package, with its Russian stemmer for raw text."""

    name = "tantivy"

    def index(self, texts: Sequence[str], field: Field, folder: Path) -> None:
        """Index texts, committed."""
        import tantivy

        folder.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="bench")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer("bench", self._analyzer(tantivy, field))
        self._writer = self._index.writer(_HEAP, 1)
        for text in texts:
            self._writer.add_document(tantivy.Document(text=text))
        self._writer.commit()
        self._writer.wait_merging_threads()

    @staticmethod
    def _analyzer(tantivy: Any, field: Field) -> Any:
        if field == "keys":
            return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        return (
            analyzer.filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("Russian"))
            .build()
        )

    def one_segment(self) -> None:
        """Take the searcher; one thread and a large heap leave one segment of these sets."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self.segments = self._searcher.num_segments

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], list[float]]:
        """Return a function that gives the ten best scores of a query, built beforehand."""
        import tantivy

        terms = [tantivy.Query.term_query(self._schema, "text", word, "freq") for word in words]
        if shape == "word":
            query = terms[0]
        elif shape == "phrase":
            query = tantivy.Query.phrase_query(self._schema, "text", list(words))
        else:
            occurs = tantivy.Occur.Must if shape == "and" else tantivy.Occur.Should
            query = tantivy.Query.boolean_query([(occurs, term) for term in terms])
        searcher = self._searcher
        return lambda: [score for score, _ in searcher.search(query, 10, count=False).hits]
