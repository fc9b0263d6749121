"""How answers look: hits, totals, tables and explanations as lines of text or of JSON.

Everything here returns text; what comes from a document is freed of control characters first, so
that it cannot steer the terminal. The command line and the REPL print it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

from searchlib.fields import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from searchlib.analysis import ExplainedToken, Parse
    from searchlib.highlight.markup import Snippet
    from searchlib.messages import Messages
    from searchlib.results import Explanation, Hit, Results
    from searchlib.schema import Schema

# Without tab and line end; with the marks that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TITLE_LENGTH = 120
_SNIPPET_LENGTH = 240
_INDENT = "   "


def colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colours; https://no-color.org turns them off."""
    dumb = os.environ.get("TERM") == "dumb"
    return stream.isatty() and not dumb and not os.environ.get("NO_COLOR")


def clean(text: str) -> str:
    r"""Return a text with its control characters made visible as one sign.

    >>> clean("нефть\x1b[2Jгаз")
    'нефть�[2Jгаз'
    """
    return _CONTROL.sub("\ufffd", text)


def bold(text: str, *, colour: bool) -> str:
    """Return a text in bold when colours are wanted."""
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def faint(text: str, *, colour: bool) -> str:
    """Return a text in faint print when colours are wanted."""
    return f"\x1b[2m{text}\x1b[0m" if colour else text


