"""Which schema fits the documents of a reader.

A schema comes from a TOML file, from the format (articles, text), or is inferred from the first
documents. Nothing here knows a format of files.
"""

from __future__ import annotations

import dataclasses
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
from searchlib.readers.values import FIELD_NAME, as_key
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
_TITLE_NAMES = frozenset({"title", "заголовок", "название"})
_PROSE_NAMES = _TITLE_NAMES | {"body", "text", "content", "текст", "описание", "содержание"}
# A text that comes back so often is one of a few; what it says is looked for as a whole.
_FEW = 50
_TIMES = 10
# What TOML takes for a key without quotes.
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\S*")
_TYPES: dict[str, type[Field]] = {
    kind.kind: kind for kind in (Text, Keyword, Integer, Float, Boolean, Date, DateTime, Stored)
}
_ANALYZERS = {f.__name__: f for f in (russian, whitespace, simple, keyword)}


def for_files(*, dated: bool) -> Schema:
    """Return the schema of files that are a document each; plain text has no date."""
    days: dict[str, Field] = {"date": Date(sortable=True)} if dated else {}
    return Schema(id=Keyword(unique=True), **days, title=Text(weight=TITLE_WEIGHT), body=Text())


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


def to_toml(schema: Schema) -> str:
    """Return a schema as a TOML file that `from_toml` reads, options of their usual value left out.

    >>> print(to_toml(Schema(id=Keyword(unique=True), title=Text(weight=2.0))))
    [fields.id]
    type = "keyword"
    unique = true
    <BLANKLINE>
    [fields.title]
    type = "text"
    weight = 2.0
    """
    tables = []
    for name, made in schema.items():
        # A quoted key may have any letters; names of fields have neither quotes nor backslashes.
        lines = [f'[fields."{name}"]' if not _BARE.fullmatch(name) else f"[fields.{name}]"]
        lines += [f'type = "{made.kind}"']
        lines += [f"{option} = {_toml(value)}" for option, value in options(made).items()]
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def options(made: Field) -> dict[str, bool | float]:
    """Return the options of a field that are not as usual; the analyzer is not among them."""
    usual = type(made)()
    return {
        one.name: getattr(made, one.name)
        for one in dataclasses.fields(made)
        if one.name != "analyzer" and getattr(made, one.name) != getattr(usual, one.name)
    }


def _toml(value: bool | float) -> str:
    return str(value).lower()


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
    few: set[str] | None = field(default_factory=set)
    keys: set[str] | None = field(default_factory=set)

    def see(self, value: Any) -> None:
        if value is None:
            return
        self.count += 1
        kind = _kind(value)
        if kind:
            self.kinds.add(kind)
        if self.few is not None and isinstance(value, str):
            short = len(value) <= _KEYWORD_LENGTH
            self.few = self.few | {value} if short and len(self.few) < _FEW else None
        if self.keys is None:
            return
        key = as_key(value)
        fits = isinstance(key, str) and 0 < len(key.encode(errors="replace")) <= MAX_KEYWORD_BYTES
        if fits and key not in self.keys:
            self.keys.add(key)
        else:
            self.keys = None

    @property
    def is_of_few(self) -> bool:
        """Whether the values are few short texts that come again and again."""
        return self.few is not None and 0 < len(self.few) * _TIMES <= self.count


def infer(
    objects: Iterable[Mapping[str, Any]], settled: Mapping[str, Field] | None = None
) -> Schema:
    """Make a schema that fits the objects of a sample.

    `id` or `_id` becomes the unique field when every object has one and no two the same. Names that
    cannot name a field are left out. Fields of `settled` are as they are there, whatever the
    objects hold. Raises SchemaError when there is nothing to make fields of.

    >>> schema = infer([{"id": 1, "title": "О нефти", "date": "2025-11-04", "tags": ["нефть"]}])
    >>> {name: field.kind for name, field in schema.items()}
    {'id': 'keyword', 'title': 'text', 'date': 'date', 'tags': 'keyword'}
    """
    seen, total = _look(objects)
    fields: dict[str, Field] = dict(settled or {})
    if not seen and not fields:
        raise SchemaError("the objects have no fields; give a schema")
    candidates = sorted((n for n in seen if n.lower() in _UNIQUE_NAMES), key=lambda n: n[0] == "_")
    unique = next((name for name in candidates if _is_unique(seen[name], total)), None)
    if any(isinstance(made, Keyword) and made.unique for made in fields.values()):
        unique = None
    for name, what in seen.items():
        if name not in fields:
            fields[name] = Keyword(unique=True) if name == unique else _fitting(name, what)
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
            if FIELD_NAME.fullmatch(name):
                if name not in seen:
                    seen[name] = _Seen(keys=set() if name.lower() in _UNIQUE_NAMES else None)
                seen[name].see(value)
    return seen, total


def _is_unique(seen: _Seen, total: int) -> bool:
    return seen.keys is not None and seen.count == total


def _kind(value: Any) -> str:
    """Return what a value is; nothing for one that fits anything."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if -(1 << 63) <= value < 1 << 63 else "word"
        case float():
            return "float"
        case datetime():
            return "datetime"
        case date():
            return "date"
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


def _fitting(name: str, seen: _Seen) -> Field:
    """Return the narrowest field that holds all that was seen."""
    kinds = seen.kinds
    prose = name.lower() in _PROSE_NAMES
    weight = TITLE_WEIGHT if name.lower() in _TITLE_NAMES else 1.0
    texts = {"word", "prose", "date", "datetime", "integer", "float"}
    if kinds and kinds <= {"words", "texts", "word", "prose"} and kinds & {"words", "texts"}:
        if kinds & {"texts", "prose"} or prose:
            return Text(weight=weight, multiple=True)
        return Keyword(multiple=True)
    if prose and kinds <= texts:
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
    if kinds and (kinds <= texts - {"prose"} or (kinds <= {"prose", "word"} and seen.is_of_few)):
        return Keyword()
    return Text(weight=weight) if kinds and kinds <= texts else Stored()
