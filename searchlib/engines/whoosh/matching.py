"""Which documents a plan finds: plans as Whoosh's queries, without scores.

The queries are built by hand and given to Whoosh as they are: never through its parser, and never
normalised, which turns `x AND everything` into everything and joins ranges that do not overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from whoosh.matching import IntersectionMatcher, ListMatcher, Matcher, NullMatcher
from whoosh.query import And, Every, NullQuery, Or, Query, Term, TermRange
from whoosh.query.spans import Span, SpanQuery, SpanWrappingMatcher
from whoosh.util import make_binary_tree

from searchlib.analysis.analyzer import Key, KeyKind
from searchlib.engines import native
from searchlib.engines.whoosh import intervals
from searchlib.engines.whoosh.layout import (
    key_prefix,
    key_term,
    key_text,
    number_term,
    terms_field,
    value_term,
)
from searchlib.query import nodes
from searchlib.schema import Schema

MOST_SCORED_KEYS = 64
"""At most so many different keys of a pattern are scored like a word."""

Lexicon = Callable[[str, bytes], Iterable[bytes]]
"""Gives the terms of a Whoosh field that start with some bytes."""


def documents(query: Query, searcher: Any) -> Iterator[int]:
    """Yield the live documents that a query finds in a segment, in order."""
    # Asked for anything less, Whoosh reads an Or of several clauses into arrays of 2,048 documents.
    context = searcher.context(needs_current=True, weighting=None)
    found = query.matcher(searcher, context)
    while found.is_active():
        yield found.id()
        found.next()


@dataclass(frozen=True)
class Expansion:
    """What a pattern finds: per field the keys with their weights, or too many to be scored."""

    fields: tuple[nodes.FieldKeys, ...]
    is_scored: bool


@dataclass
class Compiler:
    """Turns plans into queries, for one state of the index; patterns are looked up once."""

    schema: Schema
    lexicon: Lexicon
    _expansions: dict[nodes.PatternClause, Expansion] = field(default_factory=dict)

    def query(self, plan: nodes.Plan) -> Query:
        """Return the query that finds what the plan finds. Raises UnsupportedQueryError."""
        match plan:
            case nodes.Everything():
                return Every()
            case nodes.Nothing():
                return NullQuery
            case nodes.WordClause(fields=fields):
                return _any(self._word(fields))
            case nodes.PhraseClause(fields=fields, slop=slop):
                return _any([self._phrase(part, slop) for part in fields])
            case nodes.NearClause(fields=fields, distance=distance):
                return _any([self._near(part, distance) for part in fields])
            case nodes.PatternClause():
                return _any(self._word(self.expansion(plan).fields))
            case nodes.Value(field=name, text=text):
                return Term(self._terms(name), value_term(text))
            case nodes.ValuePattern(field=name, pattern=pattern):
                return _any([Term(self._terms(name), term) for term in self._values(name, pattern)])
            case nodes.ValueRange(field=name, low=low, high=high):
                return self._value_range(name, low, high)
            case nodes.NumberRange(field=name, low=least, high=most):
                return TermRange(self._terms(name), number_term(least), number_term(most))
            case nodes.Combined():
                return self._combined(plan)
            case nodes.Boosted(plan=inner):
                return self.query(inner)

    def expansion(self, clause: nodes.PatternClause) -> Expansion:
        """Return the keys of a pattern."""
        if clause not in self._expansions:
            self._expansions[clause] = self._expanded(clause)
        return self._expansions[clause]

    def _terms(self, name: str) -> str:
        return terms_field(self.schema.number(name))

    def _word(self, fields: Iterable[nodes.FieldKeys]) -> list[Query]:
        return list(chain.from_iterable(self._keys(part.field, part.keys) for part in fields))

    def _keys(self, name: str, keys: Iterable[Key]) -> list[Query]:
        return [Term(self._terms(name), term) for term in dict.fromkeys(map(key_term, keys))]

    # Phrases: what stands at a slot is Whoosh's Or of its keys, where it stands are its spans.

    def _slots(self, part: nodes.FieldSlots) -> list[Query]:
        return [_any(self._keys(part.field, slot.keys)) for slot in part.slots]

    def _phrase(self, part: nodes.FieldSlots, slop: int) -> Query:
        offsets = [slot.offset for slot in part.slots]

        def find(places: intervals.Places) -> list[tuple[int, int]]:
            return intervals.phrase(places, offsets, slop)

        return _Meeting(self._slots(part), find)

    def _near(self, part: nodes.FieldSlots, distance: int) -> Query:
        def find(places: intervals.Places) -> list[tuple[int, int]]:
            return [(min(one), max(one)) for one in intervals.windows(places, distance)]

        return _Meeting(self._slots(part), find)

    # Patterns

    def _expanded(self, clause: nodes.PatternClause) -> Expansion:
        matching = native.matcher(clause.pattern)
        found: list[nodes.FieldKeys] = []
        for part in clause.fields:
            weights: dict[tuple[KeyKind, str], float] = {}
            for key in part.keys:
                before = weights.get((key.kind, key.text), 0.0)
                weights[key.kind, key.text] = max(before, key.weight)
            for kind in clause.kinds:
                for text in self._matching_keys(part.field, kind, clause.pattern, matching):
                    weights[kind, text] = 1.0
            own = [known for known in weights if known[0] in clause.kinds]
            for known, matches in zip(own, matching([text for _, text in own]), strict=True):
                weights[known] = 1.0 if matches else weights[known]
            keys = tuple(Key(text, kind, weight) for (kind, text), weight in weights.items())
            found.append(nodes.FieldKeys(part.field, part.weight, keys))
        different = {(key.kind, key.text) for part in found for key in part.keys}
        return Expansion(tuple(found), len(different) <= MOST_SCORED_KEYS)

    def _matching_keys(
        self,
        name: str,
        kind: KeyKind,
        pattern: nodes.Pattern,
        matching: Callable[[list[str]], list[bool]],
    ) -> list[str]:
        head = pattern.text if pattern.form == "prefix" else ""
        terms = self.lexicon(self._terms(name), key_prefix(kind, head))
        texts = [key_text(term) for term in terms]
        return [text for text, matches in zip(texts, matching(texts), strict=True) if matches]

    def _values(self, name: str, pattern: nodes.Pattern) -> list[bytes]:
        texts = [key_text(term) for term in self.lexicon(self._terms(name), value_term(""))]
        found = zip(texts, native.matcher(pattern)(texts), strict=True)
        return [value_term(text) for text, matches in found if matches]

    def _value_range(
        self, name: str, low: tuple[str, bool] | None, high: tuple[str, bool] | None
    ) -> Query:
        low_text, with_low = low or ("", True)
        # Whoosh ends an open range at four bytes of 255, so the end is always given.
        high_term = value_term("\U0010ffff" * 256) if high is None else value_term(high[0])
        start_excluded, end_excluded = not with_low, high is not None and not high[1]
        low_term = value_term(low_text)
        return TermRange(self._terms(name), low_term, high_term, start_excluded, end_excluded)

    # Combinations

    def _combined(self, plan: nodes.Combined) -> Query:
        required = [self.query(part) for part in (*plan.must, *plan.filter)]
        should = [self.query(part) for part in plan.should]
        excluded = [self.query(part) for part in plan.must_not]
        least = plan.minimum if required else max(1, plan.minimum)
        if should and least == 1:
            required.append(_any(should))
        elif should and least > 1:
            required.append(_AtLeast(should, least))
        if not required:
            if not excluded:
                return NullQuery
            required.append(Every())
        found = required[0] if len(required) == 1 else And(required)
        return _Without(found, _any(excluded)) if excluded else found


def _any(queries: Sequence[Query]) -> Query:
    if len(queries) <= 1:
        return queries[0] if queries else NullQuery
    return Or(queries)


def _listed(found: Iterable[int]) -> Matcher:
    given = list(found)
    return ListMatcher(given) if given else NullMatcher()


class _Without(Query):
    """What one query finds and another does not.

    Whoosh's AndNot finds a first document that is excluded when the excluded ones begin before it.
    """

    def __init__(self, found: Query, excluded: Query) -> None:
        self.found = found
        self.excluded = excluded

    def estimate_size(self, reader: Any) -> int:
        return int(self.found.estimate_size(reader))

    def matcher(self, searcher: Any, _: Any = None) -> Matcher:
        excluded = frozenset(documents(self.excluded, searcher))
        return _listed(doc for doc in documents(self.found, searcher) if doc not in excluded)


class _AtLeast(Query):
    """At least so many of some queries, which Whoosh's Or promises and does not do."""

    def __init__(self, queries: Sequence[Query], least: int) -> None:
        self.queries = queries
        self.least = least

    def estimate_size(self, reader: Any) -> int:
        return sum(int(one.estimate_size(reader)) for one in self.queries)

    def matcher(self, searcher: Any, _: Any = None) -> Matcher:
        counts: Counter[int] = Counter()
        for query in self.queries:
            counts.update(documents(query, searcher))
        return _listed(sorted(doc for doc, count in counts.items() if count >= self.least))


