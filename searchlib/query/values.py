"""How words, numbers and bounds are spelled in the text of a query.

Shared by the lexer, which reads the spelling, and the tree, which prints it. It knows characters,
escapes and canonical forms; it knows no node and no operator's meaning.

Escapes are read into two strings of equal length: `chars`, the characters meant, and `mask`,
where each escaped character is the letter `x`, and an escaped space `_`, which alone is no word.
Operators are looked for in the mask only, so an escaped character can never be one, and the text
is always cut out of `chars`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from searchlib.errors import QueryError

LETTER = r"[^\W_]"
"""A letter or digit, as a regular expression."""
SYMBOL = r"[%‰№$¢-¥֏؋฿₠-⃀]"
"""A sign that analysis takes for a word."""
FIELD_NAME = r"[^\W\d][\w.-]*"
"""The name of a field: a letter or `_`, then letters, digits, `_`, `.` and `-`."""
PLAIN_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What is taken for the name of a field when the names are not known."""
RUSSIAN_OPERATORS = {"И": "AND", "ИЛИ": "OR", "НЕ": "NOT"}
ENGLISH_OPERATORS = frozenset({"AND", "OR", "NOT"})
NEAR = re.compile(r"(NEAR|РЯДОМ)/([0-9]{1,9})")
"""The only operators with a number."""
MAX_COUNT = 999_999_999
"""The largest distance, slop or quorum: nine digits."""

_WORD = re.compile(f"{LETTER}|{SYMBOL}")
_START = re.compile(rf"(?<![\w.])\.(?=[A-Za-z])|(?<!_)_++(?={LETTER})|{LETTER}|{SYMBOL}")
_PATTERN_START = re.compile(rf"{_START.pattern}|\*|(?<!\?)\?++(?={LETTER})")
_PLAIN = re.compile(
    rf"(?!{FIELD_NAME}:(?!//))(?!.*?\.\.)"
    rf"[№$€]?{LETTER}(?:[\w.,'’/&@:-]*{LETTER})?(?:\+\+?|[#%₽€])?",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MARKED = re.compile(r"([\u0400-\u052f])([\u0300-\u036f]+)")
_STRESS = re.compile(r"[\u0300\u0301]")


def strip_stress(text: str) -> tuple[str, list[int] | None]:
    r"""Remove stress marks (U+0300, U+0301) that stand after a Cyrillic letter.

    The second value gives, for each position of the new text and its end, the position in the old
    one; it is None when nothing changed.

    >>> strip_stress("за\u0301мок")
    ('замок', [0, 1, 3, 4, 5, 6])
    """
    if not _MARKED.search(text):
        return text, None
    dropped = {
        index
        for match in _MARKED.finditer(text)
        for index in range(match.start(2), match.end(2))
        if _STRESS.match(text, index)
    }
    if not dropped:
        return text, None
    kept = [index for index in range(len(text)) if index not in dropped]
    return "".join(text[index] for index in kept), [*kept, len(text)]


def unescape(raw: str) -> tuple[str, str]:
    r"""Return `chars` and `mask` of a stretch of query text; see the top of the module.

    >>> unescape(r"а\:б")
    ('а:б', 'аxб')
    """
    if "\\" not in raw:
        return raw, raw
    chars = _ESCAPE.sub(r"\1", raw)
    return chars, _ESCAPE.sub(lambda match: "_" if match[1].isspace() else "x", raw)


def has_word(mask: str, start: int = 0, end: int | None = None) -> bool:
    """Tell whether anything between `start` and `end` is more than punctuation."""
    return _WORD.search(mask, start, len(mask) if end is None else end) is not None


def word_start(mask: str, *, pattern: bool = False) -> int:
    """Return where the punctuation before a word ends; with `pattern`, wildcards stay."""
    match = (_PATTERN_START if pattern else _START).search(mask)
    return match.start() if match else len(mask)


def word_end(mask: str, end: int, keep: str = "") -> int:
    """Return where the punctuation after a word begins, looking back from `end`.

    The characters of `keep` are no punctuation; `C++`, `C#` and `18+` keep their signs.
    """
    while end:
        char = mask[end - 1]
        if char in keep or char == "_" or _WORD.match(char) or unicodedata.category(char)[0] == "M":
            return end
        if char in "+#":
            base = len(mask[:end].rstrip("+#"))
            if base and mask[base - 1].isalnum():
                return end
            end = base
        else:
            end -= 1
    return 0


def is_operator(text: str) -> bool:
    """Tell whether `text`, standing alone, would be read as an operator."""
    if text in RUSSIAN_OPERATORS or text in ENGLISH_OPERATORS:
        return True
    return "/" in text and NEAR.fullmatch(text) is not None


def escape(text: str, *, bare: str = "") -> str:
    r"""Return `text` with a backslash before all but letters, digits and the characters of `bare`.

    >>> escape("что?")
    'что\\?'
    """
    return "".join(c if c.isalnum() or c in bare else "\\" + c for c in text)


def spell_word(text: str, *, in_phrase: bool = False) -> str:
    r"""Return query text that is read as the one word `text`, escaped only where it must be.

    >>> spell_word("тест-кейс"), spell_word("НЕ"), spell_word("а:б")
    ('тест-кейс', '\\НЕ', 'а\\:б')
    """
    if not _PLAIN.fullmatch(text):
        return escape(text)
    if not in_phrase and is_operator(text):
        return "\\" + text if text.isalpha() else escape(text)
    return text


def spell_field(name: str) -> str:
    r"""Return what stands before the value of a field, read so whether the names are known or not.

    >>> print(spell_field("title"), spell_field("тема"))
    title: \field(тема):
    """
    return f"{name}:" if PLAIN_FIELD_NAME.fullmatch(name) else rf"\field({name}):"


def spell_number(value: float) -> str:
    """Return the shortest decimal spelling that reads back as `value`, without an exponent.

    >>> spell_number(2.0), spell_number(1e-7)
    ('2', '0.0000001')
    """
    spelled = format(Decimal(repr(value)), "f")
    return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled


def canonical_bound(value: object) -> str | None:
    """Return the text of a range's bound: a string as typed, a date in ISO form, a number.

    Raises QueryError for a value of another type, an empty string and a number that is not finite.

    >>> canonical_bound(date(2025, 11, 4)), canonical_bound(100.0), canonical_bound(None)
    ('2025-11-04', '100', None)
    """
    match value:
        case None:
            return None
        case str():
            if not value.strip():
                raise QueryError("a bound of a range is empty; None leaves that side open")
            return value.strip()
        case bool():
            return "true" if value else "false"
        case int():
            if abs(value) >= 1 << 64:
                raise QueryError("a whole number in a range has at most 64 bits")
            return str(value)
        case float():
            if not math.isfinite(value):
                raise QueryError(f"a bound of a range is {value}; None leaves that side open")
            return spell_number(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            raise QueryError(
                f"a bound of a range is {type(value).__name__}; give a string, a number, "
                "a date or a datetime"
            )


def spell_bound(text: str | None) -> str:
    """Return a canonical bound as it stands between the brackets of a range; `*` is open."""
    if text is None:
        return "*"
    return "\\" + text if text == "TO" else escape(text, bare="-.:+_,/")
