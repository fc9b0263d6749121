"""Texts of files become values of fields, and show which type they could be.

JSON has no days and CSV has nothing but text: days come as `2025-11-04` or `04.11.2025`, numbers of
Russian tables with a decimal comma and spaces between thousands. Nothing here knows a format.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from searchlib.fields import Boolean, Date, DateTime, Field, Float, Integer, Keyword, Text
from searchlib.readers.base import Reason, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from searchlib.schema import Schema

FIELD_NAME = re.compile(r"[^\W\d][\w.-]*")
_SHOWN = 64
_DAY = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})")
_MOMENT = re.compile(rf"({_DAY.pattern})(?:T|,? )([0-9]{{1,2}}:[0-9]{{2}}\S*)")
_THOUSANDS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+(?:[eE][+-]?[0-9]+)?)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
# A code, a phone, a postal index: its zeros and its plus mean something.
_CODE = re.compile(r"\+|-?0[0-9]")
_BOOLEANS = {
    "true": True, "yes": True, "да": True, "истина": True,
    "false": False, "no": False, "нет": False, "ложь": False,
}  # fmt: skip


def guessed(value: Any) -> Any:
    """Return what a text of a table looks like: a number, a day, a moment, yes or no, or a text.

    >>> [guessed(text) for text in ("12,5", "1 200", "04.11.2025", "да", "007", "нефть")]
    [12.5, 1200, datetime.date(2025, 11, 4), True, '007', 'нефть']
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    # Most cells are prose; nothing of the kinds below is longer.
    if not text or len(text) > _SHOWN:
        return value
    if text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    try:
        if not _CODE.match(text):
            return _number(text)
    except ValueError:
        pass
    for read in (_day, _moment):
        try:
            return read(text)
        except ValueError:
            continue
    return value


def converted(document: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a document whose values are what the fields of the schema take.

    A text becomes the number, the day or the moment it spells, a number or a day in a keyword or
    text field its digits, a day among moments its midnight; what needs no conversion is left for
    the schema to judge. What no schema could take, since its name cannot name a field, is left out.
    Raises RowError naming field and value.

    >>> from searchlib import Date, Float, Keyword, Schema
    >>> schema = Schema(id=Keyword(unique=True), date=Date(), price=Float())
    >>> converted({"id": 7, "date": "04.11.2025", "price": "12,5"}, schema)
    {'id': '7', 'date': datetime.date(2025, 11, 4), 'price': 12.5}
    """
    return {
        name: _value(name, value, schema.get(name))
        for name, value in document.items()
        if name in schema or FIELD_NAME.fullmatch(name)
    }


def as_key(value: Any) -> Any:
    """Return a number as its digits, a day as `YYYY-MM-DD`, anything else as it is."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _value(name: str, value: Any, into: Field | None) -> Any:
    if isinstance(into, Keyword | Text):
        if into.multiple and isinstance(value, list):
            return [as_key(item) for item in value]
        return as_key(value)
    if isinstance(into, DateTime) and type(value) is date:
        return datetime.combine(value, datetime.min.time())
    read = None if into is None else _READERS.get(type(into))
    if read is None or not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
        raise RowError(Reason.WRONG_VALUE, f"{name} = {shown!r}: {error}") from None


def _number(text: str) -> int | float:
    if _GROUPED.fullmatch(text):
        text = _THOUSANDS.sub("", text)
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number is digits, with a decimal point or comma if need be")
    if "." in text or "," in text:
        return float(text.replace(",", "."))
    return int(text)


def _whole(text: str) -> int:
    number = _number(text)
    if isinstance(number, float):
        raise ValueError("not a whole number")
    return number


def _boolean(text: str) -> bool:
    known = _BOOLEANS.get(text.lower())
    if known is None:
        raise ValueError("neither yes nor no (true, false, да, нет)")
    return known


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError("a date is YYYY-MM-DD or DD.MM.YYYY")
    if "-" in text:
        return date.fromisoformat(text)
    day, month, year = map(int, text.split("."))
    return date(year, month, day)


def _moment(text: str) -> datetime:
    if _DAY.fullmatch(text):
        return datetime.combine(_day(text), datetime.min.time())
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("a moment is YYYY-MM-DDTHH:MM:SS or DD.MM.YYYY HH:MM:SS")
    clock = match[2] if match[2][1] != ":" else "0" + match[2]
    return datetime.fromisoformat(f"{_day(match[1]).isoformat()}T{clock}")


_READERS: dict[type[Field], Callable[[str], Any]] = {
    Integer: _whole,
    Float: lambda text: float(_number(text)),
    Boolean: _boolean,
    Date: _day,
    DateTime: _moment,
}
