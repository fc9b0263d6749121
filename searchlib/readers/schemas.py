"""Which schema fits the documents of a reader, and how values of JSON become values of its fields.

A schema comes from a TOML file, from the format (articles, text), or is inferred from the first
objects of JSON Lines. JSON has no days and no moments: they come as ISO 8601 text and are converted
here.
"""

from __future__ import annotations

import difflib
import inspect
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from searchlib.analysis import Analyzer, keyword, russian, simple, whitespace
from searchlib.errors import ReaderError, SchemaError
from searchlib.fields import (
    MAX_KEYWORD_BYTES,
    Boolean,
    Date,
    DateTime,
    Field,
    Float,
    Integer,
    Keyword,
    Stored,
    Text,
)
from searchlib.readers.base import Reason, RowError
from searchlib.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SAMPLE = 1000
"""How many objects a schema is inferred from."""

TITLE_WEIGHT = 2.0
_KEYWORD_LENGTH = 64
_LONG_ITEM = 256
_UNIQUE_NAMES = ("id", "_id")
_PROSE_NAMES = frozenset({"title", "body", "text", "content"})
_NAME = re.compile(r"[^\W\d][\w.-]*")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\S*")
_TYPES: dict[str, type[Field]] = {
    kind.kind: kind for kind in (Text, Keyword, Integer, Float, Boolean, Date, DateTime, Stored)
}
_ANALYZERS = {f.__name__: f for f in (russian, whitespace, simple, keyword)}


def for_files(*, dated: bool, documents: Iterable[Mapping[str, Any]] = ()) -> Schema:
    """Return the schema of files that are a document each; plain text has no date.

    What more the documents have, the front matter of Markdown, gets the fields that fit.

    >>> list(for_files(dated=True, documents=[{"body": "Текст", "tags": ["порт"]}]))
    ['id', 'date', 'title', 'body', 'tags']
    """
    days: dict[str, Field] = {"date": Date(sortable=True)} if dated else {}
    fields = {
        "id": Keyword(unique=True),
        **days,
        "title": Text(weight=TITLE_WEIGHT),
        "body": Text(),
    }
    seen, _ = _look(documents)
    for name, what in seen.items():
        if name not in fields:
            fields[name] = _fitting(name, what.kinds)
    return Schema(**fields)


# ---- from TOML --------------------------------------------------------------------------------


def from_toml(path: Path) -> Schema:
    """Read a schema from a TOML file: a table `[fields.NAME]` a field, with `type` and its options.

    Types are text, keyword, integer, float, boolean, date, datetime and stored; options are the
    arguments of these field types, `analyzer` one of russian, whitespace, simple, keyword.
    Raises ReaderError for a file that cannot be read, SchemaError for what is no schema.
    """
    shown = str(path)
    try:
        described = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReaderError(error.strerror or "cannot be read", path=shown) from None
    except UnicodeDecodeError:
        raise ReaderError("a schema is UTF-8 text, this is not", path=shown) from None
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{shown}: not TOML: {error}") from None
    fields = described.pop("fields", None)
    if described:
        raise SchemaError(
            f"{shown}: {next(iter(described))!r} means nothing here; "
            "a field is a table [fields.NAME]"
        )
    if not isinstance(fields, dict) or not fields:
        raise SchemaError(f"{shown}: no fields; write a table [fields.NAME] for each")
    try:
        return Schema(**{name: _field(name, options) for name, options in fields.items()})
    except SchemaError as error:
        raise SchemaError(f"{shown}: {error}") from None


def _field(name: str, described: object) -> Field:
    if not isinstance(described, dict):
        raise SchemaError(f"field {name!r} is a table: [fields.{name}]")
    options = dict(described)
    kind = options.pop("type", None)
    if kind is None:
        raise SchemaError(f"field {name!r} has no type; there are: {', '.join(_TYPES)}")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise SchemaError(
            f"field {name!r}: there is no type {kind!r}{_nearest(kind, _TYPES)}; "
            f"there are: {', '.join(_TYPES)}"
        )
    known = list(inspect.signature(_TYPES[kind]).parameters)
    for option in options:
        if option not in known:
            raise SchemaError(
                f"field {name!r}: {kind} has no option {option!r}{_nearest(option, known)}; "
                f"it has: {', '.join(known) or 'none'}"
            )
    if "analyzer" in options:
        options["analyzer"] = _analyzer(name, options["analyzer"])
    try:
        return _TYPES[kind](**options)
    except SchemaError as error:
        raise SchemaError(f"field {name!r}: {error}") from None


def _analyzer(name: str, called: object) -> Analyzer:
    if not isinstance(called, str) or called not in _ANALYZERS:
        raise SchemaError(
            f"field {name!r}: there is no analyzer {called!r}{_nearest(called, _ANALYZERS)}; "
            f"there are: {', '.join(_ANALYZERS)}"
        )
    return _ANALYZERS[called]()


