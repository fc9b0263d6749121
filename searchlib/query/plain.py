"""The short way of most queries: a text of plain words goes to its plan without a tree.

The plan is the one that `parse` and `plan` would give; anything that is not plain is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from searchlib.analysis.analyzer import Analyzer, QueryToken
from searchlib.query import nodes, values
from searchlib.schema import Schema

# Letters, and punctuation after them that is nothing else.
_WORDS = re.compile(rf"(?:\s*{values.LETTER}++[.,;!?…]*+(?=\s|\Z))++\s*")


def plain_plan(
    text: str, schema: Schema, weights: Mapping[str, float], *, every: bool
) -> nodes.Plan | None:
    """Return the plan of a text in which every word is one token of one position in every field.

    `weights` gives the fields to search in; `every` tells whether all words are needed. None for
    any other text.
    """
    if not weights or not _WORDS.fullmatch(text):
        return None
    words = text.split()
    if any(values.is_operator(word) for word in words):
        return None
    words = [word.rstrip(".,;!?…") for word in words]
    text = " ".join(words)
    shouted = len(words) > 1 and text == text.upper()
    analysed: dict[Analyzer, Sequence[QueryToken]] = {}
    fields = []
    for name, weight in weights.items():
        analyzer = schema.text(name).analyzer
        tokens = analysed.get(analyzer)
        if tokens is None:
            tokens = analysed[analyzer] = analyzer.query_tokens(text, shouted=shouted)
            if not _is_word_by_word(tokens, words):
                return None
        fields.append((name, weight, tokens))
    clauses = tuple(
        nodes.WordClause(
            tuple(nodes.FieldKeys(name, weight, tokens[at].keys) for name, weight, tokens in fields)
        )
        for at in range(len(words))
    )
    if len(clauses) == 1:
        return clauses[0]
    if every:
        return nodes.Combined(must=clauses)
    return nodes.Combined(should=clauses, minimum=1)


def _is_word_by_word(tokens: Sequence[QueryToken], words: Sequence[str]) -> bool:
    """Whether every word of a text is one token of one position."""
    if len(tokens) != len(words):
        return False
    start = 0
    for token, word in zip(tokens, words, strict=True):
        end = start + len(word)
        if token.start < start or token.end > end or token.position_length != 1:
            return False
        start = end + 1
    return True
