"""How a text became its keys, step by step: what `searchlib analyze` shows, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from searchlib.analysis.analyzer import Analyzer, KeyKind, russian

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer


@dataclass(frozen=True, slots=True)
class Parse:
    """What a form may be: its lemma and tag by the dictionary or a guess, with the probability.

    `word` is the form with its ё; `unit` says which part of pymorphy3's rules found it.
    """

    word: str
    tag: str
    lemma: str
    probability: float
    unit: str

    def tag_in_russian(self) -> str:
        """Return the tag in the words of Russian grammar.

        >>> Parse("дом", "NOUN,inan,masc sing,nomn", "дом", 1.0, "dictionary").tag_in_russian()
        'СУЩ,неод,мр ед,им'
        """
        return str(_pymorphy().lat2cyr(self.tag))


@dataclass(frozen=True, slots=True)
class ExplainedKey:
    """A key and the rule that made it; the rules are those of `docs/analysis.md`."""

    text: str
    kind: KeyKind
    weight: float
    rule: str


@dataclass(frozen=True, slots=True)
class ExplainedToken:
    """A token, `text[start:end]` in code points, and how its keys came about.

    `form` is the word with stress marks and the like removed; `context` names what stands around it
    that its keys depend on.
    """

    position: int
    position_length: int
    start: int
    end: int
    text: str
    form: str
    context: tuple[str, ...]
    parses: tuple[Parse, ...]
    keys: tuple[ExplainedKey, ...]


def explain(
    text: str, analyzer: Analyzer | None = None, *, query: bool = False
) -> list[ExplainedToken]:
    """Return the tokens of a text or of the words of a query, each with all that led to its keys.

    `analyzer` is `russian()` when not given. Raises AnalysisError.

    >>> token, = explain("стали")
    >>> [(parse.lemma, parse.unit) for parse in token.parses][0]
    ('стать', 'dictionary')
    >>> [(key.text, key.rule) for key in token.keys]
    [('стать', 'dictionary'), ('сталь', 'dictionary'), ('стали', 'form')]
    """
    # The engine imports this package; importing it only here keeps the two apart at start.
    from searchlib.engines import native

    return native.explain(analyzer or russian(), text, query=query)


@lru_cache(maxsize=1)
def _pymorphy() -> MorphAnalyzer:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()
