"""Our words beside those of ICU's root rules: `python -m benchmarks.segmentation TEXTS`.

Two comparisons. `words` against `icu_words` as they are: what differs is counted by kind, and every
kind is a rule of `docs/analysis.md`. And `untailored` against `icu_words(alike(...))`, which take
those rules away on both sides: there nothing may differ.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import icu
import typer
from rich.console import Console
from rich.table import Table

from benchmarks import corpus
from searchlib import _core
from searchlib.analysis.unicode import NO_WORD, words_of_runs

Spans = list[tuple[int, int]]

LONGEST = 256
"""A longer word is cut into pieces."""

SIGNS = re.compile(f"[{re.escape(''.join(icu.UnicodeSet('[[:Sc:]%‰№§]')))}]")
RAISED = re.compile("[⁰¹²³⁴-⁹₀-₉]")
RARE = re.compile("[^\0-\u024f\u0400-\u052f\u2010-\u2027]")
DIGITS = frozenset("0123456789")
HOST = re.compile(r"(?:[^\W_]|[.-])+")


def words(text: str) -> Spans:
    """Return our words, with ICU's dictionaries for scripts written without spaces."""
    return _core.words(text, words_of_runs)


def icu_segments(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield what lies between ICU's borders, in code points, with its rule status."""
    iterator = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
    iterator.setText(text)
    units = start = point = 0
    for border in iterator:
        while units < border:
            units += 1 + (text[point] > "\uffff")
            point += 1
        yield start, point, iterator.getRuleStatus()
        start = point


def icu_words(text: str) -> Spans:
    """Return the words of ICU's root rules: what has letters, digits, kana or ideographs."""
    return [(start, end) for start, end, status in icu_segments(text) if status >= NO_WORD]


@lru_cache(maxsize=1 << 16)
def _is(kind: str, character: str) -> bool:
    return character in _set(kind)


@lru_cache
def _set(kind: str) -> icu.UnicodeSet:
    return icu.UnicodeSet(
        {
            "cyrillic": r"[[:Cyrillic:]&[:L:]]",
            "extend": r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]",
            "pictogram": r"[:ExtPict:]",
            "letter": (
                r"[\p{WB=ALetter}\p{WB=Numeric}\p{WB=Hebrew_Letter}\p{WB=Katakana}[:Hiragana:]"
                r"[[:Ideographic:][:LineBreak=Complex_Context:]-\p{WB=Extend}]]"
            ),
            "longer": (
                r"[\p{WB=ALetter}\p{WB=Numeric}\p{WB=Hebrew_Letter}\p{WB=Katakana}\p{WB=Extend}"
                r"\p{WB=Format}\p{WB=ZWJ}\p{WB=ExtendNumLet}[:LineBreak=Complex_Context:]"
                r"-[:Han:]-[\uac00-\ud7a3]]"
            ),
            "point": r"[\p{WB=MidNum}\p{WB=MidNumLet}\p{WB=Single_Quote}]",
            "underscore": r"[\p{WB=ExtendNumLet}\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]",
        }[kind]
    )


@lru_cache(maxsize=1 << 16)
def _is_known(character: str) -> bool:
    """Whether both versions of Unicode, ours and that of this ICU, have assigned a character."""
    major, minor, update = map(int, f"{icu.Char.charAge(character)}.0.0".split(".")[:3])
    return (0, 0, 0) < (major, minor, update) <= _core.UNICODE_VERSION


def known(text: str) -> str:
    """Replace what only one of the versions of Unicode knows, and three marks of Khitan and Han.

    Unicode extends letters with these three; ICU's rules take them for ideographs as well.
    """
    text = RARE.sub(lambda rare: rare[0] if _is_known(rare[0]) else "*", text)
    return re.sub("[\U00016fe4\U00016ff0\U00016ff1]", "*", text)


