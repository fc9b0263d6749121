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
    from collections.abc import Iterator


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the objects of a file one at a time, as they are; empty lines count for nothing."""
    number = 0
    with reporting(source, on_skip), source.open() as file:
        head = file.peek(BUFFER)
        if not head:
            raise RowError(Reason.EMPTY)
        encoding = _charset(head)
        for line in charset.lines(file, encoding):
            number += 1
            try:
                if isinstance(line, RowError):
                    raise line
                if line.isspace():
                    continue
                yield ReadDocument(_object(line), source, number)
            except RowError as problem:
                skipped = Skipped(problem.reason, source.shown, number, problem.detail)
                on_skip(skipped)


def _charset(head: bytes) -> str:
    """Return the charset of a file that begins so; one broken line must not hide the others."""
    try:
        return charset.detect(head, whole=False)
    except RowError as problem:
        if problem.reason is Reason.ENCODING:
            return "utf-8"
        raise


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
        raise RowError(Reason.NOT_AN_OBJECT, _KINDS.get(type(value), "null"))
    return value


_KINDS: dict[type, str] = {
    list: "array", str: "string", int: "number", float: "number", bool: "boolean",
}  # fmt: skip


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
