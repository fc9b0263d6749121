"""Index a folder of files, ask it a question, show what was found.

    .venv/bin/python examples/index_a_folder.py seeds "как топить печь"

Run it again after changing files: documents of the same name are replaced. Formats and encodings
are told apart by themselves; what cannot be read is named and passed over. Tables (CSV, JSON) would
be read too, but have fields of their own: they are left for an index of theirs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import searchlib as sl
from searchlib.loading import load

FILES = ("*.txt", "*.md", "*.html")
"""Of a folder only these."""


def main(folder: str, question: str = "транспортировка нефти") -> None:
    """Index `folder` into a folder beside it with the suffix `.idx`, and search that."""
    target = Path(folder).resolve().with_suffix(".idx")
    report = load([Path(folder)], target, include=FILES)
    print(f"{report.added} added, {report.replaced} replaced in {target.name}")
    for skipped in (row for rows in report.examples.values() for row in rows):
        print(f"passed over: {skipped.place}: {skipped.reason} {skipped.detail}".rstrip())

    index = sl.Index.open(target)
    results = index.search(question, limit=5, lenient=True, count=True)
    print(f"\n{question}: {results.total} found")
    for number, hit in enumerate(results, 1):
        passage = hit.snippet("body", fragments=1, length=160)
        print(f"{number}. {hit['title']}  ({hit.score:.2f})\n   {passage.ansi()}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
