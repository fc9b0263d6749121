"""From a tree and a schema to a plan: the only place where the words of a query are analysed.

A word is one clause; its alternatives (lemmas, surface form) in a field come from that field's own
analyzer, so a query word and a document word cannot be treated differently. What has no word in it
(punctuation) asks for nothing and is left out; a query of nothing else finds nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

from searchlib.analysis.analyzer import KeyKind, QueryToken
from searchlib.errors import QueryError, UnsupportedQueryError
from searchlib.fields import Field, Keyword, Stored, Text
from searchlib.query import nodes, ranges, tree
from searchlib.query.words import Place, is_shouted, parts, rebased, wholes
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
    planner = _Planner(schema, operator, weights(schema, fields), fold, is_shouted(query))
    found = planner.plan(query)
    return nodes.Nothing() if found is None else found


def weights(schema: Schema, fields: Mapping[str, float] | None) -> dict[str, float]:
    """Return the text fields that words without a field are searched in. Raises QueryError."""
    texts = schema.text_fields()
    if fields is None:
        return {name: field.weight for name, field in texts.items()}
    if not isinstance(fields, Mapping):
        raise QueryError(
            "fields gives text fields their weights, such as {'title': 2.0}; "
            f"it is a mapping, not a {type(fields).__name__}"
        )
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


WHOLE, TOGETHER = 0.25, 0.03
"""What the whole of a hyphenated word and its parts side by side add to the score of the parts.

