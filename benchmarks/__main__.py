"""`python -m benchmarks speed | engine | size | quality | analysis`, and files for `engine`."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import comparison, corpus, drivers, machine, report, systems
from benchmarks.plot import bars
from benchmarks.speed import Makers
from benchmarks.timing import Clock

app = typer.Typer(add_completion=False, no_args_is_help=True)
# Tables of seven columns do not fit the 80 that rich takes for a pipe.
console = Console(width=None if sys.stdout.isatty() else 150)


def _need(modules: dict[str, str]) -> None:
    missing = [name for module, name in modules.items() if not importlib.util.find_spec(module)]
    if missing:
        console.print(f"not measured: {', '.join(missing)} not installed (searchlib[benchmarks])")
        raise typer.Exit(1)


def _write(path: Path | None, found: object) -> None:
    if path is not None:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


Docs = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="JSONL, plain or .gz; the seeds without"),
]
Limit = Annotated[int | None, typer.Option(min=1, help="only so many documents")]
Passes = Annotated[int, typer.Option(min=1, help="the best of so many passes counts")]
Engines = Annotated[
    str, typer.Option(help="comma-separated: which peers to measure beside searchlib")
]
Json = Annotated[Path | None, typer.Option("--json", help="write the figures here too")]
Plot = Annotated[Path | None, typer.Option(help="draw them here: .svg, .png or .pdf")]
ALL = ",".join(name for name in systems.NAMES if name != systems.OURS)


def _named(several: str) -> list[str]:
    return [name for name in map(str.strip, several.split(",")) if name]


def _systems(engines: str) -> tuple[Makers, dict[str, dict[str, str]], dict[str, str]]:
    """Return what makes each system, what it is, and the peers skipped with the reason."""
    try:
        makers, skipped = systems.load(_named(engines))
    except ValueError as error:
        console.print(error)
        raise typer.Exit(2) from None
    for one in skipped:
        console.print(f"skipped {one.name}: {one.reason} (`make bench` installs the peers)")
    made = {name: make() for name, make in makers.items()}
    described = {name: {"version": one.version, "note": one.note} for name, one in made.items()}
    for name, what in described.items():
        console.print(f"  {name} {what['version']}{what['note'] and ': ' + what['note']}")
    return makers, described, {one.name: one.reason for one in skipped}


def _documents(docs: Path | None, limit: int | None) -> list[str]:
    found = corpus.documents(docs, limit) if docs else corpus.seed_documents()[:limit]
    if docs is None:
        console.print("The seeds are too few for claims: give --docs FILE.jsonl")
    return [f"{document.title}\n\n{document.text}" for document in found]


def _drawable(plot: Path | None) -> Path | None:
    if plot is not None and not importlib.util.find_spec("matplotlib"):
        console.print("no picture: matplotlib not installed (`make bench` installs it)")
        return None
    return plot


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
def overhead(docs: Docs = None, limit: Limit = None, passes: Passes = 5, out: Json = None) -> None:
    """Ask for three words: what Python adds to the core's own time, in the median query."""
    from benchmarks import overhead as measure

    found = corpus.seed_documents() if docs is None else corpus.documents(docs, limit)
    took = measure.measure(found, passes)
    console.print(f"the core alone           {took.core * 1e6:6.1f} µs")
    console.print(f"a query's text adds      {took.text * 1e6:6.1f} µs, 30 at most are wanted")
    console.print(f"a prepared query adds    {took.prepared * 1e6:6.1f} µs, 5 at most")
    console.print(f"titles of ten hits add   {took.titles * 1e6:6.1f} µs, 100 at most")
    _write(out, asdict(took))


