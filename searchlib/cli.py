"""The command line: arguments in, answers out, and the exit status.

0 means done, 1 nothing found or a problem in the data, 2 wrong use, 130 interrupted. What is slow
to import is imported by the command that needs it, since a search starts anew each time.
"""

# Typer reads the annotations of the commands while running, so they are not put off here.

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec

import typer

from searchlib import errors
from searchlib.messages import current
from searchlib.readers.detect import Format

P = ParamSpec("P")

app = typer.Typer(
    name="searchlib",
    help="Full-text search for Russian.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

# The data is at fault, or someone else is at work; everything else is wrong use.
_DATA_PROBLEMS = (
    errors.CorruptIndexError,
    errors.IndexVersionError,
    errors.IndexLockedError,
    errors.DocumentError,
    errors.AnalysisError,
    errors.SearchTimeoutError,
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the index.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line and nothing else.")]


def main() -> None:
    """Run the command line and leave the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        # A name or a text that the terminal's encoding lacks is no reason to stop.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


def _answered(command: Callable[P, int]) -> Callable[P, None]:
    """Make a command end with the status it returns, and any error of ours with one message."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has seen enough; what is still in the buffer has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 0
        except errors.SearchlibError as error:
            status = _failed(str(error), 1 if isinstance(error, _DATA_PROBLEMS) else 2)
        except OSError as error:
            status = _failed(_told(error), 2)
        except KeyboardInterrupt:
            print(f"\n{current().text('interrupted')}", file=sys.stderr)
            status = 130
        raise typer.Exit(status)

    return run


def _failed(message: str, status: int) -> int:
    print(current().text("error", message=message), file=sys.stderr)
    return status


def _told(error: OSError) -> str:
    named = f"{error.filename}: " if error.filename else ""
    return f"{named}{error.strerror or error}"


def _readable(argument: str) -> str:
    """Return an argument of the command line with bytes that are no text replaced."""
    return os.fsencode(argument).decode(errors="replace")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"searchlib {version('searchlib')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    del version


@app.command()
@_answered
def index(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE", help="Files and folders to read.")
    ],
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder of the index.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="What the files hold.")] = Format.AUTO,
    schema: Annotated[
        Path | None,
        typer.Option(
            "--schema",
            metavar="FILE",
            help="The fields of a new index, in TOML: a table for each, such as "
            '[fields.title] with type = "text" and weight = 2.0. Types: text, keyword, integer, '
            "float, boolean, date, datetime, stored. Without it, articles and texts have their own "
            "schema, and that of tables and JSON is told from the first documents and shown.",
        ),
    ] = None,
    include: Annotated[
        list[str],
        typer.Option(
            "--include",
            metavar="PATTERN",
            help="Of folders and archives only these files, such as '*.csv' or 'news/**/*.json'.",
        ),
    ] = [],  # noqa: B006
    exclude: Annotated[
        list[str],
        typer.Option("--exclude", metavar="PATTERN", help="Leave these files and folders out."),
    ] = [],  # noqa: B006
    columns: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Names for the columns of tables without a header: id,title,body."
        ),
    ] = "",
    show_schema: Annotated[
        bool,
        typer.Option(
            "--show-schema", help="Only print the schema that would be made, in TOML to be edited."
        ),
    ] = False,
    json: Json = False,
) -> int:
    """Read files into an index, made when there is none; documents of the same id are replaced.

    Tables (.csv, .tsv) have a document a row, JSON (.json) and JSON Lines (.jsonl, .ndjson) a
    document an object. A text (.txt) is a document; an article begins with a line "date YYYY-MM-DD
    Title". All of them may be packed (.gz, .zip). What cannot be read is passed over and counted.
    """
    from searchlib import console
    from searchlib.loading import guess, load

    chosen: dict[str, Any] = {
        "format": format,
        "include": include,
        "exclude": exclude,
        "columns": columns.split(",") if columns else [],
    }
    if show_schema:
        from searchlib.readers.schemas import to_toml

        print(to_toml(guess(sources, **chosen)))
        return 0
    if to is None:
        return _failed(current().text("to_wanted"), 2)
    run = functools.partial(load, sources, to, schema=schema, **chosen)
    if sys.stderr.isatty() and not json:
        from searchlib.progress import bar

        with bar() as on_progress:
            report = run(on_progress=on_progress)
    else:
        report = run()
    if json:
        print(console.report_json(report))
    else:
        for line in console.report_lines(report, current()):
            print(line)
    return 0 if report.is_clean else 1


