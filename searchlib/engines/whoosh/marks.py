"""Where the words of a plan stand in a text, for snippets: the text is analysed again.

Words, phrases, nearnesses and patterns are the clauses that are marked, numbered in order of the
plan; what is excluded or only filters is left out. A phrase is one mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from searchlib.analysis.analyzer import Key, Token
from searchlib.engines import native
from searchlib.engines.whoosh import intervals
from searchlib.engines.whoosh.layout import StoredRow, key_term
from searchlib.engines.whoosh.scoring import Scorer
from searchlib.fields import Text
from searchlib.highlight.passages import Mark, Marks, Passage, merged
from searchlib.query import nodes

_Shares = Callable[[Token], float]
"""The share that a token has in a word: 0 when it is none of its keys."""


_VALUE_BREAK = "\n\n"
"""What stands between the values of a field in the text of all of them."""


@dataclass(frozen=True)
class WhooshMarker:
    """A plan that marks texts."""

    plan: nodes.Plan
    scorer: Scorer
    reading: Callable[[], AbstractContextManager[None]]

    def passages(
        self, document: StoredRow, field: str, *, fragments: int, length: int
    ) -> tuple[str, tuple[Passage, ...]]:
        """Return the text of a field and its best passages."""
        text, found = self._marked(document, field)
        return text, native.choose(text, found, fragments=fragments, length=length)

    def ranges(self, document: StoredRow, field: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the text of a field and the ranges of all matches."""
        text, found = self._marked(document, field)
        return text, merged(sorted(found.marks, key=lambda mark: (mark.start, -mark.end)))

    def _marked(self, document: StoredRow, name: str) -> tuple[str, Marks]:
        """Mark the values of a field one by one and put them together."""
        value = document.value(self.scorer.statistics.schema.number(name))
        values = [value] if isinstance(value, str) else value or []
        found: list[Mark] = []
        sentences: list[tuple[int, bool]] = []
        base = 0
        for text in values:
            with self.reading():
                own = marks(self.plan, self.scorer, name, text)
            found += [
                Mark(mark.start + base, mark.end + base, mark.clause, mark.weight, mark.share)
                for mark in own.marks
            ]
            sentences += [(start + base, paragraph) for start, paragraph in own.sentences]
            base += len(text) + len(_VALUE_BREAK)
        return _VALUE_BREAK.join(values), Marks(tuple(found), tuple(sentences))


def marks(plan: nodes.Plan, scorer: Scorer, name: str, text: str) -> Marks:
    """Return where a plan matches a text of a field. Raises UnsupportedQueryError."""
    described = scorer.statistics.schema[name]
    assert isinstance(described, Text)
    tokens, sentences = native.analyze_sentences(described.analyzer, text)
    marker = _Marker(scorer, name, tokens)
    return Marks(tuple(_without_overlaps(marker.marks(plan, 1.0))), sentences)