The parts score as the words they are, so that тест-кейс is worth as much as «тест» and «кейс» and
not three times a word; measured on real headlines (docs/relevance.md).
"""


_Span = tuple[int, int]
"""The numbers of the first and the last word that a token stands in."""


class _Clause(NamedTuple):
    """A planned clause, and whether it excludes what it finds.

    `parts` are the words of a whole: they find nothing by themselves and add to the score of what
    the clauses beside this one find.
    """

    plan: nodes.Plan
    negated: bool = False
    parts: tuple[nodes.Plan, ...] = ()


class _InField(NamedTuple):
    """Words in a text field: their positions, and those with wholes in place of their parts."""

    name: str
    weight: float
    parts: list[Place]
    wholes: list[Place]


@dataclass(slots=True)
class _Planner:
    schema: Schema
    operator: Operator
    weights: Mapping[str, float]
    fold: Fold
    shouted: bool

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
                if self.operator == "and":
                    return _all_of(self._side_by_side(clauses, every=True))
                return _some_of(self._side_by_side(clauses, every=False))
            case tree.And(clauses=clauses):
                return _all_of(self._side_by_side(clauses, every=True))
            case tree.Or(clauses=clauses):
                return _any_of(self._plans(clauses))
            case tree.Not(clause=clause):
                inner = self.plan(clause)
                return None if inner is None else nodes.Combined(must_not=(inner,))
            case tree.Boolean(must=must, should=should, must_not=must_not):
                return _all_of(self._planned(must), self._plans(should), self._plans(must_not))
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
        if field is not None and not isinstance(self._field(field), Text):
            return self._value(" ".join(_text_of(word) for word in words), field)
        fields = self._text_weights(field)
        strict = field is not None
        given = (
            _InField(name, weight, *self._ways(name, words, strict=strict))
            for name, weight in fields
        )
        return _lone(_found(given, slop))

    def _near(
        self, words: tuple[str | tree.Word | tree.Exact, ...], distance: int, field: str | None
    ) -> nodes.Plan | None:
        near: list[nodes.FieldSlots] = []
        for name, weight in self._text_weights(field):
            places, _ = self._ways(name, words, strict=field is not None)
            if len(places) > 1:
                near.append(nodes.FieldSlots(name, weight, _slots(places)))
        if not near:
            return self._phrase(words, field, slop=0)
        return nodes.NearClause(tuple(near), distance)

    def _ways(
        self, field: str, words: tuple[str | tree.Word | tree.Exact, ...], *, strict: bool
    ) -> tuple[list[Place], list[Place]]:
        """Return the positions of words, and those with wholes in place of their parts, if any."""
        if not any(isinstance(word, tree.Exact) for word in words):
            tokens = self._tokens(field, " ".join(_text_of(word) for word in words))
            return parts(tokens), wholes(tokens)
        places: list[Place] = []
        base = 0
        for word in words:
            if isinstance(word, tree.Exact):
                here = self._surface_only(field, word.text, strict=strict)
            else:
                here = parts(self._tokens(field, _text_of(word)))
            places += [Place(base + place.offset, place.keys) for place in here]
            base = places[-1].offset + 1 if places else 0
        return rebased(places), []

    def _tokens(self, field: str, text: str) -> Sequence[QueryToken]:
        return self.schema.text(field).analyzer.query_tokens(text, shouted=self.shouted)

    def _surface_only(self, field: str, text: str, *, strict: bool) -> list[Place]:
        texts = self.schema.text(field)
        # As in a document: in a query a word of capitals has no surface form.
        places = parts(texts.analyzer.analyze(text))
        exact = [
            Place(place.offset, tuple(key for key in place.keys if key.kind == "surface"))
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

    # Words side by side

    def _side_by_side(self, clauses: tuple[tree.Query, ...], *, every: bool) -> list[_Clause]:
        """Plan clauses; neighbouring words are analysed together, so that each sees the others.

        `every` tells that all words of a whole are needed where the whole is not found.
        """
        planned: list[_Clause] = []
        run: list[str] = []
        for clause in (*clauses, None):
            if isinstance(clause, tree.Word) and clause.field is None:
                run.append(clause.text)
                continue
            if run:
                planned += self._run(run, every=every)
            run = []
            if clause is not None:
                planned += self._planned((clause,))
        return planned

    def _run(self, words: Sequence[str], *, every: bool) -> list[_Clause]:
        """Plan neighbouring words; those that one whole spans are one clause."""
        text = " ".join(words)
        ends = list(accumulate(len(word) + 1 for word in words))
        by_span: dict[_Span, list[_InField]] = {}
        for name, weight in self._text_weights(None):
            here: dict[_Span, list[QueryToken]] = {}
            for token in self._tokens(name, text):
                span = bisect_right(ends, token.start), bisect_right(ends, token.end - 1)
                here.setdefault(span, []).append(token)
            for span, tokens in here.items():
                own = wholes(tokens) if span[0] == span[1] else []
                by_span.setdefault(span, []).append(_InField(name, weight, parts(tokens), own))
        clauses = (
            _spanned([(span, _found(by_span[span], 0)) for span in group], every=every)
            for group in _overlapping(by_span)
        )
        return [clause for clause in clauses if clause is not None]

    # Combinations

    def _planned(self, clauses: Iterable[tree.Query]) -> list[_Clause]:
        found = []
        for clause in clauses:
            # `a AND NOT b` excludes b; as a clause of its own it would walk all documents but b.
            negated = isinstance(clause, tree.Not)
            plan = self.plan(clause.clause if isinstance(clause, tree.Not) else clause)
            if plan is not None:
                found.append(_Clause(plan, negated))
        return found

    def _plans(self, clauses: Iterable[tree.Query]) -> list[nodes.Plan]:
        return [plan for clause in clauses if (plan := self.plan(clause)) is not None]

    def _quorum(self, clauses: tuple[tree.Query, ...], minimum: int | float) -> nodes.Plan | None:
        found = self._plans(clauses)
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
        whole = self._pattern(nodes.Pattern("prefix", self.fold(text)), text, field)
        for name, _ in self._text_weights(field, or_none=True):
            tokens = self._tokens(name, text)
            if len(parts(tokens)) > 1 and tokens[-1].end == len(text):
                last = tokens[-1]
                head = self._word(text[: last.start], field)
                tail = self._prefix(text[last.start :], field)
                words = [_Clause(part) for part in (head, tail) if part is not None]
                return _any_of([plan for plan in (whole, _all_of(words)) if plan is not None])
        return whole

    def _pattern(
        self, pattern: nodes.Pattern, own: str | None, field: str | None
    ) -> nodes.Plan | None:
        """`own` is the pattern's text as a word: what the word finds, the pattern finds as well."""
        if field is not None and isinstance(self._field(field), Keyword):
            text = own if own is not None else pattern.text
            return nodes.ValuePattern(field, nodes.Pattern(pattern.form, text, pattern.distance))
        kinds: tuple[KeyKind, ...] = ("surface", "lemma")
        if pattern.form == "regex":
            kinds = ("surface",)
        fields = []
        for name, weight in self._text_weights(field):
            tokens = self._tokens(name, own) if own is not None else []
            places = wholes(tokens) or parts(tokens)
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


def _overlapping(spans: Iterable[_Span]) -> Iterator[list[_Span]]:
    """Yield, in order, the spans that have words in common, be it by others between them."""
    group: list[_Span] = []
    last = -1
    for span in sorted(spans):
        if group and span[0] > last:
            yield group
            group = []
        group.append(span)
        last = max(last, span[1])
    if group:
        yield group


