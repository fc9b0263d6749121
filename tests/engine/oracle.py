"""The oracle: a search engine so simple that it can be believed.

Documents are lists of positions, each with the keys that stand there; every query looks at every
document. It imports neither the core nor `query/plan.py`: from the library it takes the analysis of
a word and the nodes of trees, and implements the formula of docs/scoring.md a second time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import groupby, pairwise, product
from typing import Any

from searchlib.analysis import Token
from searchlib.query import tree

Key = tuple[str, str]
Weighted = Mapping[Key, float]
Scores = dict[int, float]
Slots = list[tuple[int, Weighted]]


def norm_length(length: int) -> int:
    """The length that the norm byte keeps: four significant bits above 24 (Lucene's SmallFloat)."""
    if length < 24:
        return length
    rest = length - 24
    shift = max(0, rest.bit_length() - 4)
    return 24 + (rest >> shift << shift)


@dataclass
class Text:
    """A text field of a document: the keys at each position, and how many positions it has."""

    positions: dict[int, set[Key]] = field(default_factory=dict)
    length: int = 0

    def places(self, keys: Weighted) -> list[int]:
        """The positions where any of the keys stands."""
        return [at for at, here in sorted(self.positions.items()) if here & keys.keys()]


@dataclass
class Document:
    """A document, deleted or not: what was deleted counts in statistics until a merge."""

    values: dict[str, Any]
    texts: dict[str, Text]
    live: bool = True


class Oracle:
    """Finds documents by looking at all of them."""

    def __init__(
        self,
        weights: Mapping[str, float],
        unique: str,
        analyze: Callable[[str], Sequence[Token]],
        analyze_query: Callable[..., Sequence[Token]],
    ) -> None:
        self.weights = weights
        self.unique = unique
        self.analyze = analyze
        self.analyze_query = analyze_query
        self.shouted = False
        self.documents: list[Document] = []

    # Documents

    def add(self, values: dict[str, Any]) -> None:
        """Add a document, in place of the live one with its key."""
        self.delete(values[self.unique])
        texts = {name: self._text(values[name]) for name in self.weights if name in values}
        self.documents.append(Document(values, texts))

    def delete(self, key: str) -> None:
        """Delete the live document with this key."""
        for document in self.documents:
            if document.live and document.values[self.unique] == key:
                document.live = False

    def _text(self, value: str) -> Text:
        text = Text()
        for token in self.analyze(value):
            keys = {(key.kind, key.text) for key in token.keys}
            text.positions.setdefault(token.position, set()).update(keys)
        text.length = len(text.positions)
        return text

    # Searches

    def search(self, query: tree.Query, operator: str = "or") -> list[tuple[int, float]]:
        """Every live document that matches, best first, equal ones in order of adding."""
        texts = list(_texts(query))
        self.shouted = len(texts) > 1 and all(text == text.upper() for text in texts)
        found = self._scores(query, operator) or {}
        scored = _is_scored(query)
        hits = [
            (number, score if scored else 0.0)
            for number, score in found.items()
            if self.documents[number].live
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def _scores(self, query: tree.Query, operator: str) -> Scores | None:
        """The documents of a query and their scores; None for one without any word."""
        match query:
            case tree.Word(text=text, field=name):
                if name is not None and name not in self.weights:
                    return self._values(name, lambda value: _equals(value, text))
                return self._phrase((text,), 0, name)
            case tree.Exact(text=text, field=name):
                return self._phrase((query,), 0, name)
            case tree.Phrase(words=words, slop=slop, field=name):
                return self._phrase(words, slop, name)
            case tree.Near(words=words, distance=distance, field=name):
                return self._near(words, distance, name)
            case tree.Prefix(text=text, field=name):
                folded = _fold(text)
                return self._pattern(
                    text, name, ("surface", "lemma"), lambda w: w.startswith(folded)
                )
            case tree.Wildcard(text=text, field=name):
                characters = ({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in _fold(text))
                pattern = re.compile("".join(characters), re.DOTALL)
                return self._pattern(None, name, ("surface", "lemma"), _whole(pattern))
            case tree.Regex(text=text, field=name):
                return self._pattern(None, name, ("surface",), _whole(re.compile(text)))
            case tree.Fuzzy(text=text, distance=distance, field=name):
                folded = _fold(text)
                return self._pattern(
                    text, name, ("surface", "lemma"), lambda w: edits(folded, w) <= distance
                )
            case tree.Range(field=name):
                return self._values(name, lambda value: self._within(value, query))
            case tree.Everything():
                return dict.fromkeys(range(len(self.documents)), 1.0)
            case tree.Nothing():
                return {}
            case tree.Boost(clause=clause, factor=factor):
                inner = self._scores(clause, operator)
                return None if inner is None else {n: s * factor for n, s in inner.items()}
            case tree.Words(clauses=clauses):
                return self._side_by_side(clauses, operator, every=operator == "and")
            case tree.And(clauses=clauses):
                return self._side_by_side(clauses, operator, every=True)
            case tree.Or(clauses=clauses):
                return self._boolean((), clauses, (), operator)
            case tree.Not(clause=clause):
                return self._boolean((), (), (clause,), operator)
            case tree.Boolean(must=must, should=should, must_not=must_not):
                return self._boolean(must, should, must_not, operator)
            case tree.Quorum(clauses=clauses, minimum=minimum):
                return self._quorum(clauses, minimum, operator)
        raise AssertionError(query)

    # Combinations

    def _boolean(
        self,
        must: Sequence[tree.Query],
        should: Sequence[tree.Query],
        must_not: Sequence[tree.Query],
        operator: str,
    ) -> Scores | None:
        negated = [clause.clause for clause in must if isinstance(clause, tree.Not)]
        plain = [clause for clause in must if not isinstance(clause, tree.Not)]
        return self._combined(
            *(
                [
                    found
                    for clause in clauses
                    if (found := self._scores(clause, operator)) is not None
                ]
                for clauses in (plain, should, [*negated, *must_not])
            )
        )

    def _combined(
        self, required: list[Scores], optional: list[Scores], excluded: list[Scores]
    ) -> Scores | None:
        if not (required or optional or excluded):
            return None
        if required:
            matching = set.intersection(*(set(found) for found in required))
        elif optional:
            matching = set().union(*optional)
        else:
            matching = set(range(len(self.documents)))
        matching -= set().union(*excluded)
        if not (required or optional):
            return dict.fromkeys(matching, 0.0)
        clauses = [*required, *optional]
        return {number: sum(found.get(number, 0.0) for found in clauses) for number in matching}

    def _side_by_side(
        self, clauses: Sequence[tree.Query], operator: str, *, every: bool
    ) -> Scores | None:
        """Words next to each other are read as one text, so that «4 ноября 2025» is a day."""
        found: list[Scores | None] = []
        excluded: list[Scores] = []
        added: list[Scores] = []
        for is_run, group in groupby(clauses, lambda c: isinstance(c, tree.Word) and not c.field):
            some = list(group)
            if is_run:
                words = [clause.text for clause in some if isinstance(clause, tree.Word)]
                read, more = self._run(words, every=every)
                found += read
                added += more
                continue
            for clause in some:
                if every and isinstance(clause, tree.Not):
                    inner = self._scores(clause.clause, operator)
                    excluded += [] if inner is None else [inner]
                else:
                    found.append(self._scores(clause, operator))
        given = [one for one in found if one is not None]
        if every:
            return self._combined(given, added, excluded)
        matching = self._combined([], given, [])
        return None if matching is None else self._combined([matching], added, [])

    def _run(
        self, words: Sequence[str], *, every: bool
    ) -> tuple[list[Scores | None], list[Scores]]:
        text = " ".join(words)

        def number(point: int) -> int:
            return text.count(" ", 0, point)

        spans: dict[tuple[int, int], list[Token]] = {}
        for token in self._query_tokens(text):
            spans.setdefault((number(token.start), number(token.end - 1)), []).append(token)
        borders = [
            at
            for at in range(len(words) + 1)
            if not any(first < at <= last for first, last in spans)
        ]
        found: list[Scores | None] = []
        added: list[Scores] = []
        for start, stop in pairwise(borders):
            inside = {s: t for s, t in spans.items() if start <= s[0] < stop}
            if len(inside) == 1:
                (tokens,) = inside.values()
                found.append(self._any(self._ways(tokens), 0, None))
                added += self._credits(self._ways(tokens), None)
                continue
            alone = [self._ways(inside[s]) for s in sorted(inside) if s[0] == s[1]]
            whole = [self._parts(inside[s]) for s in sorted(inside) if s[0] < s[1]]
            spelled = [one for ways in alone if (one := self._any(ways, 0, None)) is not None]
            if every:
                some = [credit for ways in alone for credit in self._credits(ways, None)]
                together = self._combined(spelled, some, [])
                spelled = [] if together is None else [together]
            wholes = [one for way in whole if (one := self._any([way], 0, None)) is not None]
            found.append(self._combined([], [*wholes, *spelled], []))
        return found, added

    def _quorum(
        self, clauses: Sequence[tree.Query], minimum: int | float, operator: str
    ) -> Scores | None:
        found = [part for clause in clauses if (part := self._scores(clause, operator)) is not None]
        if not found:
            return None
        least = minimum if isinstance(minimum, int) else math.ceil(round(minimum * len(found), 9))
        return {
            number: sum(part.get(number, 0.0) for part in found)
            for number in set().union(*found)
            if sum(number in part for part in found) >= max(1, least)
        }

    # Words, phrases, patterns

    def _query_tokens(self, text: str) -> Sequence[Token]:
        return self.analyze_query(text, shouted=self.shouted)

    @staticmethod
    def _slots(tokens: Sequence[Token]) -> Slots:
        """The keys of tokens by position, with their weights."""
        places: dict[int, dict[Key, float]] = {}
        for token in tokens:
            keys = places.setdefault(token.position, {})
            for key in token.keys:
                keys[key.kind, key.text] = max(key.weight, keys.get((key.kind, key.text), 0.0))
        return [(at, places[at]) for at in sorted(places)]

    def _parts(self, tokens: Sequence[Token]) -> Slots:
        """Tokens of one position; others only where nothing else stands."""
        short = {token.position for token in tokens if token.position_length == 1}
        return self._slots([t for t in tokens if t.position_length == 1 or t.position not in short])

    def _ways(self, tokens: Sequence[Token]) -> list[Slots]:
        """A text as its parts, and with every whole in place of its parts."""
        if all(token.position_length == 1 for token in tokens):
            return [self._parts(tokens)]
        longest: dict[int, int] = {}
        for token in tokens:
            longest[token.position] = max(longest.get(token.position, 0), token.position_length)
        kept: list[Token] = []
        behind = saved = 0
        for at in sorted(longest):
            if at >= behind:
                kept += [
                    Token(at - saved, token.start, token.end, token.text, token.keys)
                    for token in tokens
                    if token.position == at and token.position_length == longest[at]
                ]
                behind, saved = at + longest[at], saved + longest[at] - 1
        return [self._parts(tokens), self._slots(kept)]

    def _exact(self, text: str) -> Slots:
        """The surface forms, as in a document."""
        return [
            (at, {key: weight for key, weight in keys.items() if key[0] == "surface"})
            for at, keys in self._parts(self.analyze(text))
        ]

    def _read(self, words: Sequence[str | tree.Word | tree.Exact]) -> list[Slots]:
        if not any(isinstance(word, tree.Exact) for word in words):
            texts = [word if isinstance(word, str) else word.text for word in words]
            return self._ways(self._query_tokens(" ".join(texts)))
        slots: Slots = []
        for word in words:
            if isinstance(word, tree.Exact):
                part = self._exact(word.text)
            else:
                text = word if isinstance(word, str) else word.text
                part = self._parts(self._query_tokens(text))
            base = slots[-1][0] + 1 if slots else 0
            slots += [(base + at, keys) for at, keys in part]
        return [slots]

    def _fields(self, name: str | None) -> dict[str, float]:
        return dict(self.weights) if name is None else {name: self.weights[name]}

    def _phrase(
        self, words: Sequence[str | tree.Word | tree.Exact], slop: int, name: str | None
    ) -> Scores | None:
        ways = self._read(words)
        found = self._any(ways, slop, name)
        return None if found is None else self._combined([found], self._credits(ways, name), [])

    @staticmethod
    def _is_whole(ways: Sequence[Slots]) -> bool:
        """Whether the second way reads the several words of the first as one."""
        return len(ways) == 2 and len(ways[0]) > 1 and len(ways[1]) == 1

    def _credits(self, ways: Sequence[Slots], name: str | None) -> list[Scores]:
        """The parts of a whole, which only add to the score."""
        if not self._is_whole(ways):
            return []
        return [self._clause(dict.fromkeys(self._fields(name), keys)) for _, keys in ways[0]]

    def _any(self, ways: Sequence[Slots], slop: int, name: str | None) -> Scores | None:
        found = []
        factors = (0.03, 0.25) if self._is_whole(ways) else (1.0, 1.0)
        for way, factor in zip(ways, factors, strict=False):
            slots = [keys for _, keys in way]
            if len(slots) > 1:
                scores = self._intervals(slots, name, lambda places: list(_chains(places, slop)))
            elif slots:
                scores = self._clause(dict.fromkeys(self._fields(name), slots[0]))
            else:
                continue
            found.append({number: score * factor for number, score in scores.items()})
        return self._combined([], found, [])

    def _near(
        self, words: Sequence[str | tree.Word | tree.Exact], distance: int, name: str | None
    ) -> Scores | None:
        slots = [keys for _, keys in self._read(words)[0]]
        if len(slots) < 2:
            return self._phrase(words, 0, name)
        return self._intervals(slots, name, lambda places: list(_windows(places, distance)))

    def _clause(self, keys: Mapping[str, Weighted]) -> Scores:
        """One word: the largest weight · tf of its keys in each field, saturated once."""
        frequency = max(
            (self._frequency(name, key) for name, weighted in keys.items() for key in weighted),
            default=0,
        )
        found: Scores = {}
        for number, document in enumerate(self.documents):
            x = 0.0
            for name in keys:
                text = document.texts.get(name)
                if text is None:
                    continue
                tf = max(
                    (share * sum(key in here for here in text.positions.values()))
                    for key, share in [*keys[name].items(), (("", ""), 0.0)]
                )
                x += self.weights[name] * tf / self._lengthened(name, text)
            if x > 0:
                found[number] = self._idf(frequency) * x / (x + 1.2)
        return found

    def _intervals(
        self,
        slots: Sequence[Weighted],
        name: str | None,
        intervals: Callable[[list[list[int]]], list[tuple[int, int]]],
    ) -> Scores:
        names = self._fields(name)
        idf = sum(
            self._idf(max(self._frequency(name, key) for name in names for key in keys))
            for keys in slots
        )
        found: Scores = {}
        for number, document in enumerate(self.documents):
            x = 0.0
            for field_name, weight in names.items():
                text = document.texts.get(field_name)
                if text is None:
                    continue
                spans = set(intervals([text.places(keys) for keys in slots]))
                tf = sum(
                    not any(o != span and span[0] <= o[0] and o[1] <= span[1] for o in spans)
                    for span in spans
                )
                x += weight * tf / self._lengthened(field_name, text)
            if x > 0:
                found[number] = idf * x / (x + 1.2)
        return found

    def _pattern(
        self,
        own: str | None,
        name: str | None,
        kinds: Sequence[str],
        matches: Callable[[str], bool],
    ) -> Scores | None:
        names = list(self._fields(name))
        way = self._ways(self._query_tokens(own))[-1] if own is not None else []
        given = way[0][1] if len(way) == 1 else {}
        keys: dict[str, dict[Key, float]] = {}
        for field_name in names:
            keys[field_name] = dict(given)
            for document in self.documents:
                text = document.texts.get(field_name)
                for here in text.positions.values() if text else ():
                    for key in here:
                        if key[0] in kinds and matches(key[1]):
                            keys[field_name][key] = 1.0
        if len({key for found in keys.values() for key in found}) <= 64:
            return self._clause(keys)
        return {
            number: 1.0
            for number, document in enumerate(self.documents)
            if any(
                name in document.texts and document.texts[name].places(keys[name]) for name in names
            )
        }

    # Statistics and values

    def _frequency(self, name: str, key: Key) -> int:
        return sum(
            name in document.texts
            and any(key in here for here in document.texts[name].positions.values())
            for document in self.documents
        )

    def _idf(self, frequency: int) -> float:
        return math.log(1 + (len(self.documents) - frequency + 0.5) / (frequency + 0.5))

    def _lengthened(self, name: str, text: Text) -> float:
        lengths = [
            document.texts[name].length
            for document in self.documents
            if name in document.texts and document.texts[name].length
        ]
        average = sum(lengths) / len(lengths) if lengths else 1.0
        return 1 - 0.75 + 0.75 * norm_length(text.length) / average

    def _values(self, name: str, holds: Callable[[Any], bool]) -> Scores:
        return {
            number: 1.0
            for number, document in enumerate(self.documents)
            if name in document.values and holds(document.values[name])
        }

    @staticmethod
    def _within(value: Any, asked: tree.Range) -> bool:
        def read(bound: Any) -> Any:
            return date.fromisoformat(bound) if isinstance(value, date) else int(bound)

        above = asked.low is None or (
            value >= read(asked.low) if asked.include_low else value > read(asked.low)
        )
        below = asked.high is None or (
            value <= read(asked.high) if asked.include_high else value < read(asked.high)
        )
        return above and below


def _texts(query: tree.Query) -> Iterator[str]:
    """Everything that is spelled in a query."""
    for part in fields(query):
        if part.name in ("text", "words", "clause", "clauses", "must", "should", "must_not"):
            value = getattr(query, part.name)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, tree.Query):
                    yield from _texts(item)
                else:
                    yield item


def _equals(value: Any, text: str) -> bool:
    return bool(text in value) if isinstance(value, list) else str(value) == text


def _is_scored(query: tree.Query) -> bool:
    match query:
        case tree.Range() | tree.Everything() | tree.Nothing() | tree.Not():
            return False
        case tree.Word(field=name):
            return name in (None, "title", "body")
        case tree.Boost(clause=clause):
            return _is_scored(clause)
        case tree.And() | tree.Or() | tree.Words() | tree.Quorum():
            return any(_is_scored(clause) for clause in query.clauses)
        case tree.Boolean(must=must, should=should):
            return any(_is_scored(clause) for clause in (*must, *should))
        case _:
            return True


def _chains(places: list[list[int]], slop: int) -> Iterator[tuple[int, int]]:
    """The spans of rising chains, one position a slot, with at most `slop` positions to spare."""
    for chain in product(*places):
        spare = chain[-1] - chain[0] - (len(chain) - 1)
        if all(left < right for left, right in pairwise(chain)) and spare <= slop:
            yield chain[0], chain[-1]


def _windows(places: list[list[int]], distance: int) -> Iterator[tuple[int, int]]:
    """The spans of different positions, one a slot in any order, at most `distance` apart."""
    for chain in product(*places):
        if len(set(chain)) == len(chain) and max(chain) - min(chain) <= distance:
            yield min(chain), max(chain)


def edits(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)
    ]
    for i, j in product(range(1, len(left) + 1), range(1, len(right) + 1)):
        rows[i][j] = min(
            rows[i - 1][j] + 1,
            rows[i][j - 1] + 1,
            rows[i - 1][j - 1] + (left[i - 1] != right[j - 1]),
        )
        if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
            rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None
