"""How documents lie in Whoosh: which of its fields a field of ours becomes, how terms look.

Fields are named by a letter and the number of ours, since Whoosh refuses some names. Terms are made
here and never by Whoosh, whose fields get them ready.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, STORED, FieldType
from whoosh.fields import Schema as WhooshSchema
from whoosh.formats import Existence, Positions

from searchlib.analysis.analyzer import Analyzer, Key, KeyKind, Token
from searchlib.engines import native
from searchlib.fields import Keyword, Stored, Text
from searchlib.schema import Row, Schema

GAP = 100
"""The values of a multiple text field stand so many positions apart, so that no phrase reaches."""

ROW, SEQUENCE = "row", "sequence"
"""The stored values of a document as JSON; its place in the order of adding."""

_KINDS: dict[KeyKind, bytes] = {
    "lemma": b"l",
    "surface": b"s",
    "acronym": b"a",
    "case_stem": b"c",
    "stem": b"t",
}
_VALUE, _NUMBER = b"v", b"n"
_INT64 = 1 << 63
_DIGITS = re.compile(r"[0-9.]+")


class PositionedTerms(FieldType):
    """A field whose values are terms with their positions: `[(bytes, [int, …]), …]`."""

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None)

    def index(
        self, value: Sequence[tuple[bytes, list[int]]], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and encoded positions."""
        for term, positions in value:
            yield term, len(positions), float(len(positions)), self.format.encode(positions)


class Terms(FieldType):
    """A field whose values are terms: `[bytes, …]`."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(self, value: Sequence[bytes], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and nothing."""
        for term in value:
            yield term, 1, 1.0, b""


def terms_field(number: int) -> str:
    """Return the Whoosh field with the terms of a field: keys, values or numbers."""
    return f"t{number}"


def length_field(number: int) -> str:
    """Return the Whoosh column with the lengths of a text field, in positions."""
    return f"l{number}"


def order_field(number: int) -> str:
    """Return the Whoosh column to sort by: bytes that compare as the values; empty without one."""
    return f"o{number}"


def whoosh_schema(schema: Schema) -> WhooshSchema:
    """Return the schema that Whoosh keeps for ours."""
    fields: dict[str, FieldType] = {ROW: STORED(), SEQUENCE: COLUMN(NumericColumn("Q"))}
    for number, field in enumerate(schema.values()):
        if isinstance(field, Text):
            fields[terms_field(number)] = PositionedTerms()
            fields[length_field(number)] = COLUMN(NumericColumn("I"))
        elif not isinstance(field, Stored):
            fields[terms_field(number)] = Terms()
            if not isinstance(field, Keyword) or field.sortable:
                fields[order_field(number)] = COLUMN(VarBytesColumn())
    return WhooshSchema(**fields)


def key_term(key: Key) -> bytes:
    """Return the term of a key."""
    return key_prefix(key.kind, key.text)


def key_prefix(kind: KeyKind, text: str) -> bytes:
    """Return what the terms of a kind whose texts start with this one start with."""
    return _KINDS[kind] + _cut(text.encode())


def key_text(term: bytes) -> str:
    """Return the text of the key or value of a term."""
    return term[1:].decode()


def value_term(text: str) -> bytes:
    """Return the term of a keyword."""
    return _VALUE + text.encode()


def number_term(number: float) -> bytes:
    """Return the term of a number; terms compare as numbers do. Floats are ordered first."""
    whole = native.ordered(number) if isinstance(number, float) else number
    whole = max(-_INT64, min(whole, _INT64 - 1))
    return _NUMBER + b"%016x" % (whole + _INT64)


def laid_out(row: Row, schema: Schema) -> dict[str, Any]:
    """Return a document as Whoosh takes it, without its sequence number. Raises AnalysisError."""
    document: dict[str, Any] = {}
    kept: list[Any] = []
    for number, (field, value) in enumerate(zip(schema.values(), row.values, strict=True)):
        kept.append(None if isinstance(field, Text) and not field.stored else value)
        if value is None or isinstance(field, Stored):
            continue
        if isinstance(field, Text):
            texts = [value] if isinstance(value, str) else value
            terms, length = _inverted(texts, field.analyzer, exact=field.exact)
            if terms:
                document[terms_field(number)] = terms
            document[length_field(number)] = length
        elif isinstance(field, Keyword):
            values = [value] if isinstance(value, str) else value
            document[terms_field(number)] = sorted(set(map(value_term, values)))
        else:
            term = number_term(value[0] if isinstance(value, tuple) else value)
            document[terms_field(number)] = [term]
            document[order_field(number)] = term
    for number, key in row.sort_keys:
        # A collation key may be empty, and an empty value of the column says that there is none.
        document[order_field(number)] = _VALUE + key
    document[ROW] = json.dumps(kept, ensure_ascii=False)
    return document


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What is stored of a document: the values of its row."""

    row: tuple[Any, ...]

    def value(self, number: int, /) -> Any:
        """Return the value of a field; None where there is none."""
        return self.row[number]

    def values(self) -> tuple[Any, ...]:
        """Return the values of all fields."""
        return self.row


def row_values(stored: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of a row from the stored fields of a document."""
    return tuple(json.loads(stored[ROW]))


def _inverted(
    texts: Sequence[str], analyzer: Analyzer, *, exact: bool
) -> tuple[list[tuple[bytes, list[int]]], int]:
    """Return the terms of texts with their positions, and the length in positions."""
    positions: dict[bytes, set[int]] = {}
    base = length = 0
    for text in texts:
        tokens = analyzer.analyze(text)
        for token in tokens:
            for key in indexed_keys(token, exact=exact):
                positions.setdefault(key_term(key), set()).add(base + token.position)
        length += len({token.position for token in tokens})
        if tokens:
            base += tokens[-1].position + 1 + GAP
    return [(term, sorted(positions[term])) for term in sorted(positions)], length


def indexed_keys(token: Token, *, exact: bool) -> list[Key]:
    """Return the keys of a token that a field keeps.

    Without `exact` no form beside others, but a number: no lemma stands for 2024 of «2024г».
    """
    others = [key for key in token.keys if key.kind != "surface"]
    if exact or not others:
        return list(token.keys)
    return [key for key in token.keys if key.kind != "surface" or _DIGITS.fullmatch(key.text)]


def _cut(text: bytes) -> bytes:
    """Cut a text as the core does, at the border of a character."""
    if len(text) <= native.MAX_KEY_BYTES:
        return text
    return text[: native.MAX_KEY_BYTES].decode(errors="ignore").encode()
