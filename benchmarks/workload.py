"""What is asked: pre-analysed keys of texts, and queries chosen from documents by a seeded rule."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.systems import Operator, Shape
from searchlib.analysis import russian

SEED = 20251104
_QUERIES = 50


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


def keys_of(texts: Sequence[str]) -> list[str]:
    """Return each text as its words' first keys, by our own analysis, joined by spaces."""
    analyzer = russian()
    # A space within a key would make two of it, but not for all systems at the same characters.
    return [
        " ".join("".join(token.keys[0].text.split()) for token in analyzer.analyze(text))
        for text in texts
    ]


def classes(keys: Sequence[str]) -> list[Class]:
    """Choose the queries of each class from the keys of the documents.

    A query with the same word twice is left out: to some systems that is one clause, to some two.
    """
    rng = random.Random(SEED)
    split = [text.split() for text in keys]
    counts = Counter(word for words in split for word in set(words) if word.isalpha())
    ranked = [word for word, _ in counts.most_common()]
    frequent = ranked[20:120] or ranked[:10]
    medium = [word for word in ranked[1000:3000] if counts[word] > 20] or ranked[:100]
    long = [words for words in split if len(words) > 12] or split

    def pick(*pools: Sequence[str]) -> list[list[str]]:
        return [[rng.choice(pool) for pool in pools] for _ in range(_QUERIES)]

    def from_documents(least: int, most: int) -> list[list[str]]:
        chosen = [rng.choice(long) for _ in range(_QUERIES)]
        sizes = [rng.randint(least, most) for _ in chosen]
        return [
            rng.sample(words, min(size, len(words)))
            for words, size in zip(chosen, sizes, strict=True)
        ]

    def runs(length: int) -> list[list[str]]:
        chosen = [rng.choice(long) for _ in range(_QUERIES)]
        places = [rng.randrange(max(1, len(words) - length + 1)) for words in chosen]
        return [words[at : at + length] for words, at in zip(chosen, places, strict=True)]

    found = [
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
        for one in found
    ]
    return [one for one in distinct if one.queries]


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
