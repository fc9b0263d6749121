"""Analyzers as a caller sees them: what they are called, what they make of a text.

The work is done in the compiled core; an `Analyzer` is the description that a schema keeps. Its
fingerprint is written into the index, so that an index is never read with other rules than it was
made with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Literal, NamedTuple

from searchlib.analysis.morphology import dictionary_version
from searchlib.analysis.overrides import Lemmas, Overrides
from searchlib.errors import AnalysisError

KeyKind = Literal["lemma", "surface", "acronym", "case_stem", "stem"]
"""What a key is. The kind is part of the term: a lemma never meets a surface form."""

RULES_VERSION = 2
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


class QueryToken(NamedTuple):
    """A word of a query for whoever plans it: its keys are made when they are looked at."""

    position: int
    start: int
    end: int
    keys: Sequence[Key]
    position_length: int = 1


Tokenizer = Callable[[str], Iterable[Token]]
"""A caller's own analyzer: tokens in order of position, offsets within the text."""


@dataclass(frozen=True, slots=True)
class Analyzer:
    """Turns text into tokens; made by `russian()` and the like, or by `Analyzer.of`."""

    name: str
    fingerprint: str
    tokenizer: Tokenizer | None = field(default=None, repr=False)
    overrides: Overrides | None = field(default=None, repr=False)
    derivation: bool = False

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

    def analyze_query(self, text: str, *, shouted: bool = False) -> list[Token]:
        """Return the tokens of words of a query: as of a text, but for keys only a query needs.

        Weights count here. `shouted` tells that the query has several words and no small letter.
        Raises AnalysisError.

        >>> [(key.kind, key.text) for key in russian().analyze_query("НИИ")[0].keys]
        [('acronym', 'нии')]
        """
        return [
            Token(
                token.position,
                token.start,
                token.end,
                text[token.start : token.end],
                tuple(token.keys),
                token.position_length,
            )
            for token in self.query_tokens(text, shouted=shouted)
        ]

    def query_tokens(self, text: str, *, shouted: bool) -> Sequence[QueryToken]:
        """Return what `analyze_query` does, as fast as planning a query wants it."""
        from searchlib.engines import native

        return native.query_tokens(self, text, shouted)


def _fingerprint(name: str, **options: str | int) -> str:
    return json.dumps({"name": name, **options}, ensure_ascii=False, sort_keys=True)


def russian(
    *,
    overrides: Overrides | str | PathLike[str] | Mapping[str, Lemmas] | None = None,
    derivation: bool = False,
) -> Analyzer:
    """Words by Unicode's rules; lemmas, acronyms, case stems and the like, and the form itself.

    `overrides` is a dictionary of the user's own: the path of a file, or a mapping of forms to
    lemmas. An index keeps its text and says when the file has changed since. With `derivation` a
    query also finds derived words, with less weight: нефть finds нефтяной. Raises AnalysisError.

    >>> [token.text for token in russian().analyze("Ёжики шли по лесу.")]
    ['Ёжики', 'шли', 'по', 'лесу']
    >>> token, = russian(overrides={"мультиварку": "мультиварка"}).analyze("мультиварку")
    >>> [key.text for key in token.keys]
    ['мультиварка', 'мультиварку']
    """
    options: dict[str, str | int] = {"rules": RULES_VERSION, "dictionary": dictionary_version()}
    own = None if overrides is None else Overrides.of(overrides)
    if own is not None:
        options["overrides"] = own.version
    # Derivation changes no key of a document: it is an option of the query side, kept all the same.
    fingerprint = _fingerprint("russian", **options)
    return Analyzer("russian", fingerprint, overrides=own, derivation=bool(derivation))


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


_NO_KEYS = ("derivation", "overrides_name", "overrides_text")
"""What is recorded of an analyzer beside the fingerprint: it makes no key of a document another."""


def recorded(analyzer: Analyzer) -> str:
    """Return what an index keeps of an analyzer."""
    kept = json.loads(analyzer.fingerprint)
    if analyzer.overrides is not None:
        kept |= {
            "overrides_name": analyzer.overrides.name,
            "overrides_text": analyzer.overrides.text,
        }
    if analyzer.derivation:
        kept["derivation"] = True
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def fingerprint_of(kept: str) -> str:
    """Return the fingerprint in what an index keeps of an analyzer."""
    found = json.loads(kept)
    return json.dumps(
        {name: value for name, value in found.items() if name not in _NO_KEYS},
        ensure_ascii=False,
        sort_keys=True,
    )


def from_recorded(kept: str) -> Analyzer | None:
    """Return the analyzer an index was written with; None for a caller's own, which must be given.

    An analyzer of other rules or of another dictionary still comes back as today's: compare the
    fingerprints.
    """
    found = json.loads(kept)
    name = found.get("name", "")
    if name == "russian":
        text = found.get("overrides_text")
        own = None if text is None else Overrides.of_text(text, found["overrides_name"])
        return russian(overrides=own, derivation=found.get("derivation", False))
    factories = {f.__name__: f for f in (whitespace, simple, keyword)}
    factory = factories.get(name)
    return factory() if factory else None
