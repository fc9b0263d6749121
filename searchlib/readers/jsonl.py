"""JSON Lines: an object a line is a document; any other line is reported and passed over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from searchlib.readers import charset
from searchlib.readers.base import (
    BUFFER,
    OnSkip,
    ReadDocument,
    Reason,
    RowError,
    Skipped,
    Source,
    reporting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the objects of a file one at a time, as they are; empty lines count for nothing."""
    with reporting(source, on_skip), source.open() as file:
        head = file.peek(BUFFER)
        if not head:
            raise RowError(Reason.EMPTY)
        yield from objects(charset.lines(file, charset.of_beginning(head)), source, on_skip)


def objects(
    lines: Iterable[str | RowError], source: Source, on_skip: OnSkip
) -> Iterator[ReadDocument]:
    """Yield the objects of lines, which are counted from 1."""
    for number, line in enumerate(lines, 1):
        try:
            if isinstance(line, RowError):
                raise line
            if line.isspace():
                continue
            yield ReadDocument(_object(line), source, number)
        except RowError as problem:
            on_skip(Skipped(problem.reason, source.shown, number, problem.detail))


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RowError(Reason.BROKEN_JSON, f"column {error.colno}: {error.msg}") from None
    except ValueError as error:
        raise RowError(Reason.BROKEN_JSON, str(error)) from None
    except RecursionError:
        raise RowError(Reason.BROKEN_JSON, "too many brackets inside each other") from None
    if not isinstance(value, dict):
        raise not_an_object(value)
    return value


def not_an_object(value: Any, line: int | None = None) -> RowError:
    """Return the problem of a value of JSON that is no document."""
    return RowError(Reason.NOT_AN_OBJECT, _KINDS.get(type(value), "null"), line=line)


_KINDS: dict[type, str] = {
    list: "array", str: "string", int: "number", float: "number", bool: "boolean",
}  # fmt: skip


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
