"""Compare the core's lexicon with pymorphy3, parse by parse.

`python -m benchmarks.lexicon_parity` compares a sample of the dictionary; `--all` takes every form
of it, `--texts FOLDER` every word of the JSONL files there that it does not know. Prints how many
forms were compared and which differ; the exit code is 1 if any does.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pymorphy3_dicts_ru
from pymorphy3 import MorphAnalyzer

from benchmarks.corpus import objects
from searchlib._core import Lexicon

PROCESSES = 2
CHUNK = 5_000
SAMPLE = 20_000
SHOWN = 20
UNITS = {
    "DictionaryAnalyzer": "dictionary",
    "AbbreviatedFirstNameAnalyzer": "initials",
    "AbbreviatedPatronymicAnalyzer": "initials",
    "NumberAnalyzer": "number",
    "RomanNumberAnalyzer": "roman",
    "LatinAnalyzer": "latin",
    "PunctuationAnalyzer": "punctuation",
    "HyphenAdverbAnalyzer": "hyphen_adverb",
    "HyphenSeparatedParticleAnalyzer": "hyphen_particle",
    "HyphenatedWordsAnalyzer": "hyphenated_words",
    "KnownPrefixAnalyzer": "known_prefix",
    "UnknownPrefixAnalyzer": "unknown_prefix",
    "KnownSuffixAnalyzer": "known_suffix",
    "UnknAnalyzer": "unknown",
}
"""Names of pymorphy3's units and of ours."""

# A word with its hyphens, and whatever stands between white space.
TOKENS = re.compile(r"\w+(?:-\w+)*|\S+")
PIECES = re.compile(r"\S+")


class Comparison(NamedTuple):
    """What was found: forms compared, parses compared, forms where pymorphy3 fails, differences."""

    forms: int
    parses: int
    failures: int
    differences: list[str]


@cache
def morph() -> Any:
    """Load pymorphy3, once a process."""
    return MorphAnalyzer(result_type=None)


@cache
def lexicon() -> Lexicon:
    """Open our lexicon of the same dictionary, once a process."""
    return Lexicon(Path(pymorphy3_dicts_ru.get_path()))


def compare(words: Sequence[str]) -> Comparison:
    """Parse words with both and compare word, tag, lemma, unit, score and order."""
    parses = failures = 0
    differences = []
    for word, ours in zip(words, lexicon().parse_many(list(words)), strict=True):
        try:
            theirs = morph().parse(word)
        except (ValueError, ZeroDivisionError, RecursionError):
            # A letter without a name (unicodedata.name), or parses of probability 0 alone.
            failures += 1
            continue
        parses += len(theirs)
        if len(ours) != len(theirs) or not all(map(_same, ours, theirs)):
            differences.append(f"{word!r}\n  pymorphy3 {_shown(theirs)}\n  lexicon   {ours}")
    return Comparison(len(words), parses, failures, differences)


def _same(ours: tuple[str, str, str, float, str], theirs: Any) -> bool:
    word, tag, lemma, score, methods = theirs
    return (
        ours[0] == word
        and ours[1] == str(tag)
        and ours[2] == lemma
        and ours[4] == UNITS[type(methods[-1][0]).__name__]
        and math.isclose(ours[3], score, rel_tol=1e-9)
    )


def _shown(parses: Any) -> list[tuple[str, str, str, float, str]]:
    return [
        (word, str(tag), lemma, score, UNITS[type(methods[-1][0]).__name__])
        for word, tag, lemma, score, methods in parses
    ]


def dictionary_forms() -> Iterator[str]:
    """Yield every form of the dictionary once, in the order of its graph."""
    for form, _ in itertools.groupby(morph().dictionary.words.iterkeys()):
        yield form


def sample(size: int) -> list[str]:
    """Draw forms evenly from the dictionary."""
    step = morph().dictionary.meta["words_dawg_length"] // (size * 2)
    return list(itertools.islice(dictionary_forms(), 0, None, max(step, 1)))[:size]


def unknown_words(folder: Path) -> list[str]:
    """Return the words of the JSONL files of a folder that are not in the dictionary."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("*.jsonl*")):
        for item in objects(path):
            for text in item.values():
                if isinstance(text, str):
                    found.update(dict.fromkeys(TOKENS.findall(text)))
                    found.update(dict.fromkeys(PIECES.findall(text)))
    return [word for word in found if not morph().word_is_known(word)]


def compare_many(words: Iterable[str]) -> Comparison:
    """Compare words in several processes."""
    forms = parses = failures = 0
    differences: list[str] = []
    with multiprocessing.Pool(PROCESSES) as pool:
        for part in pool.imap_unordered(compare, _chunks(words)):
            forms += part.forms
            parses += part.parses
            failures += part.failures
            differences += part.differences
    return Comparison(forms, parses, failures, differences)


def _chunks(words: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(words)
    while chunk := list(itertools.islice(rest, CHUNK)):
        yield chunk


def report(name: str, words: Iterable[str]) -> bool:
    """Compare words, print what was found, and say whether there was no difference."""
    start = time.perf_counter()
    found = compare_many(words)
    seconds = time.perf_counter() - start
    print(
        f"{name}: {found.forms} forms, {found.parses} parses, {len(found.differences)} forms "
        f"differ, pymorphy3 fails on {found.failures} ({seconds:.0f} s)"
    )
    for difference in found.differences[:SHOWN]:
        print(difference)
    return not found.differences


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lexicon_parity", description=__doc__
    )
    parser.add_argument("--all", action="store_true", help="every form of the dictionary")
    parser.add_argument("--texts", type=Path, help="a folder of JSONL files, compressed or not")
    options = parser.parse_args(arguments)
    equal = True
    if options.all:
        equal &= report("dictionary", dictionary_forms())
    else:
        equal &= report("sample of the dictionary", sample(SAMPLE))
    if options.texts:
        equal &= report("words it does not know", unknown_words(options.texts))
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
