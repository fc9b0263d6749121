"""Every example of docs/query-language.md is read and compared with the tree beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from searchlib import query
from searchlib.errors import QuerySyntaxError
from searchlib.query import parse

PAGE = Path(__file__).parents[2] / "docs" / "query-language.md"
FIELDS = ("title", "date", "price", "тема")
ROW = re.compile(r"^\| `(?P<text>.+?)` \| `(?P<tree>.+)` \|$")


def examples(*, lenient: bool) -> list[tuple[str, str]]:
    """Return the rows of the tables whose head says lenient, or of the others."""
    rows = []
    is_lenient = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| query |"):
            is_lenient = "lenient" in line
        elif (row := ROW.match(line)) and is_lenient is lenient:
            rows.append((row["text"], row["tree"]))
    return rows


def tree_of(expression: str) -> query.Query:
    names = {name: getattr(query, name) for name in query.__all__}
    tree = eval(expression, {"__builtins__": {}}, names)
    assert isinstance(tree, query.Query)
    return tree


def test_every_table_row_is_an_example() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(examples(lenient=False)) + len(examples(lenient=True))


def test_every_node_has_an_example() -> None:
    page = "".join(tree for _, tree in examples(lenient=False))
    for name in set(query.__all__) - {"Query", "parse"}:
        assert f"{name}(" in page


@pytest.mark.parametrize(("text", "tree"), examples(lenient=False))
def test_an_example(text: str, tree: str) -> None:
    read = parse(text, fields=FIELDS)
    assert read == tree_of(tree)
    assert read == parse(text, fields=FIELDS, lenient=True)
    assert parse(str(read), fields=FIELDS) == read


@pytest.mark.parametrize(("text", "tree"), examples(lenient=True))
def test_an_example_of_lenient_reading(text: str, tree: str) -> None:
    with pytest.raises(QuerySyntaxError):
        parse(text, fields=FIELDS)
    read = parse(text, fields=FIELDS, lenient=True)
    assert read == tree_of(tree)
    assert read.notes


def test_the_error_shown_is_the_error_raised() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("нефть (газ")
    assert f"```\n{caught.value}\n```" in PAGE.read_text(encoding="utf-8")
