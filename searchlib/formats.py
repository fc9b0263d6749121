"""The formats of files that can be asked for by name.

Apart from the readers, so that a command that reads no files need not load them.
"""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What a source holds; `auto` asks each file."""

    AUTO = "auto"
    ARTICLES = "articles"
    CSV = "csv"
    HTML = "html"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    TEXT = "text"
