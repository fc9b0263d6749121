"""The types of fields: what a value must be, and how it goes to an engine and comes back.

Engines see plain values: text, numbers, a day as its number, a moment as microseconds and whether
it had a time zone, anything `Stored` as JSON text. This module knows no engine.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from searchlib.analysis.analyzer import Analyzer, Tokenizer
from searchlib.errors import SchemaError

MAX_KEYWORD_BYTES = 1024
"""The longest value of a keyword field, in bytes of UTF-8."""

_EPOCH = date(1970, 1, 1)
_EPOCH_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INT64 = 1 << 63


class ValueRefusedError(Exception):
    """What is wrong with a value, in words; the schema adds the field and the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The base of all field types."""

    kind: ClassVar[str]
    multiple: bool = False

    def to_engine(self, value: Any) -> Any:
        """Return a value as an engine keeps it. Raises ValueRefusedError."""
        if not self.multiple:
            return self._one_to_engine(value)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple):
            raise ValueRefusedError(f"give a list of values, not {_named(value)}")
        return [self._one_to_engine(item) for item in value] or None

    def from_engine(self, value: Any) -> Any:
        """Return what `to_engine` was given."""
        if self.multiple:
            return [self._one_from_engine(item) for item in value]
        return self._one_from_engine(value)

    def _one_to_engine(self, value: Any) -> Any:
        return value

    def _one_from_engine(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True, init=False)
class Text(Field):
    """Running text, searched by its words.

    `analyzer` is one of `searchlib.analysis` (Russian by default) or a callable; `weight` counts in
    BM25F; `stored=False` keeps no text to show, so no snippets; `exact=False` keeps lemmas alone;
    `multiple` takes a list of texts, which stand 100 positions apart.

    Lemmas alone are indexed faster and take half the room. Surface forms stay where a word has
    nothing else, as numbers have; `=форма` raises UnsupportedQueryError, and what was typed no
    longer comes before its other forms.

    >>> import tempfile, searchlib
    >>> schema = searchlib.Schema(text=searchlib.Text(exact=False))
    >>> index = searchlib.Index.create(tempfile.mkdtemp() + "/lemmas", schema)
    >>> with index.writer() as writer:
    ...     writer.add({"text": "торгуют нефтью"})
    >>> [term for term, _ in index.snapshot().terms("text")]
    ['нефть', 'торговать']
    >>> index.search("=нефтью")
    Traceback (most recent call last):
    searchlib.errors.UnsupportedQueryError: field 'text' keeps no exact forms; ...
    """

    kind: ClassVar[str] = "text"
    analyzer: Analyzer
    weight: float
    stored: bool
    exact: bool

    def __init__(
        self,
        analyzer: Analyzer | Tokenizer | None = None,
        weight: float = 1.0,
        stored: bool = True,
        exact: bool = True,
        multiple: bool = False,
    ) -> None:
        if analyzer is None:
            from searchlib.analysis.analyzer import russian

            analyzer = russian()
        elif not isinstance(analyzer, Analyzer):
            analyzer = Analyzer.of(analyzer)
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise SchemaError(f"the weight of a text field is a number, not {_named(weight)}")
        if not (math.isfinite(weight) and 0 < weight <= 1e6):
            raise SchemaError(
                f"the weight of a text field is above 0 and at most 1e6, not {weight}"
            )
        for name, flag in (("stored", stored), ("exact", exact), ("multiple", multiple)):
            _check_flag(name, flag)
        for name, value in (
            ("analyzer", analyzer),
            ("weight", float(weight)),
            ("stored", stored),
            ("exact", exact),
            ("multiple", multiple),
        ):
            object.__setattr__(self, name, value)

    def _one_to_engine(self, value: Any) -> str:
        return whole_text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword(Field):
    """A whole value, matched exactly: an id, a tag, a code.

    `unique` names a document by it (at most one field of a schema); `multiple` takes a list;
    `facet` counts values over results; `sortable` sorts results by the Russian alphabet.
    """

    kind: ClassVar[str] = "keyword"
    unique: bool = False
    facet: bool = False
    sortable: bool = False

    def __post_init__(self) -> None:
        for name in ("unique", "multiple", "facet", "sortable"):
            _check_flag(name, getattr(self, name))
        if self.multiple and (self.unique or self.sortable):
            raise SchemaError("a keyword of several values can be neither unique nor sortable")

    def _one_to_engine(self, value: Any) -> str:
        text = whole_text(value)
        size = len(text.encode())
        if size > MAX_KEYWORD_BYTES:
            raise ValueRefusedError(
                f"a keyword has at most {MAX_KEYWORD_BYTES} bytes, this one {size}; "
                "use a Text field for long text"
            )
        if self.unique and not text:
            raise ValueRefusedError("the unique field is empty; every document needs a key")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number(Field):
    """A field with one value in a column: it can be searched by range and always sorted by.

    `sortable` says so in a schema; every column is.
    """

    sortable: bool = False

    def __init__(self, *, sortable: bool = False) -> None:
        _check_flag("sortable", sortable)
        object.__setattr__(self, "multiple", False)
        object.__setattr__(self, "sortable", sortable)


@dataclass(frozen=True, slots=True, init=False)
class Integer(_Number):
    """A whole number of 64 bits."""

    kind: ClassVar[str] = "integer"

    def _one_to_engine(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueRefusedError(f"give an int, not {_named(value)}")
        if not -_INT64 <= value < _INT64:
            raise ValueRefusedError("an Integer has 64 bits; this number is too large")
        return value


@dataclass(frozen=True, slots=True, init=False)
class Float(_Number):
    """A number with a fraction; infinities are allowed, NaN is not."""

    kind: ClassVar[str] = "float"

    def _one_to_engine(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueRefusedError(f"give a float or an int, not {_named(value)}")
        try:
            number = float(value)
        except OverflowError:
            raise ValueRefusedError("the number is too large for a Float") from None
        if math.isnan(number):
            raise ValueRefusedError("NaN is no number; leave the field out")
        return number


@dataclass(frozen=True, slots=True, init=False)
class Boolean(_Number):
    """True or False."""

    kind: ClassVar[str] = "boolean"

    def _one_to_engine(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueRefusedError(f"give True or False, not {_named(value)}")
        return value


@dataclass(frozen=True, slots=True, init=False)
class Date(_Number):
    """A day, `datetime.date`."""

    kind: ClassVar[str] = "date"

    def _one_to_engine(self, value: Any) -> int:
        if isinstance(value, datetime) or not isinstance(value, date):
            raise ValueRefusedError(f"give a datetime.date, not {_named(value)}")
        return (value - _EPOCH).days

    def _one_from_engine(self, value: Any) -> date:
        return _EPOCH + timedelta(days=value)


@dataclass(frozen=True, slots=True, init=False)
class DateTime(_Number):
    """A moment, `datetime.datetime`; with a time zone it comes back in UTC, else as it was."""

    kind: ClassVar[str] = "datetime"

    def _one_to_engine(self, value: Any) -> tuple[int, bool]:
        if not isinstance(value, datetime):
            raise ValueRefusedError(f"give a datetime.datetime, not {_named(value)}")
        return microseconds(value), value.utcoffset() is not None

    def _one_from_engine(self, value: Any) -> datetime:
        micros, aware = value
        moment = _EPOCH_MOMENT.replace(tzinfo=UTC if aware else None)
        return moment + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True, init=False)
class Stored(Field):
    """Anything JSON can hold, kept for showing and never searched."""

    kind: ClassVar[str] = "stored"

    def __init__(self) -> None:
        object.__setattr__(self, "multiple", False)

    def _one_to_engine(self, value: Any) -> str:
        try:
            return whole_text(json.dumps(value, ensure_ascii=False, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueRefusedError(f"give what JSON can hold: {error}") from None

    def _one_from_engine(self, value: Any) -> Any:
        return json.loads(value)


def microseconds(moment: datetime) -> int:
    """Return microseconds since 1970-01-01T00:00 UTC, also for one without a zone."""
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH_MOMENT) // _MICROSECOND


def days(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - _EPOCH).days


def whole_text(value: Any) -> str:
    """Return a value that is text of whole characters. Raises ValueRefusedError."""
    if not isinstance(value, str):
        raise ValueRefusedError(f"give a str, not {_named(value)}")
    try:
        # Of all encodings that refuse halves of pairs the fastest: it has nothing to work out.
        value.encode("utf-32-le")
    except UnicodeEncodeError as error:
        raise ValueRefusedError(
            f"half a surrogate pair at position {error.start}; decode the text again or replace it"
        ) from None
    return value


def _check_flag(name: str, flag: object) -> None:
    if not isinstance(flag, bool):
        raise SchemaError(f"{name} is True or False, not {_named(flag)}")


def _named(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"
