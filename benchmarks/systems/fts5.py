"""SQLite FTS5 through Python's own sqlite3; its unicode61 tokenizer knows no Russian forms."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from benchmarks.systems.face import K1, Field, Found, Operator, Shape, folder_size

# Python may be built with an SQLite that lacks it: then this peer is skipped.
if (
    not sqlite3.connect(":memory:")
    .execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')")
    .fetchone()[0]
):
    raise ImportError("this Python's SQLite is built without FTS5")

_SEARCH = "SELECT rowid - 1, -rank FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?"
# All that is no white space is part of a token, and nothing is folded away.
_KEYS = """unicode61 remove_diacritics 0 categories ''L* M* N* P* S* C*''"""
_WORD = re.compile(r"\w+")


class Peer:
    """FTS5: one transaction, pages in memory, its own order by rank, one segment."""

    name = "fts5"
    version = sqlite3.sqlite_version
    note = "no Russian analysis: finds words as they are"
    shapes: frozenset[Shape] = frozenset({"word", "and", "or", "phrase"})
    operators: frozenset[Operator] = frozenset({"any", "all"})

    def index(
        self, texts: Collection[str], field: Field, folder: Path, *, stored: bool = False
    ) -> None:
        """Index texts, committed; `stored` keeps them to be shown."""
        folder.mkdir()
        self._folder = folder
        self._database = sqlite3.connect(folder / "documents.db")
        self._database.execute("PRAGMA cache_size = -524288")
        self._database.execute("PRAGMA mmap_size = 8589934592")
        content = "" if stored else ", content=''"
        tokenize = _KEYS if field == "keys" else "unicode61"
        self._database.execute(
            f"CREATE VIRTUAL TABLE documents USING fts5(text{content}, tokenize='{tokenize}')"
        )
        with self._database:
            self._database.executemany(
                "INSERT INTO documents(rowid, text) VALUES (?, ?)", enumerate(texts, 1)
            )

    def one_segment(self) -> None:
        """Merge everything into one segment."""
        with self._database:
            self._database.execute("INSERT INTO documents(documents) VALUES ('optimize')")

    def prepared(self, shape: Shape, words: Sequence[str]) -> Callable[[], Found]:
        """Return a function that finds the ten best documents of a query, built beforehand."""
        if shape == "phrase":
            built = _quoted(" ".join(words))
        else:
            built = (" AND " if shape == "and" else " OR ").join(map(_quoted, words))
        return lambda: self._database.execute(_SEARCH, (built, 10)).fetchall()

    def search(self, text: str, operator: Operator, limit: int) -> Found:
        """Read a text as a user typed it and find the best documents.

        Its syntax takes most marks for errors, so whoever puts it behind a search box quotes words.
        """
        words = map(_quoted, _WORD.findall(text))
        built = (" OR " if operator == "any" else " AND ").join(words)
        return self._database.execute(_SEARCH, (built, limit)).fetchall() if built else []

    def weight(self, documents: int, having: int) -> float:
        """Return its idf, never below a millionth, times the factor k1 + 1."""
        idf = math.log((documents - having + 0.5) / (having + 0.5))
        return (K1 + 1) * (idf if idf > 0 else 1e-6)

    def phrase_weight(self, documents: int, each: Sequence[int], having: int) -> float:
        """A phrase is a word of its own."""
        return self.weight(documents, having)

    def size(self) -> dict[str, int]:
        """Return bytes on disk, without pages that a merge left free."""
        self._database.execute("VACUUM")
        return {"all": folder_size(self._folder)}

    def close(self) -> None:
        """Let go of files."""
        self._database.close()


def _quoted(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"'