class _Meeting(SpanQuery):
    """Documents where slots meet: `find` gives the intervals from the positions of each."""

    def __init__(
        self, slots: Sequence[Query], find: Callable[[intervals.Places], list[tuple[int, int]]]
    ) -> None:
        self.q = And(slots)
        self._find = find

    def estimate_size(self, reader: Any) -> int:
        return int(self.q.estimate_size(reader))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        # Without this an Or of many keys is an array of documents, which has no spans.
        context = searcher.context(needs_current=True, weighting=None)
        slots = [slot.matcher(searcher, context) for slot in self.q]
        if not all(slot.is_active() for slot in slots):
            return NullMatcher()
        return _MeetingMatcher(make_binary_tree(IntersectionMatcher, slots), slots, self._find)


class _MeetingMatcher(SpanWrappingMatcher):
    def __init__(
        self,
        child: Matcher,
        slots: Sequence[Matcher],
        find: Callable[[intervals.Places], list[tuple[int, int]]],
    ) -> None:
        self._slots = slots
        self._find = find
        super().__init__(child)

    def replace(self, _: float = 0) -> Matcher:
        # The child's slots are looked at, so none of them may be exchanged.
        return self if self.is_active() else NullMatcher()

    def _get_spans(self) -> list[Span]:
        places = [sorted({span.start for span in slot.spans()}) for slot in self._slots]
        return [Span(start, end) for start, end in self._find(places)]