def alike(text: str) -> str:
    """Take out of a text, length kept, where our rules are others than ICU's.

    >>> alike("ivan@mail.ru, 15:30, конец.Начало, кремль.рф")
    'ivan*mail.ru, 15,30, конец*Начало, кремль.рф'
    """
    # ICU 72 makes the at sign a letter, Unicode and other versions do not. A narrow no-break space
    # is a space. The colon of a time holds digits together as a comma does. An emoji that a joiner
    # binds to a letter is no part of its word.
    text = text.replace("@", "*").replace("\u202f", " ")
    text = re.sub(":", lambda colon: "," if _is_in_time(text, colon.start()) else "*", text)
    if "\u200d" in text:
        text = re.sub("\u200d(?=(.))", _unjoined, text, flags=re.DOTALL)
    return "".join(_parted(text)) if "." in text else text


def _is_in_time(text: str, colon: int) -> bool:
    """Whether groups of one or two digits stand about a colon, which nothing makes longer."""
    start, end = colon, colon + 1
    while start > 0 and text[start - 1] in DIGITS:
        start -= 1
    while end < len(text) and text[end] in DIGITS:
        end += 1
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return (
        colon - start in (1, 2)
        and end - colon - 1 in (1, 2)
        and not (before and (_is("longer", before) or _is("point", before)))
        and not (after and _is("longer", after))
    )


def _unjoined(joiner: re.Match[str]) -> str:
    return "\u2060" if _is("pictogram", joiner[1]) else joiner[0]


def _parted(text: str) -> Iterator[str]:
    """Replace the full stops between Cyrillic letters, but not those of hosts."""
    hosts = [match for match in HOST.finditer(text) if _is_host(match[0])]
    at = 0
    for stop in re.finditer(r"\.", text):
        here = stop.start()
        if _reaches(text, here, -1) and _reaches(text, here, 1):
            while hosts and hosts[0].end() <= here:
                hosts.pop(0)
            if not (hosts and hosts[0].start() <= here):
                yield text[at:here]
                yield "*"
                at = here + 1
    yield text[at:]


def _is_host(stretch: str) -> bool:
    return stretch.rstrip(".").rpartition(".")[2] in ("рф", "РФ", "ру", "РУ")


def _reaches(text: str, at: int, step: int) -> bool:
    at += step
    while 0 <= at < len(text) and _is("extend", text[at]):
        at += step
    return 0 <= at < len(text) and _is("cyrillic", text[at])


def untailored(text: str, spans: Spans) -> Spans:
    """Take the signs, raised digits, pluses and the like out of our words."""
    found = []
    for start, end in spans:
        word = text[start:end]
        if word.endswith("++"):
            end -= 2
        elif word.endswith("#"):
            end -= 1
        if word.startswith("."):
            start += 1
        if SIGNS.match(word):
            continue
        at = start
        for digit in RAISED.finditer(text, start, end):
            found.append((at, digit.start()))
            at = digit.end()
            while at < end and _is("extend", text[at]):
                at += 1
        found.append((at, end))
    return [(start, end) for start, end in found if start < end]


def tailored_icu(text: str) -> Spans:
    """Return ICU's words where no rule of ours is another.

    A word is what has a letter or digit. ICU's status says the same but for underscores alone,
    which have that of a word, and some words that end with a mark, which have that of punctuation.
    """
    text = alike(text)
    return [
        (start, end)
        for start, end, status in icu_segments(text)
        if (status >= NO_WORD or any(_is("letter", character) for character in text[start:end]))
        and not all(_is("underscore", character) for character in text[start:end])
    ]


def without_long(ours: Spans, theirs: Spans) -> tuple[Spans, Spans]:
    """Leave out ICU's words that are too long for us, and our pieces of them."""
    long = [(start, end) for start, end in theirs if end - start > LONGEST]
    if not long:
        return ours, theirs
    inside = {span for span in ours for start, end in long if start <= span[0] and span[1] <= end}
    return [span for span in ours if span not in inside], [s for s in theirs if s not in long]


def differences(text: str) -> list[tuple[Spans, Spans]]:
    """Return where ours and ICU's words differ though the rules are made alike: nowhere, one hopes.

    >>> differences("Об’єкт №5 (км²), C++ и т.д.: ivan@mail.ru")
    []
    """
    text = known(text)
    ours, theirs = untailored(text, words(text)), tailored_icu(text)
    return [] if ours == theirs else clusters(*without_long(ours, theirs))


