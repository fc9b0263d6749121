"""The command line: arguments in, answers out, and the exit status.

0 means done, 1 nothing found or a problem in the data, 2 wrong use, 130 interrupted. What is slow
to import is imported by the command that needs it, since a search starts anew each time.
"""

# Typer reads the annotations of the commands while running, so they are not put off here.

import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec

import typer

from searchlib import completion, errors, usage
from searchlib.engines import EngineName
from searchlib.formats import Format
from searchlib.messages import current
from searchlib.translations import told

if TYPE_CHECKING:
    from searchlib.answers import Answer

P = ParamSpec("P")

app = usage.App(
    name=usage.PROGRAM,
    cls=usage.Group,
    help="Full-text search for Russian.",
    no_args_is_help=True,
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

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", help="The folder of the index.", autocompletion=completion.index_folders
    ),
]
Trusted = Annotated[
    bool,
    typer.Option(
        "--trusted",
        help="Open an index of the Whoosh engine made elsewhere: its files can run any code.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line and nothing else.")]


def main() -> None:
    """Run the command line and leave the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        # A name or a text that the terminal's encoding lacks is no reason to stop.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        sys.exit(usage.run(app))
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
            message = told(error, current().language)
            status = _failed(message, 1 if isinstance(error, _DATA_PROBLEMS) else 2)
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
            "float, boolean, date, datetime, stored. Without it, articles, texts and pages have "
            "their own schema, and that of tables, JSON and notes is told from the first documents "
            "and shown.",
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
    engine: Annotated[
        EngineName,
        typer.Option("--engine", help="What keeps a new index: whoosh is for comparing, and slow."),
    ] = "native",
    trusted: Trusted = False,
    json: Json = False,
) -> int:
    """Read files into an index, made when there is none; documents of the same id are replaced.

    Tables (.csv, .tsv) have a document a row, JSON (.json) and JSON Lines (.jsonl, .ndjson) a
    document an object. A text (.txt), a note (.md) and a page (.html) are a document each; an
    article begins with a line "date YYYY-MM-DD Title". All of them may be packed (.gz, .zip). What
    cannot be read is passed over and counted.
    """
    from searchlib import account
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
    run = functools.partial(
        load, sources, to, schema=schema, engine=engine, trusted=trusted, **chosen
    )
    if sys.stderr.isatty() and not json:
        from searchlib.progress import bar

        with bar() as on_progress:
            report = run(on_progress=on_progress)
    else:
        report = run()
    if json:
        print(account.report_json(report))
    else:
        for line in account.report_lines(report, current()):
            print(line)
    return 0 if report.is_clean else 1


@app.command(context_settings={"ignore_unknown_options": True})
@_answered
def search(
    folder: Folder,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="What to look for, in quotes; - reads queries from the input, one a line.",
        ),
    ],
    *,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many results to show.")] = 10,
    offset: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many results to pass over first.")
    ] = 0,
    operator: Annotated[
        Literal["or", "and"], typer.Option(help="Whether any word is enough or all must occur.")
    ] = "or",
    fields: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD[^WEIGHT],...",
            autocompletion=completion.fields_to_search,
            help="Where to look for words without a field, and what each weighs: title^3,body.",
        ),
    ] = None,
    filter: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Only documents that match this too.")
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD",
            autocompletion=completion.fields_to_sort_by,
            help="Order by a field, not by score; -FIELD the other way round; added: as added.",
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            autocompletion=completion.names_to_show,
            help="Print only these, a line for each result, tabs between them: names of fields, "
            "score, snippet, query. With --json, objects with only these.",
        ),
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Print only how many documents match.")
    ] = False,
    facet: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD",
            autocompletion=completion.fields_to_count,
            help="Count the values of a field too; may be repeated.",
        ),
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient/--strict", help="Read a broken query as well as it goes.")
    ] = False,
    trusted: Trusted = False,
    json: Json = False,
) -> int:
    """Search an index: the best documents and the places that match.

    With - as QUERY each answer names its query, and a query that cannot be read leaves the others
    alone.
    """
    from searchlib import answers, console
    from searchlib.index import Index

    snapshot = Index.open(folder, trusted=trusted).snapshot()
    if show is not None and not json and (count or facet):
        return _failed(current().text("show_alone"), 2)
    form = answers.Form(
        options={
            "operator": operator,
            "lenient": lenient,
            "count": count,
            "filter": None if filter is None else _readable(filter),
            "sort": sort,
            "facets": facet or (),
            "fields": None if fields is None else answers.weights_of(fields),
        },
        limit=limit,
        offset=offset,
        show=() if show is None else answers.names_of(show, snapshot.schema),
        only_count=count,
        json=json,
        colour=console.colours(sys.stdout),
    )
    if query != "-":
        return _say(answers.answer(snapshot, _readable(query), form, current()))
    found, broken = False, False
    for number, line in _lines_of_input():
        try:
            said = answers.answer(snapshot, line, form, current(), one_of_many=True)
            found = _say(said) == 0 or found
        except errors.QuerySyntaxError as error:
            _failed(current().text("at_line", line=number, message=error), 1)
            broken = True
        # Who asks line by line through a pipe waits for the answer.
        sys.stdout.flush()
    return 0 if found and not broken else 1


def _say(answer: "Answer") -> int:
    for note in answer.notes:
        print(current().text("note", note=note), file=sys.stderr)
    for line in answer.lines:
        print(line)
    return 0 if answer.found else 1


def _lines_of_input() -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, with their numbers."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for number, line in enumerate(sys.stdin, 1):
        if text := line.strip().removeprefix("\ufeff"):
            yield number, text


@app.command()
@_answered
def repl(folder: Folder, *, trusted: Trusted = False) -> int:
    """Ask an index question after question; :help names the commands."""
    from searchlib.index import Index
    from searchlib.repl import run

    return run(Index.open(folder, trusted=trusted), str(folder))


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
def info(folder: Folder, *, trusted: Trusted = False, json: Json = False) -> int:
    """Show what is in an index and how much space it takes.

    Documents, deleted ones, segments, fields with their different terms, what they were analysed
    with, sizes by part, versions.
    """
    from searchlib.console import as_json
    from searchlib.index import Index
    from searchlib.overview import overview

    facts = Index.open(folder, trusted=trusted).info()
    print(as_json(facts) if json else overview(facts, current()))
    return 0


@app.command()
@_answered
def check(folder: Folder, *, trusted: Trusted = False, json: Json = False) -> int:
    """Read a whole index and check it.

    Checksums, counts and impacts are computed anew; what is wrong is printed, one a line.
    """
    from searchlib import console
    from searchlib.index import Index

    problems = Index.open(folder, trusted=trusted).check()
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
def optimize(folder: Folder, *, trusted: Trusted = False) -> int:
    """Merge an index into one segment."""
    from searchlib.index import Index

    Index.open(folder, trusted=trusted).optimize()
    print(current().text("optimized"))
    return 0


@app.command()
@_answered
def backup(
    folder: Folder,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The folder to make.")],
    *,
    trusted: Trusted = False,
) -> int:
    """Copy an index into a new folder, as it is at this moment."""
    from searchlib.index import Index

    Index.open(folder, trusted=trusted).backup(target)
    print(current().text("backed_up", target=target))
    return 0