@app.command()
def speed(
    docs: Docs = None,
    judged: Annotated[
        Path | None,
        typer.Option(
            "--set",
            exists=True,
            file_okay=False,
            help="a BEIR folder: time its queries",
        ),
    ] = None,
    engines: Engines = ALL,
    limit: Limit = None,
    passes: Passes = 5,
    clock: Annotated[Clock, typer.Option(help="cpu where others use the machine too")] = Clock.WALL,
    out: Json = None,
    plot: Plot = None,
) -> None:
    """Index and search beside other systems; "x2" is twice our time, below x1 we are slower."""
    from benchmarks import speed as measure
    from benchmarks.workload import keys_of

    plot = _drawable(plot)
    makers, described, skipped = _systems(engines)
    found: dict[str, list[measure.Row]] = {}
    answers: list[measure.Answers] = []
    before = machine.described()
    if judged is not None:
        _need({"ir_measures": "ir-measures"})
        if not (judged / "qrels.tsv").exists():
            console.print(f"{judged} is no BEIR folder: it has no qrels.tsv")
            raise typer.Exit(2)
        one = corpus.beir(judged)
        one = replace(one, documents=one.documents[:limit])
        texts = [document.text for document in one.documents]
        found["end to end"], answers = measure.real(makers, one, passes, clock)
    else:
        texts = _documents(docs, limit)
        found["end to end"] = measure.end_to_end(makers, texts, passes, clock)
        found["engine"] = measure.engine(makers, list(keys_of(texts)), passes, clock)
    about = {
        **before,
        "load after": machine.described()["load"],
        "documents": len(texts),
        "characters": sum(map(len, texts)),
        "passes": passes,
        "clock": clock.value,
    }
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    for title, rows in found.items():
        console.print(comparison.speed_table(title, rows, list(makers)))
    if answers:
        console.print(comparison.answers_table(answers, list(makers)))
    _write(
        out,
        {
            "about": about,
            "systems": described,
            "skipped": skipped,
            **{title: list(map(asdict, rows)) for title, rows in found.items()},
            "answers": list(map(asdict, answers)),
        },
    )
    if plot is not None:
        panels = {title: {row.what: row.seconds for row in rows} for title, rows in found.items()}
        bars(panels, list(makers), "seconds", plot)


@app.command()
def keys(
    out: Annotated[Path, typer.Argument(help="the file to write, a line a document")],
    docs: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False)] = None,
    synthetic: Annotated[int | None, typer.Option(min=1, help="so many, made up")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="their text as it is, not its keys")] = False,
) -> None:
    """Write documents as keys: of JSONL files, by our own analysis, or made up."""
    from benchmarks import keyfile
    from benchmarks.workload import keys_of

    if (docs is None) == (synthetic is None) or (raw and docs is None):
        console.print("give either --docs FILE (as often as you like), or --synthetic N, never raw")
        raise typer.Exit(2)
    if synthetic is not None:
        from benchmarks import synthetic as made

        lines: Iterable[str] = made.documents(synthetic)
    else:
        found = (one for path in docs or () for one in corpus.documents(path))
        texts = (f"{one.title}\n\n{one.text}" for one in found)
        lines = (" ".join(one.split()) for one in texts) if raw else keys_of(texts)
    console.print(f"{keyfile.write_lines(lines, out)} documents in {out}")


@app.command()
def queries(
    keys: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a file of keys")],
    out: Annotated[Path, typer.Argument(help="the file to write")],
    questions: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="questions: an id, a tab, the question"),
    ] = None,
) -> None:
    """Choose queries for a file of keys by a seeded rule."""
    from benchmarks import keyfile, workload

    found = workload.seen(keyfile.Lines(keys))
    chosen = [*workload.classes(found), *workload.attributed_classes(found)]
    if questions is not None:
        texts = (line.split("\t")[-1] for line in keyfile.Lines(questions))
        chosen += workload.questions(texts, found)
    keyfile.write_queries(chosen, out)
    console.print(f"{sum(len(one.queries) for one in chosen)} queries in {out}")


