"""Analysis: from text to keys at positions.

An analyzer is a factory's value (`russian()`, `whitespace()`, `simple()`, `keyword()`) or any
callable `text -> Iterable[Token]`; fields of a schema name theirs.
"""

from searchlib.analysis.analyzer import (
    Analyzer,
    Key,
    Token,
    Tokenizer,
    keyword,
    russian,
    simple,
    whitespace,
)
from searchlib.analysis.explanation import ExplainedKey, ExplainedToken, Parse, explain
from searchlib.analysis.overrides import Overrides

__all__ = [
    "Analyzer",
    "ExplainedKey",
    "ExplainedToken",
    "Key",
    "Overrides",
    "Parse",
    "Token",
    "Tokenizer",
    "explain",
    "keyword",
    "russian",
    "simple",
    "whitespace",
]
