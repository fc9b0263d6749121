"""Xapian through its Python bindings, with its Russian stemmer for raw text."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import xapian

from benchmarks.systems.face import K1, B, Field, Found, Operator, Shape, folder_size

_LONGEST = 240
"""Bytes of a term; Xapian refuses more than 245."""


class Peer:
    """Xapian: stems and words as its term generator makes them; compacted before searching."""

    name = "xapian"
    version = xapian.version_string()
    note = "Snowball stems and words as they are"
    shapes: frozenset[Shape] = frozenset({"word", "and", "or", "phrase"})
    operators: frozenset[Operator] = frozenset({"any", "all"})

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""
        folder.mkdir()
        self._folder = folder / "compact"
        database = xapian.WritableDatabase(str(folder / "written"), xapian.DB_CREATE_OR_OPEN)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("russian"))
        for text in texts:
            document = xapian.Document()
            if field == "raw":
                generator.set_document(document)
                generator.set_termpos(0)
                generator.index_text(text)
            else:
                for position, word in enumerate(text.split()):
                    document.add_posting(_term(word), position)
            if stored:
                document.set_data(text)
            database.add_document(document)
        database.commit()
        self._written = database

    def one_segment(self) -> None:
        """Compact the database and open it for searching."""
        self._written.compact(str(self._folder))
        self._written.close()
        self._database = xapian.Database(str(self._folder))
        self._enquire = xapian.Enquire(self._database)
        self._enquire.set_weighting_scheme(xapian.BM25Weight(K1, 0, 1, B, 0))
        self._enquire.set_docid_order(xapian.Enquire.DONT_CARE)
        self._parser = xapian.QueryParser()
        self._parser.set_database(self._database)
        self._parser.set_stemmer(xapian.Stem("russian"))
        self._parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        operators = {
            "word": xapian.Query.OP_OR,
            "or": xapian.Query.OP_OR,
            "and": xapian.Query.OP_AND,
            "phrase": xapian.Query.OP_PHRASE,
        }
        query = xapian.Query(operators[shape], list(map(_term, words)))
        return lambda: self._found(query, 10)

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents."""
        by_default = xapian.Query.OP_OR if operator == "any" else xapian.Query.OP_AND
        self._parser.set_default_op(by_default)
        return self._found(self._parser.parse_query(text), limit)

    def _found(self, query: Any, limit: int) -> Found:
        self._enquire.set_query(query)
        return [(match.docid - 1, match.weight) for match in self._enquire.get_mset(0, limit)]

    def weight(self, documents: int, having: int) -> float:
        """Return its idf, kept positive for frequent words, times the factor k1 + 1."""
        ratio = (documents - having + 0.5) / (having + 0.5)
        return (K1 + 1) * math.log(ratio if ratio >= 2 else ratio * 0.5 + 1)

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> None:
        """A phrase scores as its words joined by AND."""

    def size(self) -> dict[str, int]:
        """Return bytes on disk, compacted."""
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Let go of files."""
        self._database.close()


def _term(word: str) -> bytes:
    return word.encode()[:_LONGEST]
