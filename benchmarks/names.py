"""Whether the case forms of an unknown name meet: `python -m benchmarks.names`.

Surnames, places and organisations of the dictionary, a fixed sample, are hidden from it: their
forms get the keys that the analyzer gives to an unknown capitalised word inside a sentence, which
are the form itself, the predicted lemmas that are no words of other lexemes, and the case stems.

- pairs of forms of one lexeme, spelled differently, that share a key. Forms are those in use: all
  of a surname; of a place or an organisation the plural only where there is no singular. The last
  column of the table counts every form that the dictionary has («об Аризонах»).
- pairs of different lexemes, in the whole sample, of which any two forms share a key, but for
  lexemes that have a form in common («Серова» is a surname and a town in the genitive): those are
  one word to any index.

The predictor was made from a dictionary that has these names, so what it adds is optimistic; the
column "case stem alone" is what is left if it knew nothing.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

import typer
from pymorphy3 import MorphAnalyzer
from rich.console import Console
from rich.table import Table

from searchlib import _core
from searchlib.analysis.morphology import dictionary_folder

NAMES = {"Surn": "surnames", "Geox": "places", "Orgn": "organisations"}
LEAST = {"Surn": 0.99, "Geox": 0.98, "Orgn": 0.99}
MOST_JOINED = 5
UNDECLINED = {"Fixd", "Abbr"}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A name with its forms; `rare` ones are plurals of what there is one of."""

    kind: str
    lemma: str
    forms: tuple[str, ...]
    rare: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Of the pairs of forms of one kind of name, how many share a key."""

    kind: str
    lexemes: int
    pairs: int
    shared: float
    by_stem_alone: float
    with_rare_forms: float


def lexemes(prefix: str = "") -> dict[str, list[Lexeme]]:
    """Return the declined names of the dictionary, by kind."""
    found: dict[tuple[str, str, int], tuple[set[str], set[str]]] = {}
    for word, tag, lemma, paradigm, _ in MorphAnalyzer().dictionary.iter_known_words(prefix):
        for kind in NAMES.keys() & tag.grammemes:
            if not UNDECLINED & tag.grammemes and lemma.isalpha():
                forms, rare = found.setdefault((kind, lemma, paradigm), (set(), set()))
                usual = kind == "Surn" or "plur" not in tag.grammemes or "Pltm" in tag.grammemes
                (forms if usual else rare).add(word)
    names: dict[str, list[Lexeme]] = {kind: [] for kind in NAMES}
    for (kind, lemma, _), (forms, rare) in sorted(found.items()):
        if len(forms) >= 3 and len(lemma) >= 3:
            names[kind].append(
                Lexeme(kind, lemma, tuple(sorted(forms)), tuple(sorted(rare - forms)))
            )
    return names


def predictions(lexicon: _core.Lexicon, form: str) -> list[str]:
    """Return the lemmas that a name not in the dictionary might have."""
    parses = lexicon.predicted(form)
    return [lemma for _, tag, lemma, _, _ in parses if tag.startswith(("NOUN", "ADJF"))]


def keys(lexicon: _core.Lexicon, form: str, hidden: str) -> set[Key]:
    """Return the keys of a form as if the lexeme of this lemma were not in the dictionary."""
    folded = _core.fold(form)
    found = {("surface", folded)}
    for lemma in predictions(lexicon, form):
        if all(known == hidden for _, _, known, _, _ in lexicon.known(lemma)):
            found.add(("lemma", _core.fold(lemma)))
    stems = _core.case_stems(folded.replace("-", ""))
    return found | {("case stem", stem) for stem in stems}


def measure(kind: str, sample: list[Lexeme], found: dict[Lexeme, dict[str, set[Key]]]) -> Found:
    """Count the pairs of forms that share a key."""
    usual, alone, everything = [], [], []
    for lexeme in sample:
        of = found[lexeme]
        usual += _pairs(of, lexeme.forms, {"surface", "lemma", "case stem"})
        alone += _pairs(of, lexeme.forms, {"surface", "case stem"})
        everything += _pairs(of, lexeme.forms + lexeme.rare, {"surface", "lemma", "case stem"})
    return Found(kind, len(sample), len(usual), _share(usual), _share(alone), _share(everything))


def joined(found: dict[Lexeme, dict[str, set[Key]]]) -> list[tuple[Lexeme, Lexeme]]:
    """Return the pairs of different lexemes that share a key and have no form in common."""
    having: dict[Key, set[Lexeme]] = defaultdict(set)
    spellings = {one: {_core.fold(form) for form in forms} for one, forms in found.items()}
    for lexeme, forms in found.items():
        for key in set().union(*forms.values()):
            having[key].add(lexeme)
    met = {frozenset(pair) for having_it in having.values() for pair in combinations(having_it, 2)}
    pairs = [tuple(sorted(pair, key=lambda one: (one.kind, one.lemma))) for pair in met]
    apart = [(one, other) for one, other in pairs if not spellings[one] & spellings[other]]
    return sorted(apart, key=lambda pair: [(one.kind, one.lemma) for one in pair])


def hide(lexicon: _core.Lexicon, names: Iterable[Lexeme]) -> dict[Lexeme, dict[str, set[Key]]]:
    """Return the keys of every form of each lexeme, hidden from the dictionary."""
    return {
        one: {form: keys(lexicon, form, one.lemma) for form in one.forms + one.rare}
        for one in names
    }


def _pairs(of: dict[str, set[Key]], forms: Iterable[str], kinds: set[str]) -> list[bool]:
    kept = [(_core.fold(form), {key for key in of[form] if key[0] in kinds}) for form in forms]
    return [bool(one & other) for (a, one), (b, other) in combinations(kept, 2) if a != b]


def _share(met: list[bool]) -> float:
    return sum(met) / len(met)


def main(
    size: Annotated[int, typer.Option(help="lexemes of each kind")] = 1000,
    seed: Annotated[int, typer.Option(help="of the first sample")] = 7,
    samples: Annotated[int, typer.Option(min=1, help="how many samples")] = 1,
) -> None:
    """Print the figures; exit with 1 when one of them misses its bar."""
    lexicon = _core.Lexicon(dictionary_folder())
    names = lexemes()
    console = Console()
    missed = False
    for number in range(seed, seed + samples):
        rng = random.Random(number)
        sample = {kind: rng.sample(names[kind], min(size, len(names[kind]))) for kind in NAMES}
        found = hide(lexicon, (one for of_kind in sample.values() for one in of_kind))
        table = Table("", "lexemes", "pairs", "share a key", "bar", "case stem alone", "all forms")
        for kind, of_kind in sample.items():
            one = measure(kind, of_kind, found)
            missed |= one.shared < LEAST[kind]
            shares = (one.shared, LEAST[kind], one.by_stem_alone, one.with_rare_forms)
            counts = (f"{one.lexemes:,}", f"{one.pairs:,}")
            table.add_row(NAMES[kind], *counts, *(f"{share:.4f}" for share in shares))
        wrong = joined(found)
        missed |= len(wrong) > MOST_JOINED
        console.print(table)
        listed = ", ".join(f"{one.lemma} and {other.lemma}" for one, other in wrong)
        console.print(f"sample {number}: {len(wrong)} joined, bar {MOST_JOINED}: {listed}")
    sys.exit(int(missed))


if __name__ == "__main__":
    typer.run(main)