@app.command(context_settings={"ignore_unknown_options": True})
@_answered
def search(
    folder: Folder,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for, in quotes.")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many results to show.")] = 10,
    operator: Annotated[
        Literal["or", "and"], typer.Option(help="Whether any word is enough or all must occur.")
    ] = "or",
    sort: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Order by a field, not by score.")
    ] = None,
    filter: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Only documents that match this too.")
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient/--strict", help="Read a broken query as well as it goes.")
    ] = False,
    json: Json = False,
) -> int:
    """Search an index and show the best documents with the places that match."""
    from searchlib import console
    from searchlib.index import Index
    from searchlib.query import parse

    messages = current()
    opened = Index.open(folder)
    query = _readable(query)
    results = opened.search(
        query,
        limit=limit,
        operator=operator,
        sort=sort,
        filter=None if filter is None else _readable(filter),
        lenient=lenient,
    )
    if lenient:
        tree = parse(query, lenient=True, operator=operator, fields=list(opened.schema))
        for note in tree.notes:
            print(messages.text("note", note=note), file=sys.stderr)
    hits = list(results)
    if json:
        for hit in hits:
            print(console.hit_json(hit, opened.schema))
        return 0 if hits else 1
    if not hits:
        print(messages.text("nothing_found"))
        return 1
    colour = console.colours(sys.stdout)
    for number, hit in enumerate(hits, 1):
        print(console.hit_lines(number, hit, opened.schema, messages, colour=colour), end="\n\n")
    print(console.total(results, messages))
    return 0


@app.command()
@_answered
def repl(folder: Folder) -> int:
    """Ask an index question after question; :help names the commands."""
    from searchlib.index import Index
    from searchlib.repl import run

    return run(Index.open(folder), str(folder))


@app.command()
@_answered
def analyze(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text, in quotes.")],
    *,
    json: Json = False,
) -> int:
    """Show the words of a text and the keys each is found by."""
    from searchlib import console
    from searchlib.analysis import explain

    tokens = explain(_readable(text))
    if json:
        for token in tokens:
            print(console.token_json(token))
    elif tokens:
        print("\n".join(console.token_lines(tokens, current())))
    else:
        print(current().text("no_words"))
    return 0 if tokens else 1


@app.command()
@_answered
def info(folder: Folder, *, json: Json = False) -> int:
    """Show the fields of an index, its documents, segments and size."""
    from searchlib import console
    from searchlib.index import Index

    messages = current()
    facts = Index.open(folder).info()
    if json:
        print(console.as_json(facts))
        return 0
    rows = [
        (messages.text("engine"), str(facts["engine"])),
        *((messages.text(n), messages.number(facts[n])) for n in _COUNTS),
        (messages.text("size"), messages.size(facts["bytes"])),
    ]
    print(console.table(rows))
    print()
    print(console.field_table(facts["fields"], messages))
    return 0


_COUNTS = ("documents", "deleted", "segments")


@app.command()
@_answered
def check(folder: Folder, *, json: Json = False) -> int:
    """Read a whole index and recompute its checksums, counts and impacts."""
    from searchlib import console
    from searchlib.index import Index

    problems = Index.open(folder).check()
    if json:
        for problem in problems:
            print(console.as_json({"problem": problem}))
    elif problems:
        for problem in problems:
            print(console.clean(problem))
        print(current().counted("problems", len(problems)))
    else:
        print(current().text("check_passed"))
    return 1 if problems else 0


@app.command()
@_answered
def optimize(folder: Folder) -> int:
    """Merge an index into one segment."""
    from searchlib.index import Index

    Index.open(folder).optimize()
    print(current().text("optimized"))
    return 0


@app.command()
@_answered
def backup(
    folder: Folder,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The folder to make.")],
) -> int:
    """Copy an index into a new folder, as it is at this moment."""
    from searchlib.index import Index

    Index.open(folder).backup(target)
    print(current().text("backed_up", target=target))
    return 0
