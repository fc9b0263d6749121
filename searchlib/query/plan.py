"""From a tree and a schema to a plan: the only place where the words of a query are analysed.

A word is one clause; its alternatives (lemmas, surface form) in a field come from that field's own
analyzer, so a query word and a document word cannot be treated differently. What has no word in it
(punctuation) asks for nothing and is left out; a query of nothing else finds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from searchlib.analysis.analyzer import Key
from searchlib.errors import QueryError, UnsupportedQueryError
from searchlib.fields import Field, Keyword, Stored, Text
from searchlib.query import nodes, ranges, tree
from searchlib.schema import Schema

Operator = Literal["or", "and"]
Fold = Callable[[str], str]
"""Folds case and ё as keys are folded; given by the engine, so that patterns meet its keys."""


def plan(
    query: tree.Query,
    schema: Schema,
    *,
    operator: Operator = "or",
    fields: Mapping[str, float] | None = None,
    fold: Fold = str.lower,
) -> nodes.Plan:
    """Return the plan of a tree.

    `fields` gives the fields that words without one search in, and their weights; None takes every
    text field with the schema's weight. Raises QueryError for a value that a field cannot hold,
    UnsupportedQueryError for what the kind of a field cannot answer.
    """
    if operator not in ("or", "and"):
        raise QueryError(f"operator is 'or' or 'and', not {operator!r}")
    planner = _Planner(schema, operator, _weights(schema, fields), fold)
    found = planner.plan(query)
    return nodes.Nothing() if found is None else found


def _weights(schema: Schema, fields: Mapping[str, float] | None) -> dict[str, float]:
    texts = schema.text_fields()
    if fields is None:
        return {name: field.weight for name, field in texts.items()}
    if not fields:
        raise QueryError("fields is empty; name at least one text field")
    for name, weight in fields.items():
        if name not in texts:
            known = ", ".join(texts) or "none"
            raise QueryError(f"fields names {name!r}, which is no text field; there are: {known}")
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise QueryError(f"the weight of {name!r} is {weight!r}; give a number")
        if not (math.isfinite(weight) and 0 < weight <= 1e6):
            raise QueryError(f"the weight of {name!r} is {weight}; above 0 and at most 1e6")
    return dict(fields)


class _Place(NamedTuple):
    """A position of an analysed text, counted from its first, and the keys that stand there."""

    offset: int
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class _Planner:
    schema: Schema
    operator: Operator
    weights: Mapping[str, float]
    fold: Fold

    def plan(self, query: tree.Query) -> nodes.Plan | None:
        """Return the plan of a node; None when it has no word in it."""
        match query:
            case tree.Word(text=text, field=field):
                return self._word(text, field)
            case tree.Exact(text=text, field=field):
                return self._phrase((tree.Exact(text),), field, slop=0)
            case tree.Phrase(words=words, slop=slop, field=field):
                return self._phrase(words, field, slop=slop)
            case tree.Near(words=words, distance=distance, field=field):
                return self._near(words, distance, field)
            case tree.Words(clauses=clauses):
                every = self.operator == "and"
                return self._combined(clauses if every else (), () if every else clauses)
            case tree.And(clauses=clauses):
                return self._combined(clauses, ())
            case tree.Or(clauses=clauses):
                return self._combined((), clauses)
            case tree.Not(clause=clause):
                inner = self.plan(clause)
                return None if inner is None else nodes.Combined(must_not=(inner,))
            case tree.Boolean(must=must, should=should, must_not=must_not):
                return self._combined(must, should, must_not)
            case tree.Quorum(clauses=clauses, minimum=minimum):
                return self._quorum(clauses, minimum)
            case tree.Boost(clause=clause, factor=factor):
                inner = self.plan(clause)
                return None if inner is None else nodes.Boosted(inner, factor)
            case tree.Prefix(text=text, field=field):
                return self._prefix(text, field)
            case tree.Wildcard(text=text, field=field):
                return self._pattern(nodes.Pattern("wildcard", self.fold(text)), None, field)
            case tree.Regex(text=text, field=field):
                return self._pattern(nodes.Pattern("regex", text), None, field)
            case tree.Fuzzy(text=text, distance=distance, field=field):
                folded = nodes.Pattern("fuzzy", self.fold(text), distance)
                return self._pattern(folded, text, field)
            case tree.Range():
                return self._range(query)
            case tree.Everything():
                return nodes.Everything()
            case tree.Nothing():
                return nodes.Nothing()
            case _:
                raise UnsupportedQueryError(f"{type(query).__name__} is no node of a query")

    # Words and phrases

    def _word(self, text: str, field: str | None) -> nodes.Plan | None:
        if field is not None and not isinstance(self._field(field), Text):
            return self._value(text, field)
        return self._phrase((text,), field, slop=0)

    def _phrase(
        self, words: tuple[str | tree.Word | tree.Exact, ...], field: str | None, *, slop: int
    ) -> nodes.Plan | None:
        """One position in a field is a word there, several are a phrase."""
        if field is not None and not isinstance(self._field(field), Text):
            return self._value(" ".join(_text_of(word) for word in words), field)
        single: list[nodes.FieldKeys] = []
        several: list[nodes.FieldSlots] = []
        for name, weight in self._text_weights(field):
            places = self._places(name, words, strict=field is not None)
            if len(places) == 1:
                single.append(nodes.FieldKeys(name, weight, places[0].keys))
            elif places:
                slots = tuple(nodes.Slot(place.offset, place.keys) for place in places)
                several.append(nodes.FieldSlots(name, weight, slots))
        clauses: list[nodes.Plan] = []
        if single:
            clauses.append(nodes.WordClause(tuple(single)))
        if several:
            clauses.append(nodes.PhraseClause(tuple(several), slop))
        return _any_of(clauses)

    def _near(
        self, words: tuple[str | tree.Word | tree.Exact, ...], distance: int, field: str | None
    ) -> nodes.Plan | None:
        near: list[nodes.FieldSlots] = []
        for name, weight in self._text_weights(field):
            places = self._places(name, words, strict=field is not None)
            if len(places) > 1:
                slots = tuple(nodes.Slot(place.offset, place.keys) for place in places)
                near.append(nodes.FieldSlots(name, weight, slots))
        if not near:
            return self._phrase(words, field, slop=0)
        return nodes.NearClause(tuple(near), distance)

    def _places(
        self, field: str, words: tuple[str | tree.Word | tree.Exact, ...], *, strict: bool
    ) -> list[_Place]:
        """Analyse words one after another into positions without the gaps between them."""
        places: list[_Place] = []
        base = 0
        for word in words:
            analysed = self._analysed(field, _text_of(word))
            if isinstance(word, tree.Exact):
                analysed = self._surface_only(field, analysed, strict=strict)
            places += [_Place(base + place.offset, place.keys) for place in analysed]
            base = places[-1].offset + 1 if places else 0
        if not places:
            return places
        first = places[0].offset
        return [_Place(place.offset - first, place.keys) for place in places]

    def _analysed(self, field: str, text: str) -> list[_Place]:
        texts = self.schema[field]
        assert isinstance(texts, Text)
        by_position: dict[int, dict[tuple[str, str], Key]] = {}
        for token in texts.analyzer.analyze(text):
            keys = by_position.setdefault(token.position, {})
            for key in token.keys:
                known = keys.get((key.kind, key.text))
                if known is None or known.weight < key.weight:
                    keys[key.kind, key.text] = key
        return [
            _Place(position, tuple(keys.values())) for position, keys in sorted(by_position.items())
        ]

    def _surface_only(self, field: str, places: list[_Place], *, strict: bool) -> list[_Place]:
        texts = self.schema[field]
        assert isinstance(texts, Text)
        exact = [
            _Place(place.offset, tuple(key for key in place.keys if key.kind == "surface"))
            for place in places
        ]
        lemmatised = any(key.kind != "surface" for place in places for key in place.keys)
        if (lemmatised and not texts.exact) or not all(place.keys for place in exact):
            if strict or len(self.weights) == 1:
                raise UnsupportedQueryError(
                    f"field {field!r} keeps no exact forms; index it with Text(exact=True)"
                )
            return []
        return exact

    # Combinations

    def _combined(
        self,
        must: tuple[tree.Query, ...],
        should: tuple[tree.Query, ...],
        must_not: tuple[tree.Query, ...] = (),
    ) -> nodes.Plan | None:
        required: list[nodes.Plan] = []
        excluded: list[nodes.Plan] = []
        for clause in must:
            # `a AND NOT b` excludes b; as a clause of its own it would walk all documents but b.
            negated = isinstance(clause, tree.Not)
            found = self.plan(clause.clause if isinstance(clause, tree.Not) else clause)
            if found is not None:
                (excluded if negated else required).append(found)
        optional = [found for clause in should if (found := self.plan(clause)) is not None]
        excluded += [found for clause in must_not if (found := self.plan(clause)) is not None]
        if not required and not excluded:
            return _any_of(optional)
        if len(required) == 1 and not optional and not excluded:
            return required[0]
        minimum = 1 if optional and not required else 0
        return nodes.Combined(tuple(required), tuple(optional), tuple(excluded), (), minimum)

    def _quorum(self, clauses: tuple[tree.Query, ...], minimum: int | float) -> nodes.Plan | None:
        found = [plan for clause in clauses if (plan := self.plan(clause)) is not None]
        if not found:
            return None
        if isinstance(minimum, float):
            # 60% of 5 is 3, though .6 * 5 is a little more in binary.
            minimum = max(1, math.ceil(minimum * len(found) - 1e-9))
        elif minimum == len(clauses):
            # All of them, and punctuation is none.
            minimum = len(found)
        return nodes.Combined(should=tuple(found), minimum=minimum)

    # Patterns

    def _prefix(self, text: str, field: str | None) -> nodes.Plan | None:
        """The last part of `тест-кей*` is the prefix, the parts before it are words."""
        for name, _ in self._text_weights(field, or_none=True):
            texts = self.schema[name]
            assert isinstance(texts, Text)
            tokens = texts.analyzer.analyze(text)
            if len({token.position for token in tokens}) > 1 and tokens[-1].end == len(text):
                last = tokens[-1]
                head = self._word(text[: last.start], field)
                tail = self._prefix(text[last.start :], field)
                whole = [part for part in (head, tail) if part is not None]
                return whole[0] if len(whole) == 1 else nodes.Combined(must=tuple(whole))
        return self._pattern(nodes.Pattern("prefix", self.fold(text)), text, field)

    def _pattern(
        self, pattern: nodes.Pattern, own: str | None, field: str | None
    ) -> nodes.Plan | None:
        """`own` is the pattern's text as a word: what the word finds, the pattern finds as well."""
        if field is not None and isinstance(self._field(field), Keyword):
            text = own if own is not None else pattern.text
            return nodes.ValuePattern(field, nodes.Pattern(pattern.form, text, pattern.distance))
        kinds = ("surface",) if pattern.form == "regex" else ("surface", "lemma")
        fields = []
        for name, weight in self._text_weights(field):
            places = self._analysed(name, own) if own is not None else []
            keys = places[0].keys if len(places) == 1 else ()
            fields.append(nodes.FieldKeys(name, weight, keys))
        return nodes.PatternClause(tuple(fields), kinds, pattern)

    # Values and ranges

    def _value(self, text: str, name: str) -> nodes.Plan:
        field = self._field(name)
        if isinstance(field, Keyword):
            return nodes.Value(name, text)
        self._refuse_stored(name)
        low, high = ranges.interval(name, field, text)
        return nodes.NumberRange(name, low, high)

    def _range(self, query: tree.Range) -> nodes.Plan:
        name, low, high = query.field, query.low, query.high
        field = self._field(name)
        assert low is None or isinstance(low, str)
        assert high is None or isinstance(high, str)
        if isinstance(field, Keyword):
            return nodes.ValueRange(
                name,
                None if low is None else (low, query.include_low),
                None if high is None else (high, query.include_high),
            )
        self._refuse_stored(name)
        if isinstance(field, Text):
            raise UnsupportedQueryError(
                f"field {name!r} is text; ranges need a keyword, a number or a date"
            )
        least, most = ranges.bounds(
            name,
            field,
            low,
            high,
            include_low=query.include_low,
            include_high=query.include_high,
        )
        return nodes.NumberRange(name, least, most)

    # Fields

    def _field(self, name: str) -> Field:
        if name not in self.schema:
            raise QueryError(f"there is no field {name!r}; the index has {', '.join(self.schema)}")
        return self.schema[name]

    def _refuse_stored(self, name: str) -> None:
        if isinstance(self.schema[name], Stored):
            raise UnsupportedQueryError(f"field {name!r} is only stored; it cannot be searched")

    def _text_weights(self, field: str | None, *, or_none: bool = False) -> list[tuple[str, float]]:
        """The text fields that a word is searched in, with their weights."""
        if field is None:
            if not self.weights:
                raise UnsupportedQueryError("the index has no text field; name one: field:value")
            return list(self.weights.items())
        named = self._field(field)
        if isinstance(named, Text):
            return [(field, self.weights.get(field, named.weight))]
        if or_none:
            return []
        raise UnsupportedQueryError(
            f"field {field!r} is no text; this kind of query needs a text or a keyword field"
        )


def _text_of(word: str | tree.Word | tree.Exact) -> str:
    return word if isinstance(word, str) else word.text


def _any_of(clauses: list[nodes.Plan]) -> nodes.Plan | None:
    if len(clauses) <= 1:
        return clauses[0] if clauses else None
    return nodes.Combined(should=tuple(clauses), minimum=1)
