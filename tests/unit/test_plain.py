"""The short way of plain words gives the plan that reading and planning the text gives."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib as sl
from searchlib.query import nodes
from searchlib.query.plain import plain_plan
from searchlib.query.plan import plan, weights

RUSSIAN = sl.Schema(title=sl.Text(weight=2.0), body=sl.Text(), day=sl.Date())
MIXED = sl.Schema(title=sl.Text(sl.analysis.simple()), body=sl.Text(), id=sl.Keyword())
SCHEMAS = [RUSSIAN, MIXED]

words = st.sampled_from(
    "нефть Транспортировка СТАЛИ МГУ ёж и не 15 4 ноября 2025 года г км XXI iPhone тихий дон title "
    "東京 ООО во время".split()
)
rare = st.sampled_from('И НЕ AND NOT тест-кейс а_б C++ № « " title:'.split())
marks = st.sampled_from(["", "", "", ",", ".", "?", "?!", "…", "...", ":", ";", "*", "~", "^2"])
parts = st.tuples(words | words | words | rare, marks).map("".join)
spaces = st.sampled_from([" ", " ", "  ", "\n", "\u00a0", "\t "])
texts = st.lists(st.tuples(parts, spaces).map("".join), max_size=6).map("".join)


def short(text: str, schema: sl.Schema, *, every: bool = False) -> nodes.Plan | None:
    found = plain_plan(text, schema, weights(schema, None), every=every)
    return found.spelled_out() if isinstance(found, nodes.PlainWords) else found


@given(texts, st.sampled_from(SCHEMAS), st.sampled_from(["or", "and"]))
def test_the_plan_is_that_of_the_tree(
    text: str, schema: sl.Schema, operator: Literal["or", "and"]
) -> None:
    found = short(text, schema, every=operator == "and")
    if found is not None:
        tree = sl.parse(text, operator=operator, fields=schema)
        assert found == plan(tree, schema, operator=operator)


@pytest.mark.parametrize(
    "text",
    ["нефть", "транспортировка нефти", " Что такое нефть? ", "ВОЙНА МИРУ", "Нефть, газ и уголь."],
)
def test_everyday_texts_are_plain(text: str) -> None:
    found = short(text, RUSSIAN)
    assert found is not None
    assert found == plan(sl.parse(text, fields=RUSSIAN), RUSSIAN)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "?", "нефть И газ", "нефть NOT газ", "тест-кейс", "нефть*", "title:нефть"),
        *("+нефть", '"нефть"', "(нефть)", "нефть~", "нефть^2", "=нефть", "н?фть", "а\u0301х"),
        "4 ноября 2025 года",
    ],
)
def test_what_is_not_plain_is_left_to_the_tree(text: str) -> None:
    assert short(text, RUSSIAN) is None


def test_without_a_text_field_nothing_is_plain() -> None:
    schema = sl.Schema(id=sl.Keyword())
    assert short("нефть", schema) is None
