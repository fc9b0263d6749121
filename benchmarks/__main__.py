"""`python -m benchmarks speed` and `python -m benchmarks quality`."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import corpus

app = typer.Typer(add_completion=False, no_args_is_help=True)
console = Console()


def _need(modules: dict[str, str]) -> None:
    missing = [name for module, name in modules.items() if not importlib.util.find_spec(module)]
    if missing:
        console.print(f"not measured: {', '.join(missing)} not installed (searchlib[benchmarks])")
        raise typer.Exit(1)


def _write(path: Path | None, found: object) -> None:
    if path is not None:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@app.command()
def speed(
    docs: Annotated[
        Path | None, typer.Option(help="JSONL, plain or .gz; the seeds without")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="only so many documents")] = None,
    passes: Annotated[int, typer.Option(min=1, help="the best of so many passes counts")] = 5,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here too")] = None,
) -> None:
    """Index and search beside tantivy; ratios above 1 mean that searchlib is slower."""
    from benchmarks import speed as measure

    _need({"tantivy": "tantivy"})
    found = corpus.documents(docs, limit) if docs else corpus.seed_documents()[:limit]
    texts = [f"{document.title}\n\n{document.text}" for document in found]
    console.print(f"{len(texts)} documents, one thread, one segment, best of {passes} passes")
    if docs is None:
        console.print("The seeds are too few for claims about speed: give --docs FILE.jsonl")
    rows = measure.indexing(texts, "raw", "index raw text, own Russian analysis", warm_up=True)
    keys = measure.keys_of(texts)
    rows += measure.indexing(keys, "keys", "index pre-analysed keys", warm_up=False)
    rows += measure.queries(keys, passes)
    table = Table("", "searchlib", "tantivy", "ratio", "")
    for row in rows:
        unit, name = (1.0, "s") if row.theirs > 0.05 else (1e6, "µs")
        shown = [
            f"{value * unit:.{2 if unit == 1 else 0}f} {name}" for value in (row.ours, row.theirs)
        ]
        table.add_row(row.what, *shown, f"{row.ours / row.theirs:.2f}", row.note)
    console.print(table)
    _write(out, [asdict(row) for row in rows])


@app.command()
def quality(
    sets: Annotated[
        Path | None, typer.Option(help="a folder of BEIR folders; the seeds without")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="names of sets")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here too")] = None,
) -> None:
    """Measure answers to judged queries beside plain BM25 over Snowball stems and over words."""
    from benchmarks import quality as measure

    _need({"ir_measures": "ir-measures", "Stemmer": "PyStemmer"})
    if sets is None:
        judged = [corpus.seeds()]
    else:
        folders = [path for path in sorted(sets.iterdir()) if (path / "qrels.tsv").exists()]
        judged = [corpus.beir(path) for path in folders if not only or path.name in only]
    table = Table("set", "system", "nDCG@10", "MRR@10", "R@100")
    found = {}
    for one in judged:
        found[one.name] = measure.compare(one)
        for system, values in found[one.name].items():
            table.add_row(one.name, system, *(f"{value:.4f}" for value in values.values()))
    console.print(table)
    _write(out, found)


if __name__ == "__main__":
    app()
