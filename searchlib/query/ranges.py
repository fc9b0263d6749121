"""The values of typed fields as queries write them: days, months, years, moments, numbers.

A month or a year is a range. `interval` reads one value of a field as the numbers it covers;
`plan.py` makes equality and ranges of it.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

from searchlib import fields
from searchlib.errors import QueryError

_INT64 = (-(1 << 63), (1 << 63) - 1)
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(?P<month>\d{1,2})\.(?P<year>\d{4})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_TRUTH = {
    "true": 1, "yes": 1, "да": 1, "1": 1, "истина": 1,
    "false": 0, "no": 0, "нет": 0, "0": 0, "ложь": 0,
}  # fmt: skip

Interval = tuple[int, int] | tuple[float, float]
"""The lowest and the highest number that a value covers, both included."""


def interval(name: str, field: fields.Field, text: str) -> Interval:
    """Return what a value covers. Raises QueryError that names the field and what it takes.

    >>> interval("date", fields.Date(), "2025-11") == (
    ...     fields.days(date(2025, 11, 1)), fields.days(date(2025, 11, 30)))
    True
    """
    match field:
        case fields.Integer():
            number = _whole(name, text)
            return number, number
        case fields.Float():
            value = _float(name, text)
            return value, value
        case fields.Boolean():
            truth = _TRUTH.get(text.casefold())
            if truth is None:
                raise _refused(name, text, "true or false (да, нет)")
            return truth, truth
        case fields.Date():
            first, last = _days(name, text, "a date: 2025-11-04, 04.11.2025, 2025-11 or 2025")
            return fields.days(first), fields.days(last)
        case fields.DateTime():
            return _moments(name, text)
        case _:
            raise QueryError(f"field {name!r} ({field.kind}) has no values to compare with")


def bounds(
    name: str,
    field: fields.Field,
    low: str | None,
    high: str | None,
    *,
    include_low: bool,
    include_high: bool,
) -> Interval:
    """Return the numbers from one value to another, both included; empty when low > high."""
    if isinstance(field, fields.Float):
        least = -math.inf if low is None else _float(name, low)
        most = math.inf if high is None else _float(name, high)
        if low is not None and not include_low:
            least = math.nextafter(least, math.inf) if least < math.inf else math.nan
        if high is not None and not include_high:
            most = math.nextafter(most, -math.inf) if most > -math.inf else math.nan
        return (least, most) if least <= most else (math.inf, -math.inf)
    start, end = _INT64
    if low is not None:
        first, last = interval(name, field, low)
        start = int(first if include_low else last + 1)
    if high is not None:
        first, last = interval(name, field, high)
        end = int(last if include_high else first - 1)
    return (start, end) if start <= end else (1, 0)


def _whole(name: str, text: str) -> int:
    try:
        number = int(text) if len(text) <= 40 else None
    except ValueError:
        number = None
    if number is None:
        raise _refused(name, text, "a whole number")
    return min(max(number, _INT64[0]), _INT64[1])


def _float(name: str, text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise _refused(name, text, "a number")
    return number


def _days(name: str, text: str, wanted: str) -> tuple[date, date]:
    try:
        if match := _DAY.fullmatch(text):
            if match[1]:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            else:
                day = date(int(match[6]), int(match[5]), int(match[4]))
            return day, day
        if match := _MONTH.fullmatch(text):
            year, month = (match[1], match[2]) if match[1] else (match["year"], match["month"])
            first = date(int(year), int(month), 1)
            return first, _month_end(first)
        if match := _YEAR.fullmatch(text):
            return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    except ValueError:
        raise _refused(name, text, f"{wanted}; there is no such day") from None
    raise _refused(name, text, wanted)


def _month_end(first: date) -> date:
    if first.month == 12:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def _moments(name: str, text: str) -> tuple[int, int]:
    wanted = "a moment such as 2025-11-04T15:30, a date, a month or a year"
    if "T" not in text and " " not in text:
        first, last = _days(name, text, wanted)
        start = fields.microseconds(datetime(first.year, first.month, first.day))
        end = fields.microseconds(datetime(last.year, last.month, last.day))
        return start, end + 86_400_000_000 - 1
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _refused(name, text, wanted) from None
    start = fields.microseconds(moment)
    clock = re.split("[T ]", text, maxsplit=1)[1]
    seconds = re.match(r"\d\d:?\d\d(:?\d\d)?([.,]\d+)?", clock)
    if seconds is None or seconds[2]:
        return start, start
    return start, start + (1_000_000 if seconds[1] else 60_000_000) - 1


def _refused(name: str, text: str, wanted: str) -> QueryError:
    return QueryError(f"field {name!r} takes {wanted}, not {text!r}")
