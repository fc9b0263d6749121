r"""The text of a query cut into leaves of the tree, brackets and operators.

A mark is an operator only where it can be nothing else, and this module decides it from the
characters around the mark; what an operator joins is the business of `syntax.py`. Words are not
analysed: a word is what stands between spaces, without the punctuation around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NoReturn

from searchlib.errors import QueryError, QuerySyntaxError
from searchlib.query import tree, values

if TYPE_CHECKING:
    from collections.abc import Collection

    from searchlib.query.tree import Query

MAX_BRACKETS = 200
"""How many brackets may stand one inside another."""

Operator = Literal["or", "and"]
Mark = Literal["", "+", "-"]

# The bonus of «…»; at 1 it costs headlines more than it gives them (docs/relevance.md).
_TOGETHER = 0.1
_CLOSERS = {'"': '"', "„": '“”"', "“": '”“"', "«": "»"}
_CLOSING = {
    opening: re.compile(rf"\\.|([{closers}])|(«)", re.DOTALL)
    for opening, closers in _CLOSERS.items()
}
_QUOTES = "".join(_CLOSERS) + "”»"
_STRUCTURE = rf"[\s{_QUOTES}()]"

_SPACE = re.compile(r"\s+")
_RUN = re.compile(
    rf"(?:[^\s{_QUOTES}()\\]|\\\S|\\(?=\s|\Z))(?:[^\s{_QUOTES}()\\]|\\\S|\\\s(?=\S)|\\(?=\s|\Z))*"
)
_PHRASE_WORD = re.compile(r"(?:[^\s\\]|\\\S|\\(?=\s|\Z))(?:[^\s\\]|\\\S|\\\s(?=\S)|\\(?=\s|\Z))*")
_WORD_START = rf"{values.LETTER}|{values.SYMBOL}|_|\.[A-Za-z]"
_MARK = re.compile(
    rf"[+-](?=[{_QUOTES[:-2]}(*]|{_WORD_START}|\\\S|\?+{values.LETTER}"
    rf"|=(?:[{_QUOTES[:-2]}\\]|{_WORD_START})|/\S)(?!\*(?:{_STRUCTURE}|\Z))"
)
_FIELD = re.compile(rf"({values.FIELD_NAME}):(?!//)(?=\S)")
_EXPLICIT_FIELD = re.compile(rf"\\field\(({values.FIELD_NAME})\):(?=\S)")
_EXACT = re.compile(rf"=(?={_WORD_START})")
_REGEX_BODY = re.compile(r"(?:[^\s/\\]|\\.|/(?![\s)^]|\Z))*+", re.DOTALL)
# Most words of most texts: nothing of what may be glued to a word stands in them.
_PLAIN = re.compile(rf"({values.LETTER}++(?:-{values.LETTER}++)*+)[.,:;!?…]*+")
_STAR = re.compile(rf"(?:(?<={_STRUCTURE})|\A)\*(?={_STRUCTURE}|\^|\Z)")
_ESCAPED = re.compile(r"\\\S")
_LIST = re.compile(r"\\(and|or|words|bool)\(")
_NOTHING = re.compile(r"\\nothing\(\)")
_PATTERN = re.compile(r"\\(wildcard|regex)\(((?:[^()\s\\]|\\.)+)\)", re.DOTALL)
_RANGE = re.compile(r"([\[{])((?:[^\[{\]}\\]|\\.)*)([\]}])", re.DOTALL)
_TO = re.compile(r"\s+TO\s+")
_COMPARISON = re.compile(r"(>=|<=|>|<)(?=\S)")
_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")
_COMPARED = re.compile(r"(?:[<>]=?)?[+-]?[0-9]")
_OPEN_SIDE = re.compile(r"[+-]?[0-9]")
_WILD = re.compile(rf"\*|(?<!\?)\?++(?={values.LETTER})")
_FACTOR = re.compile(r"[0-9]{1,300}(?:[.,][0-9]{1,300})?")
_DIGITS = re.compile(r"[0-9]{0,9}")
_BOOST = re.compile(rf"\^({_FACTOR.pattern})")
_SLOP = re.compile(r"~([0-9]{0,9})")
_QUORUM = re.compile(r"/([0-9]{1,9}(?:\.[0-9]+)?%|[0-9]{1,9}(?![\w%]))")


@dataclass(slots=True)
class Leaf:
    """A finished part of the tree, with the `+` or `-` before it; also a group once it is built."""

    node: Query
    mark: Mark
    start: int


@dataclass(slots=True)
class OperatorToken:
    """AND, OR, NOT or NEAR as written; `field` is where its text stands if it is but a word."""

    name: str
    text: str
    field: str | None
    start: int
    distance: int = 0

    @property
    def is_russian(self) -> bool:
        """Whether it is a word of Russian text as well, so never an error."""
        return self.text[0] not in "AON"


@dataclass(slots=True)
class Open:
    r"""An opening bracket.

    `kind` is the node it spells out, as in `\and(…)`, or empty; `name` is the field typed before.
    """

    mark: Mark
    kind: str
    start: int
    name: str | None = None


@dataclass(slots=True)
class Close:
    """A closing bracket with the quorum and the weight glued to it."""

    quorum: int | float | None
    factor: float | None
    start: int


Token = Leaf | OperatorToken | Open | Close


class Lexer:
    """One reading of one text: strict reading raises, lenient reading notes the problem."""

    def __init__(
        self, text: str, *, lenient: bool, operator: Operator, fields: Collection[str] | None
    ) -> None:
        self._original = text
        self._text, self._origins = values.strip_stress(text)
        self._lenient = lenient
        self._operator = operator
        self._fields = fields
        self._scopes: list[str | None] = []
        self._tokens: list[Token] = []
        self._no_regex_before = 0
        self.notes: list[str] = []

    def problem(self, message: str, start: int) -> None:
        """Raise for strict reading; note for lenient reading. `start` is in the read text."""
        if not self._lenient:
            self.fail(message, start)
        self.notes.append(f"{message} (at position {self._origin(start)})")

    def fail(self, message: str, start: int) -> NoReturn:
        """Raise in both readings."""
        raise QuerySyntaxError(message, text=self._original, position=self._origin(start))

    def _origin(self, start: int) -> int:
        return start if self._origins is None else self._origins[start]

    @cached_property
    def _russian(self) -> bool:
        """Whether the text has a small letter, so that Russian words in capitals are operators."""
        return any(char.islower() for char in self._text)

    def has_words(self) -> bool:
        """Tell whether the text asks for anything at all."""
        text = self._text
        return values.has_word(text) or bool(_STAR.search(text) or _ESCAPED.search(text))

    def plain_words(self) -> list[Query]:
        """Read the text as words only, without any operator."""
        words: list[Query] = []
        for run in _RUN.finditer(self._text):
            chars, mask = values.unescape(run[0])
            if values.has_word(mask):
                words.append(_word(chars, mask, None))
        return words

    def tokens(self) -> list[Token]:
        """Cut the whole text."""
        position, text = 0, self._text
        glued = False
        while position < len(text):
            if space := _SPACE.match(text, position):
                position, glued = space.end(), False
                continue
            if text[position] == ")":
                position, glued = self._close(position), True
                continue
            mark: Mark = ""
            start = position
            if not glued and _MARK.match(text, position):
                mark = "+" if text[position] == "+" else "-"
                position += 1
            position = self._unit(position, mark, start, self._scopes[-1] if self._scopes else None)
            glued = text[position - 1] != "("
        return self._tokens

    def _unit(self, start: int, mark: Mark, outer: int, scope: str | None) -> int:
        """Read what begins at `start` (its mark at `outer`) and return where it ends."""
        text = self._text
        name, position = self._field_at(start)
        field = scope if name is None else name
        char = text[position]
        if char == "(":
            return self._open(position + 1, Open(mark, "", outer, name), field)
        if char == "\\" and (explicit := _LIST.match(text, position)):
            return self._open(explicit.end(), Open(mark, explicit[1], outer, name), field)
        exact = char == "=" and text[position + 1 : position + 2] in _CLOSERS
        if char in _CLOSERS or exact:
            return self._quoted(position + exact, mark, exact, field, outer, name)
        if char in _QUOTES:  # it closes nothing: «Спартак» устал»: тренер о матче
            return position + 1
        if leaf := self._delimited(position, field):
            node, position = leaf
            return self._weighted(node, position, mark, outer)
        if name and char in "[{":
            return self._range(position, name, mark, outer)
        run = _RUN.match(text, position)
        assert run is not None  # every other first character was taken above
        self._run(run, name, mark, outer, scope)
        return run.end()

    def _field_at(self, start: int) -> tuple[str | None, int]:
        """Return the field named at `start` and where its value begins."""
        text = self._text
        explicit = _EXPLICIT_FIELD.match(text, start) if text[start] == "\\" else None
        named = explicit or _FIELD.match(text, start)
        if named is None or text[named.end()] in ")”»":
            return None, start
        if explicit:
            known = True
        elif self._fields is None:
            known = values.PLAIN_FIELD_NAME.fullmatch(named[1]) is not None
        else:
            known = named[1] in self._fields
        return (named[1], named.end()) if known else (None, start)

    # brackets

    def _open(self, end: int, opened: Open, field: str | None) -> int:
        if len(self._scopes) >= MAX_BRACKETS:
            message = f"more than {MAX_BRACKETS} brackets stand one inside another; make it flatter"
            self.fail(message, opened.start)
        self._scopes.append(field)
        self._tokens.append(opened)
        return end

    def _close(self, start: int) -> int:
        if not self._scopes:
            self.problem("this bracket closes nothing; open it or leave it out", start)
            return start + 1
        self._scopes.pop()
        quorum, position = self._quorum(start + 1)
        factor, position = self._factor(position)
        self._tokens.append(Close(quorum, factor, start))
        return position

    def _quorum(self, position: int) -> tuple[int | float | None, int]:
        match = _QUORUM.match(self._text, position)
        if match is None:
            return None, position
        share = match[1].endswith("%")
        minimum = float(match[1][:-1] + "e-2") if share else int(match[1])
        if minimum <= 0 or (share and minimum > 1):
            self.problem("a quorum is a count from 1 or a share from 1% to 100%", position)
            return None, match.end()
        return minimum, match.end()

    def _factor(self, position: int) -> tuple[float | None, int]:
        match = _BOOST.match(self._text, position)
        if match is None:
            return None, position
        return self._checked_factor(match[1], position), match.end()

    def _checked_factor(self, digits: str, position: int) -> float | None:
        factor = float(digits.replace(",", "."))
        if 0 < factor < float("inf"):
            return factor
        self.problem("a weight is a finite number above 0, as in нефть^2.5", position)
        return None

    # quotes

    def _quoted(
        self,
        start: int,
        mark: Mark,
        exact: bool,
        field: str | None,
        outer: int,
        name: str | None,
    ) -> int:
        text = self._text
        opening = text[start]
        end = self._closing(start, opening)
        if end is None:
            self.problem(f"the quote {opening} is never closed", start)
            end = len(text)
        words = list(self._phrase_words(text[start + 1 : end], exact))
        position = min(end + 1, len(text))
        if not words and name:  # nothing is asked of the field, so it is a word
            self._tokens.append(Leaf(tree.Word(name), mark, outer))
        if opening == "«":
            if words:
                self._tokens.append(Leaf(self._together(words, field), mark, outer))
            return position
        slop, position = self._slop(position)
        quorum, position = self._quorum(position)
        if not words:
            return position
        if slop and quorum is not None:
            self.problem("a phrase has ~ or a quorum, not both", start)
        node: Query = tree.Phrase(tuple(words), slop, field)
        if quorum is not None:
            node = tree.Quorum(tuple(_in_field(word, field) for word in words), quorum)
        return self._weighted(node, position, mark, outer)

    def _closing(self, start: int, opening: str) -> int | None:
        """Return where the quote closes; « may hold other « as long as each is closed."""
        depth, first = 0, None
        for match in _CLOSING[opening].finditer(self._text, start + 1):
            if match[1]:
                if opening != "«" or depth == 0:
                    return match.start()
                depth -= 1
                first = match.start() if first is None else first
            elif match[2]:
                depth += 1
        return first

    def _phrase_words(self, content: str, exact: bool) -> list[str | tree.Exact]:
        words: list[str | tree.Exact] = []
        for match in _PHRASE_WORD.finditer(content):
            chars, mask = values.unescape(match[0])
            if not values.has_word(mask):
                continue
            text = _word(chars, mask, None).text
            words.append(tree.Exact(text) if exact or _EXACT.match(mask) else text)
        return words

    def _together(self, words: list[str | tree.Exact], field: str | None) -> Query:
        """Return the node of «…»: the words, and a bonus for standing together."""
        nodes = tuple(_in_field(word, field) for word in words)
        if len(nodes) == 1:
            return nodes[0]
        joined = tree.And(nodes) if self._operator == "and" else tree.Words(nodes)
        phrase = tree.Phrase(tuple(words), 0, field)
        return tree.Boolean(must=(joined,), should=(tree.Boost(phrase, _TOGETHER),))

    def _slop(self, position: int) -> tuple[int, int]:
        match = _SLOP.match(self._text, position)
        if match is None:
            return 0, position
        if not match[1]:
            self.problem('"…"~ needs a number of extra positions, as in "…"~3', position)
        return int(match[1] or 0), match.end()

    # leaves with their own delimiters

    def _delimited(self, position: int, field: str | None) -> tuple[Query, int] | None:
        text = self._text
        if text[position] == "/" and position >= self._no_regex_before:
            return self._regex(position, field)
        if text[position] == "\\":
            if match := _NOTHING.match(text, position):
                return tree.Nothing(), match.end()
            if match := _PATTERN.match(text, position):
                pattern = tree.Regex if match[1] == "regex" else tree.Wildcard
                try:
                    return pattern(values.unescape(match[2])[0], field), match.end()
                except QueryError as error:
                    self.problem(str(error), position)
        return None

    def _regex(self, start: int, field: str | None) -> tuple[Query, int] | None:
        """Read `/…/`; where none closes, remember how far that is known, so time stays linear."""
        body = _REGEX_BODY.match(self._text, start + 1)
        end = body.end() if body else start
        if self._text[end : end + 1] == "/" and values.has_word(self._text, start, end):
            try:
                return tree.Regex(self._text[start + 1 : end], field), end + 1
            except QueryError as error:
                self.problem(str(error), start)
        self._no_regex_before = end
        return None

    def _weighted(self, node: Query, position: int, mark: Mark, outer: int) -> int:
        factor, position = self._factor(position)
        if factor is not None:
            node = tree.Boost(node, factor)
        self._tokens.append(Leaf(node, mark, outer))
        return position

    def _range(self, start: int, field: str, mark: Mark, outer: int) -> int:
        """Read `[a TO b]` after a field; lenient reading takes a broken one for words."""
        match = _RANGE.match(self._text, start)
        sides = []
        if match:
            chars, mask = values.unescape(match[2])
            if to := _TO.search(mask):
                sides = [_bound(chars, mask, 0, to.start()), _bound(chars, mask, to.end(), None)]
        if match is None or len(sides) != 2 or "" in sides:
            self.problem("a range is [a TO b] or {a TO b}, with * for an open side", start)
            self._tokens.append(Leaf(tree.Word(field), mark, outer))
            return start
        low, high = sides
        node = tree.Range(field, low, high, match[1] == "[", match[3] == "]")
        return self._weighted(node, match.end(), mark, outer)

    # runs

    def _run(
        self, run: re.Match[str], name: str | None, mark: Mark, outer: int, scope: str | None
    ) -> None:
        """Read a stretch without spaces, with the name typed before it."""
        chars, mask = values.unescape(run[0])
        if not name and not mark and (operator := self._operator_token(mask, run, scope)):
            self._tokens.append(operator)
            return
        node: Query | None
        if name:  # with no value there is nothing to look for in the field, so it is a word
            node = self._value(chars, mask, name, run.start()) or tree.Word(name, scope)
        elif scope and _COMPARED.match(mask):
            node = self._value(chars, mask, scope, run.start())
        else:
            node = self._leaf(chars, mask, scope, run.start())
        if node is not None:
            self._tokens.append(Leaf(node, mark, outer))

    def _operator_token(
        self, mask: str, run: re.Match[str], scope: str | None
    ) -> OperatorToken | None:
        if mask in values.ENGLISH_OPERATORS:
            return OperatorToken(mask, mask, scope, run.start())
        name, distance = values.RUSSIAN_OPERATORS.get(mask), 0
        if "/" in mask and (near := values.NEAR.fullmatch(mask)):
            name, distance = "NEAR", int(near[2])
            if distance < 1:
                self.problem("NEAR needs a distance from 1, as in NEAR/5", run.start())
                return None
        if name is None or (mask[0] != "N" and not self._russian):
            return None
        return OperatorToken(name, mask, scope, run.start(), distance)

    def _value(self, chars: str, mask: str, field: str, start: int) -> Query | None:
        """Read what only stands after a field: a comparison, `a..b`, `*`; else a leaf."""
        if mask == "*":
            return tree.Wildcard("*", field)
        end = values.word_end(mask, len(mask))
        if (comparison := _COMPARISON.match(mask)) and values.has_word(mask):
            bound, sign = chars[comparison.end() : end], comparison[1]
            if sign[0] == ">":
                return tree.Range(field, bound, None, include_low=sign == ">=")
            return tree.Range(field, None, bound, include_high=sign == "<=")
        if dots := _DOTS.search(mask):
            low, high = mask[: dots.start()], mask[dots.end() : end]
            if (low and high) or _OPEN_SIDE.match(low or high):
                return tree.Range(
                    field, chars[: dots.start()] or None, chars[dots.end() : end] or None
                )
        return self._leaf(chars, mask, field, start, signed=True)

    def _leaf(
        self, chars: str, mask: str, field: str | None, start: int, *, signed: bool = False
    ) -> Query | None:
        """Read a word with what is glued to it; None for punctuation. `signed` keeps `-5`."""
        if word := _PLAIN.fullmatch(mask):
            return tree.Word(chars[: word.end(1)], field)
        if mask == "*":
            return tree.Everything()
        exact = _EXACT.match(mask) is not None
        first = values.word_start(mask, pattern=True)
        if signed and re.match(r"[+-][0-9]", mask):
            first = 0
        end = values.word_end(mask, len(mask), keep="*~")
        plain = (chars, mask, field)
        if not values.has_word(mask, first, end):
            return None
        factor, distance = None, None
        caret = mask.rfind("^", first, end)
        if caret > first and _FACTOR.fullmatch(mask, caret + 1, end) and _glued(mask, caret, "*~"):
            factor = self._checked_factor(mask[caret + 1 : end], start + caret)
            if factor is None:
                return _word(*plain)
            end = caret
        tilde = mask.rfind("~", first, end)
        if tilde > first and _DIGITS.fullmatch(mask, tilde + 1, end) and _glued(mask, tilde, "*"):
            distance = int(mask[tilde + 1 : end] or 1)
            end = tilde
            if not 1 <= distance <= 2:
                self.problem("a word is within 1 or 2 edits: нефть~ or нефть~2", start + tilde)
                return _word(*plain)
        else:
            end = values.word_end(mask, end, keep="*")
        if mask[:end] == "*" and distance is None:
            # Directly after a field it asks for any value of it.
            all_of_it = tree.Wildcard("*", field) if signed and field else tree.Everything()
            return tree.Boost(all_of_it, factor) if factor else all_of_it
        if not values.has_word(mask, first, end):
            return _word(*plain)
        wild = [match.start() for match in _WILD.finditer(mask, first, end)]
        if "://" in mask and "*" not in mask[first:end]:  # `?` begins the parameters of an address
            wild = []
        if (exact and (wild or distance)) or (wild and distance):
            self.problem("=, ~ and wildcards cannot be glued to one word; keep one", start)
            return _word(*plain)
        body, shape = chars[first:end], mask[first:end]
        node: Query
        if not wild:
            node = _leaf_node(body, exact, distance, field)
        elif wild == [end - 1] and "*" not in shape[:-1] and "?" not in shape:
            node = tree.Prefix(body[:-1], field)
        elif any(c in "*?" and m == "x" for c, m in zip(body, shape, strict=True)):
            self.problem("a wildcard pattern cannot hold a literal * or ?", start)
            return _word(*plain)
        else:
            node = tree.Wildcard(body, field)
        return node if factor is None else tree.Boost(node, factor)


def _leaf_node(text: str, exact: bool, distance: int | None, field: str | None) -> Query:
    if exact:
        return tree.Exact(text, field)
    return tree.Word(text, field) if distance is None else tree.Fuzzy(text, distance, field)


def _word(chars: str, mask: str, field: str | None) -> tree.Word:
    """Return the word in `chars` without the punctuation around it."""
    first = min(values.word_start(mask), len(mask) - 1)
    end = max(values.word_end(mask, len(mask)), first + 1)
    return tree.Word(chars[first:end], field)


def _in_field(word: str | tree.Exact, field: str | None) -> Query:
    return tree.Word(word, field) if isinstance(word, str) else tree.Exact(word.text, field)


def _glued(mask: str, position: int, keep: str) -> bool:
    return values.word_end(mask, position, keep) == position


def _bound(chars: str, mask: str, start: int, end: int | None) -> str | None:
    """Return one side of a range: None for `*`, empty when there is nothing."""
    side = mask[start:end]
    left = start + len(side) - len(side.lstrip())
    right = left + len(side.strip())
    return None if mask[left:right] == "*" else chars[left:right]