def _spanned(found: Sequence[tuple[_Span, _Clause | None]], *, every: bool) -> _Clause | None:
    """The wholes of several words, or the words; `every` tells that all of these are needed."""
    if len(found) == 1:
        return found[0][1]
    clauses = [(span, clause) for span, clause in found if clause is not None]
    whole = [clause.plan for span, clause in clauses if span[0] < span[1]]
    alone = [clause for span, clause in clauses if span[0] == span[1]]
    words = [_all_of(alone)] if every else [clause.plan for clause in alone]
    plan = _any_of([*whole, *(word for word in words if word is not None)])
    return None if plan is None else _Clause(plan)


def _text_of(word: str | tree.Word | tree.Exact) -> str:
    return word if isinstance(word, str) else word.text


def _slots(places: list[Place]) -> tuple[nodes.Slot, ...]:
    return tuple(nodes.Slot(place.offset, place.keys) for place in places)


def _found(fields: Iterable[_InField], slop: int) -> _Clause | None:
    """One position in a field is a word there, several are a phrase; the wholes or the parts."""
    given = list(fields)
    together = _places_plan(given, [field.parts for field in given], slop)
    if not any(field.wholes for field in given):
        return None if together is None else _Clause(together)
    whole = _places_plan(given, [field.wholes for field in given], slop)
    counts = {len(field.parts) for field in given if field.parts}
    one_word = isinstance(whole, nodes.WordClause) and isinstance(together, nodes.PhraseClause)
    if one_word and whole is not None and together is not None and len(counts) == 1:
        matching = (nodes.Boosted(whole, WHOLE), nodes.Boosted(together, TOGETHER))
        alone = [
            nodes.WordClause(
                tuple(
                    nodes.FieldKeys(field.name, field.weight, field.parts[at].keys)
                    for field in given
                    if field.parts
                )
            )
            for at in range(counts.pop())
        ]
        return _Clause(nodes.Combined(should=matching, minimum=1), parts=tuple(alone))
    plan = _any_of([plan for plan in (whole, together) if plan is not None])
    return None if plan is None else _Clause(plan)


def _places_plan(
    fields: Sequence[_InField], ways: Sequence[list[Place]], slop: int
) -> nodes.Plan | None:
    given = list(zip(fields, ways, strict=True))
    single = [
        nodes.FieldKeys(field.name, field.weight, places[0].keys)
        for field, places in given
        if len(places) == 1
    ]
    several = [
        nodes.FieldSlots(field.name, field.weight, _slots(places))
        for field, places in given
        if len(places) > 1
    ]
    clauses: list[nodes.Plan] = []
    if single:
        clauses.append(nodes.WordClause(tuple(single)))
    if several:
        clauses.append(nodes.PhraseClause(tuple(several), slop))
    return _any_of(clauses)


def _lone(clause: _Clause | None) -> nodes.Plan | None:
    """A clause that stands alone: its parts score where it matches."""
    if clause is None or not clause.parts:
        return None if clause is None else clause.plan
    return nodes.Combined(must=(clause.plan,), should=clause.parts)


def _all_of(
    must: Iterable[_Clause], should: list[nodes.Plan] | None = None, not_: Iterable[nodes.Plan] = ()
) -> nodes.Plan | None:
    given = list(must)
    required = [clause.plan for clause in given if not clause.negated]
    excluded = [clause.plan for clause in given if clause.negated] + list(not_)
    optional = [*(should or []), *(part for clause in given for part in clause.parts)]
    if not required and not excluded:
        return _any_of(optional)
    if len(required) == 1 and not optional and not excluded:
        return required[0]
    minimum = 1 if optional and not required else 0
    return nodes.Combined(tuple(required), tuple(optional), tuple(excluded), (), minimum)


def _some_of(clauses: Sequence[_Clause]) -> nodes.Plan | None:
    matching = _any_of(
        [
            nodes.Combined(must_not=(clause.plan,)) if clause.negated else clause.plan
            for clause in clauses
        ]
    )
    parts = tuple(part for clause in clauses for part in clause.parts)
    if matching is None or not parts:
        return matching
    return nodes.Combined(must=(matching,), should=parts)


def _any_of(clauses: list[nodes.Plan]) -> nodes.Plan | None:
    if len(clauses) <= 1:
        return clauses[0] if clauses else None
    return nodes.Combined(should=tuple(clauses), minimum=1)
