"""How good a document is: the formula of docs/scoring.md over Whoosh's postings.

A plan becomes clauses, once a search; a clause is opened in each segment and asked for documents in
rising order. Whoosh's own scores are not used: its BM25F sums the fields of a word and counts every
key in the length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from whoosh.query import Query

from searchlib.analysis.analyzer import Key
from searchlib.engines.whoosh import intervals
from searchlib.engines.whoosh.layout import key_term, length_field, terms_field
from searchlib.engines.whoosh.matching import MOST_SCORED_KEYS, Compiler, documents
from searchlib.query import nodes
from searchlib.results import Explanation
from searchlib.schema import Schema


def is_scored(plan: nodes.Plan) -> bool:
    """Whether a plan ranks documents, and does not only choose them."""
    match plan:
        case nodes.Combined(must=must, should=should):
            return any(map(is_scored, (*must, *should)))
        case nodes.Boosted(plan=inner):
            return is_scored(inner)
        case nodes.WordClause() | nodes.PhraseClause() | nodes.NearClause() | nodes.PatternClause():
            return True
        case _:
            return False


def norm_length(length: int) -> int:
    """Return the length that the score takes: four significant bits above 24.

    >>> norm_length(40), norm_length(41), norm_length(100)
    (40, 40, 96)
    """
    if length < 24:
        return length
    shift = max(0, (length - 24).bit_length() - 4)
    return 24 + (length - 24 >> shift << shift)


class Leaf:
    """One segment of the index: its postings and lengths."""

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        self.reader = searcher.reader()
        self._columns: dict[str, Any] = {}

    def postings(self, name: str, term: bytes) -> Any | None:
        """Return the live postings of a term; None without any."""
        if (name, term) not in self.reader:
            return None
        matcher = self.reader.postings(name, term)
        return matcher if matcher.is_active() else None

    def column(self, name: str) -> Any:
        """Return the values of a column by document."""
        if name not in self._columns:
            self._columns[name] = self.reader.column_reader(name, translate=False)
        return self._columns[name]


@dataclass
class Statistics:
    """The numbers of the whole index; deleted documents count until a merge."""

    schema: Schema
    leaves: Sequence[Leaf]
    _frequencies: dict[tuple[str, bytes], int] = field(default_factory=dict)
    _averages: dict[str, float] = field(default_factory=dict)

    @cached_property
    def documents(self) -> int:
        """N of the formula."""
        return sum(leaf.reader.doc_count_all() for leaf in self.leaves)

    def document_frequency(self, name: str, key: Key) -> int:
        """Return how many documents have a key in a field."""
        term = terms_field(self.schema.number(name)), key_term(key)
        if term not in self._frequencies:
            readers = [leaf.reader for leaf in self.leaves if term in leaf.reader]
            self._frequencies[term] = sum(reader.doc_frequency(*term) for reader in readers)
        return self._frequencies[term]

    def average(self, name: str) -> float:
        """Return the average length of a field over the documents that have it."""
        if name not in self._averages:
            column = length_field(self.schema.number(name))
            lengths = [
                length
                for leaf in self.leaves
                for length in map(leaf.column(column).__getitem__, range(_size(leaf)))
                if length
            ]
            self._averages[name] = sum(lengths) / len(lengths) if lengths else 1.0
        return self._averages[name]

    def idf(self, frequency: int) -> float:
        """Return ln(1 + (N - df + 0.5) / (df + 0.5))."""
        return math.log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


def _size(leaf: Leaf) -> int:
    return int(leaf.reader.doc_count_all())


class Open(Protocol):
    """A clause in a segment; documents are asked for in rising order."""

    def score(self, doc: int) -> float | None:
        """Return the score of a document; None when the clause does not match it."""

    def explain(self, doc: int) -> Explanation | None:
        """Return the same with how it comes about."""


class Clause(Protocol):
    """A part of a plan, ready to be opened in each segment."""

    def open(self, leaf: Leaf) -> Open:
        """Open the clause in a segment."""


@dataclass(frozen=True)
class Scorer:
    """Makes clauses of plans for one search."""

    statistics: Statistics
    compiler: Compiler
    k1: float
    b: float

    def clause(self, plan: nodes.Plan) -> Clause:
        """Return the clause of a plan."""
        match plan:
            case nodes.WordClause(fields=fields):
                return self._word(fields)
            case nodes.PhraseClause(fields=fields, slop=slop):
                what = f"phrase with at most {slop} extra positions"
                return self._meeting(
                    fields, what, lambda places, at: intervals.phrase(places, at, slop)
                )
            case nodes.NearClause(fields=fields, distance=distance):
                what = f"words within {distance} positions"
                return self._meeting(
                    fields, what, lambda places, _: intervals.windows(places, distance)
                )
            case nodes.PatternClause():
                expansion = self.compiler.expansion(plan)
                if expansion.is_scored:
                    return self._word(expansion.fields)
                what = f"1: the pattern matches more than {MOST_SCORED_KEYS} keys, not weighed"
                return _Constant(self.compiler.query(plan), what)
            case nodes.Combined():
                return _Combined(
                    tuple(map(self.clause, plan.must)),
                    tuple(map(self.clause, plan.should)),
                    tuple(self.compiler.query(part) for part in plan.filter),
                    tuple(self.compiler.query(part) for part in plan.must_not),
                    plan.minimum,
                )
            case nodes.Boosted(plan=inner, factor=factor):
                return _Boosted(self.clause(inner), factor)
            case nodes.Everything():
                return _Constant(self.compiler.query(plan), "1: every document matches")
            case nodes.Nothing():
                return _Constant(self.compiler.query(plan), "1: no document matches")
            case _:
                return _Constant(
                    self.compiler.query(plan), f"1: field {plan.field!r} has the value"
                )

    def _word(self, fields: Sequence[nodes.FieldKeys]) -> Clause:
        given = tuple(part for part in fields if part.keys)
        frequency = self._frequency((part.field, part.keys) for part in given)
        return _Word(self, given, frequency)

    def _meeting(self, fields: Sequence[nodes.FieldSlots], what: str, find: _Find) -> Clause:
        slots = [
            self._frequency(
                (part.field, part.slots[at].keys) for part in fields if at < len(part.slots)
            )
            for at in range(max(len(part.slots) for part in fields))
        ]
        return _Meeting(self, tuple(fields), tuple(slots), what, find)

    def _frequency(self, keys: Any) -> int:
        frequency = self.statistics.document_frequency
        return max((frequency(name, key) for name, some in keys for key in some), default=0)


_Find = Callable[[intervals.Places, Sequence[int]], Sequence[Any]]


@dataclass(frozen=True)
class _Word:
    scorer: Scorer
    fields: tuple[nodes.FieldKeys, ...]
    frequency: int

    def open(self, leaf: Leaf) -> Open:
        return _OpenWord(self, leaf)


class _OpenWord:
    def __init__(self, word: _Word, leaf: Leaf) -> None:
        self._word = word
        self._scorer = word.scorer
        self._leaf = leaf
        number = word.scorer.statistics.schema.number
        self._lists = [
            [
                (key, matcher)
                for key in part.keys
                if (matcher := leaf.postings(terms_field(number(part.field)), key_term(key)))
            ]
            for part in word.fields
        ]

    def _weighed(self, doc: int) -> list[tuple[nodes.FieldKeys, list[tuple[Key, int]]]]:
        """The fields that have one of the keys, with frequencies."""
        found = []
        for part, lists in zip(self._word.fields, self._lists, strict=True):
            keys = [(key, len(at)) for key, one in lists if (at := _positions(one, doc))]
            if keys:
                found.append((part, keys))
        return found

    def score(self, doc: int) -> float | None:
        weighed = self._weighed(doc)
        if not weighed:
            return None
        fields = [
            (part.field, part.weight, max(key.weight * count for key, count in keys))
            for part, keys in weighed
        ]
        idf = self._scorer.statistics.idf(self._word.frequency)
        return _saturated(self._scorer, self._leaf, doc, fields, idf)

    def explain(self, doc: int) -> Explanation | None:
        weighed = self._weighed(doc)
        if not weighed:
            return None
        names = dict.fromkeys(
            f"{key.kind} {key.text!r}" for part in self._word.fields for key in part.keys
        )
        what = f"word {' | '.join(names)}"
        fields = []
        for part, keys in weighed:
            counted = tuple(
                Explanation(
                    key.weight * count,
                    f"{key.kind} {key.text!r}: {key.weight} · frequency {count}",
                    (),
                )
                for key, count in keys
            )
            tf = Explanation(
                max(one.value for one in counted),
                "tf, the largest weight · frequency of a key",
                counted,
            )
            fields.append((part.field, part.weight, tf))
        idf = _explained_idf(self._scorer.statistics, self._word.frequency, what)
        return _explained(self._scorer, self._leaf, doc, fields, idf, what)


@dataclass(frozen=True)
class _Meeting:
    scorer: Scorer
    fields: tuple[nodes.FieldSlots, ...]
    frequencies: tuple[int, ...]
    what: str
    find: _Find

    def open(self, leaf: Leaf) -> Open:
        return _OpenMeeting(self, leaf)


class _OpenMeeting:
    def __init__(self, meeting: _Meeting, leaf: Leaf) -> None:
        self._meeting = meeting
        self._scorer = meeting.scorer
        self._leaf = leaf
        number = meeting.scorer.statistics.schema.number
        self._slots = [
            [
                [
                    matcher
                    for term in {key_term(key) for key in slot.keys}
                    if (matcher := leaf.postings(terms_field(number(part.field)), term))
                ]
                for slot in part.slots
            ]
            for part in meeting.fields
        ]

    def _fields(self, doc: int) -> list[tuple[str, float, float]]:
        found = []
        for part, slots in zip(self._meeting.fields, self._slots, strict=True):
            places = [
                sorted(set().union(*(_positions(one, doc) for one in lists))) for lists in slots
            ]
            if all(places):
                offsets = [slot.offset for slot in part.slots]
                if count := len(self._meeting.find(places, offsets)):
                    found.append((part.field, part.weight, float(count)))
        return found

    def score(self, doc: int) -> float | None:
        fields = self._fields(doc)
        if not fields:
            return None
        idf = sum(map(self._scorer.statistics.idf, self._meeting.frequencies))
        return _saturated(self._scorer, self._leaf, doc, fields, idf)

    def explain(self, doc: int) -> Explanation | None:
        counted = self._fields(doc)
        if not counted:
            return None
        statistics = self._scorer.statistics
        idfs = tuple(
            _explained_idf(statistics, frequency, f"slot {at}")
            for at, frequency in enumerate(self._meeting.frequencies)
        )
        idf = Explanation(
            sum(one.value for one in idfs), "idf of the phrase, the sum of its words'", idfs
        )
        what = "tf, the smallest intervals that hold all words"
        fields = [(name, weight, Explanation(tf, what, ())) for name, weight, tf in counted]
        return _explained(self._scorer, self._leaf, doc, fields, idf, self._meeting.what)


@dataclass(frozen=True)
class _Constant:
    query: Query
    text: str

    def open(self, leaf: Leaf) -> Open:
        return _OpenConstant(frozenset(documents(self.query, leaf.searcher)), self.text)


@dataclass(frozen=True)
class _OpenConstant:
    documents: frozenset[int]
    text: str

    def score(self, doc: int) -> float | None:
        return 1.0 if doc in self.documents else None

    def explain(self, doc: int) -> Explanation | None:
        return Explanation(1.0, self.text, ()) if doc in self.documents else None


@dataclass(frozen=True)
class _Boosted:
    clause: Clause
    factor: float

    def open(self, leaf: Leaf) -> Open:
        return _OpenBoosted(self.clause.open(leaf), self.factor)


@dataclass(frozen=True)
class _OpenBoosted:
    clause: Open
    factor: float

    def score(self, doc: int) -> float | None:
        inner = self.clause.score(doc)
        return None if inner is None else self.factor * inner

    def explain(self, doc: int) -> Explanation | None:
        inner = self.clause.explain(doc)
        if inner is None:
            return None
        text = f"weight in the query {self.factor} · score"
        return Explanation(self.factor * inner.value, text, (inner,))


@dataclass(frozen=True)
class _Combined:
    must: tuple[Clause, ...]
    should: tuple[Clause, ...]
    filter: tuple[Query, ...]
    must_not: tuple[Query, ...]
    minimum: int

    def open(self, leaf: Leaf) -> Open:
        required = [frozenset(documents(query, leaf.searcher)) for query in self.filter]
        excluded = [frozenset(documents(query, leaf.searcher)) for query in self.must_not]
        least = self.minimum if self.must or self.filter else max(1, self.minimum)
        return _OpenCombined(
            [clause.open(leaf) for clause in self.must],
            [clause.open(leaf) for clause in self.should],
            required,
            excluded,
            least if self.should else 0,
            bool(self.must or self.should or self.filter or self.must_not),
        )


@dataclass(frozen=True)
class _OpenCombined:
    must: list[Open]
    should: list[Open]
    required: list[frozenset[int]]
    excluded: list[frozenset[int]]
    least: int
    finds: bool

    def _chooses(self, doc: int) -> bool:
        return (
            self.finds
            and all(doc in some for some in self.required)
            and not any(doc in some for some in self.excluded)
        )

    def score(self, doc: int) -> float | None:
        if not self._chooses(doc):
            return None
        musts = [score for one in self.must if (score := one.score(doc)) is not None]
        shoulds = [score for one in self.should if (score := one.score(doc)) is not None]
        if len(musts) < len(self.must) or len(shoulds) < self.least:
            return None
        return sum(musts) + sum(shoulds)

    def explain(self, doc: int) -> Explanation | None:
        if not self._chooses(doc):
            return None
        musts = [found for one in self.must if (found := one.explain(doc)) is not None]
        shoulds = [found for one in self.should if (found := one.explain(doc)) is not None]
        if len(musts) < len(self.must) or len(shoulds) < self.least:
            return None
        value = sum(one.value for one in musts) + sum(one.value for one in shoulds)
        text = (
            f"sum of {len(musts)} clauses that must match and {len(shoulds)} of "
            f"{len(self.should)} that may"
        )
        return Explanation(value, text, (*musts, *shoulds))


def _positions(postings: Any, doc: int) -> list[int]:
    """Return where a term stands in a document; the postings never go back."""
    if postings.is_active() and postings.id() < doc:
        postings.skip_to(doc)
    if not postings.is_active() or postings.id() != doc:
        return []
    positions: list[int] = postings.value_as("positions")
    return positions


def _divisor(scorer: Scorer, leaf: Leaf, doc: int, name: str) -> tuple[int, float, float]:
    """Return length, average length and the factor that a field's tf is divided by."""
    statistics = scorer.statistics
    length = norm_length(leaf.column(length_field(statistics.schema.number(name)))[doc])
    average = statistics.average(name)
    return length, average, 1 - scorer.b + scorer.b * length / average


