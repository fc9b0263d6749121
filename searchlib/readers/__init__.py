"""Readers: from files to documents, with a report of what was left out.

`find` lists the files, `read` yields their documents; `schemas` knows which schema fits them and
turns values of JSON into values of its fields. Nothing here writes an index.
"""

from searchlib.readers.base import OnSkip, ReadDocument, Reader, Reason, Skipped, Source
from searchlib.readers.detect import Format, find, is_lines, read

__all__ = [
    "Format",
    "OnSkip",
    "ReadDocument",
    "Reader",
    "Reason",
    "Skipped",
    "Source",
    "find",
    "is_lines",
    "read",
]