@app.command()
def engine(
    keys: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a file of keys")],
    queries: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="and of queries")],
    folder: Annotated[Path, typer.Argument(help="for the indexes; those there are used again")],
    engines: Annotated[str, typer.Option(help="comma-separated")] = ",".join(drivers.NAMES),
    only: Annotated[list[str] | None, typer.Option("--class", help="only this class")] = None,
    passes: Passes = 5,
    rounds: Annotated[int, typer.Option(min=1, help="turns of the engines")] = 2,
    out: Json = None,
    plot: Plot = None,
) -> None:
    """Compare engines in their own loops over files of keys and queries, equal scores first."""
    from benchmarks import engine as measure
    from benchmarks.keyfile import read_queries
    from benchmarks.speed import Row

    plot = _drawable(plot)
    try:
        able, skipped = drivers.load(_named(engines))
    except ValueError as error:
        console.print(error)
        raise typer.Exit(2) from None
    for one in skipped:
        console.print(f"skipped {one.name}: {one.reason}")
    for name, driver in able.items():
        console.print(f"  {name} {driver.version}: {driver.note}")
    folder.mkdir(parents=True, exist_ok=True)
    classes = [one for one in read_queries(queries) if not only or one.name in only]
    before = machine.described()
    indexed = measure.index(able, keys, folder)
    found = measure.search(able, folder, classes, passes, rounds, console.print)
    first = next(iter(able))
    said = measure.verdicts(found, classes, able, first)
    rows = [
        Row(what, {name: one.seconds for name, one in by_name.items()}, said.get(what, {}))
        for what, by_name in found.items()
    ]
    about = {**before, "load after": machine.described()["load"], "passes": passes * rounds}
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    for name, took in indexed.items():
        console.print(f"  {name}: {took.bytes / 1e6:.1f} MB in {took.seconds:.1f} s")
    console.print(comparison.speed_table("engine", rows, list(able), first))
    figures = {
        "about": about,
        "engines": {name: {"version": one.version, "note": one.note} for name, one in able.items()},
        "skipped": {one.name: one.reason for one in skipped},
        "indexed": {name: asdict(one) for name, one in indexed.items()},
        "rows": list(map(asdict, rows)),
    }
    _write(out, figures)
    if plot is not None:
        bars({"engine": {row.what: row.seconds for row in rows}}, list(able), "seconds", plot)


@app.command()
def large(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="of the files and indexes")],
    names: Annotated[
        str, typer.Option("--corpora", help="NAME.keys and NAME.queries, or synth<N>k, synth<N>m")
    ] = "synth1m",
    engines: Annotated[str, typer.Option(help="comma-separated")] = ",".join(drivers.NAMES),
    passes: Passes = 5,
    rounds: Annotated[int, typer.Option(min=1, help="turns of the engines")] = 2,
    again: Annotated[
        bool, typer.Option("--again", help="forget what was measured, and our indexes")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="write the tables, Markdown, here too")] = None,
    plot: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="draw into this folder")
    ] = None,
) -> None:
    """Measure everything at size, step by step: what was cut goes on where it was."""
    from benchmarks import large as measure

    folder.mkdir(parents=True, exist_ok=True)
    try:
        able, skipped = drivers.load([systems.OURS, *_named(engines)])
        for one in skipped:
            console.print(f"skipped {one.name}: {one.reason}")
        corpora = [measure.corpus(name, folder, console.print) for name in _named(names)]
        tables = measure.measure(
            folder, corpora, able, passes, rounds, again=again, say=console.print
        )
    except (FileNotFoundError, ValueError) as error:
        console.print(str(error))
        raise typer.Exit(2) from None
    print(tables)
    if out is not None:
        out.write_text(tables + "\n", encoding="utf-8")
    if (drawn := _drawable(plot)) is not None:
        measure.draw(folder, drawn)


@app.command()
def size(
    docs: Docs = None,
    engines: Engines = ALL,
    limit: Limit = None,
    out: Json = None,
    plot: Plot = None,
) -> None:
    """Weigh the index of each system; "x2" is twice our bytes."""
    from benchmarks import size as measure

    plot = _drawable(plot)
    makers, described, skipped = _systems(engines)
    texts = _documents(docs, limit)
    about = {**machine.described(), "documents": len(texts), "characters": sum(map(len, texts))}
    found = measure.measure(makers, texts)
    console.print(", ".join(f"{name} {value}" for name, value in about.items()))
    console.print(comparison.size_table(found))
    _write(out, {"about": about, "systems": described, "skipped": skipped, "bytes": found})
    if plot is not None:
        rows = {
            what: {name: sum(parts.values()) / 1e6 for name, parts in by_system.items()}
            for what, by_system in found.items()
        }
        bars({"size": rows}, list(makers), "MB", plot)


@app.command()
def quality(
    sets: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="a folder of BEIR folders; else the seeds"),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="names of sets")] = None,
    out: Json = None,
    plot: Plot = None,
) -> None:
    """Measure answers to judged queries beside plain BM25 over stems, words and first lemmas."""
    from benchmarks import quality as measure

    plot = _drawable(plot)
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
    figures = report.figures(found)
    _write(out, asdict(figures))
    if plot is not None:
        rows = {
            name: {system: measures[measure.MAIN] for system, measures in by_system.items()}
            for name, by_system in figures.sets.items()
        }
        bars({"answers": rows}, list(figures.means), measure.MAIN, plot, log=False)


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