def _saturated(
    scorer: Scorer, leaf: Leaf, doc: int, fields: Sequence[tuple[str, float, float]], idf: float
) -> float:
    x = sum(weight * tf / _divisor(scorer, leaf, doc, name)[2] for name, weight, tf in fields)
    return idf * (x / (x + scorer.k1))


def _explained(
    scorer: Scorer,
    leaf: Leaf,
    doc: int,
    fields: Sequence[tuple[str, float, Explanation]],
    idf: Explanation,
    what: str,
) -> Explanation:
    parts = []
    for name, weight, tf in fields:
        length, average, divisor = _divisor(scorer, leaf, doc, name)
        numbers = {
            "weight of the field": weight,
            "b, how much the length counts": scorer.b,
            "length of the field in the document, in positions": length,
            "average length of the field": average,
        }
        details = (tf, *(Explanation(value, text, ()) for text, value in numbers.items()))
        text = f"field {name!r}: tf · weight / (1 − b + b · length / average)"
        parts.append(Explanation(weight * tf.value / divisor, text, details))
    x = sum(part.value for part in parts)
    value = idf.value * (x / (x + scorer.k1))
    k1 = Explanation(scorer.k1, "k1, how slowly repetition stops to count", ())
    return Explanation(
        value, f"{what}: idf · x / (x + k1), x the sum over fields", (idf, k1, *parts)
    )


def _explained_idf(statistics: Statistics, frequency: int, what: str) -> Explanation:
    numbers: Mapping[str, float] = {
        "df, the documents that have its most frequent key": frequency,
        "N, the documents of the index": statistics.documents,
    }
    details = tuple(Explanation(value, text, ()) for text, value in numbers.items())
    text = f"idf = ln(1 + (N − df + 0.5) / (df + 0.5)) of {what}"
    return Explanation(statistics.idf(frequency), text, details)
