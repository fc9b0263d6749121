"""From bytes to text: which charset an old file is in.

A byte order mark or valid UTF-8 settles it; UTF-16 without a mark shows by its zero bytes.
Otherwise ICU's detector proposes, the code pages of DOS and of old Macs it does not know are added,
and the frequency of Russian letters decides: windows-1251, KOI8-R and the others keep the same
letters at other places, so only one of them reads as Russian. Text that reads as Russian in none is
taken as ICU says, if ICU is sure. Nothing here knows formats.
"""

from __future__ import annotations

import codecs
import io
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from searchlib.readers.base import BUFFER, MAX_DOCUMENT, Reason, RowError, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark this one begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "cp855", "iso8859-5", "mac-cyrillic")
_SURE = 35
"""ICU's confidence, of 100, from which it is believed about text that is not Russian."""

# Letters of Russian text, per 10,000; the usual count over the national corpus, rounded.
_PER_10000 = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            *(1097, 845, 801, 735, 670, 626, 547, 473, 454, 440, 349, 321, 298, 281, 262, 201),
            *(190, 174, 170, 165, 159, 144, 121, 97, 94, 73, 64, 48, 36, 32, 26, 4, 4),
        ),
        strict=True,
    )
)
_RUSSIAN = {letter: math.log(count / 10000) for letter, count in _PER_10000.items()}
_PUNCTUATION = frozenset("«»„“”’…–—№°§©×±\xa0•")
_STRANGE = -11.0
_CAPITAL_INSIDE = -6.0
# Russian text has a mean near -3.0; the best wrong reading of it stays below -5.
_PLAUSIBLE = -4.3
# By how much a declared charset may read worse than the best; wrong ones read worse by 1 and more.
_TRUST = 0.5
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_NOISE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, declared: str = "") -> str:
    r"""Return the text of a whole file, its line ends made `\n`.

    `declared` is the charset a page says it is in; it counts for what `trusted` says.
    Raises RowError: BINARY for what is no text, ENCODING for text that no known charset explains.

    >>> decode("Стоимость нефти".encode("koi8-r"))
    'Стоимость нефти'
    """
    charset = trusted(data, declared) if declared else detect(data)
    try:
        text = data.decode(charset)
    except UnicodeDecodeError as error:
        raise RowError(
            Reason.ENCODING, f"byte {error.start} is not {charset}", line=_line(data, error.start)
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect(data: bytes, *, whole: bool = True) -> str:
    """Return Python's name of the charset of `data`, judged by 64 KiB unless it is UTF-8.

    `whole` is false when `data` is only the beginning of a file and may end inside a letter.
    Raises RowError.

    >>> detect("Стоимость нефти".encode("cp866"))
    'cp866'
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\0" in data:
        return _unmarked(data[:BUFFER])
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError as error:
        return _legacy(_sample(data), error)
    if _is_noise(data[:BUFFER]):
        raise RowError(Reason.BINARY, "control characters")
    return "utf-8"


def trusted(data: bytes, declared: str) -> str:
    """Return the charset of a page that declares one, which may lie.

    Marks, valid UTF-8 and text that reads as Russian in another charset overrule it; text that is
    not Russian, and so would be left to ICU, is what it says it is. Raises RowError.

    >>> trusted("Стоимость нефти".encode("cp1251"), "iso-8859-1")
    'cp1251'
    >>> trusted("Ціна нафти зросла, її ніхто не чекав".encode("koi8-u"), "koi8-u")
    'koi8-u'
    """
    found, problem = "", None
    try:
        found = detect(data)
    except RowError as error:
        if error.reason is Reason.BINARY:
            raise
        problem = error
    name = _known(declared)
    if name and not name.startswith("utf") and not found.startswith("utf"):
        sample = _sample(data)
        lies = found in _CYRILLIC and _likeness(sample, name) < _likeness(sample, found) - _TRUST
        if not lies and _decoded(data, name) is not None:
            return name
    if problem is not None:
        raise problem
    return found


def _known(declared: str) -> str:
    """Return Python's name of a declared charset, nothing for one that is not known."""
    try:
        name = codecs.lookup(declared).name
        "".encode(name)
    except (LookupError, ValueError):
        return ""
    # Browsers take Latin 1 for its superset of Windows, since so many pages do.
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def of_beginning(head: bytes) -> str:
    """Return the charset of a file of many documents that begins so. Raises RowError.

    What no charset explains is taken for UTF-8: one broken line must not hide the others.
    """
    try:
        return detect(head, whole=False)
    except RowError as problem:
        if problem.reason is Reason.ENCODING:
            return "utf-8"
        raise


def lines(file: io.BufferedReader, charset: str, end: str = "\n") -> Iterator[str | RowError]:
    r"""Yield the lines of a file one at a time; one that cannot be decoded comes as its problem.

    `end` is `\r` for files of old Macs.
    """
    if charset.startswith(("utf-16", "utf-32")) or end != "\n":
        # Here a line end is no lone byte; a broken unit becomes U+FFFD and takes its line with it.
        with io.TextIOWrapper(file, charset, errors="replace", newline=end) as text:
            while line := text.readline(MAX_DOCUMENT):
                wrong = "\ufffd" in line
                yield RowError(Reason.ENCODING, f"not {charset}") if wrong else line
        return
    number = 0
    while row := file.readline(MAX_DOCUMENT):
        number += 1
        if len(row) == MAX_DOCUMENT:
            while row and not row.endswith(b"\n"):
                row = file.readline(MAX_DOCUMENT)
            yield too_large()
            continue
        try:
            # Only the first line can begin with a mark.
            yield row.decode(charset if number == 1 else charset.removesuffix("-sig"))
        except UnicodeDecodeError as error:
            yield RowError(Reason.ENCODING, f"byte {error.start} of the line is not {charset}")


def _unmarked(sample: bytes) -> str:
    """Return which UTF-16 a text with zero bytes and no mark is in. Raises RowError."""
    for name in ("utf-16-le", "utf-16-be"):
        text = _decoded(sample, name)
        if text and "\0" not in text and not _CONTROL.search(text):
            known = sum(char in _PUNCTUATION or char.lower() in _RUSSIAN for char in text)
            if (known + sum(map(str.isascii, text))) * 10 > len(text) * 9:
                return name
    raise RowError(Reason.BINARY, "zero bytes")


def _legacy(sample: bytes, utf8_error: UnicodeDecodeError) -> str:
    if _is_noise(sample):
        raise RowError(Reason.BINARY, "control characters")
    proposals = _icu(sample)
    sure = dict(proposals)
    # ICU knows no Mac Cyrillic, whose small letters are those of windows-1251.
    sure["mac-cyrillic"] = sure.get("cp1251", 0)
    # Full confidence of ICU's counts as one nat a letter. Of phrases of the seeds in three charsets
    # none is then read wrongly, of single words one in 200; in capitals one in 50 and one in 11.
    best = max(_CYRILLIC, key=lambda name: _likeness(sample, name) + sure.get(name, 0) / 100)
    if _likeness(sample, best) >= _PLAUSIBLE:
        return best
    for name, confidence in proposals:
        if confidence >= _SURE and name not in _CYRILLIC and not name.startswith("utf"):
            text = _decoded(sample, name)
            if text is not None and not _CONTROL.search(text):
                return name
    start = utf8_error.start
    raise RowError(
        Reason.ENCODING, f"byte {start} is not UTF-8", line=_line(utf8_error.object, start)
    )


def _sample(data: bytes) -> bytes:
    """Return 64 KiB to judge by, from near the first byte that is not ASCII."""
    first = _NOT_ASCII.search(data)
    start = max(0, first.start() - BUFFER // 2) if first else 0
    return data[start : start + BUFFER]


def _icu(sample: bytes) -> list[tuple[str, int]]:
    """Return what ICU takes the sample for, by Python's names, and how sure it is, of 100."""
    from icu import CharsetDetector

    detector = CharsetDetector()
    detector.setText(sample)
    proposals = []
    for match in detector.detectAll():
        try:
            name = codecs.lookup(match.getName()).name
        except LookupError:
            continue
        proposals.append((name, match.getConfidence()))
    return proposals


def _likeness(sample: bytes, charset: str) -> float:
    """Return the mean log-probability of the non-ASCII characters, as letters of Russian text."""
    text = _decoded(sample, charset)
    if text is None or _CONTROL.search(text):
        return -math.inf
    scores = [_score(before, char) for before, char in pairwise(" " + text) if char > "\x7f"]
    return sum(scores) / len(scores) if scores else -math.inf


def _score(before: str, char: str) -> float:
    if char in _PUNCTUATION:
        return _PLAUSIBLE
    if before.isascii() and before.isalpha():
        return _STRANGE
    score = _RUSSIAN.get(char)
    if score is not None:
        return score
    score = _RUSSIAN.get(char.lower())
    if score is None:
        return _STRANGE
    if before.islower():
        return score + _CAPITAL_INSIDE
    return score - (0.35 if before.isupper() else 0.2)


def _decoded(sample: bytes, charset: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(charset)().decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _is_noise(sample: bytes) -> bool:
    """Whether more than one byte in fifty is a control character, as in no text."""
    return len(_NOISE.findall(sample)) * 50 > len(sample)


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