@dataclass
class _Marker:
    scorer: Scorer
    name: str
    tokens: Sequence[Token]
    _clauses: Iterator[int] = field(default_factory=lambda: iter(range(1 << 32)))

    def marks(self, plan: nodes.Plan, boost: float) -> Iterator[Mark]:
        match plan:
            case nodes.WordClause(fields=fields):
                yield from self._word(fields, boost * self._idf(fields))
            case nodes.PatternClause():
                yield from self._pattern(plan, boost)
            case nodes.PhraseClause(fields=fields, slop=slop):
                for clause, weight, part, places in self._meetings(fields, boost):
                    offsets = [slot.offset for slot in part.slots]
                    for start, end in intervals.phrase([*map(list, places)], offsets, slop):
                        first, last = places[0][start], places[-1][end]
                        yield Mark(first.start, last.end, clause, weight, 1.0)
            case nodes.NearClause(fields=fields, distance=distance):
                for clause, weight, _, places in self._meetings(fields, boost):
                    for chosen in intervals.windows([*map(list, places)], distance):
                        for slot, position in zip(places, chosen, strict=True):
                            token = slot[position]
                            yield Mark(token.start, token.end, clause, weight, 1.0)
            case nodes.Combined(must=must, should=should):
                for inner in (*must, *should):
                    yield from self.marks(inner, boost)
            case nodes.Boosted(plan=inner, factor=factor):
                yield from self.marks(inner, boost * factor)

    def _idf(self, fields: Iterable[nodes.FieldKeys]) -> float:
        frequency = self.scorer.statistics.document_frequency
        found = max((frequency(part.field, key) for part in fields for key in part.keys), default=0)
        return self.scorer.statistics.idf(found)

    def _word(self, fields: Iterable[nodes.FieldKeys], weight: float) -> Iterator[Mark]:
        clause = next(self._clauses)
        for part in fields:
            if part.field == self.name:
                shares = _shares(part.keys)
                yield from self._found(partial(_share, shares), clause, weight)

    def _pattern(self, plan: nodes.PatternClause, boost: float) -> Iterator[Mark]:
        clause = next(self._clauses)
        expansion = self.scorer.compiler.expansion(plan)
        weight = boost * self._idf(expansion.fields) if expansion.is_scored else boost
        matching = native.matcher(plan.pattern)
        for part in plan.fields:
            if part.field != self.name:
                continue
            shares = _shares(part.keys)
            keys = {key for token in self.tokens for key in token.keys if key.kind in plan.kinds}
            texts = sorted({key.text for key in keys})
            good = {text for text, is_good in zip(texts, matching(texts), strict=True) if is_good}

            def share(
                token: Token, own: dict[bytes, float] = shares, some: set[str] = good
            ) -> float:
                if any(key.kind in plan.kinds and key.text in some for key in token.keys):
                    return 1.0
                return _share(own, token)

            yield from self._found(share, clause, weight)

    def _found(self, share: _Shares, clause: int, weight: float) -> Iterator[Mark]:
        for token in self.tokens:
            if part := share(token):
                yield Mark(token.start, token.end, clause, weight, part)

    def _meetings(
        self, fields: Sequence[nodes.FieldSlots], boost: float
    ) -> Iterator[tuple[int, float, nodes.FieldSlots, list[dict[int, Token]]]]:
        """For this field: clause, weight, slots, and the first token of each slot by position."""
        clause = next(self._clauses)
        most = max(len(part.slots) for part in fields)
        at_slot = [
            [
                nodes.FieldKeys(part.field, part.weight, part.slots[at].keys)
                for part in fields
                if at < len(part.slots)
            ]
            for at in range(most)
        ]
        weight = boost * sum(map(self._idf, at_slot))
        for part in fields:
            if part.field != self.name:
                continue
            places: list[dict[int, Token]] = []
            for slot in part.slots:
                shares = _shares(slot.keys)
                here: dict[int, Token] = {}
                for token in self.tokens:
                    if _share(shares, token):
                        here.setdefault(token.position, token)
                places.append(here)
            yield clause, weight, part, places


def _shares(keys: Iterable[Key]) -> dict[bytes, float]:
    shares: dict[bytes, float] = {}
    for key in keys:
        term = key_term(key)
        shares[term] = max(key.weight, shares.get(term, 0.0))
    return shares


def _share(shares: dict[bytes, float], token: Token) -> float:
    return max((shares.get(key_term(key), 0.0) for key in token.keys), default=0.0)


def _without_overlaps(found: Iterable[Mark]) -> list[Mark]:
    """Of marks of one clause that overlap the first stays, of those with one start the longest."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.clause, mark.start, -mark.end, -mark.share)):
        last = kept[-1] if kept else None
        if last is None or last.clause != mark.clause or mark.start >= last.end:
            kept.append(mark)
    return sorted(kept, key=lambda mark: (mark.start, mark.clause))
