"""What an engine is asked: the query with every word analysed and every field resolved.

Plain dataclasses, made by `plan.py` from a tree and a schema and read by every engine. Nobody
changes one that is made; they are not frozen because a query is a dozen of them, and making a
frozen one takes three times as long. A plan knows no query language and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from searchlib.analysis.analyzer import Key, KeyKind


@dataclass(slots=True, unsafe_hash=True)
class Everything:
    """Every document, unscored."""


@dataclass(slots=True, unsafe_hash=True)
class Nothing:
    """No document."""


@dataclass(slots=True, unsafe_hash=True)
class FieldKeys:
    """The keys of one query word in one text field, with the field's weight."""

    field: str
    weight: float
    keys: Sequence[Key]


@dataclass(slots=True, unsafe_hash=True)
class WordClause:
    """A word: one clause of the score, by BM25F over its fields."""

    fields: tuple[FieldKeys, ...]


@dataclass(slots=True, unsafe_hash=True)
class Slot:
    """The keys that may stand at one position of a phrase, counted from its first."""

    offset: int
    keys: Sequence[Key]


@dataclass(slots=True, unsafe_hash=True)
class FieldSlots:
    """A phrase in one text field, with the field's weight; two slots or more."""

    field: str
    weight: float
    slots: tuple[Slot, ...]


@dataclass(slots=True, unsafe_hash=True)
class PhraseClause:
    """Slots in order with at most `slop` extra positions in all between first and last."""

    fields: tuple[FieldSlots, ...]
    slop: int


@dataclass(slots=True, unsafe_hash=True)
class NearClause:
    """Slots in any order, the first and the last at most `distance` positions apart."""

    fields: tuple[FieldSlots, ...]
    distance: int


PatternForm = Literal["prefix", "wildcard", "regex", "fuzzy"]


@dataclass(slots=True, unsafe_hash=True)
class Pattern:
    """A pattern over the texts of keys, folded as they are; `distance` is for fuzzy ones."""

    form: PatternForm
    text: str
    distance: int = 0


@dataclass(slots=True, unsafe_hash=True)
class PatternClause:
    """Keys of these kinds that match, or the given keys (what the text itself is analysed to)."""

    fields: tuple[FieldKeys, ...]
    kinds: tuple[KeyKind, ...]
    pattern: Pattern


@dataclass(slots=True, unsafe_hash=True)
class Value:
    """A whole value of a keyword field."""

    field: str
    text: str


@dataclass(slots=True, unsafe_hash=True)
class ValuePattern:
    """Values of a keyword field that match a pattern."""

    field: str
    pattern: Pattern


@dataclass(slots=True, unsafe_hash=True)
class ValueRange:
    """Values of a keyword field between two, by their bytes; with each, whether it is included."""

    field: str
    low: tuple[str, bool] | None
    high: tuple[str, bool] | None


@dataclass(slots=True, unsafe_hash=True)
class NumberRange:
    """Numbers between two, both included: whole ones, days, microseconds, 0 and 1, or floats."""

    field: str
    low: int | float
    high: int | float


@dataclass(slots=True, unsafe_hash=True)
class Combined:
    """All of `must` and `filter`, none of `must_not`, and at least `minimum` of `should`.

    The score is the sum of `must` and of the `should` that match.
    """

    must: tuple[Plan, ...] = ()
    should: tuple[Plan, ...] = ()
    must_not: tuple[Plan, ...] = ()
    filter: tuple[Plan, ...] = ()
    minimum: int = 0


@dataclass(slots=True, unsafe_hash=True)
class Boosted:
    """The score of a plan, multiplied."""

    plan: Plan
    factor: float


@dataclass(slots=True, unsafe_hash=True)
class PlainWords:
    """Words of which all or any must match, each one token in every field: the commonest query.

    Of each field the name, the weight and the keys of every word. It is what an engine may be given
    instead of `spelled_out`, which takes a dozen objects to say the same.
    """

    fields: tuple[tuple[str, float, tuple[Sequence[Key], ...]], ...]
    every: bool

    def spelled_out(self) -> Combined:
        """Return the plan that it stands for."""
        names = [(name, weight) for name, weight, _ in self.fields]
        words = zip(*(keys for _, _, keys in self.fields), strict=True)
        clauses = tuple(
            WordClause(
                tuple(
                    FieldKeys(name, weight, keys)
                    for (name, weight), keys in zip(names, word, strict=True)
                )
            )
            for word in words
        )
        if self.every:
            return Combined(must=clauses)
        return Combined(should=clauses, minimum=1)


Plan = (
    Everything
    | Nothing
    | WordClause
    | PhraseClause
    | NearClause
    | PatternClause
    | Value
    | ValuePattern
    | ValueRange
    | NumberRange
    | Combined
    | Boosted
)
