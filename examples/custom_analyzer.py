"""Two ways to make analysis your own: a few words of a trade, or an analyzer of your own.

    .venv/bin/python examples/custom_analyzer.py

Mechanics say «граната» for a constant-velocity joint, and write part numbers now with hyphens and
now without. The first needs a dictionary of three lines, the second a function of four.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator

import searchlib as sl
from searchlib.analysis import Key, Overrides, Token, russian

# form -> lemma: what a word of a text is found by; with + the usual lemmas stay as well.
# a = b: who asks for one finds the other too.
TRADE = Overrides.of_text("""
движок -> двигатель
движка -> двигатель
граната = шрус
""")


def part_numbers(text: str) -> Iterator[Token]:
    """Yield what stands between spaces, found by its letters and digits alone."""
    for position, match in enumerate(re.finditer(r"\S+", text)):
        bare = re.sub(r"[\W_]", "", match[0]).casefold()
        if bare:
            yield Token(position, match.start(), match.end(), match[0], (Key(bare),))


SCHEMA = sl.Schema(
    id=sl.Keyword(unique=True),
    part=sl.Text(part_numbers, exact=False),
    body=sl.Text(russian(overrides=TRADE)),
)

REPAIRS = [
    {"id": "1", "part": "2108-2215012", "body": "Заменили внутренний ШРУС, хруст пропал."},
    {"id": "2", "part": "11194-1005020/10", "body": "После ремонта движка шума нет."},
    {"id": "3", "part": "2110 3707010", "body": "Свечи поменяли все четыре."},
]


def main() -> None:
    """Index three repairs and find them the way a mechanic asks."""
    with tempfile.TemporaryDirectory() as folder:
        with sl.Index.create(folder, SCHEMA).writer() as writer:
            writer.add_many(REPAIRS)

        # A function cannot be kept in an index, so it is given again; the dictionary is kept.
        index = sl.Index.open(folder, analyzers={"part": part_numbers})
        for question in ("граната", "двигатели", "part:21082215012", "part:11194-1005020-10"):
            for hit in index.search(question):
                print(f"{question}: {hit.key} {hit.snippet('part')} {hit.snippet('body').html()}")


if __name__ == "__main__":
    main()
