"""Analyzers as a caller sees them: what they are called, what they make of a text.

The work is done in the compiled core; an `Analyzer` is the description that a schema keeps. Its
fingerprint is written into the index, so that an index is never read with other rules than it was
made with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from searchlib.errors import AnalysisError

KeyKind = Literal["lemma", "surface", "acronym", "case_stem", "stem"]
"""What a key is. The kind is part of the term: a lemma never meets a surface form."""

RULES_VERSION = 1
"""The version of the rules that cut and fold text; the core has the same number."""


@dataclass(frozen=True, slots=True)
class Key:
    """One of the things a word can be found by; `weight` counts when the word stands in a query.

    >>> Key("сталь")
    Key(text='сталь', kind='lemma', weight=1.0)
    """

    text: str
    kind: KeyKind = "lemma"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Token:
    """A word, `text[start:end]` in code points, at a position, with its keys, best first."""

    position: int
    start: int
    end: int
    text: str
    keys: tuple[Key, ...]
    position_length: int = 1


Tokenizer = Callable[[str], Iterable[Token]]
"""A caller's own analyzer: tokens in order of position, offsets within the text."""


@dataclass(frozen=True, slots=True)
class Analyzer:
    """Turns text into tokens; made by `russian()` and the like, or by `Analyzer.of`."""

    name: str
    fingerprint: str
    tokenizer: Tokenizer | None = field(default=None, repr=False)

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Analyzer:
        """Describe a callable `text -> Iterable[Token]` by its module and name.

        >>> def letters(text):
        ...     return [Token(i, i, i + 1, c, (Key(c),)) for i, c in enumerate(text)]
        >>> [token.text for token in Analyzer.of(letters).analyze("ёж")]
        ['ё', 'ж']
        """
        if not callable(tokenizer):
            raise AnalysisError(
                f"an analyzer is one of searchlib.analysis or a callable text -> tokens, "
                f"not {type(tokenizer).__name__}"
            )
        module = getattr(tokenizer, "__module__", type(tokenizer).__module__)
        name = getattr(tokenizer, "__qualname__", type(tokenizer).__qualname__)
        return cls("custom", _fingerprint("custom", callable=f"{module}:{name}"), tokenizer)

    def analyze(self, text: str) -> list[Token]:
        """Return the tokens of a text in order of position. Raises AnalysisError.

        >>> [key.text for key in russian().analyze("люди")[0].keys if key.kind == "lemma"]
        ['человек']
        """
        # The engine imports this module; importing it only here keeps the two apart at start.
        from searchlib.engines import native

        return native.analyze(self, text)


def _fingerprint(name: str, **options: str | int) -> str:
    return json.dumps({"name": name, **options}, ensure_ascii=False, sort_keys=True)


def russian() -> Analyzer:
    """Words by Unicode's rules; lemmas of every likely reading by pymorphy3, and the form itself.

    >>> [token.text for token in russian().analyze("Ёжики шли по лесу.")]
    ['Ёжики', 'шли', 'по', 'лесу']
    """
    import pymorphy3_dicts_ru

    dictionary = str(pymorphy3_dicts_ru.__version__)
    return Analyzer("russian", _fingerprint("russian", rules=RULES_VERSION, dictionary=dictionary))


def whitespace() -> Analyzer:
    """Cut at white space, nothing folded; the token itself is its only key.

    >>> [token.text for token in whitespace().analyze("ГОСТ 25-87")]
    ['ГОСТ', '25-87']
    """
    return Analyzer("whitespace", _fingerprint("whitespace", rules=RULES_VERSION))


def simple() -> Analyzer:
    """Words by Unicode's rules, case and ё folded, no morphology.

    >>> [token.keys[0].text for token in simple().analyze("Ёж, ЕЖ")]
    ['еж', 'еж']
    """
    return Analyzer("simple", _fingerprint("simple", rules=RULES_VERSION))


def keyword() -> Analyzer:
    """The whole text as one token, nothing folded.

    >>> [token.text for token in keyword().analyze("Уголовный кодекс РФ")]
    ['Уголовный кодекс РФ']
    """
    return Analyzer("keyword", _fingerprint("keyword", rules=RULES_VERSION))


def from_fingerprint(fingerprint: str) -> Analyzer | None:
    """Return the analyzer an index was written with; None for a caller's own, which must be given.

    An analyzer of other rules or of another dictionary still comes back as today's: compare the
    fingerprints.
    """
    factories = {f.__name__: f for f in (russian, whitespace, simple, keyword)}
    factory = factories.get(json.loads(fingerprint).get("name", ""))
    return factory() if factory else None
