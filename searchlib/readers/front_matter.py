"""Front matter: the YAML between `---`, or the TOML between `+++`, that a text begins with.

Values come as JSON has them. Nothing here knows Markdown.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from searchlib.readers.base import Reason, RowError

_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
_KEY = re.compile(r"[\w.-]+[ \t]*[:=]")
_TOML_LINE = re.compile(r"\(at line (\d+), column")
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[Tt ].*)?")
_RUSSIAN_DAY = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
# What YAML 1.2 takes for something else than text; 1.1 reads 12:30 as 750 and "no" as false.
_SCALARS = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,18})", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
)


def split(text: str) -> tuple[dict[str, Any], str]:
    r"""Return the fields of the front matter and the text after it.

    Raises RowError for front matter that is none, with the line.

    >>> split("---\ntitle: Порт\ndate: 4.11.2025\n---\nПричал открыт.")
    ({'title': 'Порт', 'date': '2025-11-04'}, 'Причал открыт.')
    """
    lines = text.split("\n")
    mark = lines[0].rstrip()
    if mark not in _ENDS:
        return {}, text
    ends = _ENDS[mark]
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in ends), None)
    if end is None:
        if len(lines) > 1 and _KEY.match(lines[1]):
            raise _broken(f"no {mark} ends it", 1)
        # A rule over a text, which is Markdown as well.
        return {}, text
    block = lines[1:end]
    values = _toml(block) if mark == "+++" else _yaml(block)
    if isinstance(values, str):
        return {}, text
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise _broken("not a table of names and values", 2)
    return _fields(values, block), "\n".join(lines[end + 1 :])


def _yaml(block: list[str]) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads what JSON can say; names for values to repeat make a bomb of a few lines."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
                raise yaml.composer.ComposerError(None, None, "aliases are not read", mark)
            return super().compose_node(parent, index)

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in _SCALARS:
        starts = [*first, ""] if tag == "null" else list(first)
        Loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), starts
        )
    try:
        return yaml.load("\n".join(block), Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(error.problem or "not YAML", mark.line + 2 if mark else None) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _broken(str(error).split("\n", 1)[0], None) from None


def _toml(block: list[str]) -> Any:
    try:
        return tomllib.loads("\n".join(block))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place else len(block)
        raise _broken(str(error), line + 1) from None


def _fields(values: dict[Any, Any], block: list[str]) -> dict[str, Any]:
    """Return the fields as a document has them; those without a value are none."""
    fields = {}
    for key, value in values.items():
        name = str(key)
        # Title, Date and Tags are the same as title, date and tags.
        name = name.lower() if name.lower() in _KNOWN else name
        plain = _plain(value)
        if name == "date" and plain not in (None, ""):
            plain = _day(plain, block)
        elif name == "title" and plain is not None:
            plain = str(plain)
        elif name == "tags":
            plain = _tags(plain)
        if plain not in (None, "", []):
            fields[name] = plain
    return fields


_KNOWN = frozenset(("title", "date", "tags"))


def _day(value: Any, block: list[str]) -> str:
    written = str(value).strip()
    try:
        if match := _DAY.fullmatch(written):
            return date(*map(int, match.groups())).isoformat()
        if match := _RUSSIAN_DAY.fullmatch(written):
            return date(*map(int, reversed(match.groups()))).isoformat()
        problem = "a date is YYYY-MM-DD or DD.MM.YYYY"
    except ValueError as error:
        problem = str(error)
    key = re.compile(r"""["']?date["']?\s*[:=]""", re.IGNORECASE)
    line = next((n for n, line in enumerate(block, 2) if key.match(line)), None)
    raise RowError(Reason.WRONG_DATE, f"{written}: {problem}", line)


def _tags(value: Any) -> list[str]:
    """Return a list of tags; text is taken for tags with commas between them."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        items = [items]
    return [tag for item in items if item is not None and (tag := str(item).strip())]


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [_plain(item) for item in value]
        case datetime() | date() | time():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def _broken(detail: str, line: int | None) -> RowError:
    return RowError(Reason.BROKEN_FRONT_MATTER, detail, line)
