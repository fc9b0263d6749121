"""The query as a tree: frozen dataclasses that compare, hash, combine and print themselves.

A tree is what was asked, before any analysis: it knows neither the schema nor an engine. `str` of
a tree is query text that parses back to an equal tree. Every node checks its arguments and its
height, so walking a tree by recursion is always safe.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from searchlib.errors import QueryError
from searchlib.query import values

MAX_DEPTH = 200
"""How many nodes may stand one inside another."""
MAX_REGEX = 1000
"""How many characters a regular expression may have."""

Bound = str | int | float | date | None
"""What `Range` takes for a side; it keeps the text of it (a datetime is a date)."""

_FIELD = re.compile(values.FIELD_NAME)
_REGEX_PAIR = re.compile(r"\\(.)|.", re.DOTALL)
_WILD_PART = rf"(?:{values.LETTER}|\*|\?+{values.LETTER})+"
_NATURAL_WILDCARD = re.compile(rf"(?=.*{values.LETTER})(?=.*[*?]){_WILD_PART}(?:[.-]{_WILD_PART})*")


@dataclass(frozen=True, slots=True)
class Query:
    """The base of all nodes; `&`, `|` and `~` combine any two of them.

    `notes` says what lenient reading did not take as it was written. It takes no part in equality,
    hash, `repr` or `str`.

    >>> print(Word("нефть") & ~Word("газ"))
    нефть AND NOT газ
    """

    notes: tuple[str, ...] = field(default=(), compare=False, repr=False, kw_only=True)
    _height: int = field(default=1, init=False, compare=False, repr=False)

    def __and__(self, other: Query) -> And:
        if not isinstance(other, Query):
            return NotImplemented
        return And((*_parts(self, And), *_parts(other, And)))

    def __or__(self, other: Query) -> Or:
        if not isinstance(other, Query):
            return NotImplemented
        return Or((*_parts(self, Or), *_parts(other, Or)))

    def __invert__(self) -> Not:
        return Not(self)


@dataclass(frozen=True, slots=True)
class Word(Query):
    """A word in any of its forms, in `field` or in every text field."""

    text: str
    field: str | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_field(self)

    def __str__(self) -> str:
        return _in_field(self.field, values.spell_word(self.text))


@dataclass(frozen=True, slots=True)
class Exact(Query):
    """A word in this form only; case and ё still fold."""

    text: str
    field: str | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_field(self)

    def __str__(self) -> str:
        return _in_field(self.field, "=" + values.spell_word(self.text, in_phrase=True))


@dataclass(frozen=True, slots=True)
class Phrase(Query):
    """Words in this order, with at most `slop` extra positions in all between first and last.

    A `Word` among `words` is kept as its text, an `Exact` without its field: the phrase has one.

    >>> print(Phrase(("быть", Exact("или"), "не"), slop=3, field="title"))
    title:"быть =или не"~3
    """

    words: tuple[str | Word | Exact, ...]
    slop: int = 0
    field: str | None = None

    def __post_init__(self) -> None:
        _check_field(self)
        _check_words(self, least=1)
        _check_count("Phrase", "slop", self.slop, least=0)

    def __str__(self) -> str:
        spelled = (
            "=" + values.spell_word(word.text, in_phrase=True)
            if isinstance(word, Exact)
            else values.spell_word(str(word), in_phrase=True)
            for word in self.words
        )
        slop = f"~{self.slop}" if self.slop else ""
        return _in_field(self.field, f'"{" ".join(spelled)}"{slop}')


@dataclass(frozen=True, slots=True)
class Words(Query):
    """Clauses side by side: any of them or all of them, by the operator of the search."""

    clauses: tuple[Query, ...]

    def __post_init__(self) -> None:
        _check_clauses(self, "clauses", least=1)

    def __str__(self) -> str:
        units = _units(self.clauses)
        return units if len(self.clauses) > 1 else rf"\words({units})"


@dataclass(frozen=True, slots=True)
class And(Query):
    """All of the clauses."""

    clauses: tuple[Query, ...]

    def __post_init__(self) -> None:
        _check_clauses(self, "clauses", least=1)

    def __str__(self) -> str:
        return _joined("AND", self.clauses)


@dataclass(frozen=True, slots=True)
class Or(Query):
    """At least one of the clauses."""

    clauses: tuple[Query, ...]

    def __post_init__(self) -> None:
        _check_clauses(self, "clauses", least=1)

    def __str__(self) -> str:
        return _joined("OR", self.clauses)


@dataclass(frozen=True, slots=True)
class Not(Query):
    """Everything but what the clause finds."""

    clause: Query

    def __post_init__(self) -> None:
        _check_clause(self)

    def __str__(self) -> str:
        return f"NOT {_unit(self.clause)}"


@dataclass(frozen=True, slots=True)
class Boolean(Query):
    """All of `must`, none of `must_not`; `should` adds to the score.

    Without `must`, at least one of `should` is needed; with `must_not` alone it is everything else.

    >>> print(Boolean(must=(Word("нефть"),), must_not=(Word("газ"),)))
    +нефть -газ
    """

    must: tuple[Query, ...] = ()
    should: tuple[Query, ...] = ()
    must_not: tuple[Query, ...] = ()

    def __post_init__(self) -> None:
        for name in ("must", "should", "must_not"):
            _check_clauses(self, name, least=0)
        if not (self.must or self.should or self.must_not):
            raise QueryError("Boolean needs at least one clause; Nothing() finds nothing")

    def __str__(self) -> str:
        parts = [
            *("+" + _unit(clause) for clause in self.must),
            *(_unit(clause) for clause in self.should),
            *("-" + _unit(clause) for clause in self.must_not),
        ]
        return " ".join(parts) if self.must or self.must_not else rf"\bool({' '.join(parts)})"


@dataclass(frozen=True, slots=True)
class Boost(Query):
    """The clause with its score multiplied by `factor`, a finite number above 0."""

    clause: Query
    factor: float

    def __post_init__(self) -> None:
        _check_clause(self)
        factor = self.factor
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            raise QueryError(f"Boost takes a number as factor, not {_named(factor)}")
        try:
            factor = float(factor)
        except OverflowError:
            factor = math.inf
        if not (math.isfinite(factor) and factor > 0):
            raise QueryError(f"the factor of Boost is {factor}; it must be finite and above 0")
        object.__setattr__(self, "factor", factor)

    def __str__(self) -> str:
        unit = f"({self.clause})" if isinstance(self.clause, Boost) else _unit(self.clause)
        return f"{unit}^{values.spell_number(self.factor)}"


@dataclass(frozen=True, slots=True)
class Prefix(Query):
    """Words that begin with `text`, as surface forms or lemmas."""

    text: str
    field: str | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_field(self)

    def __str__(self) -> str:
        return _in_field(self.field, values.spell_word(self.text, in_phrase=True) + "*")


@dataclass(frozen=True, slots=True)
class Wildcard(Query):
    """Words that fit `text`, where `*` is any run of characters and `?` is one of them.

    `Wildcard("*", field=...)` is every document that has the field.
    """

    text: str
    field: str | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_field(self)

    def __str__(self) -> str:
        text = self.text
        is_prefix = text.find("*") == len(text) - 1 and "?" not in text
        natural = _NATURAL_WILDCARD.fullmatch(text) and not is_prefix
        if natural or (text == "*" and self.field is not None):
            return _in_field(self.field, text)
        return _in_field(self.field, rf"\wildcard({values.escape(text, bare='*?')})")


@dataclass(frozen=True, slots=True)
class Regex(Query):
    r"""Surface forms that the regular expression `text` fits as a whole.

    `\/` and a backslash before a space are kept without the backslash, which only the spelling in
    a query needs; stress marks are removed, as from every query.
    """

    text: str
    field: str | None = None

    def __post_init__(self) -> None:
        _check_field(self)
        if not isinstance(self.text, str):
            raise QueryError(f"Regex takes its text as a string, not {_named(self.text)}")
        pairs = _REGEX_PAIR.finditer(values.strip_stress(self.text)[0])
        text = "".join(
            pair[1] if pair[1] and (pair[1] == "/" or pair[1].isspace()) else pair[0]
            for pair in pairs
        )
        if not text.strip():
            raise QueryError("Regex needs a text that is not blank")
        if len(text) > MAX_REGEX:
            raise QueryError(f"a regular expression has at most {MAX_REGEX} characters")
        if (len(text) - len(text.rstrip("\\"))) % 2:
            raise QueryError("a regular expression ends in a lone backslash; double it")
        object.__setattr__(self, "text", text)

    def __str__(self) -> str:
        if not values.has_word(self.text):
            return _in_field(self.field, rf"\regex({values.escape(self.text)})")
        spelled = "".join(
            "\\" + pair[0] if pair[0] == "/" or pair[0].isspace() else pair[0]
            for pair in _REGEX_PAIR.finditer(self.text)
        )
        return _in_field(self.field, f"/{spelled}/")


@dataclass(frozen=True, slots=True)
class Fuzzy(Query):
    """Words within `distance` edits (1 or 2) of `text`."""

    text: str
    distance: int = 1
    field: str | None = None

    def __post_init__(self) -> None:
        _check_text(self)
        _check_field(self)
        _check_count("Fuzzy", "distance", self.distance, least=1, most=2)

    def __str__(self) -> str:
        edits = "~" if self.distance == 1 else f"~{self.distance}"
        return _in_field(self.field, values.spell_word(self.text, in_phrase=True) + edits)


@dataclass(frozen=True, slots=True)
class Range(Query):
    """Values of `field` from `low` to `high`; None leaves a side open.

    A bound is kept as text, since only the schema knows what it is: a date or datetime in ISO
    form, a number in decimals, a string as it stands. So `Range("price", 100, None)` equals what
    `price:>=100` parses to.

    >>> print(Range("date", date(2025, 1, 1), "2025-06-30", include_high=False))
    date:[2025-01-01 TO 2025-06-30}
    """

    field: str
    low: Bound
    high: Bound
    include_low: bool = True
    include_high: bool = True

    def __post_init__(self) -> None:
        if self.field is None:
            raise QueryError("Range needs the name of a field")
        _check_field(self)
        for name in ("low", "high"):
            object.__setattr__(self, name, values.canonical_bound(getattr(self, name)))
        for name in ("include_low", "include_high"):
            if not isinstance(getattr(self, name), bool):
                raise QueryError(f"{name} of Range is True or False")

    def __str__(self) -> str:
        low, high = (values.spell_bound(values.canonical_bound(b)) for b in (self.low, self.high))
        opening, closing = "{["[self.include_low], "}]"[self.include_high]
        return _in_field(self.field, f"{opening}{low} TO {high}{closing}")


@dataclass(frozen=True, slots=True)
class Near(Query):
    """Two or more words within `distance` positions of each other, in any order."""

    words: tuple[str | Word | Exact, ...]
    distance: int
    field: str | None = None

    def __post_init__(self) -> None:
        _check_field(self)
        _check_words(self, least=2)
        _check_count("Near", "distance", self.distance, least=1)

    def __str__(self) -> str:
        nodes = (
            Exact(word.text, self.field) if isinstance(word, Exact) else Word(str(word), self.field)
            for word in self.words
        )
        return f" NEAR/{self.distance} ".join(map(str, nodes))


@dataclass(frozen=True, slots=True)
class Quorum(Query):
    """At least `minimum` of the clauses: a count (int) or a share of them (float up to 1).

    A share of 1.0 is kept as the count of the clauses.

    >>> print(Quorum((Word("нефть"), Word("газ"), Word("уголь")), 0.6))
    (нефть газ уголь)/60%
    """

    clauses: tuple[Query, ...]
    minimum: int | float

    def __post_init__(self) -> None:
        _check_clauses(self, "clauses", least=1)
        if not isinstance(self.minimum, float):
            _check_count("Quorum", "minimum", self.minimum, least=1)
        elif not 0 < self.minimum <= 1:
            raise QueryError(f"a share in Quorum is {self.minimum}; it is above 0 and at most 1.0")
        elif self.minimum == 1:
            object.__setattr__(self, "minimum", len(self.clauses))

    def __str__(self) -> str:
        minimum = str(self.minimum)
        if isinstance(self.minimum, float):
            share = format(Decimal(repr(self.minimum)).scaleb(2), "f")
            minimum = (share.rstrip("0").rstrip(".") if "." in share else share) + "%"
        return f"({_units(self.clauses)})/{minimum}"


@dataclass(frozen=True, slots=True)
class Everything(Query):
    """Every document, in the order of adding."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Nothing(Query):
    """No document: what a text without a word asks for."""

    def __str__(self) -> str:
        return r"\nothing()"