def _nearest(word: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f", did you mean {near[0]!r}?" if near else ""


# ---- from objects -----------------------------------------------------------------------------


@dataclass
class _Seen:
    """What was seen of one field."""

    kinds: set[str] = field(default_factory=set)
    count: int = 0
    keys: set[str] | None = field(default_factory=set)

    def see(self, value: Any) -> None:
        if value is None:
            return
        self.count += 1
        kind = _kind(value)
        if kind:
            self.kinds.add(kind)
        if self.keys is None:
            return
        key = as_key(value)
        fits = isinstance(key, str) and 0 < len(key.encode(errors="replace")) <= MAX_KEYWORD_BYTES
        if fits and key not in self.keys:
            self.keys.add(key)
        else:
            self.keys = None


def infer(objects: Iterable[Mapping[str, Any]]) -> Schema:
    """Make a schema that fits the objects of a sample.

    `id` or `_id` becomes the unique field when every object has one and no two the same. Names that
    cannot name a field are left out. Raises SchemaError when there is nothing to make fields of.

    >>> schema = infer([{"id": 1, "title": "О нефти", "date": "2025-11-04", "tags": ["нефть"]}])
    >>> {name: field.kind for name, field in schema.items()}
    {'id': 'keyword', 'title': 'text', 'date': 'date', 'tags': 'keyword'}
    """
    seen, total = _look(objects)
    if not seen:
        raise SchemaError("the objects have no fields; give a schema")
    unique = next((name for name in _UNIQUE_NAMES if _is_unique(seen.get(name), total)), None)
    fields: dict[str, Field] = {}
    for name, what in seen.items():
        fields[name] = Keyword(unique=True) if name == unique else _fitting(name, what.kinds)
    if not any(isinstance(made, Text) for made in fields.values()):
        # Words without a field search text; a schema without text would find nothing by them.
        for name, made in fields.items():
            if isinstance(made, Keyword) and not made.unique:
                fields[name] = Text(multiple=made.multiple)
    return Schema(**fields)


def _look(objects: Iterable[Mapping[str, Any]]) -> tuple[dict[str, _Seen], int]:
    """Return what was seen of each field, and the number of objects."""
    seen: dict[str, _Seen] = {}
    total = 0
    for document in objects:
        total += 1
        for name, value in document.items():
            if _NAME.fullmatch(name):
                if name not in seen:
                    seen[name] = _Seen(keys=set() if name in _UNIQUE_NAMES else None)
                seen[name].see(value)
    return seen, total


def _is_unique(seen: _Seen | None, total: int) -> bool:
    return seen is not None and seen.keys is not None and seen.count == total


def _kind(value: Any) -> str:
    """Return what a value is; nothing for one that fits anything."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if -(1 << 63) <= value < 1 << 63 else "word"
        case float():
            return "float"
        case str():
            return _kind_of_text(value)
        case []:
            return ""
        case list() if all(isinstance(item, str) for item in value):
            return "texts" if any(len(item) > _LONG_ITEM for item in value) else "words"
    return "stored"


def _kind_of_text(value: str) -> str:
    if not value:
        return ""
    try:
        if _ISO_DATE.fullmatch(value):
            date.fromisoformat(value)
            return "date"
        if _ISO_MOMENT.fullmatch(value):
            datetime.fromisoformat(value)
            return "datetime"
    except ValueError:
        return "word"
    short = len(value) <= _KEYWORD_LENGTH and not any(char.isspace() for char in value)
    return "word" if short else "prose"


def _fitting(name: str, kinds: set[str]) -> Field:
    """Return the narrowest field that holds all the kinds."""
    weight = TITLE_WEIGHT if name == "title" else 1.0
    texts = {"word", "prose", "date", "datetime", "integer", "float"}
    if kinds and kinds <= {"words", "texts", "word", "prose"} and kinds & {"words", "texts"}:
        if kinds & {"texts", "prose"} or name in _PROSE_NAMES:
            return Text(weight=weight, multiple=True)
        return Keyword(multiple=True)
    if name in _PROSE_NAMES and kinds <= texts:
        return Text(weight=weight)
    for fits, made in (
        ({"boolean"}, Boolean),
        ({"integer"}, Integer),
        ({"integer", "float"}, Float),
        ({"date"}, Date),
        ({"date", "datetime"}, DateTime),
    ):
        if kinds and kinds <= fits:
            return made(sortable=True)
    if kinds and kinds <= texts - {"prose"}:
        return Keyword()
    return Text(weight=weight) if kinds and kinds <= texts else Stored()


# ---- values -----------------------------------------------------------------------------------


def converted(document: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a document whose values are what the fields of the schema take.

    ISO 8601 text becomes a date or a moment, a number in a keyword or text field its digits; what
    needs no conversion is left for the schema to judge. What no schema could take, since its name
    cannot name a field, is left out. Raises RowError naming field and value.

    >>> converted({"id": 7, "date": "2025-11-04"}, for_files(dated=True))
    {'id': '7', 'date': datetime.date(2025, 11, 4)}
    """
    return {
        name: _value(name, value, schema.get(name))
        for name, value in document.items()
        if name in schema or _NAME.fullmatch(name)
    }


def _value(name: str, value: Any, into: Field | None) -> Any:
    if isinstance(into, Keyword | Text):
        if into.multiple and isinstance(value, list):
            return [as_key(item) for item in value]
        return as_key(value)
    if not isinstance(value, str):
        return value
    try:
        if isinstance(into, Date):
            if not _ISO_DATE.fullmatch(value):
                raise ValueError("a date is YYYY-MM-DD")
            return date.fromisoformat(value)
        if isinstance(into, DateTime):
            return datetime.fromisoformat(value)
    except ValueError as error:
        shown = value if len(value) <= _KEYWORD_LENGTH else value[:_KEYWORD_LENGTH] + "…"
        raise RowError(Reason.WRONG_VALUE, f"{name} = {shown!r}: {error}") from None
    return value


def as_key(value: Any) -> Any:
    """Return a number as its digits, anything else as it is."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
