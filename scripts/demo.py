"""Asks the seed articles a few questions and shows ranked, highlighted answers."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.text import Text

import searchlib

QUESTIONS = (
    ("транспортировка нефти", "any form of a word, the title above the body"),
    ("человек идти", "irregular forms: люди, шёл"),
    ('"быть или не быть"', "a phrase of nothing but stop words"),
    ("=стали", "this form only"),
    ("пёс NOT рой", "boolean"),
    ("title:замок OR трубопров*", "fields and prefixes"),
    ("вакцина AND date:2023", "a year of dates"),
)


def main(folder: str) -> None:
    """Show the answers of the index in `folder`."""
    console = Console(highlight=False)
    index = searchlib.Index.open(folder)
    snapshot = index.snapshot()
    console.print(f"\n[bold]{len(snapshot)} articles[/], searched by the compiled core\n")
    for question, shows in QUESTIONS:
        results = snapshot.search(question, limit=3, count=True)
        console.print(f"[bold cyan]{escape(question)}[/]  [dim]{shows}[/]")
        console.print(f"[dim]{results.total} found in {results.took * 1000:.1f} ms[/]")
        for number, hit in enumerate(results, 1):
            title = escape(hit["title"])
            console.print(f" {number}. [bold]{title}[/] [dim]{hit['date']}  {hit.score:.3f}[/]")
            snippet = hit.snippet("body", fragments=1, length=200)
            console.print(Text.from_ansi("    " + snippet.ansi()))
        console.print()
    console.print(f"Go on asking:  [bold].venv/bin/searchlib repl {folder}[/]")


if __name__ == "__main__":
    main(sys.argv[1])
