"""What is asked: pre-analysed keys of texts, and queries chosen from documents by a seeded rule."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.systems import Operator, Shape
from searchlib.analysis import russian

SEED = 20251104
_QUERIES = 50
_QUESTIONS = 300
_LONG = 12
"""Words of a document beyond which queries are made of it."""
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Class:
    """Queries of one kind, as lists of keys."""

    name: str
    shape: Shape
    queries: list[list[str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """Queries as somebody typed them, and how their words are joined."""

    name: str
    operator: Operator
    queries: list[str]


def keys_of(texts: Iterable[str]) -> Iterator[str]:
    """Yield of each text its words' first keys, by our own analysis, joined by spaces."""
    analyzer = russian()
    # A space within a key would make two of it, but not for all systems at the same characters.
    for text in texts:
        yield " ".join("".join(token.keys[0].text.split()) for token in analyzer.analyze(text))


@dataclass(frozen=True, slots=True)
class Seen:
    """What queries are chosen from: words by how many documents have them, and some documents."""

    ranked: list[str]
    counts: Mapping[str, int]
    documents: list[list[str]]


def seen(keys: Iterable[str]) -> Seen:
    """Go through documents of keys once; of many, a fair sample is kept."""
    rng = random.Random(SEED)
    counts: Counter[str] = Counter()
    kept: list[list[str]] = []
    short: list[list[str]] = []
    long = 0
    for text in keys:
        words = text.split()
        counts.update(set(words))
        if len(words) <= _LONG:
            if len(short) < _SAMPLE:
                short.append(words)
            continue
        long += 1
        if len(kept) < _SAMPLE:
            kept.append(words)
        elif (at := rng.randrange(long)) < _SAMPLE:
            kept[at] = words
    ranked = [word for word, _ in counts.most_common() if word.isalpha()]
    return Seen(ranked, counts, kept or short)


def classes(found: Seen) -> list[Class]:
    """Choose the queries of each class.

    A query with the same word twice is left out: to some systems that is one clause, to some two.
    """
    rng = random.Random(SEED)
    frequent, medium = _frequent(found), _medium(found)

    def pick(*pools: Sequence[str]) -> list[list[str]]:
        return [[rng.choice(pool) for pool in pools] for _ in range(_QUERIES)]

    def from_documents(least: int, most: int) -> list[list[str]]:
        chosen = [rng.choice(found.documents) for _ in range(_QUERIES)]
        sizes = [rng.randint(least, most) for _ in chosen]
        return [
            rng.sample(words, min(size, len(words)))
            for words, size in zip(chosen, sizes, strict=True)
        ]

    def runs(length: int) -> list[list[str]]:
        chosen = [rng.choice(found.documents) for _ in range(_QUERIES)]
        places = [rng.randrange(max(1, len(words) - length + 1)) for words in chosen]
        return [words[at : at + length] for words, at in zip(chosen, places, strict=True)]

    chosen = [
        Class("one frequent word", "word", pick(frequent)),
        Class("one medium word", "word", pick(medium)),
        Class("AND, two frequent", "and", pick(frequent, frequent)),
        Class("AND, frequent and medium", "and", pick(frequent, medium)),
        Class("AND, three words of a document", "and", from_documents(3, 3)),
        Class("OR, two frequent", "or", pick(frequent, frequent)),
        Class("OR, frequent and medium", "or", pick(frequent, medium)),
        Class("OR, 3-6 words of a document", "or", from_documents(3, 6)),
        Class("OR, 12 words of a document", "or", from_documents(12, 12)),
        Class("phrase of 2", "phrase", runs(2)),
        Class("phrase of 3", "phrase", runs(3)),
    ]
    distinct = [
        Class(one.name, one.shape, [q for q in one.queries if len(set(q)) == len(q)])
        for one in chosen
    ]
    return [one for one in distinct if one.queries]


def attributed_classes(found: Seen) -> list[Class]:
    """Choose queries by pattern, within a group and in the order of a number."""
    rng = random.Random(SEED + 1)
    frequent, medium = _frequent(found), _medium(found)
    words = [word for word in medium if len(word) >= 5] or medium

    def misspelt(word: str) -> str:
        at = rng.randrange(1, len(word))
        return word[:at] + rng.choice("аеиоу") + word[at + 1 :]

    def times(choose: Callable[[], list[str]]) -> list[list[str]]:
        return [choose() for _ in range(_QUERIES)]

    return [
        Class("prefix", "prefix", times(lambda: [rng.choice(words)[:4]])),
        Class("fuzzy, one edit", "fuzzy", times(lambda: [misspelt(rng.choice(words))])),
        Class(
            "OR, two frequent, within a group",
            "filtered",
            times(lambda: rng.sample(frequent, 2)),
        ),
        Class("one frequent word, sorted", "sorted", times(lambda: [rng.choice(frequent)])),
    ]


def questions(texts: Iterable[str], found: Seen) -> list[Class]:
    """Make queries of real questions: their first keys, each once, those that documents have."""
    rng = random.Random(SEED + 2)
    split = [list(dict.fromkeys(one.split())) for one in keys_of(texts)]
    known = [[word for word in words if word in found.counts] for words in split]
    asked = [words for words in known if words]
    chosen = asked if len(asked) <= _QUESTIONS else rng.sample(asked, _QUESTIONS)
    return [Class("real questions", "or", chosen)] if chosen else []


def _frequent(found: Seen) -> list[str]:
    return found.ranked[20:120] or found.ranked[:10]


def _medium(found: Seen) -> list[str]:
    medium = [word for word in found.ranked[1000:3000] if found.counts[word] > 20]
    return medium or found.ranked[:100]


_WORD = re.compile(r"[^\W\d_]{3,}")


def words_of(text: str) -> str:
    """Return a text without its marks."""
    return " ".join(re.findall(r"\w+", text))


def typed(texts: Sequence[str]) -> list[Typed]:
    """Choose what a user may type: words of raw texts, in the forms they have there."""
    rng = random.Random(SEED)
    split = [words for text in texts if len(words := _WORD.findall(text)) >= 6]
    if not split:
        return []

    def together(least: int, most: int) -> list[str]:
        found = []
        for _ in range(_QUERIES):
            words, size = rng.choice(split), rng.randint(least, most)
            at = rng.randrange(len(words) - size + 1)
            found.append(" ".join(words[at : at + size]))
        return found

    short, long = together(2, 3), together(4, 6)
    return [
        Typed("2-3 words, any", "any", short),
        Typed("2-3 words, all", "all", short),
        Typed("4-6 words, any", "any", long),
    ]