_COMPOUND = (Words, And, Or, Not, Boolean, Near, Everything)


def _unit(node: Query) -> str:
    return f"({node})" if isinstance(node, _COMPOUND) else str(node)


def _units(nodes: Iterable[Query]) -> str:
    return " ".join(map(_unit, nodes))


def _joined(operator: str, clauses: tuple[Query, ...]) -> str:
    if len(clauses) == 1:
        return rf"\{operator.lower()}({_unit(clauses[0])})"
    return f" {operator} ".join(str(c) if isinstance(c, Not) else _unit(c) for c in clauses)


def _in_field(name: str | None, spelled: str) -> str:
    return spelled if name is None else values.spell_field(name) + spelled


def _parts(node: Query, kind: type[And] | type[Or]) -> tuple[Query, ...]:
    return node.clauses if isinstance(node, kind) else (node,)


def _named(value: object) -> str:
    return type(value).__name__


def _kind(node: Query) -> str:
    return type(node).__name__


def _check_text(node: Word | Exact | Prefix | Wildcard | Fuzzy) -> None:
    if not isinstance(node.text, str):
        raise QueryError(f"{_kind(node)} takes its text as a string, not {_named(node.text)}")
    text = node.text.strip()
    if not text:
        raise QueryError(f"{_kind(node)} needs a text that is not blank; Nothing() finds nothing")
    if text is not node.text:
        object.__setattr__(node, "text", text)


