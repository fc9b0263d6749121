"""How fast text becomes keys, and how often a word's lemma is the right one, beside others.

Speed is words a second on one thread: of the parser alone (no cache) and of running text to keys,
with the cache of forms empty at the start and warm. A peer that is not installed is left out and
named. Accuracy is counted on gold lemmas, each set by its own convention: where a set gives a
participle a lemma of its own, the verb that we give counts for it.
"""

from __future__ import annotations

import gzip
import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from searchlib import _core
from searchlib.analysis import russian
from searchlib.analysis.morphology import dictionary_folder
from searchlib.analysis.unicode import words_of_runs

_PURE = """
import sys, time
sys.modules["dawg"] = None
from pymorphy3 import MorphAnalyzer
words = sys.stdin.read().split("\\n")
morph = MorphAnalyzer()
started = time.perf_counter()
for word in words:
    morph.parse(word)
print(len(words) / (time.perf_counter() - started))
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """Words or tokens a second of one system at one task."""

    task: str
    system: str
    per_second: float


def _rate(work: Callable[[], int], passes: int) -> float:
    """The best rate of some passes; `work` returns how many it did."""
    best = 0.0
    for _ in range(passes):
        started = time.perf_counter()
        count = work()
        best = max(best, count / (time.perf_counter() - started))
    return best


def known_forms(limit: int) -> list[str]:
    """Return forms of the dictionary, evenly spread over it."""
    forms = sorted({word for word, *_ in _pymorphy().dictionary.iter_known_words()})
    return forms[:: max(1, len(forms) // limit)][:limit]


def unknown_forms(texts: Iterable[str], limit: int) -> list[str]:
    """Return the different Cyrillic words of texts that the dictionary does not know."""
    lexicon = _core.Lexicon(dictionary_folder())
    found: dict[str, None] = {}
    for text in texts:
        for token in russian().analyze(text):
            word = token.text.lower()
            if word.isalpha() and "а" <= word[0] <= "я" and word not in found:
                if not lexicon.is_known(word):
                    found[word] = None
                if len(found) == limit:
                    return list(found)
    return list(found)


def parsing(words: Sequence[str], task: str, passes: int) -> Iterator[Speed]:
    """Parse words one by one, without any cache."""
    lexicon = _core.Lexicon(dictionary_folder())
    listed = list(words)

    def native() -> int:
        lexicon.count_parses(listed)
        return len(listed)

    yield Speed(task, "searchlib", _rate(native, passes))
    few = listed[:20_000]

    def with_dawg() -> int:
        for word in few:
            _pymorphy().parse(word)
        return len(few)

    yield Speed(task, "pymorphy3, C DAWG", _rate(with_dawg, min(passes, 2)))
    pure = subprocess.run(
        [sys.executable, "-c", _PURE],
        input="\n".join(few[:5_000]),
        capture_output=True,
        text=True,
        check=True,
    )
    yield Speed(task, "pymorphy3, pure Python", float(pure.stdout))
    if importlib.util.find_spec("rumorph"):
        from rumorph import Analyzer  # type: ignore[import-not-found,unused-ignore]

        peer = Analyzer()

        def rumorph() -> int:
            peer.lemmatize(few)
            return len(few)

        yield Speed(task, "rumorph (lemma only)", _rate(rumorph, passes))


def texts_to_keys(texts: Sequence[str], passes: int) -> Iterator[Speed]:
    """Analyse running text: tokens a second."""
    task = "running text, cache empty at the start"
    listed = list(texts)

    def cold() -> int:
        return _core.Analyzer.russian(dictionary_folder(), words_of_runs).count_tokens(listed)

    yield Speed(task, "searchlib", _rate(cold, passes))
    task = "running text, cache warm"
    analyzer = _core.Analyzer.russian(dictionary_folder(), words_of_runs)
    analyzer.count_tokens(listed)
    yield Speed(task, "searchlib", _rate(lambda: analyzer.count_tokens(listed), passes))
    words = [token.text.lower() for text in texts[:500] for token in russian().analyze(text)]
    if importlib.util.find_spec("Stemmer"):
        from Stemmer import Stemmer

        stemmer = Stemmer("russian", 0)

        def snowball() -> int:
            stemmer.stemWords(words)
            return len(words)

        yield Speed("words already cut", "PyStemmer, no cache", _rate(snowball, passes))


# Accuracy


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of gold lemmas: met by the first lemma, by any key of the word."""

    set: str
    words: int
    first: float
    any: float
    keys: float
    pymorphy_first: float
    pymorphy_any: float


def gold(path: Path) -> Iterator[tuple[str, str]]:
    """Yield forms and lemmas of a CoNLL-U file: Cyrillic words only."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 4 or not columns[0].isdigit():
                continue
            form, lemma, part = columns[1], columns[2], columns[3]
            if part not in ("PUNCT", "SYM", "X") and form.isalpha() and _cyrillic(form):
                yield form, lemma


def _cyrillic(form: str) -> bool:
    return all("а" <= letter <= "я" or letter == "ё" for letter in form.lower())


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def accuracy(path: Path) -> Accuracy:
    """Compare lemmas with those of a gold file."""
    participles = "MorphoRuEval" in path.name
    total = first = some = keys = theirs_first = theirs_any = 0
    for form, lemma in gold(path):
        right = _right(_fold(lemma), participles)
        ours, count = _ours(form)
        theirs = _theirs(form)
        total += 1
        keys += count
        first += ours[:1] != () and ours[0] in right
        some += any(one in right for one in ours)
        theirs_first += theirs[0] in right
        theirs_any += any(one in right for one in theirs)
    shares = (first, some, keys, theirs_first, theirs_any)
    return Accuracy(path.name.split(".")[0], total, *(share / max(1, total) for share in shares))


@lru_cache(maxsize=1_000_000)
def _right(lemma: str, participles: bool) -> frozenset[str]:
    if not participles:
        return frozenset({lemma})
    verbs = {_fold(p.normal_form) for p in _pymorphy().parse(lemma) if p.tag.POS == "PRTF"}
    return frozenset({lemma, *verbs})


@lru_cache(maxsize=1_000_000)
def _ours(form: str) -> tuple[tuple[str, ...], int]:
    keys = [key for token in russian().analyze(form) for key in token.keys]
    return tuple(key.text for key in keys if key.kind == "lemma") or (_fold(form),), len(keys)


@lru_cache(maxsize=1_000_000)
def _theirs(form: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_fold(parse.normal_form) for parse in _pymorphy().parse(form)))


@lru_cache(maxsize=1)
def _pymorphy():  # type: ignore[no-untyped-def] # pymorphy3 has no types
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()
