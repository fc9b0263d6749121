"""What a shell may offer while a command is typed: folders with an index, fields of that index.

The program runs anew for every press of the key, so a problem is no answer rather than a message.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path

import typer

from searchlib.engines import WHOOSH_DESCRIPTION
from searchlib.errors import SearchlibError
from searchlib.fields import Field, Keyword, Stored, Text


def index_folders(incomplete: str) -> list[str]:
    """Return the folders with an index that a path may become; none lets the shell offer files."""
    typed = Path(incomplete).expanduser()
    inside, start = (
        (typed, "") if not incomplete or incomplete.endswith("/") else (typed.parent, typed.name)
    )
    try:
        found = [folder for folder in inside.iterdir() if _is_index(folder)]
    except OSError:
        return []
    # What is typed already stays as it was typed: ~/news and ./news too.
    kept = incomplete[: len(incomplete) - len(start)]
    return sorted(f"{kept}{folder.name}" for folder in found if folder.name.startswith(start))


def fields_to_sort_by(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the fields that results can be sorted by."""
    fields = _fields(ctx)
    names = [name for name, field in fields.items() if _has_order(field)]
    return _starting([*names, *(["added"] if fields else [])], incomplete)


def fields_to_count(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the fields whose values can be counted."""
    fields = _fields(ctx).items()
    return _starting(
        [name for name, field in fields if isinstance(field, Keyword) and field.facet], incomplete
    )


def fields_to_search(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what a list of text fields may go on with."""
    fields = _fields(ctx).items()
    return list(_going_on([name for name, field in fields if isinstance(field, Text)], incomplete))


def names_to_show(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what a list of names to show may go on with."""
    from searchlib.answers import NOT_FIELDS

    fields = _fields(ctx)
    return list(_going_on([*fields, *(NOT_FIELDS if fields else ())], incomplete))


def _is_index(folder: Path) -> bool:
    return (folder / "manifest").is_file() or (folder / WHOOSH_DESCRIPTION).is_file()


def _fields(ctx: typer.Context) -> dict[str, Field]:
    # An option without its value, which is what is being typed, stops typer from reading arguments.
    folder = ctx.params.get("folder") or next(iter(ctx.args), None)
    if folder is None:
        return {}
    from searchlib.index import Index

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dict(Index.open(Path(folder).expanduser()).schema)
    except (SearchlibError, OSError):
        return {}


def _has_order(field: Field) -> bool:
    if isinstance(field, Keyword):
        return field.sortable
    return not isinstance(field, Text | Stored)


def _starting(names: list[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _going_on(names: list[str], incomplete: str) -> Iterator[str]:
    """Names for the last place of a list with commas, none of them twice."""
    before, comma, last = incomplete.rpartition(",")
    used = {part.partition("^")[0] for part in before.split(",")}
    for name in names:
        if name not in used and name.startswith(last):
            yield f"{before}{comma}{name}"
