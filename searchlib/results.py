"""What a search found: hits in order, the total, and snippets of the hits.

A hit reads its document from the snapshot it was found in, only when it is looked at. This module
knows no engine: a `Source` gives it documents and marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, overload

from searchlib.errors import UnsupportedError
from searchlib.fields import Text
from searchlib.highlight.markup import Snippet, whole
from searchlib.highlight.passages import Mark, Marks, choose
from searchlib.schema import Schema, Values

_VALUE_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number of a score, what it is, and what it was made from. `str` draws the tree."""

    value: float
    text: str
    details: tuple[Explanation, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.value:.6g}  {self.text}"]
        for part in self.details:
            lines += ["  " + line for line in str(part).splitlines()]
        return "\n".join(lines)


class Source(Protocol):
    """Where the hits of one search come from."""

    schema: Schema

    def document(self, place: Any) -> Values:
        """Return the stored values of a hit."""

    def marks(self, field: str, text: str) -> Marks:
        """Return where the query matches a text of a field."""

    def explain(self, place: Any) -> Explanation | None:
        """Return why a hit has its score."""


class Found(Protocol):
    """The places of hits, and their scores."""

    @property
    def hits(self) -> Sequence[tuple[Any, float]]:
        """Best first."""


class Hit(Mapping[str, Any]):
    """A found document: a mapping of its stored fields, with its score."""

    __slots__ = ("_known", "_place", "_source", "_values", "score")

    def __init__(self, source: Source, place: Any, score: float) -> None:
        self.score = score
        self._source = source
        self._place = place
        self._values: Values | None = None
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            if self._values is None:
                self._values = self._source.document(self._place)
            self._known[name] = self._source.schema.value(name, self._values)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._source.schema if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<Hit {self.key or dict(self)!r} score={self.score:.4f}>"

    @property
    def key(self) -> str | None:
        """The value of the unique field; None when the schema has none."""
        unique = self._source.schema.unique
        return None if unique is None else str(self[unique])

    def snippet(self, field: str, *, fragments: int = 2, length: int = 240) -> Snippet:
        """Return the best passages of a text field, at most `length` code points each.

        Without a match in the field it is the beginning of the text. Raises UnsupportedError for a
        field that is no text or not stored, QueryError for numbers below 1.
        """
        text, marks = self._marked(field)
        return Snippet(text, choose(text, marks, fragments=fragments, length=length))

    def highlighted(self, field: str) -> Snippet:
        """Return the whole text of a field with every match marked. Raises UnsupportedError."""
        return whole(*self._marked(field))

    def explain(self) -> Explanation:
        """Return how the score came about, as a tree of numbers; `str` draws it."""
        found = self._source.explain(self._place)
        assert found is not None, "a hit matches the query that found it"
        return found

    def _marked(self, name: str) -> tuple[str, Marks]:
        described = self._source.schema.get(name)
        if not isinstance(described, Text):
            texts = ", ".join(self._source.schema.text_fields()) or "none"
            raise UnsupportedError(
                f"{name!r} is no text field, so it has no snippets; there are: {texts}"
            )
        if not described.stored:
            raise UnsupportedError(
                f"field {name!r} keeps no text to show; snippets need Text(stored=True)"
            )
        value = self.get(name)
        if value is None:
            return "", Marks((), ())
        return _joined(self._source, name, [value] if isinstance(value, str) else value)


def _joined(source: Source, name: str, values: Sequence[str]) -> tuple[str, Marks]:
    """Mark several values one by one and put them together as paragraphs of one text."""
    marks: list[Mark] = []
    sentences: list[tuple[int, bool]] = []
    base = 0
    for value in values:
        found = source.marks(name, value)
        marks += [
            Mark(mark.start + base, mark.end + base, mark.clause, mark.weight, mark.share)
            for mark in found.marks
        ]
        sentences += [(start + base, paragraph) for start, paragraph in found.sentences]
        base += len(value) + len(_VALUE_BREAK)
    return _VALUE_BREAK.join(values), Marks(tuple(marks), tuple(sentences))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Results(Sequence[Hit]):
    """Hits, best first. `total` is a lower bound when `total_is_exact` is False; `took` is seconds.

    `facets` has, for each facet asked for, values and in how many matching documents they stand.
    """

    _source: Source
    _found: Found
    total: int
    total_is_exact: bool
    took: float
    facets: dict[str, list[tuple[str, int]]]
    notes: tuple[str, ...]
    _hits: list[tuple[Hit, ...]] = field(default_factory=list, init=False)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits, made when they are first looked at."""
        if not self._hits:
            self._hits.append(tuple(Hit(self._source, *one) for one in self._found.hits))
        return self._hits[0]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, at: int) -> Hit: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, at: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[at]

    def __repr__(self) -> str:
        exact = "" if self.total_is_exact else "at least "
        return f"<Results {len(self)} of {exact}{self.total}>"
