"""`python -m benchmarks speed` and `python -m benchmarks quality`."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import corpus, report

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
def commits(
    count: Annotated[int, typer.Option(min=1, help="so many commits")] = 100_000,
    folder: Annotated[Path | None, typer.Option(help="a folder on the disk to measure")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here too")] = None,
) -> None:
    """Commit documents one by one: how long it takes and how many segments are left."""
    from benchmarks import commits as measure

    found = measure.measure(count, folder)
    each = found.seconds / found.commits * 1e3
    console.print(
        f"{found.commits} commits in {found.seconds:.1f} s, {each:.2f} ms each, "
        f"the longest {found.worst * 1e3:.0f} ms "
        f"(to sync a file takes {found.syncs * 1e3:.2f} ms here)"
    )
    console.print(f"segments: at most {found.most} on the way, {found.left} left")
    _write(out, asdict(found))


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
    """Measure answers to judged queries beside plain BM25 over stems, words and first lemmas."""
    from benchmarks import quality as measure

    _need({"ir_measures": "ir-measures", "Stemmer": "PyStemmer"})
    if sets is None:
        judged: Iterable[corpus.Judged] = [corpus.seeds()]
    else:
        folders = [path for path in sorted(sets.iterdir()) if (path / "qrels.tsv").exists()]
        chosen = [path for path in folders if not only or path.name in only]
        judged = map(corpus.beir, chosen)
    found: dict[str, dict[str, measure.Answered]] = {}
    for one in judged:
        console.print(f"{one.name}: {len(one.documents)} documents, {len(one.queries)} queries")
        found[one.name] = {}
        for answered in measure.compare(one):
            found[one.name][answered.system] = answered
            console.print(
                f"  {answered.system}: {answered.mean(measure.MAIN):.4f}, indexed in "
                f"{answered.indexing:.1f} s, searched in {answered.searching:.1f} s"
            )
    if not found:
        console.print("no such set")
        raise typer.Exit(1)
    for table in report.tables(found):
        console.print(table)
    _write(out, asdict(report.figures(found)))


@app.command()
def analysis(
    texts: Annotated[Path | None, typer.Option(help="JSONL of texts; the seeds without")] = None,
    lemmas: Annotated[Path | None, typer.Option(help="a folder of CoNLL-U gold lemmas")] = None,
    limit: Annotated[int | None, typer.Option(help="only so many texts")] = None,
    passes: Annotated[int, typer.Option(min=1, help="the best of so many passes counts")] = 5,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here too")] = None,
) -> None:
    """Measure words a second beside other analyzers, and lemmas beside gold ones."""
    from benchmarks import analysis as measure

    found = corpus.documents(texts, limit) if texts else corpus.seed_documents()[:limit]
    bodies = [f"{document.title}\n\n{document.text}" for document in found]
    speeds = [
        *measure.parsing(measure.known_forms(200_000), "known forms, no cache", passes),
        *measure.parsing(measure.unknown_forms(bodies, 50_000), "unknown forms, no cache", passes),
        *measure.texts_to_keys(bodies, passes),
    ]
    table = Table("task", "system", "words a second")
    for row in speeds:
        table.add_row(row.task, row.system, f"{row.per_second:,.0f}")
    console.print(table)
    rows = []
    if lemmas is not None:
        files = [path for path in sorted(lemmas.rglob("*")) if ".conllu" in path.name]
        rows = [measure.accuracy(path) for path in files]
        table = Table("gold lemmas", "words", "first", "any", "keys a word", "pymorphy3", "any")
        for one in rows:
            shares = (one.first, one.any, one.keys, one.pymorphy_first, one.pymorphy_any)
            table.add_row(one.set, f"{one.words:,}", *(f"{share:.4f}" for share in shares))
        console.print(table)
    _write(out, {"speed": list(map(asdict, speeds)), "accuracy": list(map(asdict, rows))})


if __name__ == "__main__":
    app()