def clusters(ours: Spans, theirs: Spans) -> list[tuple[Spans, Spans]]:
    """Group the words that only one side has into stretches that overlap."""
    both = set(ours) & set(theirs)
    single = sorted(
        [(*span, 0) for span in ours if span not in both]
        + [(*span, 1) for span in theirs if span not in both]
    )
    groups: list[tuple[Spans, Spans]] = []
    reach = -1
    for start, end, side in single:
        if start >= reach:
            groups.append(([], []))
        groups[-1][side].append((start, end))
        reach = max(reach, end)
    return groups


KINDS: dict[str, Callable[[str], bool]] = {
    "a sign is a word": lambda word: bool(SIGNS.search(word)),
    "at sign parts (a letter in ICU 72)": lambda word: "@" in word,
    "raised digits": lambda word: bool(RAISED.search(word)),
    "C++, C#": lambda word: word.endswith(("++", "#")),
    ".NET": lambda word: word.startswith("."),
    "colons of times": lambda word: ":" in word,
    "full stop between Cyrillic letters": lambda word: "." in word,
    "narrow no-break space": lambda word: "\u202f" in word,
    "underscores alone": lambda word: set(word) <= {"_"},
    "emoji after a joiner": lambda word: "\u200d" in word,
    "longer than 256": lambda word: len(word) > LONGEST,
}


@dataclass
class Report:
    """What was counted over all texts."""

    texts: int = 0
    words: int = 0
    icu_words: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unexplained: list[str] = field(default_factory=list)
    seconds: float = 0.0
    icu_seconds: float = 0.0

    def add(self, text: str) -> None:
        """Compare the words of a text."""
        text = known(text)
        started = time.perf_counter()
        ours = words(text)
        between = time.perf_counter()
        theirs = icu_words(text)
        self.seconds += between - started
        self.icu_seconds += time.perf_counter() - between
        self.texts += 1
        self.words += len(ours)
        self.icu_words += len(theirs)
        for mine, other in clusters(ours, theirs):
            spans = mine + other
            word = text[min(s for s, _ in spans) : max(e for _, e in spans)]
            kind = next((name for name, holds in KINDS.items() if holds(word)), "other")
            self.kinds[kind] += 1
            if len(self.examples[kind]) < 5 and word not in self.examples[kind]:
                self.examples[kind].append(word)
        for mine, other in differences(text):
            start = min(s for s, _ in mine + other)
            self.unexplained.append(text[max(start - 20, 0) : start + 40])


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a file (JSONL or plain, compressed or not) or of all files of a folder."""
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.name.endswith((".txt", ".jsonl", ".jsonl.gz")):
                yield from texts_of(inner)
    elif ".jsonl" in path.name:
        for document in corpus.documents(path):
            yield f"{document.title}\n\n{document.text}"
    else:
        yield path.read_text(encoding="utf-8")


def main(
    texts: Annotated[list[Path], typer.Argument(help="JSONL or text files, or folders of them")],
) -> None:
    """Count words, ours and ICU's, and the kinds of differences; exit 1 if one is unexplained."""
    report = Report()
    for path in texts:
        for text in texts_of(path):
            report.add(text)
    console = Console()
    console.print(
        f"{report.texts:,} texts, {report.words:,} words, {report.icu_words:,} of ICU "
        f"{icu.ICU_VERSION} (Unicode {icu.UNICODE_VERSION}; ours "
        f"{'.'.join(map(str, _core.UNICODE_VERSION))}); "
        f"{report.seconds:.1f} s and {report.icu_seconds:.1f} s"
    )
    table = Table("difference", "places", "for example")
    for kind, count in report.kinds.most_common():
        table.add_row(
            kind, f"{count:,}", "  ".join(repr(word)[:40] for word in report.examples[kind])
        )
    console.print(table)
    console.print(f"unexplained: {len(report.unexplained):,}")
    for where in report.unexplained[:20]:
        console.print(f"  {where!r}", highlight=False, markup=False)
    raise typer.Exit(bool(report.unexplained))


if __name__ == "__main__":
    typer.run(main)
