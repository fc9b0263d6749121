"""What `searchlib search` prints for a query: results for a person, objects, or values for a shell.

Nothing here prints or reads a stream; lines come out as an iterator, freed of control characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from searchlib import console
from searchlib.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchlib.messages import Messages
    from searchlib.options import SearchOptions
    from searchlib.results import Hit, Results
    from searchlib.schema import Schema
    from searchlib.snapshot import Snapshot

NOT_FIELDS = ("score", "snippet", "query")
"""What can be shown of a result besides its fields, unless a field has the name."""


@dataclass(frozen=True, slots=True)
class Form:
    """How to ask, and what of the answer to print; `show` is empty for all there is."""

    options: SearchOptions
    limit: int = 10
    offset: int = 0
    show: tuple[str, ...] = ()
    only_count: bool = False
    json: bool = False
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one query: whether anything was found, remarks on how it was read, the lines."""

    found: bool
    notes: tuple[str, ...]
    lines: Iterator[str]


def weights_of(text: str) -> dict[str, float]:
    """Read names of fields with weights. Raises QueryError.

    >>> weights_of("title^3, body")
    {'title': 3.0, 'body': 1.0}
    """
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, mark, weight = part.strip().partition("^")
        try:
            given = float(weight) if mark else 1.0
        except ValueError:
            given = None
        if not name or given is None or name in weights:
            raise QueryError(
                f"fields are different names, each with a weight if wanted, "
                f"such as title^3,body: not {text!r}"
            )
        weights[name] = given
    return weights


def names_of(text: str, schema: Schema) -> tuple[str, ...]:
    """Read the names of what is to be shown. Raises QueryError.

    >>> from searchlib import Keyword, Schema
    >>> names_of("id, score", Schema(id=Keyword(unique=True)))
    ('id', 'score')
    """
    names = tuple(part.strip() for part in text.split(","))
    for name in names:
        if name not in schema and name not in NOT_FIELDS:
            known = [*schema, *(name for name in NOT_FIELDS if name not in schema)]
            raise QueryError(f"there is no {name!r} to show; there are: {', '.join(known)}")
    return names


def answer(
    snapshot: Snapshot, query: str, form: Form, messages: Messages, *, one_of_many: bool = False
) -> Answer:
    """Search, and say what to print. `one_of_many` puts the query itself into the lines.

    Raises what `Snapshot.search` does.
    """
    limit = 0 if form.only_count else form.limit
    results = snapshot.search(query, limit=limit, offset=form.offset, **form.options)
    found = results.total > 0 if form.only_count else bool(results)
    about: dict[str, Any] = {"query": query} if one_of_many else {}
    if form.json:
        lines = _objects(results, snapshot.schema, form, about)
    elif form.show:
        lines = (_values(hit, query, form.show, snapshot.schema) for hit in results)
    else:
        lines = _for_a_person(results, snapshot.schema, form, messages)
        if one_of_many:
            lines = _headed(f"> {console.clean(query)}", lines, form)
    return Answer(found, results.notes, lines)


def _objects(results: Results, schema: Schema, form: Form, about: dict[str, Any]) -> Iterator[str]:
    if form.only_count:
        yield console.as_json({**about, "total": results.total})
    for hit in results:
        yield console.as_json(about | console.hit_object(hit, schema, form.show))
    for facet, counts in results.facets.items():
        yield console.as_json({**about, "facet": facet, "counts": dict(counts)})


def _values(hit: Hit, query: str, names: tuple[str, ...], schema: Schema) -> str:
    """One line of a table for `cut`, `awk` and the like."""
    return "\t".join(_cell(_value(name, hit, query, schema)) for name in names)


def _value(name: str, hit: Hit, query: str, schema: Schema) -> Any:
    if name in schema:
        return hit.get(name)
    if name == "score":
        return round(hit.score, 6)
    if name == "query":
        return query
    snippet = console.snippet(hit, schema)
    return None if snippet is None else snippet.plain()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, date):
        return value.isoformat()
    text = value if isinstance(value, str) else console.as_json(value)
    return console.clean(" ".join(text.split()))


def _for_a_person(
    results: Results, schema: Schema, form: Form, messages: Messages
) -> Iterator[str]:
    if form.only_count:
        yield str(results.total)
    elif not results.total:
        yield messages.text("nothing_found")
    else:
        for number, hit in enumerate(results, form.offset + 1):
            yield console.hit_lines(number, hit, schema, messages, colour=form.colour) + "\n"
        yield console.total(results, messages)
    for facet, counts in results.facets.items():
        yield ""
        yield console.bold(console.clean(facet), colour=form.colour)
        if counts:
            yield console.table((f"  {value}", messages.number(n)) for value, n in counts)


def _headed(head: str, lines: Iterator[str], form: Form) -> Iterator[str]:
    yield console.bold(head, colour=form.colour)
    yield from lines
    yield ""
