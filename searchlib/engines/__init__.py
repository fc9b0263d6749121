"""What answers plans. `base` is the interface; only the modules here know what is behind it.

The folder of an index tells its engine. Whoosh is imported only where it is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from searchlib.engines import native
from searchlib.engines.base import EngineIndex
from searchlib.errors import UnsupportedError
from searchlib.schema import Schema

EngineName = Literal["native", "whoosh"]

WHOOSH_DESCRIPTION = "whoosh.json"
"""The file that tells a Whoosh index."""


def create(folder: Path, schema: Schema, engine: EngineName) -> EngineIndex:
    """Make a new index. Raises IndexExistsError, UnsupportedError for an engine there is not."""
    if engine not in get_args(EngineName):
        raise UnsupportedError(f"there is no engine {engine!r}; there are: native, whoosh")
    if engine == "native":
        return native.create(folder, schema)
    from searchlib.engines import whoosh

    return whoosh.create(folder, schema)


def schema_of(folder: Path) -> str:
    """Return the schema of an index in JSON. Raises IndexNotFoundError, CorruptIndexError."""
    if not _is_whoosh(folder):
        return native.schema_of(folder)
    from searchlib.engines import whoosh

    return whoosh.schema_of(folder)


def open_index(folder: Path, schema: Schema, *, trusted: bool) -> EngineIndex:
    """Open an index whose schema was read before. Raises UntrustedIndexError."""
    if not _is_whoosh(folder):
        return native.open_index(folder, schema)
    from searchlib.engines import whoosh

    return whoosh.open_index(folder, schema, trusted=trusted)


def _is_whoosh(folder: Path) -> bool:
    return (folder / WHOOSH_DESCRIPTION).is_file()
