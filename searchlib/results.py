"""What a search found: hits in order, the total, and snippets of the hits.

A hit reads its document from the snapshot it was found in, and of that a field, only when it is
looked at. This module knows no engine: a `Source` gives it documents and passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, overload

from searchlib.errors import UnsupportedError
from searchlib.fields import Text
from searchlib.highlight.markup import Snippet, whole
from searchlib.highlight.passages import Passage, check_sizes
from searchlib.schema import Schema


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


class StoredDocument(Protocol):
    """What is stored of a document, in an engine's own form."""

    def value(self, number: int, /) -> Any:
        """Return the engine's value of a field; None where there is none."""

    def values(self) -> tuple[Any, ...]:
        """Return the engine's values of all fields."""


class Marker(Protocol):
    """What a query looks for in the texts of its hits.

    Of a field with several values the text is all of them, as paragraphs. Without a value there is
    no text and nothing in it.
    """

    def passages(
        self, document: Any, field: str, *, fragments: int, length: int
    ) -> tuple[str, tuple[Passage, ...]]:
        """Return the text of a field and up to `fragments` of its best passages."""

    def ranges(self, document: Any, field: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the text of a field and the ranges of all matches."""


class Source(Protocol):
    """Where the hits of one search come from."""

    schema: Schema

    def document(self, place: Any) -> StoredDocument:
        """Return what is stored of a hit."""

    @property
    def marker(self) -> Marker:
        """What marks the texts of the hits."""

    def explain(self, place: Any) -> Explanation | None:
        """Return why a hit has its score."""


class Found(Protocol):
    """The places of hits, and their scores."""

    @property
    def hits(self) -> Sequence[tuple[Any, float]]:
        """Best first."""


class Hit(Mapping[str, Any]):
    """A found document: a mapping of its stored fields, with its score."""

    __slots__ = ("_document", "_place", "_source", "_values", "score")

    def __init__(self, source: Source, place: Any, score: float) -> None:
        self.score = score
        self._source = source
        self._place = place
        self._document: StoredDocument | None = None
        self._values: dict[str, Any] = {}

    def _stored(self) -> StoredDocument:
        if self._document is None:
            self._document = self._source.document(self._place)
        return self._document

    def _names(self) -> list[str]:
        values = self._stored().values()
        named = zip(self._source.schema, values, strict=True)
        return [name for name, value in named if value is not None]

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            schema = self._source.schema
            field = schema[name]
            value = self._stored().value(schema.number(name))
            if value is None:
                raise KeyError(name)
            self._values[name] = field.from_engine(value)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

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
        self._check_text(field)
        check_sizes(fragments, length)
        marker = self._source.marker
        return Snippet(*marker.passages(self._stored(), field, fragments=fragments, length=length))

    def highlighted(self, field: str) -> Snippet:
        """Return the whole text of a field with every match marked. Raises UnsupportedError."""
        self._check_text(field)
        return whole(*self._source.marker.ranges(self._stored(), field))

    def explain(self) -> Explanation:
        """Return how the score came about, as a tree of numbers; `str` draws it."""
        found = self._source.explain(self._place)
        assert found is not None, "a hit matches the query that found it"
        return found

    def _check_text(self, name: str) -> None:
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
