"""Readers: from files to documents, with a report of what was left out.

`find` lists the files, `read` yields their documents; `schemas` knows which schema fits them,
`values` turns texts into values of its fields. Nothing here writes an index.
"""

from searchlib.formats import Format
from searchlib.readers.base import OnSkip, ReadDocument, Reader, Reason, Skipped, Source
from searchlib.readers.detect import holds_rows, names_fields, read, sample
from searchlib.readers.files import find

__all__ = [
    "Format",
    "OnSkip",
    "ReadDocument",
    "Reader",
    "Reason",
    "Skipped",
    "Source",
    "find",
    "holds_rows",
    "names_fields",
    "read",
    "sample",
]