def _check_field(
    node: Word | Exact | Phrase | Prefix | Wildcard | Regex | Fuzzy | Range | Near,
) -> None:
    name = node.field
    if name is not None and not (isinstance(name, str) and _FIELD.fullmatch(name)):
        raise QueryError(
            f"{_kind(node)} names the field {name!r}; a field's name begins with a letter "
            "and has letters, digits, '_', '.' and '-'"
        )


def _check_words(node: Phrase | Near, least: int) -> None:
    given: object = node.words
    if isinstance(given, str | Query) or not isinstance(given, Iterable):
        raise QueryError(f"{_kind(node)} takes a tuple of words, not {_named(given)}")
    words: list[str | Exact] = []
    for word in given:
        if isinstance(word, Word | Exact) and word.field not in (None, node.field):
            raise QueryError(
                f"{_kind(node)} has a word of the field {word.field!r}; "
                f"its words are all in one field, given as {_kind(node)}(field=...)"
            )
        match word:
            case Exact():
                words.append(Exact(word.text))
            case Word():
                words.append(word.text)
            case str():
                words.append(Word(word).text)
            case _:
                raise QueryError(
                    f"{_kind(node)} takes strings, Word and Exact as words, not {_named(word)}"
                )
    if len(words) < least:
        raise QueryError(f"{_kind(node)} has {len(words)} words and needs {least} or more")
    object.__setattr__(node, "words", tuple(words))


