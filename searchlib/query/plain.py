"""The short way of most queries: a text of plain words goes to its plan without a tree.

Spelled out it is the plan that `parse` and `plan` would give; anything that is not plain is left
to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from searchlib.analysis.analyzer import Analyzer, Key, QueryToken
from searchlib.query import nodes, values
from searchlib.schema import Schema

# Letters, and punctuation after them that is nothing else.
_WORDS = re.compile(rf"(?:\s*{values.LETTER}++[.,;!?…]*+(?=\s|\Z))++\s*")


def plain_plan(
    text: str, schema: Schema, weights: Mapping[str, float], *, every: bool
) -> nodes.WordClause | nodes.PlainWords | None:
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
    analysed: dict[Analyzer, tuple[Sequence[Key], ...]] = {}
    fields = []
    for name, weight in weights.items():
        analyzer = schema.text(name).analyzer
        keys = analysed.get(analyzer)
        if keys is None:
            tokens = analyzer.query_tokens(text, shouted=shouted)
            if not _is_word_by_word(tokens, words):
                return None
            keys = analysed[analyzer] = tuple([token.keys for token in tokens])
        fields.append((name, weight, keys))
    if len(words) == 1:
        return nodes.WordClause(
            tuple([nodes.FieldKeys(name, weight, keys[0]) for name, weight, keys in fields])
        )
    return nodes.PlainWords(tuple(fields), every)


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
