"""Documents on their way to the engine: checked, and put together so that one call takes many.

Knows no engine: what becomes of a batch is the writer's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from searchlib.errors import DocumentError
from searchlib.schema import Row, Schema

_DOCUMENTS = 1000
"""The interpreter lock is released once for so many documents."""

_LETTERS = 2 << 20
"""Or for texts of so many letters: of large documents a thousand are too many to hold."""


@dataclass(slots=True)
class Batch:
    """Documents for one call of the engine."""

    rows: list[Row] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    """The place of each among all documents, counted from 0."""
    errors: list[DocumentError] = field(default_factory=list)
    """What is wrong with those among them that the schema does not take."""


def batches(schema: Schema, documents: Iterable[Mapping[str, Any]]) -> Iterator[Batch]:
    """Yield all documents, in their order."""
    batch = Batch()
    letters = 0
    for position, document in enumerate(documents):
        try:
            row = schema.row(document, position)
        except DocumentError as error:
            batch.errors.append(error)
        else:
            batch.rows.append(row)
            batch.positions.append(position)
            letters += _letters(row)
        if len(batch.rows) + len(batch.errors) == _DOCUMENTS or letters >= _LETTERS:
            yield batch
            batch = Batch()
            letters = 0
    if batch.rows or batch.errors:
        yield batch


def _letters(row: Row) -> int:
    values, _ = row
    count = 0
    for value in values:
        if isinstance(value, str):
            count += len(value)
        elif isinstance(value, list):
            count += sum(len(one) for one in value if isinstance(one, str))
    return count