def as_json(value: Any) -> str:
    """Return a value as one line of JSON; days and moments as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


# ---- hits ----------------------------------------------------------------------------------------


def hit_json(hit: Hit, schema: Schema) -> str:
    """Return a hit as one JSON object: id, score, stored fields, a snippet with its ranges."""
    return as_json(hit_object(hit, schema))


def hit_object(hit: Hit, schema: Schema, show: Sequence[str] = ()) -> dict[str, Any]:
    """Return what `hit_json` writes; of the fields and the snippet only those in `show`, if any."""
    fields = {name: value for name, value in hit.items() if not show or name in show}
    found: dict[str, Any] = {"id": hit.key, "score": hit.score, "fields": fields}
    if not show or "snippet" in show:
        best = snippet(hit, schema)
        found["snippet"] = best and {
            "text": best.plain(),
            "ranges": [list(span) for span in best.ranges],
        }
    return found


def hit_lines(number: int, hit: Hit, schema: Schema, messages: Messages, *, colour: bool) -> str:
    """Return a hit as it is read: number and title, then date, score and id, then a snippet."""
    days = [str(value) for value in hit.values() if isinstance(value, date)][:1]
    about = [*days, messages.number(hit.score, 3)]
    if hit.key is not None:
        about.append(clean(str(hit.key)))
    lines = [
        f"{number}. {bold(title(hit, schema), colour=colour)}",
        _INDENT + faint(" · ".join(about), colour=colour),
    ]
    best = snippet(hit, schema)
    if best is not None:
        text = best.ansi() if colour else clean(best.plain())
        lines.append(_INDENT + " ".join(text.split()))
    return "\n".join(lines)


def title(hit: Mapping[str, Any], schema: Schema) -> str:
    """Return what a document is called: its title, else its key, else how its text begins."""
    wanted = ("title", schema.unique, *schema.text_fields())
    names = [name for name in wanted if name is not None and name in hit]
    text = " ".join(_text(hit[names[0]]).split()) if names else ""
    return clean(text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…")


def whole(hit: Hit, schema: Schema, *, colour: bool) -> str:
    """Return all stored fields of a hit, its matches marked in the text."""
    parts = []
    for name, value in hit.items():
        if isinstance(schema[name], Text):
            marked = hit.highlighted(name)
            text = marked.ansi() if colour else clean(marked.plain())
            parts.append(f"{faint(name, colour=colour)}\n{text}")
        else:
            parts.append(f"{faint(name, colour=colour)}  {clean(_text(value))}")
    return "\n".join(parts)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value) if isinstance(value, int | float | date) else as_json(value)


def snippet(hit: Hit, schema: Schema) -> Snippet | None:
    """Return the snippet of the first text that has a match, else of the first text there is."""
    names = [name for name, text in schema.text_fields().items() if text.stored and name in hit]
    # The title is shown anyway.
    names = [name for name in names if name != "title"] or names
    first = None
    for name in names:
        found = hit.snippet(name, fragments=2, length=_SNIPPET_LENGTH)
        if found.ranges:
            return found
        first = first or found
    return first


def total(results: Results, messages: Messages) -> str:
    """Return how many documents were found, and how fast."""
    if results.total_is_exact:
        found = messages.counted("found", results.total)
    else:
        found = messages.text("at_least", count=messages.number(results.total))
    return messages.text("and_took", found=found, time=messages.time(results.took))


# ---- explanations and tables ---------------------------------------------------------------------


def explanation_lines(explanation: Explanation, messages: Messages) -> Iterator[str]:
    """Yield an explanation as a tree, a line a node."""
    # A list of what is still to be said, since a long query may nest deeper than calls can.
    waiting = [("", "", explanation)]
    while waiting:
        own, below, node = waiting.pop()
        yield f"{own}{messages.number(node.value, 4)}  {clean(node.text)}"
        details = list(node.details)
        for place, detail in reversed(list(enumerate(details))):
            last = place == len(details) - 1
            branch, deeper = ("└─ ", "   ") if last else ("├─ ", "│  ")
            waiting.append((below + branch, below + deeper, detail))


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as aligned columns."""
    from rich.cells import cell_len

    lines = [list(map(clean, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def token_lines(tokens: Iterable[ExplainedToken], messages: Messages) -> Iterator[str]:
    """Yield how each token of a text came by its keys: where it stands, what it may be, its keys.

    What it may be are lemmas and tags with their probabilities, and who says so.
    """
    for token in tokens:
        around = f"  [{', '.join(token.context)}]" if token.context else ""
        form = "" if token.form == token.text else f" → {token.form}"
        place = f"{token.position}" if token.position_length == 1 else _span(token)
        word = " ".join(token.text.split())
        yield clean(f"{place}  {word}{form}  ({token.start}-{token.end}){around}")
        rows = [
            (messages.text("parse"), *_parse_row(parse, messages)) for parse in _best(token.parses)
        ]
        rows += [
            (messages.text("key"), key.text, _share(key.weight), key.kind, key.rule)
            for key in token.keys
        ]
        for line in table(rows).splitlines():
            yield f"{_INDENT}{line}"


_MOST_PARSES = 8


def _best(parses: Sequence[Parse]) -> Sequence[Parse]:
    return parses[:_MOST_PARSES]


def _parse_row(parse: Parse, messages: Messages) -> tuple[str, str, str, str]:
    tag = parse.tag_in_russian() if messages.language == "ru" else parse.tag
    return parse.lemma, _share(parse.probability), tag, parse.unit


def _span(token: ExplainedToken) -> str:
    return f"{token.position}-{token.position + token.position_length - 1}"


def _share(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def token_json(token: ExplainedToken) -> str:
    """Return a token with all that led to its keys as one JSON object."""
    return as_json(asdict(token))


def field_table(
    fields: Mapping[str, Mapping[str, Any]],
    messages: Messages,
    terms: Mapping[str, int] | None = None,
) -> str:
    """Return a line for each field: name, type, how many different terms if given, options."""
    columns = ("field", "type", "terms", "options")
    rows = [tuple(messages.text(name) for name in columns if name != "terms" or terms is not None)]
    for name, described in fields.items():
        told = ", ".join(_options(described, messages))
        if terms is None:
            rows.append((name, described["type"], told))
        else:
            count = messages.number(terms[name]) if name in terms else ""
            rows.append((name, described["type"], count, told))
    return table(rows)


def _options(described: Mapping[str, Any], messages: Messages) -> Iterator[str]:
    """What differs from the plainest field of the type."""
    for name, value in described.items():
        if name == "weight" and value != 1:
            yield messages.text("option.weight", value=f"{value:g}")
        elif value is True and name not in ("stored", "exact"):
            yield messages.text(f"option.{name}")
        elif value is False and name in ("stored", "exact"):
            yield messages.text(f"option.not_{name}")
