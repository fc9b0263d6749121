r"""JSON: an array of objects, one object, or an object with one array of objects.

A window moves over the text and the standard library's decoder takes one value at a time, so that
every document has its line and a file of any size takes the memory of its longest document. (ijson
streams as well, but tells no places.) What stands before a mistake is kept.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from searchlib.readers import charset, jsonl
from searchlib.readers.base import (
    BUFFER,
    MAX_DOCUMENT,
    OnSkip,
    ReadDocument,
    Reason,
    RowError,
    Skipped,
    Source,
    reporting,
    too_large,
)

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

_SMALL = 1 << 20
"""An object up to so many letters is seen as a whole before it is told what it is."""
_DOCUMENT_NAMES = frozenset({"id", "_id", "title", "body", "text", "content"})
_SPACE = re.compile(r"[ \t\r\n]*")
# What `surrogateescape` makes of a byte that is not of the charset.
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")
# The longest piece of JSON that ends without a mark: a number.
_LONGEST_TAIL = 64


def read(source: Source, on_skip: OnSkip) -> Iterator[ReadDocument]:
    """Yield the objects of a file one at a time; what is JSON Lines is read as such."""
    with reporting(source, on_skip), source.open() as file:
        head = file.peek(BUFFER)
        if not head:
            raise RowError(Reason.EMPTY)
        encoding = charset.of_beginning(head)
        if _is_lines(head, encoding):
            yield from jsonl.objects(charset.lines(file, encoding), source, on_skip)
            return
        empty = True
        for line, value in _values(_Window(file, encoding)):
            empty = False
            if isinstance(value, RowError):
                on_skip(Skipped(value.reason, source.shown, line, value.detail))
            elif isinstance(value, dict):
                yield ReadDocument(value, source, line)
            else:
                problem = jsonl.not_an_object(value)
                on_skip(Skipped(problem.reason, source.shown, line, problem.detail))
        if empty:
            raise RowError(Reason.EMPTY, "an empty array")


def _is_lines(head: bytes, encoding: str) -> bool:
    """Whether the first line is an object and something follows it."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith("{") or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _values(window: _Window) -> Iterator[tuple[int, Any]]:
    """Yield what stands in for documents, with the line of each."""
    begins = window.next()
    if not begins:
        raise RowError(Reason.EMPTY, "only white space")
    if begins == "[":
        yield from window.items()
    elif begins == "{":
        yield from _of_object(window)
    else:
        line = window.line
        yield line, window.value()
    if window.next():
        raise window.broken("extra data")


def _of_object(window: _Window) -> Iterator[tuple[int, Any]]:
    """Yield the object, or the members of its one array of objects.

    An object that has an id, a title or a text is a document whatever else it has.
    """
    small, known = window.glimpse()
    wanted = _array_name(small) if known else None
    line, begins = window.line, window.passed
    if known and wanted is None:
        yield line, window.value()
        return
    members: dict[str, Any] = {}
    taken = False
    for name in window.members():
        if window.next() == "[" and window.begins_objects():
            if name == wanted or not (taken or known or _DOCUMENT_NAMES & members.keys()):
                taken = True
                yield from window.items()
                continue
            if taken and not known:
                yield window.line, RowError(Reason.NOT_AN_OBJECT, f"{name!r}: a second array")
        members[name] = window.value()
        if isinstance(members[name], RowError):
            yield line, members[name]
            taken = True
        if window.passed - begins > MAX_DOCUMENT:
            raise too_large(line)
    if not taken:
        yield line, members


def _array_name(value: Any) -> str | None:
    """Return the name of the one member that is an array of objects, of an object that is none."""
    if not isinstance(value, dict) or _DOCUMENT_NAMES & value.keys():
        return None
    arrays = [
        name
        for name, member in value.items()
        if isinstance(member, list) and member and isinstance(member[0], dict)
    ]
    return arrays[0] if len(arrays) == 1 else None


class _Window:
    """The part of the text that is looked at, and the line it stands in, from 1."""

    def __init__(self, file: io.BufferedReader, encoding: str) -> None:
        self._file = file
        # Only here can a byte that is wrong be told from a letter that is there.
        self._keeps_bytes = not encoding.startswith(("utf-16", "utf-32"))
        errors = "surrogateescape" if self._keeps_bytes else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._text = ""
        self._at = 0
        self._ended = False
        self._column = 1
        self.line = 1
        self.passed = 0
        self._refused: str | None = None
        self._json = json.JSONDecoder(parse_constant=self._constant, parse_int=self._integer)

    def next(self) -> str:
        """Return the next letter that is no space, "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._move(match.end() if match else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Return the value that stands here and go behind it; a RowError if it is to be left out.

        Raises RowError when there is none, after which nothing can be read.
        """
        value, end = self._decoded(MAX_DOCUMENT)
        problem = self._refused
        broken = self._broken_byte(end)
        self._move(end)
        if broken:
            return RowError(Reason.ENCODING, "bytes of another encoding")
        return RowError(Reason.BROKEN_JSON, problem) if problem else value

    def items(self) -> Iterator[tuple[int, Any]]:
        """Yield the items of the array that begins here, each with its line."""
        self._move(self._at + 1)
        if self.next() == "]":
            self._move(self._at + 1)
            return
        while True:
            self.next()
            line = self.line
            yield line, self.value()
            if self._closes("]"):
                return

    def members(self) -> Iterator[str]:
        """Yield the names of the object that begins here; whoever asks takes the value."""
        self._move(self._at + 1)
        if self.next() == "}":
            self._move(self._at + 1)
            return
        while True:
            if self.next() != '"':
                raise self.broken("a name in quotes expected")
            name = self.value()
            if self.next() != ":":
                raise self.broken("':' expected")
            self._move(self._at + 1)
            if isinstance(name, RowError):
                raise RowError(name.reason, name.detail, line=self.line)
            yield name
            if self._closes("}"):
                return

    def begins_objects(self) -> bool:
        """Whether the array that begins here has an object first."""
        while True:
            inside = _SPACE.sub("", self._text[self._at + 1 : self._at + _LONGEST_TAIL], count=1)
            if inside or not self._more():
                return inside.startswith("{")

    def glimpse(self) -> tuple[Any, bool]:
        """Return the value that begins here and True, without moving, when it is a small one."""
        try:
            return self._decoded(_SMALL)[0], True
        except RowError:
            return None, False

    def broken(self, what: str, at: int | None = None) -> RowError:
        """Return the problem of a mistake here, or at a place of the window."""
        end = self._at if at is None else at
        passed = self._text[self._at : end]
        line = self.line + passed.count("\n")
        column = len(passed) - passed.rfind("\n") if "\n" in passed else self._column + len(passed)
        return RowError(Reason.BROKEN_JSON, f"column {column}: {what}", line=line)

    def _closes(self, mark: str) -> bool:
        """Go over a comma, or over the mark that closes. Raises RowError when there is neither."""
        found = self.next()
        if found not in (",", mark) or not found:
            raise self.broken(f"',' or {mark!r} expected")
        self._move(self._at + 1)
        return found == mark

    def _decoded(self, limit: int) -> tuple[Any, int]:
        while True:
            self._refused = None
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # Only a mistake at the end may be none when more is there.
                cut = len(self._text) - error.pos < _LONGEST_TAIL or "Unterminated" in error.msg
                if not cut or self._ended:
                    raise self.broken(error.msg, error.pos) from None
            except RecursionError:
                raise self.broken("too many brackets inside each other") from None
            else:
                # A number that ends with the window may go on.
                if end < len(self._text) or self._ended:
                    return value, end
            if len(self._text) - self._at > limit:
                raise too_large(self.line)
            self._more()

    def _broken_byte(self, end: int) -> bool:
        if self._keeps_bytes:
            return _BROKEN_BYTE.search(self._text, self._at, end) is not None
        return self._text.find("\ufffd", self._at, end) >= 0

    def _move(self, to: int) -> None:
        last = self._text.rfind("\n", self._at, to)
        if last >= 0:
            self.line += self._text.count("\n", self._at, to)
            self._column = to - last
        else:
            self._column += to - self._at
        self.passed += to - self._at
        self._at = to

    def _more(self) -> bool:
        """Read on, as much again as is there already; false at the end of the file."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        # A long value is read in ever longer pieces, since each time it is decoded from its start.
        longer = len(rest) > BUFFER
        data = self._file.read(len(rest)) if longer else self._file.read1(BUFFER)
        self._ended = not data
        self._text = rest + self._decoder.decode(data, final=self._ended)
        self._at = 0
        return True

    def _constant(self, name: str) -> None:
        self._refused = f"{name} is not JSON"

    def _integer(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError as error:
            self._refused = str(error)
            return None