def _check_count(
    kind: str, name: str, value: object, least: int, most: int = values.MAX_COUNT
) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise QueryError(f"{kind} takes a whole number as {name}, not {_named(value)}")
    if not least <= value <= most:
        raise QueryError(f"{name} of {kind} is out of range: it is from {least} to {most}")


def _check_clauses(node: Query, name: str, least: int) -> None:
    clauses = getattr(node, name)
    if not isinstance(clauses, tuple):
        if isinstance(clauses, str | Query) or not isinstance(clauses, Iterable):
            raise QueryError(f"{_kind(node)} takes a tuple of queries, not {_named(clauses)}")
        clauses = tuple(clauses)
        object.__setattr__(node, name, clauses)
    if len(clauses) < least:
        raise QueryError(f"{_kind(node)} needs at least one clause; Nothing() finds nothing")
    _raise_above(node, clauses)


def _check_clause(node: Not | Boost) -> None:
    _raise_above(node, (node.clause,))


def _raise_above(node: Query, children: tuple[object, ...]) -> None:
    """Check the children and set the height of `node` above them, which may not be too great."""
    height = node._height
    for child in children:
        if not isinstance(child, Query):
            hint = f": write Word({child!r})" if isinstance(child, str) else ""
            raise QueryError(f"{_kind(node)} takes queries as clauses, not {_named(child)}{hint}")
        height = max(height, child._height + 1)
    if height > MAX_DEPTH:
        raise QueryError(f"the query is nested more than {MAX_DEPTH} deep; make it flatter")
    object.__setattr__(node, "_height", height)
