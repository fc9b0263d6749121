"""The schema: which fields an index has, and how documents and engines' rows become each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from searchlib import fields as field_types
from searchlib.analysis.analyzer import Analyzer, fingerprint_of, from_recorded, recorded
from searchlib.errors import DocumentError, QueryError, SchemaError
from searchlib.fields import Field, Keyword, Text, ValueRefusedError

_NAME = re.compile(r"[^\W\d][\w.-]*")
_KINDS: dict[str, type[Field]] = {
    kind.kind: kind
    for kind in (
        field_types.Text,
        field_types.Keyword,
        field_types.Integer,
        field_types.Float,
        field_types.Boolean,
        field_types.Date,
        field_types.DateTime,
        field_types.Stored,
    )
}
_MAX_FIELDS = 1000


class Values(Protocol):
    """The stored values of a document as an engine gives them: one a field, None for no value."""

    def __getitem__(self, number: int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int: ...


class Row(NamedTuple):
    """A document as an engine takes it: one value a field, and collation keys by field number."""

    values: tuple[Any, ...]
    sort_keys: list[tuple[int, bytes]]


class Schema(Mapping[str, Field]):
    """The fields of an index by name, in order.

    >>> schema = Schema(id=Keyword(unique=True), title=Text(weight=2.0), body=Text())
    >>> list(schema), schema.unique
    (['id', 'title', 'body'], 'id')
    """

    def __init__(self, **fields: Field) -> None:
        if not fields:
            raise SchemaError("a schema needs at least one field")
        if len(fields) > _MAX_FIELDS:
            raise SchemaError(f"a schema has at most {_MAX_FIELDS} fields, not {len(fields)}")
        for name, field in fields.items():
            if not _NAME.fullmatch(name):
                raise SchemaError(
                    f"{name!r} cannot name a field: a letter or _, then letters, digits, _ . -"
                )
            if not isinstance(field, Field) or type(field) not in _KINDS.values():
                raise SchemaError(
                    f"field {name!r} is {field!r}; give a field such as Text() or Keyword()"
                )
        unique = [
            name for name, field in fields.items() if isinstance(field, Keyword) and field.unique
        ]
        if len(unique) > 1:
            raise SchemaError(f"only one field can be unique, not {' and '.join(unique)}")
        self._fields = dict(fields)
        self._numbers = {name: number for number, name in enumerate(fields)}
        self._texts = {name: field for name, field in fields.items() if isinstance(field, Text)}
        self.unique: str | None = unique[0] if unique else None

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self._fields.items()))

    def __repr__(self) -> str:
        return f"Schema({', '.join(f'{name}={field!r}' for name, field in self.items())})"

    def number(self, name: str) -> int:
        """Return the number of a field: its place in the schema."""
        return self._numbers[name]

    def text(self, name: str) -> Text:
        """Return a text field."""
        return self._texts[name]

    def text_fields(self) -> dict[str, Text]:
        """Return the text fields by name."""
        return self._texts.copy()

    def row(self, document: Mapping[str, Any], position: int | None = None) -> Row:
        """Check a document and turn it into an engine's row. Raises DocumentError.

        `position` is the document's place in its batch, for the message.
        """
        if not isinstance(document, Mapping):
            raise DocumentError(
                f"a document is a mapping of field names to values, not {type(document).__name__}",
                value=document,
                position=position,
            )
        values: list[Any] = [None] * len(self)
        sort_keys: list[tuple[int, bytes]] = []
        for name, value in document.items():
            field = self._fields.get(name)
            if field is None:
                raise DocumentError(
                    f"the schema has no such field; it has {', '.join(self)}",
                    field=name,
                    value=value,
                    position=position,
                )
            if value is None:
                continue
            number = self._numbers[name]
            try:
                values[number] = field.to_engine(value)
            except ValueRefusedError as problem:
                raise DocumentError(
                    str(problem), field=name, value=value, position=position
                ) from None
            if isinstance(field, Keyword) and field.sortable:
                from searchlib.analysis.unicode import sort_key

                sort_keys.append((number, sort_key(value)))
        if self.unique is not None and values[self._numbers[self.unique]] is None:
            raise DocumentError(
                "the unique field is missing; every document needs a key",
                field=self.unique,
                position=position,
            )
        return Row(tuple(values), sort_keys)

    def value(self, name: str, values: Values) -> Any:
        """Turn an engine's value of one field back. Raises KeyError when there is none."""
        value = values[self._numbers[name]]
        if value is None:
            raise KeyError(name)
        return self._fields[name].from_engine(value)

    def document(self, values: Values) -> dict[str, Any]:
        """Turn an engine's values back into a document; fields without a value are left out."""
        return {
            name: field.from_engine(value)
            for (name, field), value in zip(self._fields.items(), values, strict=True)
            if value is not None
        }

    def key(self, value: str, what: str) -> str:
        """Return a key to look a document up by, for the operation `what`.

        Raises SchemaError without a unique field, QueryError for what no key can be.
        """
        if self.unique is None:
            raise SchemaError(f"{what} needs a unique field; the schema has none")
        try:
            return field_types.whole_text(value)
        except ValueRefusedError as problem:
            raise QueryError(f"{what} takes a key of {self.unique!r}: {problem}") from None

    def to_json(self) -> str:
        """Return the schema as the index keeps it."""
        return json.dumps(
            {"fields": [_described(name, field) for name, field in self.items()]},
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str, analyzers: Mapping[str, Analyzer]) -> Schema:
        """Rebuild the schema of an index; `analyzers` gives the caller's own, by field.

        Raises SchemaError when a field was written with a caller's own analyzer that is not given.
        """
        fields: dict[str, Field] = {}
        for described in json.loads(text)["fields"]:
            name, kind = described["name"], described["kind"]
            if kind == "text":
                fields[name] = Text(
                    analyzer=analyzers.get(name) or _recorded(name, described["analyzer"]),
                    weight=described["weight"],
                    stored=described["stored"],
                    exact=described["exact"],
                    multiple=described["multiple"],
                )
            elif kind == "keyword":
                options = ("unique", "multiple", "facet", "sortable")
                fields[name] = Keyword(**{option: described[option] for option in options})
            elif kind == "stored":
                fields[name] = field_types.Stored()
            else:
                fields[name] = _KINDS[kind](sortable=described["sortable"])  # type: ignore[call-arg]
        return cls(**fields)

    @staticmethod
    def fingerprints(text: str) -> dict[str, str]:
        """Return the recorded fingerprint of each text field's analyzer."""
        fields = json.loads(text)["fields"]
        return {
            field["name"]: fingerprint_of(field["analyzer"])
            for field in fields
            if field["kind"] == "text"
        }


def _recorded(name: str, kept: str) -> Analyzer:
    analyzer = from_recorded(kept)
    if analyzer is None:
        raise SchemaError(
            f"field {name!r} was indexed by an analyzer of the caller's own "
            f"({json.loads(kept).get('callable')}); "
            f"give it again: Index.open(path, analyzers={{{name!r}: …}})"
        )
    return analyzer


def _described(name: str, field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "kind": field.kind, "multiple": field.multiple}
    if isinstance(field, Text):
        return described | {
            "analyzer": recorded(field.analyzer),
            "weight": field.weight,
            "stored": field.stored,
            "exact": field.exact,
        }
    described["stored"] = True
    if isinstance(field, Keyword):
        described |= {"unique": field.unique, "facet": field.facet, "sortable": field.sortable}
    elif not isinstance(field, field_types.Stored):
        described["sortable"] = getattr(field, "sortable", False)
    return described
