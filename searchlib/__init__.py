"""Full-text search for Russian, inside your process: morphology, BM25, snippets."""

from searchlib import analysis, query
from searchlib.errors import (
    AnalysisError,
    CorruptIndexError,
    DocumentError,
    DuplicateKeyError,
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    IndexVersionError,
    QueryError,
    QuerySyntaxError,
    ReaderError,
    SchemaError,
    SearchlibError,
    SearchTimeoutError,
    UnsupportedError,
    UnsupportedQueryError,
    UntrustedIndexError,
    WriterClosedError,
)
from searchlib.fields import Boolean, Date, DateTime, Float, Integer, Keyword, Stored, Text
from searchlib.index import Index
from searchlib.query import parse
from searchlib.results import Hit, Results
from searchlib.schema import Schema
from searchlib.snapshot import Prepared, Snapshot
from searchlib.writer import Writer

__version__ = "0.1.0"

__all__ = [
    "AnalysisError",
    "Boolean",
    "CorruptIndexError",
    "Date",
    "DateTime",
    "DocumentError",
    "DuplicateKeyError",
    "Float",
    "Hit",
    "Index",
    "IndexExistsError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexVersionError",
    "Integer",
    "Keyword",
    "Prepared",
    "QueryError",
    "QuerySyntaxError",
    "ReaderError",
    "Results",
    "Schema",
    "SchemaError",
    "SearchTimeoutError",
    "SearchlibError",
    "Snapshot",
    "Stored",
    "Text",
    "UnsupportedError",
    "UnsupportedQueryError",
    "UntrustedIndexError",
    "Writer",
    "WriterClosedError",
    "analysis",
    "parse",
    "query",
]
